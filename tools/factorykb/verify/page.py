"""The built page of an article: its text without the site's own furniture, its pictures, its head."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from factorykb.verify.visible import VOID, Address, Line, Visible

_FURNITURE = {"kb-passage-meta", "kb-passage-foot", "kb-same"}
_FILE = re.compile(r"(?:源文件|同一篇文章的另一份文件)：")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an article's page shows.

    Attributes:
        title: the page's heading.
        head: the lines above the text: publisher, date, credits.
        lines: the text of the article itself, in order.
        pictures: its pictures, each with the addresses it may be known by.
        files: the sources that the page says it was made from.
    """

    title: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    pictures: tuple[Address, ...]
    files: tuple[str, ...]


def of_html(html: str) -> Shown:
    """Read a built page. Where it is no article's page, `files` is empty."""
    page = _Page()
    text = html[max(0, html.find("<article")) :]  # a third of the page is head and navigation
    page.announce(text)
    page.feed(text)
    page.close()
    lines = tuple(line for line, region in zip(page.lines, page.regions, strict=True) if region == "text")
    said = {region: [] for region in ("title", "head", "provenance")}  # type: dict[str, list[str]]
    for line, region in zip(page.lines, page.regions, strict=True):
        if region in said:
            said[region].append(line.text.strip())
    return Shown(
        title=" ".join(said["title"]),
        head=tuple(said["head"]),
        lines=lines,
        pictures=tuple(page.shown),
        files=tuple(page.files),
    )


@dataclass
class _Page(Visible):
    """Notes for each line in which region of the page it stands."""

    regions: list[str] = field(default_factory=list)
    shown: list[Address] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._stack: list[tuple[str, str]] = []  # elements that are open, with the region each begins

    @property
    def region(self) -> str:
        return self._stack[-1][1] if self._stack else ""

    def boundary(self) -> None:
        before = len(self.lines)
        super().boundary()
        for line in self.lines[before:]:
            self.regions.append(self.region)
            if self.region == "provenance" and _FILE.match(line.text):
                self.files += [run.text for run in line.runs if run.code][:1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        region = self._region(tag, dict(attrs))
        if region != self.region:
            self.boundary()
        if tag not in VOID:
            self._stack.append((tag, region))
        before = len(self.pictures)
        super().handle_starttag(tag, attrs)
        self.shown += [replace(p, place=0) for p in self.pictures[before:] if region == "text"]

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        while any(name == tag for name, _ in self._stack):
            name, region = self._stack.pop()
            if region != self.region:
                self._end(region)
            if name == tag:
                break

    def _end(self, region: str) -> None:
        """A line that was still being read belongs to the region that ends."""
        self._stack.append(("", region))
        self.boundary()
        self._stack.pop()

    def _region(self, tag: str, attributes: dict[str, str | None]) -> str:
        classes = set((attributes.get("class") or "").split())
        inner = self.region
        if "md-content__inner" in classes:
            return "article"
        if inner == "article":
            return _beginning(tag, classes)
        return "furniture" if inner == "text" and classes & _FURNITURE else inner


def _beginning(tag: str, classes: set[str]) -> str:
    """The region that an element straight inside the article begins."""
    if "kb-passage" in classes or tag == "figure":
        return "text"
    if "kb-head" in classes:
        return "head"
    if "kb-provenance" in classes:
        return "provenance"
    return "title" if tag == "h1" else "furniture"
