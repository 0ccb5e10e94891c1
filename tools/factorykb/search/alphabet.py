"""The characters of the corpus, the frequent first, with Huffman codes for the records' text."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from factorykb.search import bits
from factorykb.search.bits import Codes, Numbers, numbers

_CODE_POINTS = 0x110000
_PIECE = 1_000_000  # characters counted at a time


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`characters[r]` has rank r, from 0. `lengths[r]`: bits of its Huffman code, never falling with the rank."""

    characters: str
    lengths: tuple[int, ...]
    _ranks: npt.NDArray[np.int32]
    _codes: Numbers

    def ranks(self, text: str) -> npt.NDArray[np.int32]:
        """The rank of each character; -1 for one that is not in the alphabet."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return self._ranks[points]

    def codes(self, text: str) -> Codes:
        ranks = self.ranks(text)
        return Codes(self._codes[ranks], numbers(self.lengths)[ranks])

    def packed(self) -> str:
        """The characters, as gamma codes of the steps between code points; each code length begins anew."""
        points = numbers([ord(char) for char in self.characters])
        begins = np.diff(numbers(self.lengths), prepend=0) > 0
        steps = np.where(begins, points + 1, np.diff(points, prepend=0))
        return next(bits.packed(bits.gamma(steps), numbers([len(steps)])))

    def counts_by_length(self) -> list[int]:
        """How many codes have 0, 1, 2, … bits: all that a reader needs to rebuild the codes."""
        counts = Counter(self.lengths)
        return [counts[length] for length in range(max(counts, default=0) + 1)]


def alphabet_of(texts: Iterable[str], also: Iterable[str]) -> Alphabet:
    """The alphabet of `texts`, with codes by how often characters stand there; `also` adds rarer ones."""
    counts = _counted(texts)
    counts += (counts == 0) & (_counted(also) > 0)
    found = np.nonzero(counts)[0]
    by_count = [chr(code) for code in found[np.argsort(-counts[found], kind="stable")]]
    lengths = _huffman(sorted(map(int, counts[found]), reverse=True))
    # Among codes of one length any order will do; that of the code points can be written in few bits.
    ordered = [char for _, char in sorted(zip(lengths, by_count, strict=True))]
    ranks = np.full(_CODE_POINTS, -1, dtype=np.int32)
    ranks[[ord(char) for char in ordered]] = np.arange(len(ordered))
    return Alphabet("".join(ordered), tuple(lengths), ranks, numbers(_canonical(lengths)))


def _counted(texts: Iterable[str]) -> Numbers:
    """How often each code point stands in the texts."""
    counts = np.zeros(_CODE_POINTS, dtype=np.int64)
    for piece in _pieces(texts):
        points = np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        counts += np.bincount(points, minlength=_CODE_POINTS)
    return counts


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """The texts in larger pieces: counting has a price for each."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size > _PIECE:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def _huffman(counts: list[int]) -> list[int]:
    """Code lengths for counts that fall: sorted, so that the more frequent never has the longer code."""
    if len(counts) < 2:
        return [1] * len(counts)
    heap = [(count, index) for index, count in enumerate(counts)]
    heapq.heapify(heap)
    parents: dict[int, int] = {}
    following = len(counts)
    while len(heap) > 1:
        (one, left), (two, right) = heapq.heappop(heap), heapq.heappop(heap)
        parents[left] = parents[right] = following
        heapq.heappush(heap, (one + two, following))
        following += 1
    depths = {following - 1: 0}
    for node in range(following - 2, -1, -1):
        depths[node] = depths[parents[node]] + 1
    return sorted(depths[index] for index in range(len(counts)))


def _canonical(lengths: list[int]) -> list[int]:
    """The codes that belong to sorted lengths: each is the one before plus one, made longer where need be."""
    codes: list[int] = []
    code = 0
    for index, length in enumerate(lengths):
        if index:
            code = (code + 1) << (length - lengths[index - 1])
        codes.append(code)
    return codes
