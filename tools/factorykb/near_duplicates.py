"""Texts that say the same: reposts under another title, with some words changed, a lead or a tail added.

A text is compared by its shingles, the sequences of `SHINGLE` letters and digits in its folded form, so that
punctuation, white space and markup do not count. Of their hashes every `_SHARE`th is kept, by its value: the
FracMinHash sketch (Irber et al., bioRxiv 2022.01.11.475838). Unlike a MinHash of fixed size it also estimates how
much of a short text a longer one contains. Texts that share a kept hash lie in one bucket; neighbours in enough
buckets are candidates; then counts how many letters of the shorter text lie in a shingle of the other. Work and
memory grow with the length of the texts, even where thousands share a paragraph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from factorykb.fold import folded
from factorykb.parallel import in_ranges, mapped

SHINGLE = 6  # letters; one changed word spoils the shingles across it, and the letters beside it still count
SHORTEST = 100  # letters; shorter texts are alike by chance
SAME = 0.6  # share of the shorter text's letters that the other covers; articles on one matter reach 0.45
SAME_WHEN_SHORT = 0.75  # notices that differ only in names and numbers reach 0.72
_LONG = 400  # letters
_HALF = 0.5  # a text of less than half the other's length is a part of it, not the same
_SHARE = 8
_NEIGHBOURS = 3  # of a text in a bucket, on each side
_SHARED = 3  # buckets at least, and one in `_OF_SKETCH` of the smaller sketch
_OF_SKETCH = 8
_ESTIMATE = (
    0.15  # of the smaller sketch; where every fifth word is another, a quarter of the shingles is left
)
_CANDIDATES = 4  # looked at for a text, those that share most buckets with it
_RANGE = 200  # texts that a process sketches at a time
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; with the mixer below from SplitMix64

Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Text:
    """A text by name. A gathering of several texts, as a question with its answers, repeats only another one."""

    id: str
    text: str
    gathered: bool = False


def repeats(texts: Sequence[Text], jobs: int = 1) -> dict[str, str]:
    """Which text says the same as which earlier one: name → name, each but the first of a group.

    Args:
        texts: in the order in which they stand for others. Every text is named with the first of its group that it
            was compared with and found the same as.
    """
    ranges = list(in_ranges(len(texts), _RANGE))
    sketches = [one for some in mapped(_sketches, ranges, jobs, texts) for one in some]
    letters_of = lru_cache(maxsize=256)(lambda number: letters(texts[number].text))
    found: dict[int, int] = {}
    for number, earlier in _candidates(sketches):
        for other in dict.fromkeys([*(found.get(other, other) for other in earlier), *earlier]):
            if (
                texts[other].gathered == texts[number].gathered
                and _may_be_same(sketches[other], sketches[number])
                and is_same(letters_of(other), letters_of(number))
            ):
                found[number] = other
                break
    return {texts[number].id: texts[other].id for number, other in found.items()}


def _sketches(some: range, texts: Sequence[Text]) -> list[Sketch]:
    return [sketch(letters(texts[number].text)) for number in some]


def letters(text: str) -> str:
    """What of a text is compared: its letters and digits, folded."""
    return "".join(filter(str.isalnum, folded(text)))


def shingles(text: str) -> frozenset[str]:
    """The shingles of `letters`."""
    return frozenset(text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1))


def covered(text: str, whole: frozenset[str]) -> float:
    """The share of a text's letters that lie in one of these shingles, 0 to 1; 1 for a text too short for one."""
    count = end = 0
    for start in range(len(text) - SHINGLE + 1):
        if text[start : start + SHINGLE] in whole:
            count += start + SHINGLE - max(start, end)
            end = start + SHINGLE
    return count / len(text) if len(text) >= SHINGLE else 1.0


def overlap(one: str, other: str) -> float:
    """How much of the shorter of two texts, given as their letters, stands in the other, 0 to 1."""
    shorter, longer = sorted((one, other), key=len)
    return covered(shorter, shingles(longer))


def is_same(one: str, other: str) -> bool:
    """Whether readers of one text, given as its letters, need not read the other."""
    shorter, longer = sorted((len(one), len(other)))
    return shorter >= _HALF * longer and overlap(one, other) >= _asked(shorter)


def sketch(text: str) -> Sketch:
    """The kept hashes of the shingles of `letters`, ascending; none for a text too short to compare.

    The same on every machine: code points as little-endian numbers, arithmetic modulo 2^64.
    """
    if len(text) < SHORTEST:
        return np.empty(0, np.uint64)
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
    hashes = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        hashes = hashes * _BASE + codes[place : place + len(hashes)]
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return np.unique(hashes[hashes < np.uint64(2**64 // _SHARE)])


def _asked(length: int) -> float:
    return SAME if length >= _LONG else SAME_WHEN_SHORT


def _may_be_same(one: Sketch, other: Sketch) -> bool:
    """What the sketches say; they err, so little is asked of them."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= _ESTIMATE * min(len(one), len(other))


def _candidates(sketches: Sequence[Sketch]) -> Iterator[tuple[int, list[int]]]:
    """Numbers of texts, ascending, each with those of earlier ones that it shares most buckets with.

    In a bucket a text meets only its neighbours: where many say the same they form a chain.
    """
    sizes = np.array([len(one) for one in sketches], np.int64)
    hashes = np.concatenate([np.empty(0, np.uint64), *sketches])
    order = np.argsort(hashes, kind="stable")
    owners = np.repeat(np.arange(len(sketches)), sizes)[order]
    hashes = hashes[order]
    met = [
        owners[step:][same] * len(sketches) + owners[:-step][same]
        for step in range(1, _NEIGHBOURS + 1)
        for same in [hashes[step:] == hashes[:-step]]
    ]
    pairs, counts = np.unique(np.concatenate(met), return_counts=True)
    later, earlier = np.divmod(pairs, max(1, len(sketches)))
    smaller = np.minimum(sizes[later], sizes[earlier])
    kept = (counts >= _SHARED) & (counts * _OF_SKETCH >= smaller)
    by_text: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, other, count in zip(
        later[kept].tolist(), earlier[kept].tolist(), counts[kept].tolist(), strict=True
    ):
        by_text[number].append((-count, other))
    for number, others in by_text.items():
        yield number, [other for _, other in sorted(others)[:_CANDIDATES]]
