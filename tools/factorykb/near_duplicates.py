"""Texts that say the same: reposts under another title, with some words changed, a lead or a tail added.

A text is compared by its shingles, the sequences of `SHINGLE` letters and digits in its folded form, so that
punctuation, white space and markup do not count. Of their hashes every `_SHARE`th is kept, by its value: the
FracMinHash sketch (Irber et al., bioRxiv 2022.01.11.475838). Unlike a MinHash of fixed size it also estimates how
much of a short text a longer one contains. Texts that share a kept hash lie in one bucket; neighbours in enough
buckets are candidates; then counts how many letters of the shorter text lie in a shingle of the other. Work and
memory grow with the length of the texts, even where thousands share a paragraph.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from factorykb.cache import NOTHING, Cache, digest
from factorykb.fold import folded, points
from factorykb.model import Packable

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
# Of the smaller sketch; where every fifth word is another, a quarter of the shingles is left.
_ESTIMATE = 0.15
_CANDIDATES = 4  # looked at for a text, those that share most buckets with it
_CHUNK = 400  # texts handed to a process at a time: quick work, and copies of all texts fit into memory
_LETTERS = re.compile(r"[^\W_]+")  # what `str.isalnum` takes, in runs
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; with the mixer below from SplitMix64

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Sketch(Packable):
    """The kept hashes of a text's shingles, ascending, and how many `letters` it has."""

    hashes: Hashes
    letters: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text by name. A gathering of several texts, as a question with its answers, repeats only another one."""

    id: str
    text: str
    gathered: bool = False


def repeats(texts: Sequence[Text], jobs: int = 1, cache: Cache = NOTHING) -> dict[str, str]:
    """Which text says the same as which earlier one: name → name, each but the first of a group.

    Args:
        texts: in the order in which they stand for others. Every text is named with the first of its group that it
            was compared with and found the same as.
        cache: what earlier runs made of the same texts.
    """
    content = [digest(str(text.gathered), text.text) for text in texts]
    key = digest(*(text.id for text in texts), *content)
    return cache.one("repeats", key, _repeats, texts, content, jobs, cache)


def _repeats(texts: Sequence[Text], content: Sequence[bytes], jobs: int, cache: Cache) -> dict[str, str]:
    """The same, given also a digest of each text."""
    numbers = range(len(texts))
    sketches = list(
        cache.mapped("sketches", content.__getitem__, _sketch, numbers, jobs, texts, chunk=_CHUNK)
    )
    candidates = list(_candidates([one.hashes for one in sketches]))

    def key(candidate: tuple[int, list[int]]) -> bytes:
        return b"".join([content[candidate[0]], *(content[other] for other in candidate[1])])

    checked = cache.mapped("same", key, _checked, candidates, jobs, texts, sketches, chunk=_CHUNK)
    found: dict[int, int] = {}
    for (number, earlier), which in zip(candidates, checked, strict=True):
        same = {other for other, is_found in zip(earlier, which, strict=True) if is_found}
        for other in dict.fromkeys([*(found.get(other, other) for other in earlier), *earlier]):
            is_same = other in same if other in earlier else _is_same(texts, sketches, other, number)
            if is_same:
                found[number] = other
                break
    return {texts[number].id: texts[other].id for number, other in found.items()}


def _checked(
    candidate: tuple[int, list[int]], texts: Sequence[Text], sketches: Sequence[Sketch]
) -> list[bool]:
    """Whether a text says the same as each of its candidates."""
    number, earlier = candidate
    return [_is_same(texts, sketches, other, number) for other in earlier]


def _is_same(texts: Sequence[Text], sketches: Sequence[Sketch], one: int, other: int) -> bool:
    """Whether readers of one text need not read the other."""
    shorter, longer = sorted((one, other), key=lambda number: sketches[number].letters)
    length = sketches[shorter].letters
    if texts[one].gathered != texts[other].gathered or length < _HALF * sketches[longer].letters:
        return False
    if not _may_be_same(sketches[one].hashes, sketches[other].hashes):
        return False
    return covered(shingles_of(texts[shorter].text), shingles_of(texts[longer].text)) >= _asked(length)


@lru_cache(maxsize=1024)
def shingles_of(text: str) -> Hashes:
    """The `shingles` of a text as it stands; it is compared with several others one after the other."""
    return shingles(letters(text))


def _sketch(number: int, texts: Sequence[Text]) -> Sketch:
    text = letters(texts[number].text)
    return Sketch(sketch(text), len(text))


def letters(text: str) -> str:
    """What of a text is compared: its letters and digits, folded."""
    return "".join(_LETTERS.findall(folded(text)))


def shingles(text: str) -> Hashes:
    """A hash of the shingle that begins at each of `letters`, in their order; none for a text too short for one.

    The same on every machine: code points as little-endian numbers, arithmetic modulo 2^64.
    """
    codes = points(text).astype(np.uint64)
    hashes = np.zeros(max(0, len(codes) - SHINGLE + 1), np.uint64)
    for place in range(SHINGLE):
        hashes = hashes * _BASE + codes[place : place + len(hashes)]
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def covered(text: Hashes, whole: Hashes) -> float:
    """The share of a text's letters that lie in a shingle of the other, 0 to 1; 1 for a text too short for one.

    Args:
        text: its `shingles`.
        whole: those of the other.
    """
    if not len(text) or not len(whole):
        return float(not len(text))
    known = np.sort(whole)  # looking up in these is seven times as fast as `np.isin`
    stands = known[np.minimum(np.searchsorted(known, text), len(known) - 1)] == text
    begun = np.cumsum(np.concatenate([np.zeros(SHINGLE, int), stands, np.zeros(SHINGLE - 1, int)]))
    return float(np.count_nonzero(begun[SHINGLE:] > begun[:-SHINGLE])) / (len(text) + SHINGLE - 1)


def sketch(text: str) -> Hashes:
    """The kept hashes of the shingles of `letters`, ascending; none for a text too short to compare."""
    hashes = shingles(text) if len(text) >= SHORTEST else np.empty(0, np.uint64)
    return np.unique(hashes[hashes < np.uint64(2**64 // _SHARE)])


def _asked(length: int) -> float:
    return SAME if length >= _LONG else SAME_WHEN_SHORT


def _may_be_same(one: Hashes, other: Hashes) -> bool:
    """What the sketches say; they err, so little is asked of them."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= _ESTIMATE * min(len(one), len(other))


def _candidates(sketches: Sequence[Hashes]) -> Iterator[tuple[int, list[int]]]:
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
