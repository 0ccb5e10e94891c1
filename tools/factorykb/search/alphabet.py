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
from factorykb.search.pairs import FIRST_PAIR, Pairs

_NO_PAIRS = Pairs()
_PIECE = 1_000_000  # characters looked at in one go
# Steps between characters of one code length are some 10 to 40. `engine.js` has the same number.
_STEP_BITS = 4


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`characters[r]` has rank r, from 0. `symbols` are characters and pairs in the order of their Huffman codes, of
    which `lengths` are the bits, never falling."""

    characters: str
    symbols: Numbers
    lengths: Numbers
    pairs: Pairs
    _ranks: npt.NDArray[np.int32]
    _places: npt.NDArray[np.int32]
    _codes: Numbers

    def ranks(self, characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
        """The rank of each character, given by its code point; -1 for one that is not in the alphabet."""
        return self._ranks[characters]

    def codes(self, text: str) -> Codes:
        return self.coded(self.pairs.symbols(text))

    def coded(self, symbols: Numbers) -> Codes:
        """The codes of symbols, as `pairs` finds them in a text."""
        places = self._places[symbols]
        return Codes(self._codes[places], self.lengths[places])

    def packed(self) -> str:
        """The symbols, as exponential Golomb codes of the steps between them; each code length begins anew."""
        begins = np.diff(self.lengths, prepend=0) > 0
        steps = np.where(begins, self.symbols + 1, np.diff(self.symbols, prepend=0))
        return next(bits.packed(bits.golomb(steps, _STEP_BITS), numbers([len(steps)])))

    def packed_pairs(self) -> str:
        """The parts of the pairs, in the Huffman code itself."""
        codes = self.coded(self.pairs.parts())
        return next(bits.packed(codes, numbers([len(codes.values)])))

    def counts_by_length(self) -> list[int]:
        """How many codes have 0, 1, 2, … bits: all that a reader needs to rebuild the codes."""
        counts = Counter(self.lengths.tolist())
        return [counts[length] for length in range(max(counts, default=0) + 1)]


def alphabet_of(
    texts: Iterable[str],
    also: Iterable[npt.NDArray[np.uint32]],
    pairs: Pairs = _NO_PAIRS,
    whole: str = "",
) -> Alphabet:
    """The alphabet of `texts`, with codes by how often symbols stand there; `also` adds rarer characters, by code point.

    Args:
        whole: another text, which counts as much as all `texts`.
    """
    counts, own = _counted(texts, pairs), _counted([whole], pairs)
    counts += own * max(1, counts.sum() // max(1, own.sum()))
    for piece in also:
        counts += (counts == 0) & (np.bincount(piece, minlength=len(counts)) > 0)
    counts[FIRST_PAIR:] += counts[FIRST_PAIR:] == 0  # a pair may stand in other pairs only,
    counts[pairs.parts()] += counts[pairs.parts()] == 0  # … and so may a character
    found = np.nonzero(counts)[0]
    by_count = found[np.argsort(-counts[found], kind="stable")]
    lengths = _huffman(sorted(map(int, counts[found]), reverse=True))
    # Among codes of one length any order will do; that of the symbols can be written in few bits.
    symbols = by_count[np.lexsort((by_count, numbers(lengths)))]
    characters = symbols[symbols < FIRST_PAIR]
    return Alphabet(
        characters="".join(map(chr, characters)),
        symbols=symbols,
        lengths=numbers(lengths),
        pairs=pairs,
        _ranks=_numbered(characters),
        _places=_numbered(symbols),
        _codes=numbers(_canonical(lengths)),
    )


def _numbered(symbols: Numbers) -> npt.NDArray[np.int32]:
    """The number of each symbol in a table of all; -1 for those that are not among them."""
    table = np.full(max(FIRST_PAIR, int(symbols.max(initial=0)) + 1), -1, dtype=np.int32)
    table[symbols] = np.arange(len(symbols))
    return table


def _counted(texts: Iterable[str], pairs: Pairs) -> Numbers:
    """How often each symbol stands in the texts."""
    counts = np.zeros(FIRST_PAIR + len(pairs.parts()) // 2, dtype=np.int64)
    for piece in in_pieces(texts):
        counts += np.bincount(pairs.symbols(piece), minlength=len(counts))
    return counts


def in_pieces(texts: Iterable[str]) -> Iterator[str]:
    """The texts in larger pieces: numpy's work has a price for each."""
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
