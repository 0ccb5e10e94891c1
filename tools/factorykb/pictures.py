"""Keeps the articles' pictures: fetched once, decoded, written anew as WebP, and shown in place of the originals.

Off by default: without the index below nothing changes. The pages in `docs/` never depend on it; only the built
site shows the copies, each with its original address beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from time import monotonic

from PIL import Image, ImageOps, ImageSequence

from factorykb import fetching, markup, store
from factorykb.errors import UsageError
from factorykb.model import Library
from factorykb.text import pictures_of

FOLDER = "assets/pictures"  # below docs
_INDEX = "index.json"
INDEX = f"{FOLDER}/{_INDEX}"  # below docs
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")
_WIDEST, _QUALITY = 1600, 82
_MOST_PIXELS = 50_000_000  # of a picture, all its frames together
_FILE = re.compile(r"[0-9a-f]{20}\.webp")
_SAVE_EVERY = 10  # seconds; a killed run fetches again what came in so many at most
_GIVE_UP_AFTER = 3  # failures in a row of one host


class Status(StrEnum):
    """What became of a picture. Only `FAILED` is tried again by itself."""

    KEPT = "kept"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known about the picture at one address. `date` is the day it was asked for; `file`, `width`,
    `height`, `bytes` and `sha256` (of what the server sent) are those of a kept one, `reason` of any other."""

    status: Status
    date: str
    reason: str = ""
    file: str = ""
    width: int = 0
    height: int = 0
    bytes: int = 0
    sha256: str = ""


Index = Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do. `addresses` in the order of the articles, each once."""

    addresses: tuple[str, ...]
    waiting: tuple[str, ...]
    index: Index


def plan(library: Library, docs: Path, *, again: bool = False) -> Plan:
    """Which pictures the library shows from elsewhere and which of them are still to be fetched.

    Args:
        again: whether to ask once more for pictures that were gone or refused.

    Raises:
        UsageError: the index cannot be read.
    """
    found = dict.fromkeys(
        picture.src
        for article in library.articles
        for blocks in (article.opening, *(passage.blocks for passage in article.passages))
        for picture in pictures_of(blocks)
        if not picture.src.startswith("data:")  # it is in its page already
    )
    index = load(docs)
    return Plan(tuple(found), waiting(found, index, again=again), index)


def waiting(addresses: Iterable[str], index: Index, *, again: bool = False) -> tuple[str, ...]:
    """The addresses that are still to be fetched; `again` as in `plan`."""
    settled = {Status.KEPT} if again else {Status.KEPT, Status.GONE, Status.REFUSED}
    return tuple(a for a in addresses if a not in index or index[a].status not in settled)


def load(docs: Path) -> Index:
    """The index of `docs`; empty where there is none. An entry whose file is missing is left out.

    Raises:
        UsageError: it cannot be read.
    """
    path = docs / FOLDER / _INDEX
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["pictures"]
        index = {str(address): _record(entry) for address, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} cannot be read ({error}). Mend or remove it; kb images makes it anew."
        ) from error
    return {
        a: r for a, r in index.items() if r.status is not Status.KEPT or (docs / FOLDER / r.file).is_file()
    }


def _record(entry: dict[str, object]) -> Record:
    record = Record(**{**entry, "status": Status(str(entry["status"]))})  # type: ignore[arg-type]
    if record.status is Status.KEPT and not _FILE.fullmatch(record.file):
        raise ValueError(f"{record.file!r} is no file of ours")
    return record


def keep(
    todo: Plan,
    docs: Path,
    limits: fetching.Limits,
    most_bytes: int,
    on_done: Callable[[str, Record], None] = lambda address, record: None,
) -> Index:
    """Fetch what is waiting into `docs`, and write the index; stopped at any moment, the next run goes on.

    Args:
        todo: made while this run has the lock of `docs`; a plan from before that lacks what another run has kept.
        most_bytes: the run ends when the fetched pictures together are as large as this.
        on_done: called after each picture.

    Raises:
        StoreError: the disk refused.
    """
    index = dict(todo.index)
    saved = monotonic()
    try:
        for address, record in _records(todo.waiting, docs, limits, most_bytes):
            index[address] = record
            on_done(address, record)
            # Not every so many pictures: those of a host that is left alone cost nothing, and the index is large.
            if monotonic() - saved >= _SAVE_EVERY:
                _save(index, docs)
                saved = monotonic()
    finally:
        _save(index, docs)
    return index


def _records(
    addresses: Iterable[str], docs: Path, limits: fetching.Limits, most_bytes: int
) -> Iterator[tuple[str, Record]]:
    """Ask for one picture after the other, until they are too large together."""
    failures: dict[str, int] = {}
    spent = 0
    for address in addresses:
        if spent >= most_bytes:
            return
        host = fetching.host_of(address)
        if failures.get(host, 0) >= _GIVE_UP_AFTER:
            record = _left(Status.FAILED, f"left out: {host} failed {_GIVE_UP_AFTER} times in a row")
        else:
            record = _kept(address, docs, limits)
        failures[host] = failures.get(host, 0) + 1 if record.status is Status.FAILED else 0
        spent += record.bytes
        yield address, record


def _kept(address: str, docs: Path, limits: fetching.Limits) -> Record:
    try:
        fetched = fetching.fetch(address, limits)
        picture, (width, height) = as_webp(fetched)
    except fetching.GoneError as error:
        return _left(Status.GONE, str(error))
    except fetching.RefusedError as error:
        return _left(Status.REFUSED, str(error))
    except fetching.UnreachableError as error:
        return _left(Status.FAILED, str(error))
    name = f"{hashlib.sha256(picture).hexdigest()[:20]}.webp"
    store.stream([(name, picture)], docs / FOLDER, ())
    sent = hashlib.sha256(fetched.data).hexdigest()
    return Record(Status.KEPT, _today(), "", name, width, height, len(fetched.data), sent)


def _left(status: Status, reason: str) -> Record:
    return Record(status, _today(), reason)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _save(index: Index, docs: Path) -> None:
    entries = {
        address: {name: value for name, value in asdict(record).items() if value}
        for address, record in sorted(index.items())
    }
    text = json.dumps({"pictures": entries}, ensure_ascii=False, indent=1) + "\n"
    store.stream([(_INDEX, text.encode())], docs / FOLDER, ())


def as_webp(fetched: fetching.Fetched) -> tuple[bytes, tuple[int, int]]:
    """A picture as WebP, no wider than a page shows it twice as fine, without data about camera or place.

    Raises:
        RefusedError: it is not declared as a picture, cannot be decoded, or has too many pixels. SVG is refused: it
            is a document that can hold scripts and addresses.
    """
    known = fetched.kind.startswith("image/") or fetched.kind in ("", "application/octet-stream")
    if not known or "svg" in fetched.kind:
        raise fetching.RefusedError(f"declared as {fetched.kind}")
    try:
        made = _drawn_anew(fetched.data)
    except Exception as error:  # a decoder may raise anything for broken data
        raise fetching.RefusedError(f"not a picture that can be decoded ({str(error)[:60]})") from error
    if made is None:
        raise fetching.RefusedError(f"more than {_MOST_PIXELS / 1e6:g} million pixels")
    return made


def _drawn_anew(data: bytes) -> tuple[bytes, tuple[int, int]] | None:
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=_FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > _MOST_PIXELS:
            return None
        count = int(getattr(picture, "n_frames", 1))
        moving = count > 1 and pixels * count <= _MOST_PIXELS
        return _written(list(_frames(picture, moving=moving)), _pace(picture) if moving else [])


def _frames(picture: Image.Image, *, moving: bool) -> Iterator[Image.Image]:
    for frame in ImageSequence.Iterator(picture) if moving else [picture]:
        frame.load()
        upright = ImageOps.exif_transpose(frame)
        see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        plain = upright.convert("RGBA" if see_through else "RGB")
        plain.thumbnail((_WIDEST, 4 * _WIDEST))
        yield plain


def _pace(picture: Image.Image) -> list[int]:
    return [int(frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(picture)]


def _written(frames: list[Image.Image], pace: list[int]) -> tuple[bytes, tuple[int, int]]:
    out = BytesIO()
    first, *others = frames
    if others:
        first.save(out, "WEBP", quality=_QUALITY, save_all=True, append_images=others, duration=pace, loop=0)
    else:
        first.save(out, "WEBP", quality=_QUALITY, method=5)
    return out.getvalue(), first.size


# --- the built site ----------------------------------------------------------------------------------------


def show(docs: Path, site: Path, names: Iterable[str]) -> None:
    """Let pages of a built site show the kept pictures; those of `docs` stay as they are.

    Each such `<img>` gets `data-original` with the address it had; one that is gone gets `data-gone` with the
    day on which it was missed.

    Args:
        names: the pages' places below `site`.

    Raises:
        UsageError: the index cannot be read.
        StoreError: the disk refused.
    """
    index = load(docs)
    if index:
        store.stream(_pages(names, site, index), site, ())


def _pages(names: Iterable[str], site: Path, index: Index) -> Iterator[tuple[str, bytes]]:
    for name in names:
        text = (site / name).read_text(encoding="utf-8")
        if "<img" in text:
            yield name, page(text, "../" * name.count("/"), index).encode()


def page(text: str, root: str, index: Index) -> str:
    """A page of HTML with the kept pictures in it. `root` leads from the page to the site's root."""

    def change(tag: str, attributes: markup.Attributes) -> markup.Attributes:
        record = index.get(attributes.get("src", "")) if tag == "img" else None
        if record is None:
            return {}
        if record.status is Status.GONE:
            return {"data-gone": record.date}
        if record.status is not Status.KEPT:
            return {}
        size = {"width": str(record.width), "height": str(record.height)}
        return {"src": f"{root}{FOLDER}/{record.file}", "data-original": attributes["src"], **size}

    return markup.changed(text, change)
