"""Cuts Chinese into words: jieba's own dictionary plus the vocabulary's words. The only import of jieba.

The same dictionary in Rust (rjieba) cuts the same words some fourteen times as fast and is used where it is
installed; a test holds both to the same words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import accumulate
from typing import Any

from factorykb.fold import unmasked

# The dictionary's marks (ICTCLAS) for what may stand as a keyword: nouns and names, verbs and adjectives used as
# nouns, abbreviations, set phrases.
_NOUNS = ("n", "vn", "an", "j", "l")
_FILL = "\x01"  # stands in no text
_ROOM = 10_000


@cache
def words_but_nouns() -> frozenset[str]:
    """The words of jieba's dictionary that are no nouns: verbs, numerals, adverbs and so on."""
    entries = (line.decode("utf-8").split() for line in _jieba().get_dict_file())
    return frozenset(word for word, _, mark in entries if not mark.startswith(_NOUNS))


def frequencies(words: Iterable[str]) -> dict[str, int]:
    """Of folded words those that jieba does not know, each with the frequency at which it wins against its own parts
    and against nothing else, so that 跨国企业 keeps its parts."""
    known, added = _jieba().Tokenizer(), dict[str, int]()
    known.initialize()
    for word in sorted(set(words)):
        if len(word) > 1 and known.FREQ.get(word, 0) == 0:
            added[word] = known.suggest_freq(word, tune=False)
            known.add_word(word, added[word])
    return added


def room(added: Mapping[str, int]) -> int:
    """What the frequencies of added words are filled up to: with their sum, by which jieba divides all, a word more would
    change how texts are cut in which it does not stand."""
    return -(-sum(added.values()) // _ROOM) * _ROOM


class Segmenter:
    """Words of a folded text, the same every time. How a text is cut is decided by those added words that stand in it, and
    by the `room` of all.

    Args:
        added: words that jieba's dictionary does not have, with their `frequencies`.
    """

    def __init__(self, added: Mapping[str, int], *, fast: bool = True) -> None:
        filled = {**added, _FILL: room(added) - sum(added.values())}
        rapid = _rjieba() if fast else None
        self._cut: Callable[[str], Iterable[str]]
        if rapid is not None:
            tokenizer = rapid.Jieba()
            for word, frequency in filled.items():
                tokenizer.add_word(word, frequency, "n")
            self._cut = partial(tokenizer.cut, hmm=False)
        else:
            slow = _jieba().Tokenizer()
            for word, frequency in filled.items():
                slow.add_word(word, frequency)
            self._cut = partial(slow.cut, HMM=False)

    def cut(self, text: str) -> Cut:
        """A text folded and cut into words."""
        said = unmasked(text)
        return Cut(said, tuple(self._cut(said)))


@dataclass(frozen=True)
class Cut:
    """A folded text and its words in order; joined they are the text again."""

    text: str
    words: tuple[str, ...]

    @cached_property
    def offsets(self) -> Sequence[int]:
        """Where each word begins, and the text's length."""
        return [0, *accumulate(map(len, self.words))]


# Both read large dictionaries as they are imported; a run with nothing to do needs neither.


def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba


def _rjieba() -> Any:
    try:
        import rjieba
    except ImportError:  # no wheel for this machine
        return None
    return rjieba
