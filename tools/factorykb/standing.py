"""Whether everything still stands as the last run left it: then there is nothing to do.

A run leaves a record in `.cache/`: a digest of all it read (sources, vocabulary, its own code and libraries) and of how
the files it wrote look to the system (name, size, time). Where both are the same, the next run only repeats the
report. The record is a shortcut and never a source of truth: without it, or with one that cannot be read, everything
is made anew, with the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from factorykb import cache, config, publication, sources, store
from factorykb.analysis import Knowledge
from factorykb.model import Article, Passage
from factorykb.pipeline import DATA, PAGES, Conversion


@dataclass(frozen=True, slots=True)
class Done:
    """What a report needs of a finished run. Of the articles' passages only their number is right."""

    conversion: Conversion
    knowledge: Knowledge


@dataclass(frozen=True, slots=True)
class _Record:
    inputs: str
    outputs: str
    done: Done


def inputs(seeds: Path, docs: Path, *, curated: bool) -> str:
    """A digest of all that decides what a run writes.

    Raises:
        UsageError: `seeds` is no folder, or `mkdocs.yml` cannot be read.
    """
    digest = hashlib.sha256(cache.code())
    digest.update(repr((curated, publication.read(config.MKDOCS_YML), seeds.resolve())).encode())
    paths, aside = sources.find(seeds)
    for path in (*paths, *sorted(_by_hand(docs)), *sorted(config.EDITORIAL.rglob("*.yml"))):
        digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(_bytes(path)).digest())
    digest.update(repr(aside).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def look(inputs_digest: str, docs: Path) -> Done | None:
    """The last run into `docs`, if it read the same (`inputs`) and what it wrote is untouched."""
    try:
        record = pickle.loads(_place(docs).read_bytes())
    except Exception:  # none yet, of another version, half a file: whatever it is, it is not needed
        return None
    if not isinstance(record, _Record) or (record.inputs, record.outputs) != (inputs_digest, _outputs(docs)):
        return None
    return record.done


def keep(inputs_digest: str, docs: Path, conversion: Conversion, knowledge: Knowledge) -> None:
    """Leave the record of a finished run. Raises OSError when the disk refuses."""
    outcomes = tuple(_light(o) if isinstance(o, Article) else o for o in conversion.outcomes)
    library = replace(conversion.library, articles=())
    light = replace(conversion, library=library, outcomes=outcomes)
    known = Knowledge(library, unused=knowledge.unused, idle=knowledge.idle, repeats=knowledge.repeats)
    record = _Record(inputs_digest, _outputs(docs), Done(light, known))
    store.write_bytes(_place(docs), pickle.dumps(record, pickle.HIGHEST_PROTOCOL))


_NO_PASSAGE = Passage("", (), "", "", b"", "", 0, 0)


def _light(article: Article) -> Article:
    return replace(article, passages=(_NO_PASSAGE,) * len(article.passages))


def _place(docs: Path) -> Path:
    return config.CACHE / f"{hashlib.sha256(str(docs.resolve()).encode()).hexdigest()[:16]}.record"


def _outputs(docs: Path) -> str:
    digest = hashlib.sha256()
    for name in sorted((*PAGES, *DATA)):
        for path, size, time in sorted(_looks(docs / name)):
            digest.update(f"{path}\0{size}\0{time}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _looks(path: Path) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of change of a file, or of all files in a folder."""
    if path.is_file():
        found = path.stat()
        yield str(path), found.st_size, found.st_mtime_ns
    elif path.is_dir():
        for folder, _, names in os.walk(path):
            for name in names:
                found = os.stat(os.path.join(folder, name), follow_symlinks=False)
                yield os.path.join(folder, name), found.st_size, found.st_mtime_ns


def _by_hand(docs: Path) -> Iterator[Path]:
    """The pages that no run writes. What runs write is not looked at: it has tens of thousands of files."""
    generated = {docs / name for name in (*PAGES, *DATA)}
    for folder, folders, names in os.walk(docs):
        here = Path(folder)
        folders[:] = [name for name in folders if here / name not in generated]
        yield from (here / name for name in names if name.endswith(".md") and here / name not in generated)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # a folder named like a source, no permission: the run will say so
        return b""
