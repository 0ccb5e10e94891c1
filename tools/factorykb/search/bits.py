"""Numbers as bits, and bits as characters: what the search files are made of. Works on whole arrays.

A code is a value and a length in bits, leading zeros included; so a run of zeros before a number costs no special
case. Fifteen bits make one UTF-16 unit between U+3400 and U+B3FF: a script can hold them in a plain string, with
no quotation mark, line end or surrogate among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

_UNIT = 15
_FIRST = 0x3400
_WORD = 16  # bits of the words in which codes are put together


@dataclass(frozen=True, slots=True)
class Codes:
    """`lengths[i]` bits hold `values[i]`; at most 52, because the reader counts in doubles. Both have the same length."""

    values: Numbers
    lengths: Numbers


def numbers(values: Any) -> Numbers:
    return np.asarray(values, dtype=np.int64)


def bit_length(values: Numbers) -> Numbers:
    """Binary digits of each value; 0 for 0."""
    return numbers(np.frexp(values.astype(np.float64))[1])


def plain(values: Any, width: int) -> Codes:
    """`width` bits each."""
    values = numbers(values)
    return Codes(values, np.full(len(values), width, dtype=np.int64))


def gamma(values: Any) -> Codes:
    """Elias' gamma code of values from 1."""
    values = numbers(values)
    return Codes(values, 2 * bit_length(values) - 1)


def rice(values: Any, k: Any) -> Codes:
    """Rice's code of values from 0: value >> k in zeros, a one, then k bits."""
    values, k = numbers(values), numbers(k)
    return Codes((1 << k) | (values & ((1 << k) - 1)), (values >> k) + 1 + k)


def golomb(values: Any, k: int) -> Codes:
    """The exponential Golomb code of values from 1: gamma of ((value - 1) >> k) + 1, then the last k bits of value - 1."""
    rest = numbers(values) - 1
    high = gamma((rest >> k) + 1)
    return Codes((high.values << k) | (rest & ((1 << k) - 1)), high.lengths + k)


def rice_parameter(universe: int, chosen: Numbers) -> Numbers:
    """The k that suits the gaps between `chosen` numbers out of `universe`; whole numbers only, as the reader."""
    return np.maximum(bit_length(2 * universe // (3 * np.maximum(chosen, 1))) - 1, 0)


def joined(parts: list[Codes]) -> Codes:
    return Codes(np.concatenate([p.values for p in parts]), np.concatenate([p.lengths for p in parts]))


def woven(rows: int, columns: Sequence[tuple[Numbers, Codes]]) -> tuple[Codes, Numbers]:
    """Codes row by row, within a row in the order of the columns, each of which says in which rows it stands; and how
    many codes stand before each row, and in all."""
    wanted = np.zeros((rows, len(columns)), dtype=bool)
    for column, (at, _) in enumerate(columns):
        wanted[at, column] = True
    ordinal = np.cumsum(wanted.ravel()).reshape(wanted.shape) - 1
    before = np.append(ordinal[:, 0] + 1 - wanted[:, 0], ordinal[-1, -1] + 1)
    values, lengths = np.zeros(before[-1], dtype=np.int64), np.zeros(before[-1], dtype=np.int64)
    for column, (at, codes) in enumerate(columns):
        values[ordinal[at, column]], lengths[ordinal[at, column]] = codes.values, codes.lengths
    return Codes(values, lengths), before


def packed(codes: Codes, ends: Numbers) -> Iterator[str]:
    """Cut a run of codes after each of `ends` (counts of codes, ascending) and pack each piece."""
    if not len(ends):
        return
    last = int(ends[-1])
    before = np.append(0, np.cumsum(codes.lengths[:last]))  # bits before each code
    cuts = np.append(0, ends)
    begins = np.append(0, np.cumsum(-(-np.diff(before[cuts]) // _UNIT)))  # units before each piece
    moved = np.repeat(begins[:-1] * _UNIT - before[cuts[:-1]], np.diff(cuts))
    words = _words(codes.values[:last], before[1:] + moved, int(begins[-1]) * _UNIT)
    starts = np.arange(begins[-1]) * _UNIT
    at, offset = starts // _WORD, starts % _WORD
    units = (((words[at] << _WORD) | words[at + 1]) >> (2 * _WORD - _UNIT - offset)) & ((1 << _UNIT) - 1)
    text = (units + _FIRST).astype("<u2").tobytes().decode("utf-16-le")
    yield from (text[low:high] for low, high in pairwise(begins.tolist()))


def _words(values: Numbers, ends: Numbers, total: int) -> Numbers:
    """`total` bits in words of `_WORD`, with a word or two more behind them: each value ends before the bit of its
    number in `ends`. No two values share a bit, so what falls into a word can be added up."""
    words = np.zeros(total // _WORD + 2, dtype=np.int64)
    while len(values):
        last = ends - 1
        moved = (values & ((1 << _WORD) - 1)) << (_WORD - 1 - last % _WORD)  # reaches into the word before
        for at, part in ((last // _WORD, moved & ((1 << _WORD) - 1)), (last // _WORD - 1, moved >> _WORD)):
            some = part > 0  # before the first word there is nothing
            words += numbers(np.bincount(at[some], part[some], len(words)))
        rest = np.flatnonzero(values >> _WORD)
        values, ends = values[rest] >> _WORD, ends[rest] - _WORD
    return words
