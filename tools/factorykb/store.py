"""The only code that writes to `docs/`: whoever reads finds files whole or not at all, and nothing outside is touched."""

from __future__ import annotations

import errno
import os
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Literal

from factorykb.errors import KbError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_TEMPORARY = ".kb-new"  # suffix of a file or folder that is being made; a killed run leaves one at most
_OLD = ".kb-old"  # suffix of a folder that is being replaced

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # of every file in a zip, so that its bytes tell nothing of the moment


_LONGEST_NAME = 200  # bytes; disks take 255, and a file being written needs a suffix
# Control characters, what Windows forbids, a dot or blank at the end, and its names for devices.
_ODD_NAME = re.compile(
    r"""^$|[\x00-\x1f\x7f<>:"\\|?*\ud800-\udfff]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)""",
    re.IGNORECASE,
)


class StoreError(KbError):
    """The disk refused: no space, no permission, a folder where a file must go."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What `sync` did or, with `compare`, would do. Paths are relative, with forward slashes, sorted."""

    written: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def compare(files: Mapping[str, str], root: Path, owned: Iterable[str]) -> Changes:
    """What is different between `files` and the folder `root`, looking only at what `owned` names.

    Args:
        files: relative path (forward slashes) → content.
        root: the folder.
        owned: relative paths of files, or of folders (ending in `/`) that hold nothing but such files.
    """
    written = tuple(sorted(path for path, text in files.items() if not _holds(root / path, text.encode())))
    return Changes(written, tuple(sorted(set(_present(root, owned)) - files.keys())))


def sync(files: Mapping[str, str], root: Path, owned: Iterable[str]) -> Changes:
    """Make `root` hold exactly `files` in the places that `owned` names (see `compare`).

    Each file is written beside its place and renamed; unchanged files are not touched; stale ones and
    what a killed run left behind are removed. Killed in between, the next run finishes the work.

    Raises:
        StoreError: the disk refused, or a name is none that every system takes; says which path.
    """
    _check_names(files, root)
    try:
        changes = compare(files, root, owned)
        for path in changes.written:
            write(root / path, files[path])
        _remove_files(root, changes.removed)
    except OSError as error:
        raise refused(error, root) from error
    return changes


def stream(
    files: Iterable[tuple[str, bytes | Iterable[bytes]]],
    root: Path,
    owned: Collection[str],
    is_apart: Callable[[str], bool] = lambda name: False,
) -> None:
    """As `sync`, for files that are made one by one, large ones in pieces, and need not all fit into memory. Those in
    pieces are written even where they are as before.

    The last file should be the one that names the others: stopped before it, the old ones are still whole.

    Args:
        is_apart: of a file, whether nobody reads it before the last one is there. A new one is then written in its
            place at once, which is cheaper than renaming it.

    Raises:
        StoreError: the disk refused; says which path.
    """
    names: set[str] = set()
    try:
        present = set(_present(root, owned))
        for name, data in files:
            _check_names((name,), root)
            names.add(name)
            may_stand = not owned or name in present
            if not (isinstance(data, bytes) and may_stand and _holds(root / name, data)):
                pieces = [data] if isinstance(data, bytes) else data
                _write(root / name, pieces, in_place=is_apart(name) and name not in present)
        _remove_files(root, present - names)
    except OSError as error:
        raise refused(error, root) from error


def write(path: Path, text: str) -> None:
    """Write one text file whole, in UTF-8 with Unix line ends. Raises OSError."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write one file whole: beside its place first, then renamed. Raises OSError."""
    _write(path, [data])


def _write(path: Path, pieces: Iterable[bytes], *, in_place: bool = False) -> None:
    place = path if in_place else path.with_name(path.name + _TEMPORARY)
    opened = _opened(place, "xb" if in_place else "wb")  # in its place never through a link
    try:
        with opened as file:
            file.writelines(pieces)
        if not in_place:
            os.replace(place, path)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def _opened(path: Path, mode: Literal["wb", "xb"]) -> BinaryIO:
    """A new file, in a folder that is made where it is missing: to look for it each time would take longer."""
    try:
        return path.open(mode)
    except (FileNotFoundError, NotADirectoryError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open(mode)


def link(source: Path, target: Path) -> None:
    """Let `target` be the same file as `source`, or a copy where the disk cannot. Raises OSError.

    For files that are only ever replaced whole: what changes one in place changes both.
    """
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def copy_changed(source: Path, target: Path, names: Iterable[str]) -> None:
    """Bring `target`'s copies of `names` (files or folders of `source`) up to date; nothing is removed.

    Raises:
        StoreError: the disk refused.
    """
    try:
        for name in names:
            for path in _files(source / name):
                to = target / path.relative_to(source)
                if not to.exists() or to.read_bytes() != path.read_bytes():
                    write_bytes(to, path.read_bytes())
    except OSError as error:
        raise refused(error, target) from error


def zipped(folder: Path, target: Path) -> None:
    """Pack `folder` with its name into the zip `target`. The same files give the same bytes, whenever and
    wherever; hidden files stay out.

    Raises:
        StoreError: the disk refused.
    """
    temporary = target.with_name(target.name + _TEMPORARY)
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix()):
                name = path.relative_to(folder)
                if not any(part.startswith(".") for part in name.parts):
                    entry = zipfile.ZipInfo(f"{folder.name}/{name.as_posix()}", _ZIP_TIME)
                    entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix, on any system
                    archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
        os.replace(temporary, target)
    except OSError as error:
        raise refused(error, target) from error
    finally:
        temporary.unlink(missing_ok=True)


def is_odd(name: str) -> bool:
    """Whether a file's name is one that not every system takes: too long, kept for a device, with forbidden characters."""
    return bool(_ODD_NAME.search(name)) or len(name.encode("utf-8", "replace")) > _LONGEST_NAME


def one_name(name: str) -> str:
    """What two names share that are one file on a disk that does not tell cases or spellings of letters apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _check_names(names: Iterable[str], root: Path) -> None:
    """Make sure that names made from what sources say lie below `root`, on every system, each a file of its own."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(one_name(name), name)
        problem = (
            f"is outside of {root}"
            if ".." in name.split("/") or name.startswith("/")
            else f"and {other} are one file on some disks"
            if other != name
            else "is no name that every system takes"
            if any(map(is_odd, name.split("/")))
            else ""
        )
        if problem:
            raise StoreError(f"{name!r} {problem}. This is a mistake in the converter; report it.")


def refused(error: OSError, place: Path | str) -> StoreError:
    """What to say when the system refused something, at the error's own place or else at `place`."""
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, "Put that right")
    return StoreError(
        f"{error.filename or place}: {reason}. {remedy}, then run the same command again; it finishes what was begun."
    )


_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Free some space"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "Give write permission"),
    errno.EROFS: "Choose a folder that can be written to",
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), "Move the file away that stands where a folder belongs"),
    errno.EBUSY: "Choose a folder that is no mount point",
    errno.EXDEV: "Choose a folder that is no mount point",
}


# --- one run at a time -------------------------------------------------------------------------------------

Tell = Callable[[str], None]
_held: set[int] = set()  # descriptors of locks; a child process must not keep one alive after this process


def _let_go() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


@contextmanager
def locked(folder: Path, tell: Tell = lambda sentence: None) -> Iterator[None]:
    """Keep other runs from writing to `folder` for the time of the block; a second run waits here and says so.

    The folder is made when it is missing. What a killed run left half-written in it is removed. The system
    ends the lock with the process, however that ends. Where it has no such locks, `tell` says so.

    Raises:
        StoreError: the disk refused.
    """
    made = not folder.exists()
    try:
        descriptor = _lock(folder, tell)
        # Of tens of thousands of files; pathlib would take three times as long.
        for below, _, names in os.walk(folder):
            for name in names:
                if name.endswith(_TEMPORARY):
                    Path(below, name).unlink(missing_ok=True)
    except OSError as error:
        raise refused(error, folder) from error
    try:
        yield
    finally:
        if made and (descriptor is None or _is_at(descriptor, folder)):
            with suppress(OSError):  # not empty, as it should be
                folder.rmdir()
        if descriptor is not None:
            _held.discard(descriptor)
            os.close(descriptor)


def _lock(folder: Path, tell: Tell) -> int | None:
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        if fcntl is None:
            tell("This system does not keep two runs apart: run only one at a time.")
            return None
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"Another kb is writing to {folder}; waiting until it is done.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            os.close(descriptor)
            tell(f"{folder} cannot be locked there, so nothing keeps two runs apart: run only one at a time.")
            return None
        if _is_at(descriptor, folder):
            _held.add(descriptor)
            return descriptor
        os.close(descriptor)  # the run before has renamed or removed it


def _is_at(descriptor: int, folder: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.stat(folder))
    return False


@contextmanager
def replacing(target: Path, tell: Tell = lambda sentence: None) -> Iterator[Path]:
    """An empty folder beside `target` that takes its place when the block ends without an error.

    Until then `target` stays as it was; what a killed run left is removed, or put back, first.

    Raises:
        StoreError: the disk refused.
    """
    target = target.resolve()
    new, old = (target.with_name(target.name + suffix) for suffix in (_TEMPORARY, _OLD))
    with locked(new, tell):
        try:
            if old.exists() and not target.exists():
                os.replace(old, target)
            _remove(old)
            for left in new.iterdir():
                _remove(left)
            yield new
            if target.exists():
                os.replace(target, old)
            os.replace(new, target)
        except BaseException as error:
            shutil.rmtree(new, ignore_errors=True)
            if isinstance(error, OSError):
                raise refused(error, target) from error
            raise
        shutil.rmtree(old, ignore_errors=True)


def is_there(folder: Path) -> bool:
    """Whether a folder is there, if only under the name it has while `replacing` it was interrupted."""
    return folder.exists() or folder.with_name(folder.name + _OLD).exists()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return False


def _present(root: Path, owned: Iterable[str]) -> Iterator[str]:
    """The files that are there in the places that `owned` names, by their paths relative to `root`."""
    for name in owned:
        if not name.endswith("/"):
            paths = (root / name, root / (name + _TEMPORARY))
            yield from (
                path.relative_to(root).as_posix() for path in paths if path.is_file() or path.is_symlink()
            )
        for folder, folders, files in os.walk(root / name):
            links = [one for one in folders if os.path.islink(os.path.join(folder, one))]
            below = Path(folder).relative_to(root).as_posix()
            yield from (f"{below}/{one}" for one in (*files, *links))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file() or file.is_symlink())
    elif path.exists():
        yield path


def _remove_files(root: Path, names: Collection[str]) -> None:
    """Remove files and, after the last of each, the folders that hold nothing any more."""
    for folder, own in groupby(sorted(names), key=lambda name: name.rpartition("/")[0]):
        for name in own:
            (root / name).unlink(missing_ok=True)
        _remove_empty(root, root / folder)


def _remove_empty(root: Path, folder: Path) -> None:
    """Remove a folder that holds nothing, and those above it that then hold nothing."""
    with suppress(OSError):  # not empty: to look beforehand would take the longer, the more it holds
        while folder != root:
            folder.rmdir()
            folder = folder.parent
