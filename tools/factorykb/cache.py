"""What earlier runs made, kept by a digest of all that it was made from.

One file of SQLite. An entry is what a pure function gave, under a key that names everything that decides it, so it is
never wrong, only no longer asked for. Each carries a checksum of itself and of its key: an entry that is damaged or
another's, a file that is none of SQLite's, a disk that refuses cost the time to make things anew and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import sqlite3
import struct
import sys
import sysconfig
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from factorykb import config
from factorykb.parallel import in_ranges, mapped

Item = TypeVar("Item")
Result = TypeVar("Result")

_DIGEST = 16  # bytes
_AT_A_TIME = 200  # entries read or written in one go
_CHECK = 4  # bytes


def digest(*parts: bytes | str) -> bytes:
    """A digest of parts in their order."""
    data = [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts]
    lengths = struct.pack(f"<{len(data)}Q", *map(len, data))
    return hashlib.blake2b(b"".join((lengths, *data)), digest_size=_DIGEST).digest()


def code() -> bytes:
    """A digest of the program: the converter as it was loaded, and its templates as they are now, because a running
    preview reads these anew."""
    return digest(_program(), *_contents((".j2",)))


@functools.cache
def _program() -> bytes:
    """Code, libraries and interpreter: those of this process, whatever becomes of the files."""
    libraries = (name for name in os.listdir(sysconfig.get_path("platlib")) if name.endswith(".dist-info"))
    return digest(sys.version, *sorted(libraries), *_contents((".py", ".lock")))


def _contents(suffixes: tuple[str, ...]) -> Iterator[bytes | str]:
    for path in sorted(path for path in config.TOOLS.rglob("*") if path.suffix in suffixes):
        yield path.relative_to(config.TOOLS).as_posix()
        yield path.read_bytes()


def of(docs: Path) -> Path:
    """Where a run into `docs` keeps what it made."""
    return config.CACHE / f"{digest(str(docs.resolve())).hex()}.sqlite"


class Cache:
    """What earlier runs made; without a `path` nothing is kept.

    A context: what a run that ended well did not ask for is forgotten, of the kinds that it asked for.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._file: sqlite3.Connection | None = None
        self._code = b""
        self._asked: dict[str, set[bytes]] = {}
        self._waiting: list[tuple[str, bytes, bytes]] = []

    def __enter__(self) -> Cache:
        self._code = code()
        for _ in range(2):  # the first attempt removes what cannot be read
            if self._path is not None and self._file is None:
                self._attempt(self._open, self._path)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._file is not None:
            self._attempt(self._write)
            self._attempt(self._end, error is None)

    def mapped(
        self,
        kind: str,
        key: Callable[[Item], bytes | None],
        function: Callable[..., Result],
        items: Sequence[Item],
        jobs: int,
        *shared: Any,
        chunk: int = 1,
        changing: bool = False,
        formerly: Callable[[Item], bytes | None] = lambda item: None,
    ) -> Iterator[Result]:
        """function(item, *shared) of each item, in order, as `parallel.mapped` gives it, but what an earlier run made
        under the same key is not made again.

        Args:
            kind: what is made, in a word.
            key: of an item: digests of all that decides the result, the code aside, or None where none is kept.
            changing: whether that may change meanwhile, as a file does; then the key is asked for again once the result
                is there, and what another was made of is not kept.
            formerly: of an item that has no result under its key, another key whose result is the same.
        """
        if self._file is None:
            yield from mapped(function, items, jobs, *shared, chunk=chunk)
            return

        def whole(item: Item) -> bytes | None:
            own = key(item)
            return None if own is None else self._code + own

        keys = list(map(whole, items))
        known = self._attempt(self._known, kind) or set()
        others = {
            self._code + other: own
            for item, own in zip(items, keys, strict=True)
            if own is not None and own not in known and (other := formerly(item)) is not None
        }
        copies = {other: own for other, own in others.items() if other in known}
        known = (known | (self._attempt(self._copy, kind, copies) or set())).intersection(keys)
        self._asked.setdefault(kind, set()).update(own for own in keys if own is not None)
        new = [item for item, own in zip(items, keys, strict=True) if own not in known]
        made = mapped(_packed, new, jobs, function, shared, chunk=chunk)
        for some in in_ranges(len(items), _AT_A_TIME):
            read = self._attempt(self._read, kind, known.intersection(keys[some.start : some.stop])) or {}
            for item, own in zip(items[some.start : some.stop], keys[some.start : some.stop], strict=True):
                result = read.get(own)
                if result is None:
                    result = _packed(item, function, shared) if own in known else next(made)
                    if own is not None and (not changing or whole(item) == own):
                        self._keep(kind, own, result)
                yield pickle.loads(result)
            if len(self._waiting) >= _AT_A_TIME:
                self._attempt(self._write)

    def one(self, kind: str, key: bytes, function: Callable[..., Result], *arguments: Any) -> Result:
        """function(*arguments), as `mapped` gives it."""
        found: list[Result] = list(self.mapped(kind, lambda _: key, _called, [function], 1, *arguments))
        return found[0]

    def last(self, kind: str) -> list[Any]:
        """The results of this kind that the last run of the same program asked for."""
        kept = {key for key in self._attempt(self._known, kind) or () if key.startswith(self._code)}
        return [pickle.loads(result) for result in (self._attempt(self._read, kind, kept) or {}).values()]

    def _attempt(self, what: Callable[..., Result], *arguments: Any) -> Result | None:
        """What comes of an access to the file; after one that fails the file is removed and nothing is kept."""
        try:
            return what(*arguments) if self._file is not None or what == self._open else None
        except (sqlite3.Error, OSError):
            if self._file is not None:
                self._file.close()
            self._file = None
            self._waiting.clear()
            with suppress(OSError):
                assert self._path is not None
                self._path.unlink(missing_ok=True)
            return None

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path)
        # A crash of the system may damage entries; that is noticed.
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS entries (kind TEXT, key BLOB, data BLOB, PRIMARY KEY (kind, key))"
        )

    def _rows(self, order: str, *values: object) -> sqlite3.Cursor:
        assert self._file is not None
        return self._file.execute(order, values)

    def _known(self, kind: str) -> set[bytes]:
        return {key for (key,) in self._rows("SELECT key FROM entries WHERE kind = ?", kind)}

    def _read(self, kind: str, keys: Collection[bytes]) -> dict[bytes | None, bytes]:
        """The results under these keys whose entries are whole."""
        places = ", ".join("?" * len(keys))
        rows = self._rows(f"SELECT key, data FROM entries WHERE kind = ? AND key IN ({places})", kind, *keys)
        found: dict[bytes | None, bytes] = {}
        for key, entry in rows:
            if isinstance(entry, bytes) and _checksum(kind, key, entry[_CHECK:]) == entry[:_CHECK]:
                found[key] = entry[_CHECK:]
        return found

    def _copy(self, kind: str, keys: Mapping[bytes, bytes]) -> set[bytes]:
        """Keep the results under some keys under others as well; returns those under which there is one now."""
        copied: set[bytes] = set()
        for some in in_ranges(len(keys), _AT_A_TIME):
            names = list(keys)[some.start : some.stop]
            found = self._read(kind, names)
            for name in filter(found.__contains__, names):
                self._keep(kind, keys[name], found[name])
                copied.add(keys[name])
            self._write()
        return copied

    def _keep(self, kind: str, key: bytes, result: bytes) -> None:
        """Have an entry written with the next ones; none where the file failed."""
        if self._file is not None:
            self._waiting.append((kind, key, _checksum(kind, key, result) + result))

    def _write(self) -> None:
        assert self._file is not None
        self._file.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()

    def _end(self, well: bool) -> None:
        assert self._file is not None
        for kind, asked in self._asked.items() if well else ():
            unused = [(kind, key) for key in self._known(kind) - asked]
            self._file.executemany("DELETE FROM entries WHERE kind = ? AND key = ?", unused)
        self._file.commit()
        self._file.close()


def _packed(item: Item, function: Callable[..., object], shared: tuple[Any, ...]) -> bytes:
    """A result as an entry holds it, made where the work is done. To squeeze it would take longer than it saves."""
    return pickle.dumps(function(item, *shared), pickle.HIGHEST_PROTOCOL)


def _checksum(kind: str, key: bytes, packed: bytes) -> bytes:
    return zlib.crc32(packed, zlib.crc32(kind.encode() + key)).to_bytes(_CHECK, "little")


def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


NOTHING = Cache()  # for a run that is to make everything
