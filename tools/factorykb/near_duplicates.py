"""Texts that say the same: reposts under another title, with some words changed, a lead or a tail added.

A text is compared by its shingles, the sequences of `SHINGLE` letters and digits in its folded form, so that
punctuation, white space and markup do not count. Of their hashes every `_SHARE`th is kept, by its value: the
FracMinHash sketch (Irber et al., bioRxiv 2022.01.11.475838). Unlike a MinHash of fixed size it also estimates how
much of a short text a longer one contains. Texts that share a kept hash lie in one bucket; neighbours in enough
buckets are candidates, and the shingles themselves decide. Work and memory grow with the length of the texts, even
where thousands share a paragraph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from factorykb.fold import folded

SHINGLE = 5  # letters; two articles on one matter share 1 in 5 of these at most, a repost most of them
SHORTEST = 100  # letters; shorter texts are alike by chance
SAME = 0.55  # share of the shorter text's shingles that stand in the other, from `_LONG` letters on
SAME_WHEN_SHORT = 0.75  # notices that differ only in names and numbers reach 0.6
_LONG = 500
_HALF = 0.5  # a text of less than half the other's length is a part of it, not the same
_SHARE = 8
_NEIGHBOURS = 3  # of a text in a bucket, on each side
_SHARED = 3  # buckets at least, and one in `_OF_SKETCH` of the smaller sketch
_OF_SKETCH = 8
_ESTIMATE = 0.6  # of what is asked for; a sketch of a dozen hashes is no more exact
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; with the mixer below from SplitMix64

Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Text:
    """A text by name. That of a part is the whole's name, `#`, and its own; a text does not repeat its parts."""

    id: str
    text: str


def repeats(texts: Sequence[Text]) -> dict[str, str]:
    """Which text says the same as which earlier one: name → name, each but the first of a group.

    Args:
        texts: in the order in which they stand for others. Every text is named with the first of its group that it
            was compared with and found the same as.
    """
    sketches = [sketch(letters(one.text)) for one in texts]
    sets = lru_cache(maxsize=64)(lambda number: shingles(letters(texts[number].text)))
    found: dict[int, int] = {}
    for number, earlier in _candidates(sketches):
        ordered = dict.fromkeys([*(found.get(other, other) for other in earlier), *earlier])
        for other in ordered:
            if (
                not _is_part(texts[other].id, texts[number].id)
                and _may_be_same(sketches[other], sketches[number])
                and is_same(sets(other), sets(number))
            ):
                found[number] = other
                break
    return {texts[number].id: texts[other].id for number, other in found.items()}


def letters(text: str) -> str:
    """What of a text is compared: its letters and digits, folded."""
    return "".join(filter(str.isalnum, folded(text)))


def shingles(text: str) -> frozenset[str]:
    """The shingles of `letters`."""
    return frozenset(text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1))


def contained(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the text with fewer shingles stands in the other, 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


def is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether readers of one text need not read the other."""
    shorter, longer = sorted((len(one), len(other)))
    return shorter >= _HALF * longer and contained(one, other) >= _asked(shorter)


def stands_in(part: str, whole: frozenset[str]) -> bool:
    """Whether a whole with these shingles says what `part` says; true of a part too short to tell."""
    own = shingles(letters(part))
    return not own or len(own & whole) >= SAME_WHEN_SHORT * len(own)


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


def _is_part(one: str, other: str) -> bool:
    """Whether one text is a part of the other, whichever it is."""
    whole, part = sorted((one, other), key=len)
    return part.startswith(f"{whole}#")


def _may_be_same(one: Sketch, other: Sketch) -> bool:
    """What the sketches say; they err, so less is asked of them."""
    shorter = min(len(one), len(other))
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= _ESTIMATE * _asked(shorter * _SHARE) * shorter


def _candidates(sketches: Sequence[Sketch]) -> Iterator[tuple[int, list[int]]]:
    """Numbers of texts, ascending, each with those of earlier ones that it shares buckets with, ascending.

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
    by_text: dict[int, list[int]] = defaultdict(list)
    for number, other in zip(later[kept].tolist(), earlier[kept].tolist(), strict=True):
        by_text[number].append(other)
    yield from by_text.items()
