"""What an element's attributes say, whatever stands in them: texts, classes and the numbers of lists and tables."""

from __future__ import annotations

import re

from bs4 import Tag


def attribute(node: Tag, name: str) -> str:
    """The value without blanks at its ends; empty where there is none."""
    return str(node.get(name) or "").strip()


def classes(node: Tag) -> set[str]:
    """The names in `class`."""
    return set(attribute(node, "class").split())


def cells_spanned(node: Tag, name: str) -> int:
    """How many columns or rows a cell covers (`colspan`, `rowspan`): at most 100; 1 where it does not say."""
    value = attribute(node, name)
    return min(int(value), 100) if value.isascii() and value.isdigit() and 0 < len(value) < 4 else 1


def first_number(node: Tag) -> int:
    """The number that an ordered list begins with (`start`); 1 where it does not say."""
    value = attribute(node, "start")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def item_numbers(node: Tag) -> dict[int, int]:
    """The numbers of an ordered list's items, by identity (`id`); empty where they simply count up."""
    items = [child for child in node.children if isinstance(child, Tag) and child.name == "li"]
    if node.name != "ol" or not (node.has_attr("reversed") or any(item.has_attr("value") for item in items)):
        return {}
    step = -1 if node.has_attr("reversed") else 1
    number = first_number(node) if node.has_attr("start") or step > 0 else len(items)
    numbers: dict[int, int] = {}
    for item in items:
        value = attribute(item, "value")
        number = int(value) if re.fullmatch(r"-?[0-9]{1,6}", value) else number
        numbers[id(item)] = number
        number += step
    return numbers
