"""Finds a vocabulary's words in a text: the longest at each place, on word boundaries, in linear time."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from factorykb.segment import Cut


@dataclass(frozen=True, slots=True)
class Match:
    """`word` stands at text[start:end]."""

    word: str
    start: int
    end: int


class Matcher:
    """Looks for `words` (folded) at once.

    A longer word takes its place from the shorter ones in it: with 工业互联网 among the words, 互联网 is not
    found there. That is how look-alikes are kept out: they are words that nobody asks for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)
        self._prefixes = frozenset(word[:i] for word in self._words for i in range(1, len(word) + 1))
        self._first = frozenset(word[0] for word in self._words)

    def find(self, cut: Cut) -> list[Match]:
        """The matches in a text, in order; they do not overlap. Offsets are into the folded text."""
        text, first, found = cut.text, self._first, list[Match]()
        position = 0
        for start in cut.boundaries:
            if start < position or text[start : start + 1] not in first:
                continue
            end = self._longest(text, start, cut.boundaries)
            if end > start:
                found.append(Match(cut.text[start:end], start, end))
                position = end
        return found

    def beginning(self, cut: Cut) -> list[str]:
        """Every one of the words that begins with a word of the text, however it ends: 利润 is found in 利润率,
        国企 is not in 跨国企业. They may overlap. For search, where too much is better than too little."""
        found: list[str] = []
        for start in cut.boundaries:
            if cut.text[start : start + 1] not in self._first:
                continue
            end = start + 1
            while end <= len(cut.text) and cut.text[start:end] in self._prefixes:
                if cut.text[start:end] in self._words:
                    found.append(cut.text[start:end])
                end += 1
        return found

    def _longest(self, text: str, start: int, boundaries: Container[int]) -> int:
        best = end = start
        while end < len(text) and text[start : end + 1] in self._prefixes:
            end += 1
            if end in boundaries and text[start:end] in self._words:
                best = end
        return best
