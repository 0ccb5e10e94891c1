"""Takes files into the seeds: whether a file can be a source, and a copy that replaces no other. Prints nothing."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from factorykb import pipeline, sources, store
from factorykb.errors import UsageError
from factorykb.model import Article, Empty, Library, Refusal
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


def identities(library: Library) -> dict[str, str]:
    """Identity → path of the works that are there."""
    return {article.identity: article.source.path for article in library.articles}


def as_source(path: Path, known: Mapping[str, str]) -> Outcome:
    """What would become of a file as a source; refused when the work is there under another name.

    Args:
        known: the works that are there, as `identities` gives them.
    """
    if path.is_dir():
        remedy = f"Name the files in it; what would become of them: kb audit {shlex.quote(str(path))}"
        return Refusal(str(path), None, "this is a folder", remedy)
    if path.is_file() and path.suffix.lower() not in sources.SUFFIXES:
        names = " ".join(sources.SUFFIXES)
        return Refusal(str(path), None, "the name does not end like a source file's", f"Use one of {names}")
    if store.is_odd(path.name):
        remedy = "Rename it with letters, digits, - and _, and not too long"
        return Refusal(str(path), None, "the name is one that not every system takes", remedy)
    outcome = pipeline.read_file(path, str(path))
    if isinstance(outcome, Empty):
        return Refusal(str(path), None, "there is no text in it", "Only sources with text get a page")
    there = known.get(outcome.identity) if isinstance(outcome, Article) else None
    if there is not None and Path(there).name != path.name:
        return Refusal(
            str(path), None, f"this work is there already as {there}", "Keep the better one of the two files"
        )
    return outcome


def copied(path: Path, target: Path) -> Copied:
    """Copy a file to where it shall lie, in a folder that this run has locked. Never overwrites a different one.

    Raises:
        UsageError: the disk refused.
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
        raise UsageError(
            f"{target} cannot be written ({error.strerror}). Check the folder's permissions."
        ) from error
    return Copied(Status.ADDED, f"added {target}")


def _twin(target: Path) -> Path | None:
    """A file beside `target` that is the same one on some disks."""
    beside = target.parent.iterdir() if target.parent.is_dir() else ()
    return next((path for path in beside if store.one_name(path.name) == store.one_name(target.name)), None)
