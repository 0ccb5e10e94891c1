"""Finds and reads source files. Decides what is a source, what is left aside, and what is refused."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from factorykb import limits
from factorykb.errors import SourceError, UsageError
from factorykb.model import Source
from factorykb.text import without_invisible

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")
_NO_SUCH_FILE = f"not a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file"
_FRONT = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n.{0,100000}?\n\1", re.DOTALL)
_SEPARATORS = re.compile("[\x85\u2028\u2029]")


def check(root: Path) -> None:
    """Make sure that there can be sources. Raises UsageError: `root` is no folder."""
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder. Give the folder that holds the source files.")


def find(root: Path) -> tuple[list[Path], list[Path]]:
    """The sources below `root` and the files left aside, both sorted by path.

    A source has one of `SUFFIXES`; a folder with such a name, and a link to a folder, are listed too, so that
    they are refused by name. READMEs and hidden files are in neither list.

    Raises:
        UsageError: `root` is no folder, or a folder in it cannot be read: its articles' pages would be removed.
    """
    check(root)
    found: list[Path] = []
    aside: list[Path] = []
    for folder, folders, files in os.walk(root, onerror=_cannot_be_read):
        here = Path(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        odd = [n for n in folders if n.lower().endswith(SUFFIXES) or (here / n).is_symlink()]
        found += [here / name for name in odd]
        folders[:] = [name for name in folders if name not in odd]
        for name in files:
            if not _is_beside(name):
                (aside if why_none(name) else found).append(here / name)
    return sorted(found, key=_key), sorted(aside, key=_key)


def why_none(name: str) -> str:
    """Why a file of this name is no source, whatever it holds; "" of one that is."""
    if _is_beside(name):
        return "READMEs and hidden files are no sources"
    return "" if name.lower().endswith(SUFFIXES) else _NO_SUCH_FILE


def _is_beside(name: str) -> bool:
    """Whether a file is meant to lie among sources without being one: `README`, `readme.txt`, `.gitkeep`."""
    return name.startswith(".") or Path(name).stem.lower() == "readme"


def _cannot_be_read(error: OSError) -> None:
    raise UsageError(f"{error.filename} cannot be read ({error.strerror}). Give read permission.") from error


def _key(path: Path) -> str:
    return path.as_posix()


def shown_path(path: Path, root: Path, real: Path) -> str:
    """`path` relative to `root`, prefixed with that folder's own name: `seeds/a.txt`. `real`: what `root` leads to."""
    shown = (Path(real.name) / path.relative_to(root)).as_posix()
    return shown.encode("utf-8", "replace").decode()  # a name in another encoding becomes printable


def load(path: Path, shown: str, root: Path | None = None) -> Source:
    """Read one file.

    Args:
        path: where it is.
        shown: how it is called in messages and on its page.
        root: when given, a symbolic link that leads out of this folder is refused; itself without links.

    Raises:
        SourceError: not a file, unreadable, too large, in another encoding than UTF-8, UTF-16 and GB 18030, or a link
            that leads away.
    """
    _check_kind(path, shown, root)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limits.BYTES else b""
    except OSError as error:
        raise SourceError(
            shown,
            None,
            f"the file cannot be read ({error.strerror})",
            "Check that it exists and its permissions",
        ) from error
    if size > limits.BYTES:
        raise SourceError(
            shown,
            None,
            f"the file has {size:,} bytes, more than {limits.BYTES:,}",
            "Split it into one file for each article",
        )
    text = without_invisible(_on_its_lines(_decoded(data, shown)))
    return Source(shown, text, hashlib.sha256(data).hexdigest())


def _check_kind(path: Path, shown: str, root: Path | None) -> None:
    """Refuse what is no plain file below `root`, before anything of it is read."""
    if path.is_dir() and path.is_symlink():
        raise SourceError(shown, None, "this is a link to a folder", "Copy the folder here instead")
    if path.is_dir():
        raise SourceError(shown, None, "this is a folder, not a file", "Rename it without the file suffix")
    if not _is_readable(path.name):
        raise SourceError(
            shown, None, "the name is not readable text", "Rename the file; UTF-8 names are fine"
        )
    if root is not None and _leads_out(path, root):
        raise SourceError(
            shown, None, "this is a link that leads out of the folder", "Copy the file here instead"
        )
    if path.exists() and not path.is_file():
        raise SourceError(shown, None, "this is no ordinary file", "Put a plain file in its place")


def digest(path: Path) -> bytes | None:
    """A digest of a plain file's bytes; None of what is none or cannot be read, of which `load` says more."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > limits.BYTES:
            return None
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None


def _is_readable(name: str) -> bool:
    """Whether a file's name is UTF-8 without control characters."""
    return name.isprintable() and name.encode("utf-8", "replace").decode() == name


def _leads_out(path: Path, root: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        return True


def _on_its_lines(text: str) -> str:
    """Separators of lines that are no line ends to YAML's writers become blanks in the front matter."""
    found = _FRONT.match(text)
    return text if found is None else _SEPARATORS.sub(" ", found[0]) + text[found.end() :]


def _decoded(data: bytes, shown: str) -> str:
    """UTF-8; UTF-16 with its mark, or beginning with two characters of ASCII; GB 18030 where nearly all of it are common
    Chinese characters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _as_text(data, "utf-16", shown)
    if re.match(rb"[^\0]\0[^\0]\0|\0[^\0]\0[^\0]", data):
        return _as_text(data, "utf-16-le" if data[0] else "utf-16-be", shown)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _as(data, "gb18030")
        return text if text is not None and _is_common(text) else _refused(data, shown)


def _as_text(data: bytes, encoding: str, shown: str) -> str:
    text = _as(data, encoding)
    return _refused(data, shown) if text is None else text


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_common(text: str) -> bool:
    """Whether what is not ASCII are the signs and the 3,755 most frequent characters of GB 2312 (its rows 1 to 9
    and 16 to 55). Text of another encoding, read as this one, is mostly others."""
    foreign = re.sub(r"[\x00-\x7f]", "", text)
    rows = (char.encode("gb2312", "ignore")[:1] for char in foreign)
    common = sum(b"\xa1" <= row <= b"\xa9" or b"\xb0" <= row <= b"\xd7" for row in rows)
    return common >= 0.9 * len(foreign)


def _refused(data: bytes, shown: str) -> NoReturn:
    readable = data.decode("utf-8", "surrogateescape")
    line = re.split("[\udc80-\udcff]", readable, maxsplit=1)[0].count("\n") + 1
    name = _other_encoding(data)
    remedy = f"Convert it, for example with `iconv -f {name} -t UTF-8`" if name else "Fetch the file again"
    raise SourceError(shown, line, "the file is not UTF-8 text", remedy)


def _other_encoding(data: bytes) -> str | None:
    guesses: Iterable[str] = ("UTF-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("BIG5", "GB18030")
    for name in guesses:
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return None
