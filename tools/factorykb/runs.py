"""Brings pages and data up to date: reads the sources, finds out what they say, writes what changed. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from factorykb import cache, config, editorial, pipeline, standing, store
from factorykb.analysis import Knowledge
from factorykb.cache import NOTHING, Cache
from factorykb.pipeline import Conversion


class Bar(Protocol):
    """Shows how far the reading is: `begin` is called once with the number of sources, `advance` after each."""

    def begin(self, total: int) -> None: ...

    def advance(self) -> None: ...


Watch = Callable[[], AbstractContextManager[Bar]]  # opens a bar for the time in which sources are read


@dataclass(frozen=True, slots=True)
class Converted:
    """What a run made. Where all stood as the last run left it, only what there is to report of that."""

    conversion: Conversion
    knowledge: Knowledge
    changes: store.Changes


def read(seeds: Path, jobs: int, watch: Watch, cache: Cache = NOTHING) -> Conversion:
    """Read the sources.

    Args:
        cache: what earlier runs made of the same sources.

    Raises:
        UsageError: `seeds` is no folder.
    """
    with watch() as bar:
        return pipeline.read_folder(seeds, jobs, bar.begin, bar.advance, cache)


def know(
    conversion: Conversion, seeds: Path, jobs: int, *, curated: bool = True, cache: Cache = NOTHING
) -> Knowledge:
    """What the sources say, under the project's vocabulary.

    Args:
        seeds: where they were read; of the project's own, every rule must match something.
        curated: whether the editors' rules have the last word.
        cache: what earlier runs made of the same articles.

    Raises:
        EditorialError: an editors' file has a mistake, or a rule in it matches nothing.
    """
    vocabulary = editorial.load(config.EDITORIAL)
    complete = seeds.resolve() == config.SEEDS
    return pipeline.know(
        conversion.library, vocabulary, curated=curated, complete=complete, jobs=jobs, cache=cache
    )


def check(seeds: Path, docs: Path, jobs: int, watch: Watch, *, curated: bool = True) -> Converted:
    """What `convert` would make and which pages it would change. Everything is made anew, nothing is written.

    Raises:
        UsageError, EditorialError: as `read` and `know`.
    """
    conversion = read(seeds, jobs, watch)
    knowledge = know(conversion, seeds, jobs, curated=curated)
    return Converted(conversion, knowledge, pipeline.differing_pages(knowledge, docs, jobs))


def convert(seeds: Path, docs: Path, jobs: int, watch: Watch, *, curated: bool = True) -> Converted:
    """Bring all that is generated below `docs`, which this run has locked, up to date. Raises as `with_pages`."""
    made, finish = with_pages(seeds, docs, jobs, watch, curated=curated)
    finish()
    return made


def with_pages(
    seeds: Path, docs: Path, jobs: int, watch: Watch, *, curated: bool = True
) -> tuple[Converted, Callable[[], None]]:
    """Bring the pages up to date; what it returns beside does the same for the data, which take as long again.

    Raises:
        UsageError, EditorialError: as `read` and `know`.
        StoreError: the disk refused.
    """
    digest = standing.inputs(seeds, docs, curated=curated)
    done = standing.look(digest, docs)
    if done is not None:
        return Converted(done.conversion, done.knowledge, store.Changes((), ())), lambda: None
    with Cache(cache.of(docs)) as kept:
        conversion = read(seeds, jobs, watch, kept)
        knowledge = know(conversion, seeds, jobs, curated=curated, cache=kept)
        changes, entries = pipeline.write_pages(knowledge, docs, jobs, kept)

    def finish() -> None:
        pipeline.write_data(knowledge, entries, docs, jobs)
        with suppress(OSError):  # a disk that keeps no record costs time, nothing else
            standing.keep(digest, docs, conversion, knowledge)

    return Converted(conversion, knowledge, changes), finish
