"""The bare step from HTML to Markdown beside that of markdownify, html-to-markdown and trafilatura.

    python -m tests.bench.markdown [FOLDER] [--rounds 15] [--write]

FOLDER holds sources; those whose body is HTML are taken. Without it 1,000 articles are made up (`tests.bench.corpus`).
Every tool gets the same bodies in the same process. The others come from pip, for this alone, into `.cache`; what
they share with the project (Beautiful Soup, lxml) is the project's.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median

import lxml.html
from markdown_it import MarkdownIt

from factorykb import body, clean, config, frontmatter, markdown, sources
from factorykb.errors import SourceError
from tests.bench import corpus

PACKAGES = ("markdownify==1.2.3", "html-to-markdown==3.21.0", "trafilatura==2.3.1", "lxml_html_clean==0.4.6")
FOLDER = config.PROJECT / ".cache" / "markdown-peers"
TARGET = Path(__file__).with_name("MARKDOWN.md")
ARTICLES = 1_000
HEAD = (
    "tool",
    "on the clock",
    "of the processor",
    "× markdownify's",
    "articles a second",
    "MB a second",
    "characters kept",
    "added",
    "articles with all",
)
NOTES = {
    "this project's": "`clean.blocks_of`, then `markdown.of_blocks`: counts tags and depth against limits, mends tags and "
    "comments that never end, drops invisible characters, checks and unwraps addresses, takes keyword links away, counts "
    "all it took away, knows captions, and escapes so that the text stands for itself under CommonMark and "
    "Python-Markdown. Without front matter, passages and tags",
    "markdownify": "as it comes, with Python's own HTML parser under Beautiful Soup: escapes asterisks and underscores, not "
    "what begins a line",
    "markdownify (lxml)": "the same with `bs4_options='lxml'`, the parser of this project",
    "html-to-markdown": "as it comes: compiled (Rust), also collects metadata and tables",
    "trafilatura": "`extract` to Markdown with formatting, links and images: looks for the main text of a whole page, and "
    "drops what it does not take for that",
}


@dataclass
class Tool:
    """A way from HTML to Markdown, and the seconds of each of its rounds."""

    name: str
    convert: Callable[[str], str]
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


@dataclass
class Kept:
    """Visible characters without white space: of the source, of those the ones that came out, and others that did."""

    source: int = 0
    found: int = 0
    added: int = 0
    whole: int = 0  # articles that lost nothing


# --- tools ---


def install() -> None:
    """Put the other tools where they can be imported, behind all that the project has itself."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    done = subprocess.run(
        [*command, "--target", str(FOLDER), *PACKAGES], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"pip did not install the other tools: {done.stderr.strip()[-500:]}")
    sys.path.append(str(FOLDER))


def tools() -> list[Tool]:
    """This project's step, then the others', each with what comes nearest to it."""
    markdownify = importlib.import_module("markdownify").markdownify
    rust = importlib.import_module("html_to_markdown").convert
    extract = importlib.import_module("trafilatura").extract
    like = {"include_formatting": True, "include_links": True, "include_images": True}
    ways: tuple[Callable[[str], str], ...] = (
        lambda html: markdown.of_blocks(clean.blocks_of(html, None)[0]),
        markdownify,
        lambda html: str(markdownify(html, bs4_options="lxml")),
        lambda html: str(rust(html).content),
        lambda html: extract(html, output_format="markdown", **like) or "",
    )
    return [Tool(name, way) for name, way in zip(NOTES, ways, strict=True)]


# --- measures ---


def bodies(folder: Path) -> Iterator[str]:
    """The bodies of a folder's sources, so far as they are HTML."""
    for path in sources.find(folder)[0]:
        try:
            document = frontmatter.split(
                sources.load(path, sources.shown_path(path, folder, folder.resolve()))
            )
        except SourceError:
            continue
        if body.is_html(document.body):
            yield document.body


def measure(all_tools: Sequence[Tool], pages: Sequence[str], rounds: int) -> None:
    """Time each tool over all pages, `rounds` times in turns, in another order each time. The first round warms up."""
    order = list(all_tools)
    for number in range(rounds + 1):
        random.Random(number).shuffle(order)
        for tool in order:
            gc.collect()  # no tool sweeps behind another
            clock, processor = time.perf_counter(), time.process_time()
            for page in pages:
                tool.convert(page)
            if number:
                tool.processor.append(time.process_time() - processor)
                tool.clock.append(time.perf_counter() - clock)


def kept(tool: Tool, pages: Sequence[str]) -> Kept:
    """How much of the pages' text a tool's Markdown shows, rendered; the order of characters is not looked at."""
    render = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render
    total = Kept()
    for page in pages:
        source, shown = visible(page), visible(render(tool.convert(page)))
        missing = (source - shown).total()
        total.source += source.total()
        total.found += source.total() - missing
        total.added += (shown - source).total()
        total.whole += not missing
    return total


def visible(html: str) -> Counter[str]:
    """The characters of a text without white space, as lxml reads it."""
    tree = lxml.html.fromstring(f"<div>{html}</div>")
    return Counter("".join("".join(tree.xpath("//text()[not(parent::script or parent::style)]")).split()))


# --- the report ---


def row(tool: Tool, yardstick: float, pages: Sequence[str]) -> list[str]:
    """A line of the table. `yardstick`: the processor time of markdownify."""
    clock, processor = median(tool.clock), median(tool.processor)
    text = kept(tool, pages)
    size = sum(len(page.encode()) for page in pages) / 1e6
    return [
        tool.name,
        f"{clock * 1000:,.1f} ms",
        f"{processor * 1000:,.1f} ms",
        f"{processor / yardstick:.2f}",
        f"{len(pages) / processor:,.0f}",
        f"{size / processor:,.1f}",
        f"{100 * text.found / text.source:.2f} %",
        f"{text.added:,}",
        f"{text.whole:,}",
    ]


def report(all_tools: Sequence[Tool], pages: Sequence[str], made_up: bool) -> str:
    """The page to write."""
    yardstick = next(median(tool.processor) for tool in all_tools if tool.name == "markdownify")
    rows = [HEAD, ["---"] + ["---:"] * (len(HEAD) - 1), *(row(tool, yardstick, pages) for tool in all_tools)]
    size = sum(len(page.encode()) for page in pages) / 1e6
    origin = (
        f"those of {ARTICLES:,} made-up articles (`tests.bench.corpus`)" if made_up else "those of a folder"
    )
    parts = [
        "# From HTML to Markdown",
        f"Written by `python -m tests.bench.markdown` on {datetime.now(UTC):%Y-%m-%d}: {_machine()}, {_versions()}.",
        "\n".join(f"| {' | '.join(cells)} |" for cells in rows),
        f"{len(pages):,} bodies of HTML, {size:.2f} MB, {origin}. Medians of {len(all_tools[0].clock)} rounds over all "
        "of them, the tools in turns in one process, after one round to warm up. Rates are by the processor's time.",
        "Characters kept: visible ones of the source, without white space, that the Markdown shows when CommonMark "
        "with tables renders it, counted article by article without regard to their order. Added: visible ones that the "
        "source does not have. Articles with all: those that lost none. What a Markdown reader takes for a mark "
        "(`1.` at the start of a line) is no longer text and counts as lost.",
        "\n".join(f"- {name}: {note}." for name, note in NOTES.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _versions() -> str:
    names = [package.partition("==")[0] for package in PACKAGES[:3]] + ["beautifulsoup4", "lxml"]
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


def main() -> None:
    """Measure, print and, where asked to, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="sources")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true", help=f"also write {TARGET.name}")
    chosen = parser.parse_args()
    install()
    with tempfile.TemporaryDirectory() as made:
        if chosen.folder is None:
            corpus.make(Path(made), ARTICLES)
        pages = list(bodies(chosen.folder or Path(made)))
    if not pages:
        raise SystemExit(f"No source in {chosen.folder} has a body of HTML.")
    all_tools = tools()
    measure(all_tools, pages, chosen.rounds)
    text = report(all_tools, pages, chosen.folder is None)
    print(text)
    if chosen.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
