"""The index proper: where each character and each pair of neighbours stands, in shards by hash.

The texts of all heads and bodies lie in one array of ranks, with zeros between lines; a shard is made by picking
the places whose pair falls into it. Neighbouring shards are made together, a batch with some hundred thousand places
at a time, however large the corpus is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from factorykb.parallel import mapped
from factorykb.search import bits
from factorykb.search.alphabet import Alphabet
from factorykb.search.bits import Codes, Numbers, numbers
from factorykb.search.units import Unit, folded_lines

_SHARD_BYTES = 1500  # what a query downloads for a pair of characters, about
_MANY_SHARDS = 4096
_BYTES_A_PLACE = 2.3  # measured; only the number of shards depends on it
_AT_A_TIME = 500_000  # places of a batch: some 150 MB while it is sorted
_PIECE = 1 << 20  # places that are given to batches in one go
_BATCHES = 255  # as many as a byte can name; beyond some hundred million places they grow
_HEAD_CLASS = 4  # heads have few characters; their lengths are not stored
_MOST_TIMES = 15  # beyond that a word more says nothing about a passage
_KEY_BITS = 8  # Rice parameter of the second character's rank


@dataclass(frozen=True, slots=True)
class Slots:
    """`text`: rank + 1 of each folded character, 0 at each line's end. `starts`: where each slot begins; first come
    the bodies of all units, then their heads. `classes`: binary digits of each slot's length, at most 15."""

    text: npt.NDArray[np.int32]
    starts: Numbers
    classes: Numbers


def slots_of(units: list[Unit], alphabet: Alphabet) -> Slots:
    pieces: list[npt.NDArray[np.int32]] = []
    lengths: list[int] = []
    line_end = alphabet.ranks("\n")[0] + 1
    for text in chain((unit.body for unit in units), (unit.head for unit in units)):
        ranks = alphabet.ranks(folded_lines(text) + "\n") + 1
        ranks[ranks == line_end] = 0
        pieces.append(ranks)
        lengths.append(len(ranks))
    classes = np.minimum(bits.bit_length(numbers(lengths)), 15)
    classes[len(units) :] = _HEAD_CLASS
    joined = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int32)
    return Slots(joined, np.concatenate([[0], np.cumsum(numbers(lengths))[:-1]]), classes)


def shard_count(slots: Slots) -> int:
    """How many shards: of some KB each, and from some thousands on fewer and larger ones."""
    count = max(1, round(len(slots.text) * _BYTES_A_PLACE / _SHARD_BYTES))
    return count if count <= _MANY_SHARDS else round((count * _MANY_SHARDS) ** 0.5)


def shards(slots: Slots, count: int, jobs: int = 1) -> Iterator[tuple[int, str]]:
    """Number and content of each shard that holds anything."""
    batches = max(1, min(_BATCHES, count, 2 * len(slots.text) // _AT_A_TIME))
    width = -(-count // batches)
    pairs, singles = (_batch_of(slots.text, count, width, pairs=pairs) for pairs in (True, False))
    for some in mapped(_batch, range(batches), jobs, slots, count, pairs, singles):
        yield from some


def concept_shards(
    slots: Slots, entries: Sequence[tuple[int, int, int]], count: int
) -> Iterator[tuple[int, str]]:
    """As `shards`, for concepts: `entries` say which concept (from 0) a unit's body holds, and how many times.

    A concept is written like a single character, its number plus one in place of the rank.
    """
    if not entries:
        return
    concept, unit, times = numbers(entries).T
    times = np.minimum(times, _MOST_TIMES)
    first, place = np.repeat(concept + 1, times), np.repeat(slots.starts[unit], times)
    shard = (first - 1) % count
    order = np.lexsort((place, first, shard))
    shard = shard[order]
    codes, ends = _codes(slots, shard, first[order], np.zeros_like(first), place[order])
    yield from zip(map(int, shard[_changes(shard)]), bits.packed(codes, ends), strict=True)


def shard_of(first: Numbers, second: Numbers, count: int) -> Numbers:
    """The shard of a pair; `second` 0 stands for the single character. The reader has the same formula."""
    mixed = ((first * 0x9E3779B1) ^ ((second + 1) * 0x85EBCA77)) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 15)) % count


def _batch_of(text: npt.NDArray[np.int32], count: int, width: int, *, pairs: bool) -> npt.NDArray[np.uint8]:
    """The batch that the pair, or the single character, at each place belongs to; `_BATCHES` for none."""
    found = np.full(len(text), _BATCHES, dtype=np.uint8)
    for low in range(0, len(text), _PIECE):
        first, second = _keys(text, np.arange(low, min(low + _PIECE, len(text))), pairs=pairs)
        usable = (first > 0) & ((second > 0) | (not pairs))
        found[low : low + _PIECE][usable] = shard_of(first[usable], second[usable], count) // width
    return found


def _keys(text: npt.NDArray[np.int32], places: Numbers, *, pairs: bool) -> tuple[Numbers, Numbers]:
    """The ranks of the characters at `places` and, of pairs, after them; 0 where the text ends."""
    first = numbers(text[places])
    if not pairs:
        return first, np.zeros_like(first)
    after = np.minimum(places + 1, len(text) - 1)
    return first, np.where(after > places, numbers(text[after]), 0)


def _batch(
    batch: int, slots: Slots, count: int, pairs: npt.NDArray[np.uint8], singles: npt.NDArray[np.uint8]
) -> list[tuple[int, str]]:
    found = []
    for batches, is_pair in ((pairs, True), (singles, False)):
        place = np.nonzero(batches == batch)[0]
        first, second = _keys(slots.text, place, pairs=is_pair)
        found.append((shard_of(first, second, count), first, second, place))
    shard, first, second, place = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if not len(shard):
        return []
    order = np.lexsort((place, second, first, shard))
    shard, first, second, place = shard[order], first[order], second[order], place[order]
    codes, ends = _codes(slots, shard, first, second, place)
    return list(zip(map(int, shard[_changes(shard)]), bits.packed(codes, ends), strict=True))


def _changes(*columns: Numbers) -> npt.NDArray[np.bool_]:
    """Where any of the columns differs from the row before; the first row does."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _codes(
    slots: Slots, shard: Numbers, first: Numbers, second: Numbers, place: Numbers
) -> tuple[Codes, Numbers]:
    """The codes of sorted places, and after how many codes each shard ends.

    A shard is: gamma(keys); for each key its ranks, gamma(slots), and for each slot the gap to the one before,
    gamma(times) and, for pairs, the places in it.
    """
    slot = np.searchsorted(slots.starts, place, side="right") - 1
    place = place - slots.starts[slot]
    of_shard, of_key = _changes(shard), _changes(shard, first, second)
    of_slot = of_key | _changes(slot)
    pair = second > 0

    shard_rows, key_rows, slot_rows = (np.nonzero(rows)[0] for rows in (of_shard, of_key, of_slot))
    keys_in_shard = np.diff(np.append(np.searchsorted(key_rows, shard_rows), len(key_rows)))
    slots_of_key = np.diff(np.append(np.searchsorted(slot_rows, key_rows), len(slot_rows)))
    times = np.diff(np.append(slot_rows, len(slot)))

    # The order of the codes: each row brings up to seven, in these columns.
    wanted = np.zeros((len(slot), 7), dtype=bool)
    wanted[shard_rows, 0] = True
    wanted[key_rows, 1:4] = True
    wanted[slot_rows, 4:6] = True
    wanted[pair, 6] = True
    ordinal = np.cumsum(wanted.ravel()).reshape(wanted.shape) - 1
    total = int(ordinal[-1, -1]) + 1
    values, lengths = np.zeros(total, dtype=np.int64), np.zeros(total, dtype=np.int64)

    def put(rows: Numbers, column: int, codes: Codes) -> None:
        at = ordinal[rows, column]
        values[at], lengths[at] = codes.values, codes.lengths

    put(shard_rows, 0, bits.gamma(keys_in_shard))
    step = _gaps(first[key_rows], of_shard[key_rows])
    put(key_rows, 1, bits.gamma(step + 1))
    same = (step == 0) & ~of_shard[key_rows]
    rank = np.where(same, _gaps(second[key_rows], ~same), second[key_rows])
    put(key_rows, 2, bits.rice(rank, np.full(len(rank), _KEY_BITS)))
    put(key_rows, 3, bits.gamma(slots_of_key))
    gap = _gaps(slot[slot_rows], of_key[slot_rows], before=-1) - 1
    parameter = bits.rice_parameter(len(slots.starts) // 2, np.repeat(slots_of_key, slots_of_key))
    put(slot_rows, 4, bits.rice(gap, parameter))
    put(slot_rows, 5, bits.gamma(times))
    spread = np.maximum(slots.classes[slot] - 1 - (bits.bit_length(np.repeat(times, times)) - 1), 0)
    near = _gaps(place, of_slot, before=-1) - 1
    pairs = np.nonzero(pair)[0]
    put(pairs, 6, bits.rice(near[pairs], spread[pairs]))
    ends = np.append(ordinal[shard_rows[1:], 0], total)
    return Codes(values, lengths), numbers(ends)


def _gaps(values: Numbers, restart: npt.NDArray[np.bool_], before: int = 0) -> Numbers:
    """Each value less the one before it, at a restart less `before`."""
    previous = np.concatenate([[before], values[:-1]])
    return values - np.where(restart, before, previous)
