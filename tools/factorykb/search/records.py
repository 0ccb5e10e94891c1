"""What hits show: the text of units, Huffman-coded, a few units a file. Also read by other parts of the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from factorykb.search import bits
from factorykb.search.alphabet import Alphabet
from factorykb.search.units import Group, Unit

File = tuple[tuple[Group, Unit], ...]

_SMALL_SITE = 1000  # units: the ten hits of a query lie together in few files, if these are larger
# On a small site and on others, where each hit has a file of its own.
_FILE_CHARACTERS = {True: 1300, False: 650}
_LARGE_SITE = 30_000  # units: beyond, files become larger instead of more; each costs the disk and a transfer
END = "\x1e"


def begins(groups: Sequence[Group]) -> list[bool]:
    """For each unit, whether a new file begins with it. A long text has a file to itself."""
    starts: list[bool] = []
    total = sum(len(group.units) for group in groups)
    most = _FILE_CHARACTERS[total <= _SMALL_SITE] * max(1, total / _LARGE_SITE)
    characters = most + 1
    for group in groups:
        for unit in group.units:
            length = len(unit.before) + len(unit.body)
            starts.append(characters + length > most)
            characters = length + (0 if starts[-1] else characters)
    return starts


def files_of(groups: Sequence[Group]) -> list[File]:
    """The units of each file, with their groups."""
    files: list[list[tuple[Group, Unit]]] = []
    units = ((group, unit) for group in groups for unit in group.units)
    for is_new, one in zip(begins(groups), units, strict=True):
        if is_new:
            files.append([])
        files[-1].append(one)
    return [tuple(file) for file in files]


def plain(file: File) -> str:
    """The text of a file: its units' records, each with its article's fields where those are new."""
    fronts = ("", *(group.front for group, _ in file))
    new = (front if front != before else "" for before, front in pairwise(fronts))
    return "".join(f"{front}{END}{unit.record}{END}" for front, (_, unit) in zip(new, file, strict=True))


def packed(files: Sequence[File], alphabet: Alphabet) -> Iterator[str]:
    """The contents of files, coded together: each piece of numpy's work has a price."""
    texts = list(map(plain, files))
    symbols = alphabet.pairs.symbols("".join(texts))
    ends = np.nonzero(symbols == ord(END))[0] + 1  # no pair of characters holds one
    return bits.packed(alphabet.coded(symbols), ends[np.cumsum([text.count(END) for text in texts]) - 1])
