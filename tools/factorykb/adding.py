"""Takes files into the seeds: whether a file can be a source, and a copy that replaces no other. Prints nothing."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from factorykb import pipeline, sources, store
from factorykb.model import Article, Empty, Library, Refusal, Source
from factorykb.pipeline import Outcome


class Status(Enum):
    """What became of a file that was to be copied."""

    ADDED = "added"
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a file that was to be copied, and a line that says so and, where it was refused, what to do."""

    status: Status
    said: str


def identities(library: Library) -> dict[str, Source]:
    """Identity → source of the works that are there."""
    return {article.identity: article.source for article in library.articles}


def place_of(path: Path, seeds: Path) -> str:
    """How a file is called in messages once it is in the folder of sources."""
    return sources.shown_path(seeds / path.name, seeds, seeds.resolve())


def as_source(path: Path, seeds: Path, known: Mapping[str, Source]) -> Outcome:
    """What would become of a file as a source in the folder `seeds`; refused when the work is there in another place or
    with another text.

    Args:
        known: the works that are there, as `identities` gives them.
    """
    if path.is_dir():
        remedy = f"Name the files in it; what would become of them: kb audit {shlex.quote(str(path))}"
        return Refusal(str(path), None, "this is a folder", remedy)
    why_none = sources.why_none(path.name) if path.is_file() else ""
    if why_none:
        names = " ".join(sources.SUFFIXES)
        remedy = f"Rename it: no README, no dot first, one of {names} at the end"
        return Refusal(str(path), None, why_none, remedy)
    if store.is_odd(path.name):
        remedy = "Rename it with letters, digits, - and _, and not too long"
        return Refusal(str(path), None, "the name is one that not every system takes", remedy)
    outcome = pipeline.read_file(path, str(path))
    if isinstance(outcome, Empty):
        return Refusal(str(path), None, "there is no text in it", "Only sources with text get a page")
    there = known.get(outcome.identity) if isinstance(outcome, Article) else None
    if not isinstance(outcome, Article) or there is None:
        return outcome
    if there.sha256 != outcome.source.sha256:
        remedy = "To change it, edit that file"
        if outcome.url is None:
            remedy += ". Another article with this title and date needs a line `url: …` in its front matter"
        return Refusal(
            str(path), None, f"this work is there already as {there.path}, with other content", remedy
        )
    if there.path != place_of(path, seeds):
        return Refusal(
            str(path), None, f"this file is there already as {there.path}", "Nothing is to be done"
        )
    return outcome


def copied(path: Path, target: Path) -> Copied:
    """Copy a file to where it shall lie, in a folder that this run has locked. Never overwrites a different one.

    Raises:
        StoreError: the disk refused.
    """
    if target.exists():
        if target.read_bytes() == path.read_bytes():
            return Copied(Status.THERE, f"{target} is there already")
        return Copied(Status.REFUSED, f"{target} is there already with other content; rename the new file")
    twin = _twin(target)
    if twin:
        return Copied(
            Status.REFUSED,
            f"{target} and {twin.name} are one file on disks that do not tell cases apart; rename the new file",
        )
    try:
        store.write_bytes(target, path.read_bytes())
    except OSError as error:
        raise store.refused(error, target) from error
    return Copied(Status.ADDED, f"added {target}")


def _twin(target: Path) -> Path | None:
    """A file beside `target` that is the same one on some disks."""
    beside = target.parent.iterdir() if target.parent.is_dir() else ()
    return next((path for path in beside if store.one_name(path.name) == store.one_name(target.name)), None)
