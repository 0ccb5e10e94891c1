"""What hits show: the text of units, Huffman-coded, a few units a file. Also read by other parts of the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factorykb.parallel import spread
from factorykb.search import bits
from factorykb.search.alphabet import Alphabet
from factorykb.search.bits import numbers
from factorykb.search.units import Group

_SMALL_SITE = 1000  # units: the ten hits of a query lie together in few files, if these are larger
_FILE_CHARACTERS = {
    True: 1300,
    False: 650,
}  # on a small site and on others, where each hit has a file of its own
END = "\x1e"
_RANGE = 200  # files that a process packs at a time


def begins(groups: Sequence[Group]) -> list[bool]:
    """For each unit, whether a new file begins with it. A long text has a file to itself."""
    starts: list[bool] = []
    most = _FILE_CHARACTERS[sum(len(group.units) for group in groups) <= _SMALL_SITE]
    characters = most + 1
    for group in groups:
        for unit in group.units:
            starts.append(characters + len(unit.record) > most)
            characters = len(unit.record) + (0 if starts[-1] else characters)
    return starts


def streams(groups: Sequence[Group]) -> Iterator[str]:
    """The plain text of each file: its units' records, each with its article's fields where those are new."""
    waiting: list[str] = []
    shown: Group | None = None
    starts = iter(begins(groups))
    for group in groups:
        for unit in group.units:
            if next(starts) and waiting:
                yield "".join(waiting)
                waiting, shown = [], None
            front = group.front if group is not shown else ""
            waiting.append(f"{front}{END}{unit.record}{END}")
            shown = group
    if waiting:
        yield "".join(waiting)


def files(groups: Sequence[Group], alphabet: Alphabet, jobs: int = 1) -> Iterator[tuple[int, str]]:
    """Number and content of each file."""
    plain = list(streams(groups))
    yield from enumerate(spread(_packed, len(plain), _RANGE, jobs, plain, alphabet))


def _packed(some: range, plain: Sequence[str], alphabet: Alphabet) -> list[str]:
    found = (alphabet.codes(plain[number]) for number in some)
    return [next(bits.packed(codes, numbers([len(codes.values)]))) for codes in found]
