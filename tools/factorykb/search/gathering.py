"""Which records lie together: those that a word of the vocabulary brings up first, so that a query's ten hits are not
ten requests. A record stands in one file only. It is the first word that asks for it which decides: where that finds no
other, the record stays where it would be without.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from factorykb.editorial import Vocabulary
from factorykb.fold import folded, points
from factorykb.search import bits
from factorykb.search.bits import Codes, Numbers, numbers
from factorykb.search.postings import Lines
from factorykb.search.units import Group, all_units

_FIRST = 8  # of a word's hits: for more, a reader would have to know of more records where they lie
_CHARACTERS = 5000  # of a file, about: who wants one of its records reads all
# Units in the order of ranking; before a passage, at 1, comes one with the word in its heading.
_TITLE = 0
_PASSAGE = 2
_PAGE = 3
_K1, _B = 1.2, 0.15  # BM25, as in engine.js
_HEAD = 3  # how often a word in a heading counts
_LAST = (1 << 16) - 1


def gathered(vocabulary: Vocabulary, lines: Lines, groups: Sequence[Group]) -> list[list[int]]:
    """Numbers of units whose records share a file, ascending in each file and by its first. Other units are in none."""
    lengths = lines.lengths[: len(lines.lengths) // 2]
    is_free = lengths <= _CHARACTERS // 2
    files: list[list[int]] = []
    for first in _first_hits(_words(vocabulary), lines, groups):
        files += _in_files(first[is_free[first]], lengths)
        is_free[first] = False
    return sorted(sorted(file) for file in files if len(file) > 1)


def packed(files: Sequence[Sequence[int]]) -> str:
    """The files of `gathered`, for a reader who knows which units are in any. Each begins with the first unit that is
    left: gamma(number of its others), then for each how many of those left it passes over, in Rice codes."""
    left = sorted(unit for file in files for unit in file)
    parts = [Codes(numbers([]), numbers([]))]
    for _, *others in files:
        del left[0]
        parts.append(bits.gamma([len(others)]))
        at = 0
        for more, unit in zip(range(len(others), 0, -1), others, strict=True):
            place = bisect_left(left, unit)
            parts.append(bits.rice([place - at], bits.rice_parameter(len(left) - at, numbers([more]))))
            del left[place]
            at = place
    codes = bits.joined(parts)
    return next(bits.packed(codes, numbers([len(codes.values)])))


def _words(vocabulary: Vocabulary) -> list[str]:
    """What readers search for, folded: names and aliases of topics, then terms of themes."""
    names = (name for topic in vocabulary.topics for name in (topic.name, *topic.aliases))
    terms = (term for theme in vocabulary.themes for term in theme.terms)
    return list(dict.fromkeys(filter(None, map(folded, (*names, *terms)))))


def _in_files(units: Numbers, lengths: Numbers) -> Iterator[list[int]]:
    file: list[int] = []
    characters = 0
    for unit in units.tolist():
        characters += int(lengths[unit])
        if file and characters > _CHARACTERS:
            yield file
            file, characters = [], int(lengths[unit])
        file.append(unit)
    yield file


def _first_hits(words: Sequence[str], lines: Lines, groups: Sequence[Group]) -> Iterator[Numbers]:
    """Of each word the units that a reader is shown first: the page of that name, then as `score` in engine.js ranks
    them, but for what a word says of themes. What differs costs a request, nothing else."""
    units = all_units(groups)
    kinds = numbers([_kind(group, at) for group in groups for at, _ in enumerate(group.units)])
    lengths = lines.lengths[: len(units)]
    saturation = _K1 * (1 - _B + _B * lengths / max(1.0, lengths.sum() / max(1, len(units))))
    is_thin = np.asarray([not unit.substantive for unit in units], bool)
    is_other = np.asarray([unit.is_traditional for unit in units], bool)
    pages = {folded(unit.head): n for n, unit in enumerate(units) if kinds[n] == _PAGE}
    for word, slots in zip(words, _slots_with(words, lines), strict=True):
        found, times = np.unique(slots % len(units), return_counts=True)
        in_head = np.bincount(slots[slots >= len(units)] - len(units), minlength=len(units))[found]
        times = times + (_HEAD - 1) * in_head
        worth = times / (times + saturation[found])
        kind = kinds[found] - ((kinds[found] == _PASSAGE) & (in_head > 0))
        best = found[np.lexsort((found, -worth, is_thin[found], is_other[found], kind))][:_FIRST]
        page = numbers([pages[word]] if word in pages else [])
        yield np.concatenate([page, best[~np.isin(best, page)]])


def _kind(group: Group, at: int) -> int:
    if not group.source:
        return _PAGE
    return _TITLE if group.titled and at == 0 else _PASSAGE


def _slots_with(words: Sequence[str], lines: Lines) -> list[Numbers]:
    """For each word the slot of each of its occurrences. Each piece of the texts is sorted by character once."""
    found: list[list[Numbers]] = [[numbers([])] for _ in words]
    letters = [_letters(points(word)).tolist() for word in words]
    starts = np.cumsum(lines.lengths) - lines.lengths
    before = 0
    for piece in map(_letters, lines.pieces):
        order = np.argsort(piece, kind="stable")
        begins = np.searchsorted(piece[order], np.arange(_LAST + 2))
        for own, (first, *rest) in zip(found, letters, strict=True):
            place = order[begins[first] : begins[first + 1]]
            for step, letter in enumerate(rest, 1):  # none is a line's end, with which a piece ends
                place = place[piece.take(place + step, mode="clip") == letter]
            if len(place):
                own.append(np.searchsorted(starts, before + place, "right") - 1)
        before += len(piece)
    return [np.concatenate(own) for own in found]


def _letters(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    """In sixteen bits, which sort fast. All characters beyond are alike; hardly a word has one."""
    return np.minimum(characters, _LAST).astype(np.uint16)
