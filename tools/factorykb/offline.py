"""The site as a folder and a zip that open from a disk by double click.

On a disk a folder has no index of its own: every link to a folder gets its `index.html`. The pages and their
places are the same otherwise, so that search, which is classic scripts, works as it does on a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from factorykb import markup, store
from factorykb.errors import UsageError

# What only a server or a search engine's robot has a use for, and what the theme brings and no page loads.
_LEFT_OUT = frozenset({"404.html", "sitemap.xml", "sitemap.xml.gz"})
_UNUSED = ("assets/javascripts/", "assets/stylesheets/")
_LINKS = {"a": "href", "area": "href", "form": "action", "iframe": "src"}
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


def places(site: Path) -> tuple[Path, Path]:
    """The folder and the zip that belong to a site: beside it, with `-offline` behind its name."""
    return site.with_name(f"{site.name}-offline"), site.with_name(f"{site.name}-offline.zip")


def check(site: Path) -> None:
    """Make sure that no file but our own is replaced; call it before anything is written.

    Raises:
        UsageError: a zip stands there that no earlier run made.
    """
    folder, packed = places(site)
    if packed.exists() and not store.is_there(folder):
        raise UsageError(f"{packed} is there already, and it is not known from where. Move it away.")


def make(site: Path) -> tuple[Path, Path]:
    """Write the folder and the zip of a built site; returns both places. The same site gives the same bytes.

    Raises:
        StoreError: the disk refused.
    """
    folder, packed = places(site)
    with store.replacing(folder) as new:
        store.stream(_files(site), new, ())
    store.zipped(folder, packed)
    return folder, packed


def _files(site: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name in _LEFT_OUT or name.startswith(_UNUSED):
            continue
        data = path.read_bytes()
        yield name, page(data.decode()).encode() if name.endswith(".html") else data


def page(text: str) -> str:
    """A page of HTML with links that lead to files and not to folders."""
    return markup.changed(text, _change)


def _change(tag: str, attributes: markup.Attributes) -> markup.Attributes:
    name = _LINKS.get(tag, "")
    address = attributes.get(name, "")
    to = to_file(address)
    return {} if to == address else {name: to}


def to_file(address: str) -> str:
    """A relative address that leads to a folder, leading to the page in it; any other as it is."""
    cut = re.match(r"[^?#]*", address)
    path = cut[0] if cut else ""
    if not path or _ELSEWHERE.match(path) or path.rpartition("/")[2] not in ("", ".", ".."):
        return address
    return f"{path}{'' if path.endswith('/') else '/'}index.html{address[len(path) :]}"
