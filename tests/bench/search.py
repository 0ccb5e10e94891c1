"""What a search costs: the index on disk, the first query of a visit, the queries after it, and other engines.

    python -m tests.bench.search [--sizes 254 2500 25000] [--peers] [--write]

254 stands for the seeds, whatever their number; larger corpora are made up from them (see `tests.bench.corpus`).
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import random
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from factorykb import config, editorial, pages, pipeline, search, site, store
from factorykb.analysis import Knowledge, passage_id
from factorykb.editorial import Vocabulary
from factorykb.fold import folded
from factorykb.model import Article, Passage
from factorykb.search.units import PageEntry
from tests.bench import corpus as made_up
from tests.bench import peers
from tests.bench.counting import Site, chromium, fresh, served
from tests.bench.peers import Case, Engine

SEEDS = 254
QUERIES, COLD = 200, 60
CHECKED = (
    500  # passages: the answers of queries with more hits are not compared with the scan, which takes long
)
TARGET = Path(__file__).with_name("SEARCH.md")
OURS = Engine(
    "this project's",
    """async () => {
  await new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { onload: done, onerror: failed });
    script.src = "assets/search/engine.js";
    document.head.append(script);
  });
  const index = await kbSearch.openIndex(location.origin);
  globalThis.ask = async (query, limit) => {
    const { exact } = await index.search(query, { limit });
    return exact.hits.filter((hit) => hit.kind === "passage").map((hit) => hit.id);
  };
}""",
)
_TIMED = """async (query) => {
  const times = [performance.now()];
  for (let i = 0; i < 2; i++) {
    await ask(query, 10);
    times.push(performance.now());
  }
  return [times[1] - times[0], times[2] - times[1]];
}"""
_KINDS = {
    "engine": r"assets/search/",
    "manifest": r"data/search/manifest\.js",
    "index shards": r"data/search/\w+/\d+\.js",
    "concept files": r"data/search/\w+/c\d+\.js",
    "records": r"data/passages/",
    "other": r"",
}


@dataclass
class Corpus:
    """A corpus with its index written below `root`; `rows` are the lines of the table, name → value."""

    root: Path
    passages: list[tuple[str, str]]  # title (with author) and text, as search reads them
    numbers: dict[str, int]  # id → number of the passage
    cases: list[Case]
    rows: dict[str, str] = field(default_factory=dict)


# --- corpora ---


def corpus(size: int, root: Path) -> Corpus:
    """Make a corpus of about `size` passages and its index."""
    shutil.copytree(config.DOCS / "assets" / "search", root / "assets" / "search")
    site.lighten(root)
    vocabulary = editorial.load(config.EDITORIAL)
    knowledge = _knowledge(size, vocabulary)
    files = pages.files(knowledge)
    entries = list(search.entries.of_generated(files, vocabulary))
    del files
    both = [(article, p) for article in knowledge.library.articles for p in article.passages]
    passages = [(_title(article, passage), passage.text) for article, passage in both]
    made = Corpus(root, passages, {passage_id(a, p): n for n, (a, p) in enumerate(both)}, [])
    made.rows = {"articles": f"{len(knowledge.library.articles):,}", "passages": f"{len(passages):,}"}
    made.rows |= _build(knowledge, entries, root) | _sizes(made)
    made.cases = _cases(passages, vocabulary)
    return made


def _knowledge(size: int, vocabulary: Vocabulary) -> Knowledge:
    """The seeds with the editors' word, or made-up articles without."""
    jobs = os.cpu_count() or 1
    if size == SEEDS:
        return pipeline.know(pipeline.read_folder(config.SEEDS, jobs).library, vocabulary, jobs=jobs)
    with tempfile.TemporaryDirectory() as folder:
        made_up.make(Path(folder), round(size / 5.2))  # passages an article
        library = pipeline.read_folder(Path(folder), jobs).library
    return pipeline.know(library, vocabulary, curated=False, jobs=jobs)


def _title(article: Article, passage: Passage) -> str:
    """What search takes for the heading of a passage; a lone passage answers to its article's title and names too."""
    names = (*article.bylines.authors, *article.bylines.editors)
    own = (article.title, *names) if len(article.passages) == 1 else ()
    return "\n".join(filter(None, (passage.title, passage.author, *own)))


def _build(knowledge: Knowledge, entries: Sequence[PageEntry], root: Path) -> dict[str, str]:
    """Write the index and nothing else; how long that took, and the memory at its highest meanwhile."""
    _forget_peak()
    begun = time.perf_counter()
    store.stream(search.files(knowledge, entries), root, search.FOLDERS)
    seconds = time.perf_counter() - begun
    rate = len(knowledge.analyses) / seconds
    return {
        "index build": f"{seconds:.1f} s",
        "… passages a second": f"{rate:,.0f}",
        "… memory at its highest, corpus included": _peak(),
    }


def _forget_peak() -> None:
    """Linux starts anew with the peak of this process."""
    place = Path("/proc/self/clear_refs")
    if place.exists():
        place.write_text("5")


def _peak() -> str:
    place = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+)", place.read_text()) if place.exists() else None
    return f"{int(found[1]) >> 10:,} MiB" if found else "–"


def _sizes(made: Corpus) -> dict[str, str]:
    """What lies on disk, and beside what the text itself would take."""
    files = list((made.root / "data").rglob("*.js"))
    index = _bytes(made.root / "data" / "search")
    records = _bytes(made.root / "data" / "passages")
    text = "\n".join(f"{title}\n{body}" for title, body in made.passages)
    packed = len(gzip.compress(text.encode(), 9))
    return {
        "files": f"{len(files):,}",
        "data/search": _kb(index),
        "data/passages (what hits show)": _kb(records),
        "manifest.js": _kb((made.root / "data" / "search" / "manifest.js").stat().st_size),
        "all passages' text, gzip -9": _kb(packed),
        "data/search : gzip": f"{index / packed:.2f}",
        "(data/search + data/passages) : gzip": f"{(index + records) / packed:.2f}",
    }


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _kb(size: float) -> str:
    return f"{size / 1000:,.1f} kB"


# --- queries ---


def _cases(passages: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> list[Case]:
    """Words of the vocabulary that stand in the corpus, always the same ones, and where they do."""
    texts = [folded(f"{title}\n{text}") for title, text in passages]
    words = sorted({folded(word): word for word in _words(vocabulary) if not re.search(r"\s", word)}.items())
    random.Random(20260101).shuffle(words)
    cases: list[Case] = []
    for key, word in words:
        right = frozenset(number for number, text in enumerate(texts) if key in text)
        if right:
            cases.append(Case(word, right))
        if len(cases) == QUERIES:
            break
    return cases


def _words(vocabulary: Vocabulary) -> Iterator[str]:
    for topic in vocabulary.topics:
        yield from (topic.name, *topic.aliases)
    for theme in vocabulary.themes:
        yield from (term for term, weight in theme.terms.items() if weight >= 3)


# --- measures ---


def measure(made: Corpus, browser: Browser) -> None:
    """Ask the queries, cold and warm, and add what they cost to the rows."""
    with served(made.root) as site:
        made.rows |= _cold(made, site, browser)
        made.rows |= _warm(made, site, browser)


def _cold(made: Corpus, site: Site, browser: Browser) -> dict[str, str]:
    """First queries: nothing is cached, ten hits are shown."""
    logs = []
    for case in made.cases[:COLD]:
        with fresh(browser, site) as page:
            page.evaluate(OURS.opening)
            page.evaluate("(query) => ask(query, 10)", case.query)
            logs.append(site.take())
    rows = {
        "cold query": _spread([sum(size for _, size in log) / 1000 for log in logs], "kB"),
        "… the same with gzip": _spread(
            [sum(site.packed(path) for path, _ in log) / 1000 for log in logs], "kB"
        ),
        "… requests": _spread([len(log) for log in logs]),
    }
    for kind in _KINDS:
        mine = [[size for path, size in log if _kind(path) == kind] for log in logs]
        if any(mine):
            sizes = _spread([sum(sizes) / 1000 for sizes in mine], "kB")
            rows[f"… {kind}"] = f"{sizes} ({_spread([len(sizes) for sizes in mine])})"
    return rows


def _kind(path: str) -> str:
    return next(kind for kind, pattern in _KINDS.items() if re.match(f"/{pattern}", path))


def _warm(made: Corpus, site: Site, browser: Browser) -> dict[str, str]:
    """The queries one after the other in one page, each twice; then whether the answers are right."""
    costs: list[float] = []
    times: list[tuple[float, float]] = []
    with fresh(browser, site) as page:
        page.evaluate(OURS.opening)
        site.take()
        for case in made.cases:
            times.append(page.evaluate(_TIMED, case.query))
            costs.append(sum(size for _, size in site.take()) / 1000)
        checked = [case for case in made.cases if len(case.right) <= CHECKED]
        wrong = [
            case.query for case in checked if _answer(page.evaluate(_ALL, case.query), made) != case.right
        ]
    first, again = zip(*times, strict=True)
    return {
        "further query in the same page": _spread(costs, "kB"),
        "… time, files from this machine": f"p50 {median(first):.1f}, p95 {_share(first, 0.95):.1f} ms",
        "… time when asked again": f"p50 {median(again):.1f}, p95 {_share(again, 0.95):.1f} ms",
        "answers equal to a scan's": f"{len(checked) - len(wrong)} of {len(checked)}"
        + (f" (not: {' '.join(wrong[:5])})" if wrong else ""),
    }


_ALL = "(query) => ask(query, 1e6)"


def _answer(found: list[str], made: Corpus) -> set[int]:
    return {made.numbers[id] for id in found}


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _spread(values: Sequence[float], unit: str = "") -> str:
    """Median / p90 / max."""
    digits = 1 if unit else 0
    shown = (f"{value:,.{digits}f}" for value in (median(values), _share(values, 0.9), max(values)))
    return f"{' / '.join(shown)} {unit}".rstrip()


# --- other engines ---


def compared(made: Corpus, browser: Browser) -> str:
    """The table of this engine and its peers, on the seeds."""
    with tempfile.TemporaryDirectory() as folder:
        titled = [(title.replace("\n", " · ") or "—", text) for title, text in made.passages]
        results = [peers.compare(OURS, made.root, browser, made.cases, made.numbers, COLD)]
        for engine, root in peers.engines(titled, Path(folder)):
            results.append(peers.compare(engine, root, browser, made.cases, cold=COLD))
    head = [
        "engine",
        "cold query, median / max kB",
        "with gzip",
        "requests",
        "precision",
        "recall",
        "precision of the first ten",
        f"exact answers of {len(made.cases)}",
    ]
    return _table([head, *(result.row for result in results)])


# --- the report ---


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = rows
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rest))


def report(corpora: Sequence[Corpus], peer_table: str, version: str) -> str:
    """All that was measured, as Markdown."""
    names = list(dict.fromkeys(name for made in corpora for name in made.rows))
    rows = [[name, *(made.rows.get(name, "–") for made in corpora)] for name in names if name != "passages"]
    parts = [
        "# What a search costs",
        f"Written by `python -m tests.bench.search` on {datetime.now(UTC):%Y-%m-%d}: {_machine()}, "
        f"Chromium {version}, Python {platform.python_version()}.",
        _table([["passages", *(made.rows["passages"] for made in corpora)], *rows]),
        f"Three values are median / p90 / max. Cold: {COLD} queries, each in a fresh browser context that has only "
        "opened an empty page; everything served for opening the index, searching and showing ten hits counts, as "
        "body bytes without compression. In brackets: requests. Further queries: all "
        f"{QUERIES}, one after the other in one page with the index open, each then asked again at once. The scan "
        "looks for the folded query in each line of every passage's heading, author and text; queries that stand in "
        f"more than {CHECKED} passages are not compared with it. Larger corpora are made up from the seeds' "
        "paragraphs (`tests.bench.corpus`). 1 kB is 1,000 bytes.",
    ]
    if peer_table:
        parts += [
            "## Other engines, on the seeds",
            peer_table,
            "The unit is the passage: for the peers each passage is a page of its own, with the heading and the text "
            "that this engine indexes, so that each can answer exactly. Precision and recall are means over the "
            f"{QUERIES} queries against the folded scan, over all hits; an engine that finds nothing has no "
            "precision for that query. Bytes are of search's own files, without the theme's. In quotation marks Pagefind looks "
            "for the phrase as it stands.",
        ]
    parts += ["## The queries", *_lists(corpora)]
    return "\n\n".join(parts) + "\n"


def _lists(corpora: Sequence[Corpus]) -> Iterator[str]:
    """The queries of the first corpus, and those of others so far as they are new."""
    known: set[str] = set()
    for made in corpora:
        new = [case.query for case in made.cases if case.query not in known]
        known.update(new)
        if new:
            yield f"{made.rows['passages']} passages: {'、'.join(new)}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory"


def main() -> None:
    """Measure, print and, where asked to, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[SEEDS, 2500, 25000], help="in passages")
    parser.add_argument("--peers", action="store_true", help="other engines too, on the seeds")
    parser.add_argument("--write", action="store_true", help=f"also write {TARGET.name}")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        corpora = [corpus(size, Path(folder) / str(size)) for size in sorted(chosen.sizes)]
        for made in corpora:
            measure(made, browser)
        seeds = next(
            (made for size, made in zip(sorted(chosen.sizes), corpora, strict=True) if size == SEEDS), None
        )
        table = compared(seeds, browser) if chosen.peers and seeds else ""
        text = report(corpora, table, browser.version)
    print(text)
    if chosen.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
