"""Frequent pairs as one symbol: byte-pair encoding (Gage, 1994) of characters, in a few rounds over whole arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from factorykb.fold import points
from factorykb.search.bits import Numbers, numbers

FIRST_PAIR = 0x110000  # symbols below are code points
_ROUNDS = 2  # pairs of characters, then pairs of those: up to four characters
_A_ROUND = 256
_SYMBOL_BITS = 21
_LEFT, _RIGHT = _SYMBOL_BITS, (1 << _SYMBOL_BITS) - 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of each round, ascending; the n-th of all is the symbol FIRST_PAIR + n."""

    rounds: tuple[Numbers, ...] = ()

    def symbols(self, text: str) -> Numbers:
        """The text as symbols; of pairs that overlap the first counts."""
        found, first = numbers(points(text)), FIRST_PAIR
        for keys in self.rounds:
            found, first = _merged(found, keys, first), first + len(keys)
        return found

    def parts(self) -> Numbers:
        """The two symbols of each pair, one pair after the other; a pair's parts come before it."""
        keys = np.concatenate([numbers([]), *self.rounds])
        return np.stack([keys >> _LEFT, keys & _RIGHT], axis=1).ravel()


def pairs_of(texts: Iterable[str], end: str, whole: str = "") -> Pairs:
    """The pairs worth a symbol in these texts, each of which ends with the character `end`; none holds that.

    Args:
        whole: another text, which counts as much as all `texts`.
    """
    joined = "".join(texts)
    often = (whole + end) * max(1, len(joined) // len(whole)) if whole else ""
    found, first = numbers(points(joined + often)), FIRST_PAIR
    rounds: list[Numbers] = []
    for _ in range(_ROUNDS):
        rounds.append(_frequent(found, ord(end)))
        found, first = _merged(found, rounds[-1], first), first + len(rounds[-1])
    return Pairs(tuple(rounds))


def _keys(symbols: Numbers) -> Numbers:
    return (symbols[:-1] << _LEFT) | symbols[1:]


def _frequent(symbols: Numbers, end: int) -> Numbers:
    keys = _keys(symbols)[(symbols[:-1] != end) & (symbols[1:] != end)]
    found, counts = np.unique(keys, return_counts=True)
    best = np.argsort(-counts, kind="stable")[:_A_ROUND]
    return np.sort(found[best[counts[best] > 1]])


def _merged(symbols: Numbers, pairs: Numbers, first: int) -> Numbers:
    if len(symbols) < 2 or not len(pairs):
        return symbols
    # Most neighbours are no pair, as a look at each of the two tells without a search.
    is_left, is_right = np.zeros(first, bool), np.zeros(first, bool)
    is_left[pairs >> _LEFT] = is_right[pairs & _RIGHT] = True
    place = np.nonzero(is_left[symbols[:-1]] & is_right[symbols[1:]])[0]
    keys = (symbols[place] << _LEFT) | symbols[place + 1]
    number = np.minimum(np.searchsorted(pairs, keys), len(pairs) - 1)
    is_pair = pairs[number] == keys
    place, number = place[is_pair], number[is_pair]
    # Where pairs overlap, every second one of the run is taken.
    begins = np.diff(place, prepend=-2) > 1
    is_taken = (place - np.maximum.accumulate(np.where(begins, place, 0))) % 2 == 0
    taken = place[is_taken]
    merged = symbols.copy()
    merged[taken] = first + number[is_taken]
    return np.delete(merged, taken + 1)
