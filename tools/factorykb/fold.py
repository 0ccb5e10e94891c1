"""One spelling for many: what two texts must share to be the same words to a reader."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import opencc

from factorykb.text import CJK, without_invisible

# Characters by which writers slip past filters: 卝 between two characters says nothing, 囯 is 国.
_EVASIONS = {"囯": "国", "卝": ""}
# A pattern that begins with one character is looked for many times as fast as one that begins with a look behind.
_BLANK_BESIDE_CHINESE = re.compile(rf" (?:(?<=[{CJK}] ) *|(?<!  ) *(?=[{CJK}]))")
_TRADITIONAL = 0.1  # of a text's characters; Traditional texts have some 0.3, many others a stray one
_JOINERS = "\u200c\u200d"  # texts keep them, for emoji and Indic scripts; nobody types them to search
_READ = {"长三角": [["chang"], ["san"], ["jiao"]]}  # names whose pinyin the dictionary does not know
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character → simplified one, from OpenCC's tables, one to one; others are missing."""
    converter = opencc.OpenCC("t2s")
    characters = (chr(code) for low, high in _HAN for code in range(low, high + 1))
    pairs = ((char, converter.convert(char)) for char in characters)
    return {old: new for old, new in pairs if old != new and len(new) == 1}


@lru_cache(maxsize=1)
def _simplifying() -> dict[int, str]:
    return {ord(old): new for old, new in simplified().items()}


def in_simplified(text: str) -> str:
    """`text` in Simplified characters, each in the place of its Traditional one: what a pattern finds there stands at the
    same place of `text`."""
    return text if text.isascii() else text.translate(_simplifying())


def points(text: str) -> npt.NDArray[np.uint32]:
    """The code point of each character, the same on every machine."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


class _Characters(dict[int, str]):
    """Code point → what it folds to, worked out when first met: the table that `str.translate` asks. `one_to_one`: the
    same as an array, of the characters met that fold to one."""

    def __init__(self, others: Mapping[str, str]) -> None:
        self._others = others
        self.one_to_one = np.zeros(sys.maxunicode + 1, np.uint32)

    def __missing__(self, code: int) -> str:
        char = chr(code)
        known = simplified()
        visible = without_invisible(char) and char not in _JOINERS
        normal = unicodedata.normalize("NFKC", char).casefold() if visible else ""
        folded_char = "".join(known.get(c, c) for c in normal)
        target = self.setdefault(code, self._others.get(folded_char, folded_char))
        if len(target) == 1:
            self.one_to_one[code] = ord(target)
        return target


_CHARACTERS = _Characters({})
_UNMASKED = _Characters(_EVASIONS)
_SHORT = 80  # characters, for which arrays do not pay


def folded(text: str) -> str:
    """`text` folded: NFKC, lower case, Traditional to Simplified, nothing invisible, no blank beside Chinese."""
    return _folded(text, _CHARACTERS)


def unmasked(text: str) -> str:
    """`text` folded, without the characters by which writers hide words: for reading what it says. Search takes
    `folded`, so that it finds what is written."""
    return _folded(text, _UNMASKED)


def _folded(text: str, table: _Characters) -> str:
    if len(text) < _SHORT:
        return _BLANK_BESIDE_CHINESE.sub("", text.translate(table))
    return _BLANK_BESIDE_CHINESE.sub("", "".join(piece for _, _, piece in _pieces(text, table)))


def _pieces(text: str, table: _Characters) -> Iterator[tuple[int, int, str]]:
    """Ranges of `text` and what they fold to, blanks aside: where a range has not the length of what it folds to, it is
    of one character. Ten times as fast as `translate`, because most characters fold to one."""
    targets = table.one_to_one[points(text)]
    joined, done = targets.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass"), 0
    for at in np.flatnonzero(targets == 0).tolist():
        yield done, at, joined[done:at]
        yield at, at + 1, table[ord(text[at])]
        done = at + 1
    yield done, len(text), joined[done:]


def pinyin(text: str) -> list[str]:
    """The pinyin of each character, without tones; what has none stays, in pieces."""
    return _reader()(text)


@lru_cache(1)
def _reader() -> Callable[[str], list[str]]:
    # Reads its dictionary as it is imported, most of a second.
    from pypinyin import lazy_pinyin, load_phrases_dict

    load_phrases_dict(_READ)
    return lazy_pinyin


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters."""
    return int(np.count_nonzero(_are_traditional()[points(text)])) > _TRADITIONAL * len(text)


@lru_cache(maxsize=1)
def _are_traditional() -> npt.NDArray[np.bool_]:
    """Of each code point whether OpenCC has another, simplified one for it."""
    found = np.zeros(sys.maxunicode + 1, bool)
    found[[ord(char) for char in simplified()]] = True
    return found


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where it came from: `text[i]` stems from `original[origins[i]]`."""

    text: str
    origins: npt.NDArray[np.int64]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that the folded range [start, end) stems from."""
        return int(self.origins[start]), int(self.origins[end - 1]) + 1


def with_origins(text: str) -> Folded:
    """`unmasked` with the way back."""
    pieces = list(_pieces(text, _UNMASKED))
    joined = "".join(piece for _, _, piece in pieces)
    origins = np.arange(len(text))
    if len(pieces) > 1:
        lengths = np.ones(len(text), np.int64)
        for low, high, piece in pieces:
            if high - low == 1:
                lengths[low] = len(piece)
        origins = np.repeat(origins, lengths)
    dropped = [match.span() for match in _BLANK_BESIDE_CHINESE.finditer(joined)]
    if dropped:
        is_kept = np.ones(len(joined), bool)
        for low, high in dropped:
            is_kept[low:high] = False
        joined, origins = _BLANK_BESIDE_CHINESE.sub("", joined), origins[is_kept]
    return Folded(joined, origins)
