"""Goes through a built site page by page, each with its source; holds one pair of them at a time."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from factorykb import sources
from factorykb.errors import UsageError
from factorykb.parallel import CHUNK, PAGES, mapped
from factorykb.verify import Finding, Kind, compare
from factorykb.verify.page import of_html
from factorykb.verify.reading import Reading, of_file
from factorykb.verify.visible import letters


@dataclass(frozen=True, slots=True)
class Result:
    """How many articles were compared; how many letters and pictures their sources hold, with the letters of those
    that lack a page; what is wrong."""

    articles: int
    letters: int
    pictures: int
    findings: tuple[Finding, ...]

    @property
    def kept(self) -> float:
        """The share of the letters that are on their pages, in their order; 1 of none."""
        return 1 - min(1.0, sum(finding.letters for finding in self.findings) / max(1, self.letters))


@dataclass(frozen=True, slots=True)
class _Compared:
    files: tuple[str, ...]
    letters: int
    pictures: int
    findings: tuple[Finding, ...]


def run(
    seeds: Path,
    site: Path,
    *,
    only: Collection[str] | None = None,
    refused: Collection[str] = (),
    jobs: int = 1,
) -> Result:
    """Compare the articles of a built site with their sources.

    Args:
        seeds: the folder of sources.
        site: the built site.
        only: names of articles; None compares all, and looks for sources that have no page.
        refused: sources that are known to have no page; they are not reported again.

    Raises:
        UsageError: there are no articles in `site`, or `seeds` is no folder.
    """
    paths = sorted((site / "articles").glob("*/index.html"))
    if not paths and not (site / "articles" / "index.html").is_file():
        raise UsageError(f"{site} holds no site. Build it first: kb build --site {shlex.quote(str(site))}")
    if only is not None:
        paths = [path for path in paths if path.parent.name in only]
    found, _ = sources.find(seeds)
    real = seeds.resolve()
    names = {sources.shown_path(path, seeds, real): path for path in found if path.is_file()}
    findings: list[Finding] = []
    articles = characters = pictures = 0
    with_page = set(refused)
    for done in filter(None, mapped(_one, paths, jobs, real, chunk=CHUNK, least=PAGES)):
        articles, characters, pictures = articles + 1, characters + done.letters, pictures + done.pictures
        findings += done.findings
        with_page.update(done.files)
    if only is None:
        lacking = list(_lacking(names, with_page))
        characters += sum(finding.letters for finding in lacking)
        findings += lacking
    return Result(articles, characters, pictures, tuple(findings))


def _one(path: Path, seeds: Path) -> _Compared | None:
    """Compare one page with its source; None for a page that is no article's."""
    page = of_html(path.read_text(encoding="utf-8"))
    if not page.files:
        return None
    name = page.files[0]
    file = seeds.parent / name
    if not file.is_relative_to(seeds) or ".." in file.parts or not file.is_file():
        gone = Finding(name, None, Kind.EXTRA, f"the page {path.parent.name}, whose source is gone")
        return _Compared(page.files, 0, 0, (gone,))
    source = of_file(file.read_bytes())
    characters = sum(len(letters(line.text)) for line in source.lines)
    return _Compared(page.files, characters, len(source.pictures), tuple(compare(name, source, page)))


def _lacking(names: Mapping[str, Path], with_page: Collection[str]) -> Iterator[Finding]:
    """What is wrong with the sources that have no page, in the order of their names."""
    for name in sorted(names.keys() - with_page):
        yield from _without_page(name, of_file(names[name].read_bytes()))


def _without_page(name: str, source: Reading) -> Iterator[Finding]:
    """A source needs no page when it holds nothing but a link to the original."""
    lines = source.lines[:-1] if source.closing else source.lines
    if lines or source.pictures or source.players:
        text = lines[0].text.strip() if lines else "a picture or player"
        yield Finding(name, None, Kind.NO_PAGE, text, sum(len(letters(line.text)) for line in lines))
