"""Cuts Chinese into words: jieba's own dictionary plus the vocabulary's words. The only import of jieba."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import jieba

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

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._jieba = jieba.Tokenizer()
        self._jieba.initialize()
        for word in sorted(set(words)):
            if len(word) > 1 and self._jieba.FREQ.get(word, 0) == 0:
                self._jieba.add_word(word, self._jieba.suggest_freq(word, tune=False))

    def cut(self, text: str) -> Cut:
        """A text folded and cut into words."""
        folded_text = folded(text)
        return Cut(folded_text, tuple(self._jieba.cut(folded_text, HMM=False)))


@dataclass(frozen=True, slots=True)
class Cut:
    """A folded text and its words in order; joined they are the text again."""

    text: str
    words: tuple[str, ...]

    def boundaries(self) -> list[int]:
        """The offsets at which words begin or end, 0 and the text's length among them, ascending."""
        return [0, *accumulate(map(len, self.words))]
