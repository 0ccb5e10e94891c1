"""What building the site costs, how large it is, and what a reader's browser loads of it.

    python -m tests.bench.site 10 10000            # prints tables
    python -m tests.bench.site 10 10000 --write    # … and writes SITE.md

Each size is a made-up corpus (`tests.bench.corpus`). It is converted first; then `kb build` makes and compares all
pages, runs again without a change, and once more after one article was edited. Memory is the highest sum over all
processes (PSS), CPU that of all processes together. *Text* is the HTML of the articles' own pages between `<article>`
and `</article>`. What a page loads is counted by the server that Chromium asks, uncompressed, with nothing in its
cache and without pictures from elsewhere.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from factorykb import site as sites
from tests.bench import corpus
from tests.bench.counting import Site, chromium, fresh, served
from tests.bench.scale import EDIT, KB, Cost, measured

_TARGET = Path(__file__).with_name("SITE.md")
_ANSWERS = 1_000


def costs(seeds: Path, root: Path, edited: Path) -> Iterator[tuple[str, Cost]]:
    """What is done and its cost."""
    places = ["--seeds", str(seeds), "--docs", str(root / "docs"), "--site", str(root / "site")]
    sites.prepare(root / "docs")
    build = [*KB, "build", *places]
    measured([*KB, "convert", *places[:4]])
    yield "`kb build` of converted articles, all compared", measured(build)
    yield "again, nothing changed", measured(build)
    edited.write_text(edited.read_text(encoding="utf-8").rstrip() + EDIT, encoding="utf-8")
    yield "again, one article edited (converted too)", measured(build)


def sizes(site: Path) -> list[str]:
    """The table of what the site holds: files, bytes, the largest file, and how often the text's HTML."""
    kinds: dict[str, list[tuple[int, str]]] = {}
    text = 0
    for path in site.rglob("*"):
        if path.is_file():
            below = path.relative_to(site)
            kinds.setdefault(_kind(below), []).append((path.stat().st_size, below.as_posix()))
            text += _text(path) if below.parts[0] == "articles" and len(below.parts) == 3 else 0
    kinds["all"] = [found for some in kinds.values() for found in some]
    lines = ["| part | files | MB | of the text's HTML | largest |", "| --- | ---: | ---: | ---: | --- |"]
    for kind, found in sorted(kinds.items(), key=lambda item: -sum(size for size, _ in item[1])):
        whole, (size, name) = sum(size for size, _ in found), max(found)
        share = f"{whole / 1e6:,.1f} | {whole / text:.2f}"
        lines.append(f"| {kind} | {len(found):,} | {share} | {size / 1e3:,.0f} kB {name} |")
    return lines


def _kind(name: Path) -> str:
    if name.parts[0] == "data":
        return "data for search and previews" if name.parts[1] in _READ else "data to carry away"
    return (
        f"pages: {name.parts[0]}" if name.suffix == ".html" and len(name.parts) > 1 else "assets, other pages"
    )


_READ = ("search", "previews", "passages")


def _text(path: Path) -> int:
    html = path.read_text(encoding="utf-8")
    return len(html[html.find("<article") : html.find("</article>")].encode())


def loads(browser: Browser, site: Site) -> dict[str, tuple[int, int, int]]:
    """What the first look at a page asks for: kind → requests, bytes, bytes but the page's own."""
    articles = sorted((site.root / "articles").glob("*/index.html"), key=lambda path: path.stat().st_size)
    middle = articles[len(articles) // 2].parent.name
    kinds = {"home": "", "theme": "themes/core-tech/", "article": f"articles/{middle}/"}
    found = {}
    for kind, address in kinds.items():
        with fresh(browser, site) as page:
            page.route(lambda url: not url.startswith(site.address), lambda route: route.abort())
            page.goto(site.address + address, wait_until="networkidle")
            answers = site.take()
        whole = sum(size for _, size in answers)
        found[kind] = (len(answers), whole, whole - answers[0][1])
    return found


def question(root: Path) -> str:
    """The size of the page of one question with very many answers, in words."""
    (root / "seeds").mkdir(parents=True)
    corpus.make_question(root / "seeds" / "question.md", _ANSWERS)
    places = [f"--{name}={root / name}" for name in ("seeds", "docs", "site")]
    measured([*KB, "build", *places])
    page = next(path for path in (root / "site" / "articles").glob("*/index.html"))
    return f"A question with {_ANSWERS:,} answers is a page of {page.stat().st_size / 1e3:,.0f} kB."


def main() -> None:
    """Measure and print; with --write also into SITE.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", type=int, nargs="+")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    timed = ["| articles | step | wall | CPU | memory |", "| ---: | --- | ---: | ---: | ---: |"]
    looked = [
        "| articles | page | requests | kB | of that not the page itself |",
        "| ---: | --- | ---: | ---: | ---: |",
    ]
    held: list[str] = []
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        for number in asked.numbers:
            root = Path(name) / str(number)
            corpus.make(root / "seeds", number)
            for step, cost in costs(root / "seeds", root, root / "seeds" / f"{number // 2:06}.md"):
                timed.append(
                    f"| {number:,} | {step} | {cost.seconds:.1f} s | {cost.work:.1f} s | {cost.memory:,.0f} MiB |"
                )
                print(timed[-1], flush=True)
            held += ["", f"{number:,} articles:", "", *sizes(root / "site")]
            with served(root / "site") as site:
                for page, (requests, whole, rest) in loads(browser, site).items():
                    looked.append(
                        f"| {number:,} | {page} | {requests} | {whole / 1e3:,.1f} | {rest / 1e3:,.1f} |"
                    )
        held += ["", question(Path(name) / "question")]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    about = "\n\n".join((__doc__ or "").split("\n\n")[2:])
    text = f"# The site's build\n\n{machine}. {about}\n" + "\n".join([*timed, "", *looked, *held]) + "\n"
    print(text)
    if asked.write:
        _TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
