"""The index proper: where each pair of neighbouring characters stands, in shards by the first of the two.

The texts of all bodies and heads, the slots, lie in one array of ranks, with zeros at the ends of lines. A place
counts through rooms, one a slot, whose widths are lengths rounded up, so that a reader learns from a few bits where
each begins. A pair's posting is its places, as gaps. A single character is found by the pairs that it begins, which
therefore lie in few shards; the most frequent characters have lists among the concepts, which hold counts only.

A shard is made by picking the places whose pair falls into it. Neighbouring shards are made together, a batch with
some hundred thousand places at a time, however large the corpus is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

import numpy as np
import numpy.typing as npt

from factorykb.fold import folded, points
from factorykb.parallel import in_ranges
from factorykb.search import bits
from factorykb.search.alphabet import Alphabet, in_pieces
from factorykb.search.bits import Codes, Numbers, numbers
from factorykb.search.units import Unit

_SHARD_BYTES = 1500  # what a query downloads for a pair of characters, about
_MANY_SHARDS = 2048
_BYTES_A_PLACE = 1.9  # measured; only the number of shards depends on it
_MOST_SPLIT = 4  # a character whose pairs would lie in more than 16 shards is listed with the concepts
_AT_A_TIME = 100_000  # places of a batch: some 30 MB while it is sorted
_PIECE = 1 << 20  # places that are given to batches in one go
_TOGETHER = 8  # batches at most: each look at all places has its price
_SHARES = 8  # at least so many pieces of work, where there are so many batches
_BATCHES = 255  # as many as a byte can name; beyond 25 million places they grow
_MOST_TIMES = 15  # beyond that a word more says nothing about a passage
_END = ord("\n")
_KEY_BITS = 8  # Rice parameter of the second character's rank


@dataclass(frozen=True, slots=True)
class Slots:
    """The bodies of all units, then their heads.

    `text`: rank + 1 of each folded character, 0 at each line's end. `starts`: where each slot begins there. `widths`:
    of the rooms, as codes (`width_codes`). `rooms`: where each room begins, and where the last one ends.
    """

    text: npt.NDArray[np.uint16 | np.int32]
    starts: Numbers
    widths: Numbers
    rooms: Numbers


@dataclass(frozen=True, slots=True)
class Lines:
    """The texts of all slots, folded, each with a line's end: their code points, in some pieces, and their lengths."""

    pieces: Sequence[npt.NDArray[np.uint32]]
    lengths: Numbers


def lines_of(units: Sequence[Unit]) -> Lines:
    breaks: list[int] = []  # how many lines end in each text

    def texts() -> Iterator[str]:
        for text in chain((u.body or u.names for u in units), (u.head for u in units)):
            breaks.append(text.count("\n") + 1)
            yield f"{text}\n"

    # Folding looks at no character beyond a line's end, so that many texts are folded at once.
    pieces = [points(folded(piece)) for piece in in_pieces(texts())]
    begins = accumulate(map(len, pieces), initial=0)
    ends = [begin + np.flatnonzero(piece == _END) for begin, piece in zip(begins, pieces, strict=False)]
    last = np.concatenate(ends)[np.cumsum(numbers(breaks)) - 1]
    return Lines(pieces, np.diff(last, prepend=-1))


def slots_of(lines: Lines, alphabet: Alphabet) -> Slots:
    kind = np.uint16 if len(alphabet.characters) < np.iinfo(np.uint16).max else np.int32
    text = np.concatenate([_ranked(piece, alphabet).astype(kind) for piece in lines.pieces])
    widths = width_codes(lines.lengths)
    rooms = np.append(0, np.cumsum(widths_of(widths)))
    return Slots(text, np.cumsum(lines.lengths) - lines.lengths, widths, rooms)


def _ranked(piece: npt.NDArray[np.uint32], alphabet: Alphabet) -> npt.NDArray[np.int32]:
    return np.where(piece == _END, 0, alphabet.ranks(piece) + 1)


def width_codes(lengths: Numbers) -> Numbers:
    """Lengths rounded up to two binary digits: 2 · exponent + digits, so 1 to 3 stand for themselves."""
    exponent = np.maximum(bits.bit_length(lengths) - 2, 0)
    digits = -(-lengths >> exponent)
    full = digits == 4
    return numbers(2 * (exponent + full) + np.where(full, 2, digits))


def widths_of(codes: Numbers) -> Numbers:
    """What `width_codes` rounded to. The reader has the same formula."""
    exponent = np.maximum(codes // 2 - 1, 0)
    return numbers((codes - 2 * exponent) << exponent)


def rooms_of(lengths: Numbers) -> Numbers:
    """How wide the rooms of texts of so many characters are."""
    return widths_of(width_codes(lengths))


def shard_count(slots: Slots) -> int:
    """How many shards: of some KB each, and from some thousands on fewer and larger ones."""
    count = max(1, round(len(slots.text) * _BYTES_A_PLACE / _SHARD_BYTES))
    return count if count <= _MANY_SHARDS else round((count * _MANY_SHARDS) ** 0.5)


@dataclass(frozen=True, slots=True)
class Shares:
    """How the pairs are shared out: over `count` shards, `width` of them a batch.

    `splits`, by rank + 1: into how many pieces, as a power of two, the pairs that a character begins are cut, so that
    none is larger than a shard. `batch_of`: the batch of the pair at each place of the text, `_BATCHES` for none.
    """

    count: int
    width: int
    splits: Numbers
    batch_of: npt.NDArray[np.uint8]

    def shards_of(self, batches: range) -> range:
        """The numbers of the shards of some batches."""
        return range(batches.start * self.width, min(self.count, batches.stop * self.width))

    @property
    def batches(self) -> list[range]:
        """The numbers of the batches, some at a time: their places are looked for together."""
        total = -(-self.count // self.width)
        return list(in_ranges(total, max(1, min(_TOGETHER, total // _SHARES))))


def shares_of(slots: Slots) -> Shares:
    count = shard_count(slots)
    width = -(-count // max(1, min(_BATCHES, count, len(slots.text) // _AT_A_TIME)))
    splits = bits.bit_length(_times(slots) * count // max(1, len(slots.text)))
    return Shares(count, width, splits, _batches(slots, splits, count, width))


def shards(batches: range, slots: Slots, shares: Shares) -> Iterator[tuple[int, str]]:
    """Number and content of each shard of some batches that holds anything."""
    places = np.concatenate(list(_places_of(batches, shares.batch_of)))
    batch = shares.batch_of[places]
    for number in batches:
        yield from _shards_with(places[batch == number], slots, shares)


def _places_of(batches: range, batch_of: npt.NDArray[np.uint8]) -> Iterator[Numbers]:
    """The places of some batches, ascending, piece by piece: for all at once there would be much to remember."""
    for low in range(0, max(1, len(batch_of)), _PIECE):
        piece = batch_of[low : low + _PIECE]
        yield low + np.nonzero((piece >= batches.start) & (piece < batches.stop))[0]


def _shards_with(place: Numbers, slots: Slots, shares: Shares) -> list[tuple[int, str]]:
    if not len(place):
        return []
    shard, first, second = _shards_at(slots, shares.splits, shares.count, place)
    order = np.lexsort((place, second, first, shard))
    shard = shard[order]
    codes, ends = _place_codes(slots, shard, first[order], second[order], place[order])
    return list(zip(map(int, shard[_changes(shard)]), bits.packed(codes, ends), strict=True))


def frequent(slots: Slots, splits: Numbers) -> Iterator[Numbers]:
    """Rows of the rank + 1 of one of the most frequent characters, a slot that holds it and how many times; those of
    some slots at a time."""
    is_frequent = splits > _MOST_SPLIT
    is_frequent[0] = False  # a line's end
    begins = np.unique(np.searchsorted(slots.starts, np.arange(0, len(slots.text), _PIECE)))
    begins = begins[begins < len(slots.starts)]  # none begins after a cut that the last slot reaches over
    for low, high in pairwise([*slots.starts[begins].tolist(), len(slots.text)]):
        place = low + np.nonzero(is_frequent[slots.text[low:high]])[0]
        both = _slot_of(slots, place) * len(splits) + slots.text[place]
        found, times = np.unique(both, return_counts=True)
        yield np.stack([found % len(splits), found // len(splits), times], axis=1)


def concept_shards(slots: Slots, entries: npt.NDArray[np.int32], count: int) -> Iterator[tuple[int, str]]:
    """As `shards`, for concepts: `entries` are rows of a concept's number, a slot that holds it and how many times."""
    if not len(entries):
        return
    concept, slot, times = entries.T
    shard = concept % count
    order = np.lexsort((slot, concept, shard))
    begins = np.nonzero(_changes(shard[order]))[0]
    together = begins[np.unique(np.searchsorted(begins, np.arange(0, begins[-1] + 1, _AT_A_TIME)))]
    for low, high in pairwise([*together, len(order)]):
        rows = order[low:high]
        codes, ends = _count_codes(
            slots, *(numbers(column[rows]) for column in (shard, concept, slot, times))
        )
        numbered = shard[order[begins[(begins >= low) & (begins < high)]]]
        yield from zip(map(int, numbered), bits.packed(codes, ends), strict=True)


def shard_of(first: Numbers, second: Numbers, split: Numbers, count: int) -> Numbers:
    """The shard of a pair; `split`: of its first character. The reader has the same formula."""
    piece = ((second * 0x9E3779B1) & 0xFFFFFFFF) >> (32 - split)
    mixed = ((first * 0x85EBCA77) ^ ((piece + 1) * 0x9E3779B1)) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 15)) % count


def _shards_at(
    slots: Slots, splits: Numbers, count: int, places: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Shard, first and second rank + 1 of the pairs at `places` of the text, none of which is a line's end."""
    first, second = numbers(slots.text[places]), numbers(slots.text[places + 1])
    return shard_of(first, second, splits[first], count), first, second


def _batches(slots: Slots, splits: Numbers, count: int, width: int) -> npt.NDArray[np.uint8]:
    """The batch that the pair at each place of the text belongs to; `_BATCHES` for none."""
    found = np.full(len(slots.text), _BATCHES, dtype=np.uint8)
    for low in range(0, len(slots.text), _PIECE):
        places = low + np.nonzero(slots.text[low : low + _PIECE])[0]
        found[places] = _shards_at(slots, splits, count, places)[0] // width
    return found


def _times(slots: Slots) -> Numbers:
    """How often each rank + 1 stands in the text."""
    found = np.zeros(int(slots.text.max(initial=0)) + 1, dtype=np.int64)
    for low in range(0, len(slots.text), _PIECE):
        found += np.bincount(slots.text[low : low + _PIECE], minlength=len(found))
    return found


def _changes(*columns: Numbers) -> npt.NDArray[np.bool_]:
    """Where any of the columns differs from the row before; the first row does."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _slot_of(slots: Slots, place: Numbers) -> Numbers:
    return np.searchsorted(slots.starts, place, side="right") - 1


def _place_codes(
    slots: Slots, shard: Numbers, first: Numbers, second: Numbers, place: Numbers
) -> tuple[Codes, Numbers]:
    """The codes of sorted places of the text, and after how many codes each shard ends.

    A shard is: gamma(keys); for each key its ranks, gamma(places), and the gap from each place to the one before.
    """
    slot = _slot_of(slots, place)
    place = place - slots.starts[slot] + slots.rooms[slot]
    of_shard, of_key = _changes(shard), _changes(shard, first, second)
    shard_rows, key_rows = np.nonzero(of_shard)[0], np.nonzero(of_key)[0]
    step = _gaps(first[key_rows], of_shard[key_rows])
    same = (step == 0) & ~of_shard[key_rows]
    rank = np.where(same, _gaps(second[key_rows], ~same), second[key_rows])
    times = _runs(key_rows, len(place))
    parameter = bits.rice_parameter(int(slots.rooms[-1]), np.repeat(times, times))
    columns = [
        (shard_rows, bits.gamma(_keys_in(shard_rows, key_rows))),
        (key_rows, bits.gamma(step + 1)),
        (key_rows, bits.rice(rank, np.full(len(rank), _KEY_BITS))),
        (key_rows, bits.gamma(times)),
        (np.arange(len(place)), bits.rice(_gaps(place, of_key, before=-1) - 1, parameter)),
    ]
    codes, before = bits.woven(len(place), columns)
    return codes, before[np.append(shard_rows[1:], len(place))]


def _count_codes(
    slots: Slots, shard: Numbers, concept: Numbers, slot: Numbers, times: Numbers
) -> tuple[Codes, Numbers]:
    """As `_place_codes`, for concepts.

    A shard is: gamma(keys); for each key the step from the concept before, gamma(slots), and for each slot the gap to
    the one before and gamma(times).
    """
    of_shard, of_key = _changes(shard), _changes(shard, concept)
    shard_rows, key_rows = np.nonzero(of_shard)[0], np.nonzero(of_key)[0]
    held = _runs(key_rows, len(slot))
    parameter = bits.rice_parameter(len(slots.starts) // 2, np.repeat(held, held))
    rows = np.arange(len(slot))
    columns = [
        (shard_rows, bits.gamma(_keys_in(shard_rows, key_rows))),
        (key_rows, bits.gamma(_gaps(concept[key_rows], of_shard[key_rows], before=-1))),
        (key_rows, bits.gamma(held)),
        (rows, bits.rice(_gaps(slot, of_key, before=-1) - 1, parameter)),
        (rows, bits.gamma(np.minimum(times, _MOST_TIMES))),
    ]
    codes, before = bits.woven(len(slot), columns)
    return codes, before[np.append(shard_rows[1:], len(slot))]


def _runs(begins: Numbers, total: int) -> Numbers:
    """How many rows there are from each of those that begin something to the next."""
    return np.diff(np.append(begins, total))


def _keys_in(shard_rows: Numbers, key_rows: Numbers) -> Numbers:
    return _runs(np.searchsorted(key_rows, shard_rows), len(key_rows))


def _gaps(values: Numbers, restart: npt.NDArray[np.bool_], before: int = 0) -> Numbers:
    """Each value less the one before it, at a restart less `before`."""
    previous = np.concatenate([[before], values[:-1]])
    return values - np.where(restart, before, previous)
