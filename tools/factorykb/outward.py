"""The links of a built site that lead out of it, and, only when asked to, whether anything is still there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

from factorykb import fetching
from factorykb.errors import UsageError
from factorykb.fetching import GoneError, Limits, RefusedError, UnreachableError, host_of

LIMITS = Limits(seconds=10)
_HOSTS = 8  # asked side by side; each gets one question at a time
_SILENT = 3  # questions in a row without an answer, after which a host is left alone
_OUTWARD = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads out of the site. `page` is relative to the site's root; "" is the home page."""

    page: str
    text: str
    address: str


def links(site: Path) -> Iterator[Link]:
    """All links out of a built site by page, each address once a page. Holds one page at a time.

    Raises:
        UsageError: there is no site.
    """
    if not (site / "index.html").is_file():
        raise UsageError(f"{site} holds no site. Build it first: kb build --site {site}")
    for path in sorted(site.rglob("*.html")):
        anchors = _Anchors()
        anchors.feed(path.read_text(encoding="utf-8"))
        anchors.close()
        page = path.relative_to(site).as_posix().removesuffix("index.html")
        for address, text in anchors.found.items():
            yield Link(page, " ".join(text.split()), address)


def troubles(
    addresses: Iterable[str], limits: Limits = LIMITS, done: Callable[[str, str], None] = lambda *_: None
) -> dict[str, str]:
    """Ask for addresses over the network; gives those that fail, with the reason.

    Args:
        addresses: http and https; any other fails.
        limits: what one question may cost.
        done: called after each address with the reason, "" where something is there. From several threads.
    """
    by_host = groupby(sorted(set(addresses), key=lambda one: (host_of(one), one)), key=host_of)
    groups = [list(group) for _, group in by_host]
    with ThreadPoolExecutor(_HOSTS) as pool:
        parts = pool.map(lambda group: _asked(group, limits, done), groups)
        return {address: reason for part in parts for address, reason in part.items() if reason}


def _asked(addresses: list[str], limits: Limits, done: Callable[[str, str], None]) -> dict[str, str]:
    """The addresses of one host, one after the other."""
    reasons: dict[str, str] = {}
    silent = 0
    for address in addresses:
        reason = "not asked, the host does not answer"
        if silent < _SILENT:
            try:
                fetching.ask(address, limits)
                reason, silent = "", 0
            except (GoneError, RefusedError) as error:
                reason, silent = str(error), 0
            except UnreachableError as error:
                reason, silent = str(error), silent + 1
        reasons[address] = reason
        done(address, reason)
    return reasons


class _Anchors(HTMLParser):
    """`found`: the outward addresses of a page, each with the text of its first link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            address = dict(attrs).get("href") or ""
            self._address = address if _OUTWARD.match(address) and address not in self.found else ""
            if self._address:
                self.found[address] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._address = ""

    def handle_data(self, data: str) -> None:
        if self._address:
            self.found[self._address] += data
