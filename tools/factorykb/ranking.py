"""How everything that is counted is ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Name = TypeVar("Name", str, tuple[str, str])


def most_first(counts: Mapping[Name, int]) -> list[tuple[Name, int]]:
    """Names with their counts, the highest count first; equals in the order of their names."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
