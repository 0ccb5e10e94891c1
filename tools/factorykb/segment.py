"""Cuts Chinese into words: jieba's own dictionary plus the vocabulary's words. The only import of jieba.

The same dictionary in Rust (rjieba) cuts the same words some fourteen times as fast and is used where it is
installed; a test holds both to the same words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import accumulate

import jieba

try:
    import rjieba
except ImportError:  # no wheel for this machine
    rjieba = None  # type: ignore[assignment]

from factorykb.fold import folded

jieba.setLogLevel(logging.WARNING)

# The dictionary's marks (ICTCLAS) for what may stand as a keyword: nouns and names, verbs and adjectives used as
# nouns, abbreviations, set phrases.
_NOUNS = ("n", "vn", "an", "j", "l")


@cache
def words_but_nouns() -> frozenset[str]:
    """The words of jieba's dictionary that are no nouns: verbs, numerals, adverbs and so on."""
    entries = (line.decode("utf-8").split() for line in jieba.get_dict_file())
    return frozenset(word for word, _, mark in entries if not mark.startswith(_NOUNS))


class Segmenter:
    """Words of a folded text, the same every time.

    Args:
        words: folded words of the vocabulary. Those that jieba does not know are added with the frequency at
            which they win against their own parts and against nothing else, so that 跨国企业 keeps its parts.
    """

    def __init__(self, words: Iterable[str] = (), *, fast: bool = True) -> None:
        slow = jieba.Tokenizer()
        slow.initialize()
        added: dict[str, int] = {}
        for word in sorted(set(words)):
            if len(word) > 1 and slow.FREQ.get(word, 0) == 0:
                added[word] = slow.suggest_freq(word, tune=False)
                slow.add_word(word, added[word])
        self._cut: Callable[[str], Iterable[str]] = partial(slow.cut, HMM=False)
        if fast and rjieba is not None:
            rapid = rjieba.Jieba()
            for word, frequency in added.items():
                rapid.add_word(word, frequency, "n")
            self._cut = partial(rapid.cut, hmm=False)

    def cut(self, text: str) -> Cut:
        """A text folded and cut into words."""
        folded_text = folded(text)
        return Cut(folded_text, tuple(self._cut(folded_text)))


@dataclass(frozen=True)
class Cut:
    """A folded text and its words in order; joined they are the text again."""

    text: str
    words: tuple[str, ...]

    @cached_property
    def boundaries(self) -> Mapping[int, None]:
        """The offsets at which words begin or end, 0 and the text's length among them, ascending."""
        return dict.fromkeys([0, *accumulate(map(len, self.words))])
