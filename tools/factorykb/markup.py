"""Changes attributes in finished HTML and leaves every other character as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

Attributes = Mapping[str, str]
Change = Callable[[str, Attributes], Attributes]

_ATTRIBUTE = re.compile(r"""(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


def changed(text: str, change: Change) -> str:
    """`text` with the attributes that `change` gives for a start tag; other text, and scripts, stay as they are.

    Args:
        text: a whole page of HTML.
        change: called with each start tag's name and attributes; gives the attributes that get another value
            or are new. Attributes that it does not name stay.
    """
    tags = _Tags(text)
    parts: list[str] = []
    done = 0
    for start, tag, name, attributes in tags.found:
        new = change(name, attributes)
        if new:
            parts += [text[done:start], _with(tag, new)]
            done = start + len(tag)
    return "".join([*parts, text[done:]])


class _Tags(HTMLParser):
    """Where the start tags of a text stand: place, source, name and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str, str, dict[str, str]]] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        source = self.get_starttag_text() or ""
        self.found.append(
            (self._lines[line - 1] + column, source, tag, {name: value or "" for name, value in attrs})
        )


def _with(tag: str, new: Attributes) -> str:
    """The source of a start tag with attributes changed in their place, and new ones at its end."""
    waiting = dict(new)

    def replaced(match: re.Match[str]) -> str:
        value = waiting.pop(match["name"].lower(), None)
        return match[0] if value is None else f'{match["name"]}="{html.escape(value)}"'

    opening = re.match(r"<[^\s/>]+", tag)
    end = re.search(r"\s*/?>$", tag)
    if opening is None or end is None:
        return tag
    middle = _ATTRIBUTE.sub(replaced, tag[opening.end() : end.start()])
    added = "".join(f' {name}="{html.escape(value)}"' for name, value in waiting.items())
    return opening[0] + middle + added + end[0]
