"""Finds a vocabulary's words in a text: the longest at each place, on word boundaries, in linear time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from factorykb.segment import Cut

_DECIMAL = re.compile(r"[0-9]\.[0-9]")


@dataclass(frozen=True, slots=True)
class Match:
    """`word` stands at text[start:end]."""

    word: str
    start: int
    end: int


class _Alike(dict[str, tuple[str, ...]]):
    """A word of a text → those of `words` that begin with it or that it begins with, the shortest first; worked out
    when it is first met."""

    def __init__(self, words: Iterable[str]) -> None:
        self._longer: dict[str, list[str]] = defaultdict(list)
        self._longest = 0
        for word in sorted(words, key=len):
            self._longest = len(word)
            for end in range(1, len(word) + 1):
                self._longer[word[:end]].append(word)

    def __missing__(self, said: str) -> tuple[str, ...]:
        shorter = (said[:end] for end in range(1, min(len(said), self._longest + 1)))
        is_whole = (word for word in shorter if word in self._longer.get(word, ()))
        found = (*is_whole, *self._longer.get(said, ()))
        return self.setdefault(said, found)


class Matcher:
    """Looks for `words` (folded) at once.

    A longer word takes its place from the shorter ones in it: with 工业互联网 among the words, 互联网 is not
    found there. That is how look-alikes are kept out: they are words that nobody asks for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)
        self._prefixes = frozenset(word[:i] for word in self._words for i in range(1, len(word) + 1))

    @cached_property
    def _alike(self) -> _Alike:
        return _Alike(self._words)

    def find(self, cut: Cut) -> list[Match]:
        """The matches in a text, in order; they do not overlap. Offsets are into the folded text."""
        words, found, following = cut.words, list[Match](), 0
        for first in [number for number, word in enumerate(words) if word in self._prefixes]:
            end = self._longest(words, first) if first >= following else first
            if end == first:
                continue
            low, high = cut.offsets[first], cut.offsets[end]
            if not (_goes_on(cut.text, low) or _goes_on(cut.text, high)):
                found.append(Match(cut.text[low:high], low, high))
                following = end
        return found

    def beginning(self, cut: Cut) -> list[str]:
        """Every one of the words that begins with a word of the text, however it ends: 利润 is found in 利润率,
        国企 is not in 跨国企业. They may overlap. For search, where too much is better than too little."""
        alike = map(self._alike.__getitem__, cut.words)
        found = [(start, some) for start, some in zip(cut.offsets, alike, strict=False) if some]
        possible = [(start, some) for start, some in found if not _goes_on(cut.text, start)]
        return [word for start, some in possible for word in some if cut.text.startswith(word, start)]

    def _longest(self, words: Sequence[str], first: int) -> int:
        """The number of the word after the longest match that begins with the `first`; `first` where none does."""
        best, said = first, ""
        for number in range(first, len(words)):
            said += words[number]
            if said not in self._prefixes:
                break
            if said in self._words:
                best = number + 1
        return best


def _goes_on(text: str, at: int) -> bool:
    """Whether a Latin word or a number goes on at a place, for which the dictionary's words are no boundary: `cad` is
    cut out of `decade`, 007 out of 2007 and 0.007. A number may follow a word (`iphone15`)."""
    before, after = text[at - 1 : at], text[at : at + 1]
    if not (before.isascii() and after.isascii()):
        return False
    if "." in (before, after):
        return (
            _DECIMAL.match(text, max(0, at - 2), at + 2) is not None
            or _DECIMAL.match(text, at - 1) is not None
        )
    return (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())
