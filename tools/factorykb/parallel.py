"""Work spread over processes: a pure function over many items. Results come in order, the same for any number.

Processes are forked, so that they share what is in memory already; where the system has no safe fork (only Linux has),
one process does all. What a process reads of that is copied, because Python writes down its count of references: so
processes are replaced every so often, before one of them holds a copy of all articles.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 40  # articles, or things of about their size, handed to a process at a time
PAGES = 64  # of the site; for fewer, starting processes costs more than it saves
_LIFE = 50  # chunks of items that the processes work through before others replace them

_work: tuple[Callable[..., Any], tuple[Any, ...]] | None = None


def in_ranges(total: int, size: int) -> Iterator[range]:
    """The numbers below `total`, `size` at a time."""
    return (range(start, min(start + size, total)) for start in range(0, total, size))


def mapped(
    function: Callable[..., Result],
    items: Sequence[Item],
    jobs: int,
    *shared: Any,
    chunk: int = 1,
    least: int = 2,
) -> Iterator[Result]:
    """function(item, *shared) of each item, in order.

    Args:
        function: of a module's top level.
        items: what goes to the processes one by one, so something small.
        jobs: processes; 1 works here.
        shared: what every call needs; a forked process has it already.
        chunk: items a process takes at a time, fewer where there are few in all.
        least: how many items are worth other processes; fewer are done here.
    """
    if jobs < 2 or len(items) < max(2, least) or sys.platform != "linux":
        yield from (function(item, *shared) for item in items)
        return
    for some in in_ranges(len(items), max(_LIFE, jobs) * chunk):
        own = items[some.start : some.stop]
        yield from _forked(function, own, jobs, shared, min(chunk, _share(len(own), jobs)))


def _share(total: int, jobs: int) -> int:
    """How many of `total` a process takes at a time, so that none waits long at the end."""
    return max(1, -(-total // (4 * jobs)))


def _forked(
    function: Callable[..., Result], items: Sequence[Item], jobs: int, shared: tuple[Any, ...], chunk: int
) -> Iterator[Result]:
    context = multiprocessing.get_context("fork")
    _give_back()
    gc.freeze()  # a collection in a process would touch, and so copy, all that it shares with this one
    try:
        with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(function, shared)) as pool:
            yield from pool.map(_do, items, chunksize=chunk)
    finally:
        gc.unfreeze()


def _give_back() -> None:
    """Let the system have what memory is free: glibc keeps it, some 200 MB after ten thousand articles were read."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def spread(
    function: Callable[..., Sequence[Result]], total: int, size: int, jobs: int, *shared: Any
) -> Iterator[Result]:
    """The results for the numbers below `total`, one by one; `function(range, *shared)` gives those of `size` numbers."""
    for some in mapped(function, list(in_ranges(total, size)), jobs, *shared):
        yield from some


def _begin(function: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    global _work  # a process works for one call of `mapped`
    _work = (function, shared)


def _do(item: Any) -> Any:
    assert _work is not None
    function, shared = _work
    return function(item, *shared)
