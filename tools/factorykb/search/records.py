"""What hits show: the text of units, Huffman-coded, a few units a file. Also read by other parts of the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from factorykb.search import bits
from factorykb.search.alphabet import Alphabet
from factorykb.search.bits import Numbers
from factorykb.search.units import Group, Unit

File = tuple[tuple[Group, Unit], ...]

_SMALL_SITE = 1000  # units: the ten hits of a query lie together in few files, if these are larger
# On a small site and on others, where each hit that no word of the vocabulary brings up has a file of its own.
_FILE_CHARACTERS = {True: 1400, False: 700}
_LARGE_SITE = 30_000  # units: beyond, files become larger instead of more; each costs the disk and a transfer
_BESIDE = 50  # characters of a record beside its text, about; `engine.js` has the same number
END = "\x1e"


def characters_of(total: int) -> int:
    """How many characters a file has at most, unless it has one record only, on a site of so many units."""
    return round(_FILE_CHARACTERS[total <= _SMALL_SITE] * max(1, total / _LARGE_SITE))


def files_of(groups: Sequence[Group], gathered: Sequence[Sequence[int]], rooms: Numbers) -> list[File]:
    """The units of each file, with their groups: first those that are `gathered`, then the others in their order.

    Args:
        rooms: how wide the room of each unit's text is: what a reader knows of its length.
    """
    units = [(group, unit) for group in groups for unit in group.units]
    apart = {number for file in gathered for number in file}
    files = [tuple(units[number] for number in file) for file in gathered]
    most = characters_of(len(units))
    own: list[tuple[Group, Unit]] = []
    characters = 0
    for number, one in enumerate(units):
        if number in apart:
            continue
        characters += int(rooms[number]) + _BESIDE
        if own and characters > most:
            files.append(tuple(own))
            own, characters = [], int(rooms[number]) + _BESIDE
        own.append(one)
    return [*files, tuple(own)] if own else files


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
