"""The same passages under other static search engines, a page each: Material's (lunr) and Pagefind."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from playwright.sync_api import Browser

from tests.bench.counting import Site, fresh, served

_PAGEFIND = "pagefind@1.6.0"
_MKDOCS = """site_name: peers
theme: {name: material, language: zh, font: false}
plugins: [{search: {lang: zh}}]
nav: [index.md]
not_in_nav: /p/
"""
_MATERIAL = """async () => {
  const worker = new Worker("WORKER");
  const tell = (type, data) => new Promise((done) => {
    worker.onmessage = (event) => done(event.data.data);
    worker.postMessage({ type, data });
  });
  const { config, docs } = await (await fetch("search/search_index.json")).json();
  await tell(0, { config, docs, options: { suggest: false } });
  globalThis.ask = async (query) => (await tell(2, query)).items.flat().map((item) => item.location);
}"""
_PAGEFIND_PAGE = """async () => {
  const pagefind = await import("/pagefind/pagefind.js");
  globalThis.ask = async (query, most) => {
    const { results } = await pagefind.search(QUERY);
    const pages = await Promise.all(results.slice(0, most).map((result) => result.data()));
    return pages.map((page) => page.url);
  };
}"""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Engine:
    """`opening`: JavaScript that makes `ask(query, most)`, which gives the addresses of what it found."""

    name: str
    opening: str


@dataclass(frozen=True, slots=True)
class Case:
    """A query and the numbers of the passages that hold it."""

    query: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Result:
    """How an engine did: the costs of cold queries, and what it found in order and should have found."""

    name: str
    sizes: list[int]
    packed: list[int]
    requests: list[int]
    answers: list[tuple[list[int], frozenset[int]]]

    @property
    def row(self) -> list[str]:
        """Name, bytes, bytes with gzip, requests, precision, recall, precision of the first ten, exact answers."""
        found = [(answer, right) for answer, right in self.answers if answer]
        return [
            self.name,
            _kilobytes(self.sizes),
            _kilobytes(self.packed),
            f"{median(self.requests):.0f}",
            f"{mean(_share(answer, right) for answer, right in found):.3f}",
            f"{mean(_share(right, answer) for answer, right in self.answers):.3f}",
            f"{mean(_share(answer[:10], right) for answer, right in found):.3f}",
            str(sum(set(answer) == right for answer, right in self.answers)),
        ]


def _kilobytes(sizes: Sequence[int]) -> str:
    return f"{median(sizes) / 1000:.1f} / {max(sizes) / 1000:.1f}"


def _share(some: Collection[int], among: Collection[int]) -> float:
    return len(set(some) & set(among)) / len(some)


def engines(passages: Sequence[tuple[str, str]], folder: Path) -> Iterator[tuple[Engine, Path]]:
    """The peers that can be had here, and the folder to serve for each. `passages`: title and text."""
    site = _site(passages, folder)
    worker = next((site / "assets/javascripts/workers").glob("search.*.js")).relative_to(site).as_posix()
    yield Engine("Material (lunr, `lang: zh`, jieba)", _MATERIAL.replace("WORKER", worker)), site
    if _pagefind(site, folder):
        name = _PAGEFIND.replace("@", " ").capitalize()
        yield Engine(name, _PAGEFIND_PAGE.replace("QUERY", "query")), site
        yield Engine(f"{name}, in quotation marks", _PAGEFIND_PAGE.replace("QUERY", '`"${query}"`')), site


def compare(
    engine: Engine,
    root: Path,
    browser: Browser,
    cases: Sequence[Case],
    numbers: dict[str, int] | None = None,
    cold: int = 60,
) -> Result:
    """Ask an engine. `numbers`: the number of each address, where the address itself does not say it."""
    with served(root) as site:
        logs = [_cold(engine, site, browser, case.query) for case in cases[:cold]]
        packed = [sum(site.packed(path) for path, _ in log) for log in logs]
        with fresh(browser, site) as page:
            page.evaluate(engine.opening)
            found = [page.evaluate("([query, most]) => ask(query, most)", [c.query, _ALL]) for c in cases]
    ordered = [list(dict.fromkeys(_number(address, numbers) for address in some)) for some in found]
    return Result(
        engine.name,
        [sum(size for _, size in log) for log in logs],
        packed,
        [len(log) for log in logs],
        [(answer, case.right) for answer, case in zip(ordered, cases, strict=True)],
    )


def _cold(engine: Engine, site: Site, browser: Browser, query: str) -> list[tuple[str, int]]:
    """What a first query downloads, ten hits shown."""
    with fresh(browser, site) as page:
        page.evaluate(engine.opening)
        page.evaluate("(query) => ask(query, 10)", query)
        return site.take()


def _number(address: str, numbers: dict[str, int] | None) -> int:
    if numbers is not None:
        return numbers[address]
    found = re.search(r"p/(\d+)/", address)
    return int(found[1]) if found else -1


def _site(passages: Sequence[tuple[str, str]], folder: Path) -> Path:
    """A site of Material's with nothing but the passages."""
    docs = folder / "docs"
    (docs / "p").mkdir(parents=True)
    (docs / "index.md").write_text("---\ntitle: .\n---\n")
    for number, (title, text) in enumerate(passages):
        lines = "\n\n".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
        front = json.dumps(title, ensure_ascii=False)
        (docs / "p" / f"{number}.md").write_text(f"---\ntitle: {front}\n---\n\n{lines}\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(_MKDOCS)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--config-file",
        str(folder / "mkdocs.yml"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "site"


def _pagefind(site: Path, folder: Path) -> bool:
    """Index the site with Pagefind; says why where it cannot be had."""
    if shutil.which("npm") is None:
        print("Pagefind is left out: there is no npm.", file=sys.stderr)
        return False
    install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), _PAGEFIND]
    program = str(folder / "node_modules" / ".bin" / "pagefind")
    index = [program, "--site", str(site), "--root-selector", "article"]
    for command in (install, index):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"Pagefind is left out: {(done.stderr or done.stdout).strip()[-300:]}", file=sys.stderr)
            return False
    return True
