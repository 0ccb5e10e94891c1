"""One spelling for many: what two texts must share to be the same words to a reader."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt
import opencc

from factorykb.text import CJK, without_invisible

# Characters by which writers slip past filters: 卝 between two characters says nothing, 囯 is 国.
_EVASIONS = {"囯": "国", "卝": ""}
_BLANK_BESIDE_CHINESE = re.compile(rf"(?<=[{CJK}])[ \u3000]+|(?<![ \u3000])[ \u3000]+(?=[{CJK}])")
_TRADITIONAL = 0.1  # of a text's characters; Traditional texts have some 0.3, many others a stray one
_JOINERS = "\u200c\u200d"  # texts keep them, for emoji and Indic scripts; nobody types them to search
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character → simplified one, from OpenCC's tables, one to one; others are missing."""
    converter = opencc.OpenCC("t2s")
    characters = (chr(code) for low, high in _HAN for code in range(low, high + 1))
    pairs = ((char, converter.convert(char)) for char in characters)
    return {old: new for old, new in pairs if old != new and len(new) == 1} | _EVASIONS


def points(text: str) -> npt.NDArray[np.uint32]:
    """The code point of each character, the same on every machine."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


class _Characters(dict[int, str]):
    """Code point → what it folds to, worked out when first met: the table that `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        known = simplified()
        visible = without_invisible(char) and char not in _JOINERS
        normal = unicodedata.normalize("NFKC", char).casefold() if visible else ""
        target = self.setdefault(code, "".join(known.get(c, c) for c in normal))
        if len(target) == 1:
            _ONE_TO_ONE[code] = ord(target)
        return target


_CHARACTERS = _Characters()
_ONE_TO_ONE = np.zeros(sys.maxunicode + 1, np.uint32)  # the same, of the characters met that fold to one
_SHORT = 80  # characters, for which arrays do not pay


def folded(text: str) -> str:
    """`text` folded: NFKC, lower case, Traditional to Simplified, nothing invisible, no blank beside Chinese."""
    return _BLANK_BESIDE_CHINESE.sub("", _one_to_one(text) or text.translate(_CHARACTERS))


def _one_to_one(text: str) -> str | None:
    """`text` with its characters folded, where each has been met and folds to one: ten times as fast as `translate`."""
    if len(text) < _SHORT:
        return None
    targets = _ONE_TO_ONE[points(text)]
    return targets.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass") if targets.all() else None


def pinyin(text: str) -> list[str]:
    """The pinyin of each character, without tones; what has none stays, in pieces."""
    from pypinyin import lazy_pinyin  # reads its dictionary as it is imported, most of a second

    return lazy_pinyin(text)


def is_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters."""
    return sum(map(simplified().__contains__, text)) > _TRADITIONAL * len(text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where it came from: `text[i]` stems from `original[origins[i]]`."""

    text: str
    origins: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that the folded range [start, end) stems from."""
        return self.origins[start], self.origins[end - 1] + 1


def with_origins(text: str) -> Folded:
    """Fold `text` and keep the way back. Same folding as `folded`."""
    origins: Sequence[int] = range(len(text))
    joined = _one_to_one(text)
    if joined is None:
        targets = [_CHARACTERS[ord(char)] for char in text]
        joined = "".join(targets)
        origins = [i for i, target in enumerate(targets) for _ in target]
    dropped = [match.span() for match in _BLANK_BESIDE_CHINESE.finditer(joined)]
    if not dropped:
        return Folded(joined, origins)
    ends = [0, *(end for _, end in dropped)]
    starts = [*(start for start, _ in dropped), len(joined)]
    kept = list(zip(ends, starts, strict=True))
    text = "".join(joined[low:high] for low, high in kept)
    return Folded(text, tuple(chain.from_iterable(origins[low:high] for low, high in kept)))
