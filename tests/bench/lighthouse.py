"""What Lighthouse says of the built site, on a slow phone: four pages, from a plain server and from one with gzip.

    python -m tests.bench.lighthouse [--runs 3] [--only question] [--write]

Lighthouse comes from npm, for this alone; its folder is kept in `.cache`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from factorykb import config
from factorykb.headless import ARGUMENTS, find_browser
from tests.bench.counting import served

VERSION = "13.5.0"
FOLDER = config.PROJECT / ".cache" / "lighthouse"
TARGET = Path(__file__).with_name("LIGHTHOUSE.md")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
HEAD = (
    "page",
    "server",
    "performance",
    "accessibility",
    "best practices",
    "SEO",
    "first paint (FCP)",
    "largest paint (LCP)",
    "blocked (TBT)",
    "shift (CLS)",
    "bytes",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One report: scores of 0 to 100, times in ms, bytes transferred, and the ids of audits that failed."""

    scores: tuple[float, ...]
    first_paint: float
    largest_paint: float
    blocked: float
    shift: float
    size: float
    failed: frozenset[str]


def sample(site: Path) -> dict[str, str]:
    """Kind of page → address: the longest of each kind."""
    listed = json.loads((site / "data" / "catalogue.json").read_text("utf-8"))["articles"]
    question = max(listed, key=lambda article: len(article["passages"]))
    article = max((one for one in listed if one is not question), key=lambda one: int(one["characters"]))
    theme = max((site / "themes").glob("*/index.html"), key=lambda path: path.stat().st_size)
    return {
        "home": "",
        "theme": f"themes/{theme.parent.name}/",
        "article": article["url"],
        "question": question["url"],
    }


def run(program: Path, address: str) -> Run:
    """Lighthouse's report on a page, in its default setting: a middling phone on slow 4G, simulated."""
    command = [str(program), address, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    command.append(f"--chrome-flags={' '.join(ARGUMENTS)}")
    environment = {**os.environ, "CHROME_PATH": find_browser() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}: {done.stderr.strip()[-500:]}")
    return read(json.loads(done.stdout))


def read(report: dict[str, Any]) -> Run:
    """The figures of a report."""
    audits = report["audits"]
    counted = {
        ref["id"]
        for name in CATEGORIES[1:]
        for ref in report["categories"][name]["auditRefs"]
        if ref["weight"]
    }
    return Run(
        scores=tuple(100 * report["categories"][name]["score"] for name in CATEGORIES),
        first_paint=audits["first-contentful-paint"]["numericValue"],
        largest_paint=audits["largest-contentful-paint"]["numericValue"],
        blocked=audits["total-blocking-time"]["numericValue"],
        shift=audits["cumulative-layout-shift"]["numericValue"],
        size=audits["total-byte-weight"]["numericValue"],
        failed=frozenset(name for name in counted if audits[name]["score"] not in (None, 1)),
    )


def row(page: str, server: str, runs: Sequence[Run]) -> list[str]:
    """The medians of a page's runs."""
    scores = [f"{median(one.scores[number] for one in runs):.0f}" for number in range(len(CATEGORIES))]
    return [
        page,
        server,
        *scores,
        f"{median(one.first_paint for one in runs) / 1000:.2f} s",
        f"{median(one.largest_paint for one in runs) / 1000:.2f} s",
        f"{median(one.blocked for one in runs):.0f} ms",
        f"{median(one.shift for one in runs):.3f}",
        f"{median(one.size for one in runs) / 1000:.0f} kB",
    ]


def compress(root: Path) -> None:
    """Compress every file of a folder in place, as a server would on its way."""
    for path in root.rglob("*.*"):
        path.write_bytes(gzip.compress(path.read_bytes(), 6))


def install() -> Path:
    """Lighthouse's program; exits with a remedy where it cannot be had."""
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if shutil.which("npm") is None:
        raise SystemExit("Lighthouse needs npm. On Debian: apt-get install npm")
    if find_browser() is None:
        raise SystemExit(
            "Lighthouse needs Chrome or Chromium: run `make test` once, or name one in KB_BROWSER."
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(FOLDER)]
    done = subprocess.run([*command, f"lighthouse@{VERSION}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"npm did not install Lighthouse: {done.stderr.strip()[-500:]}")
    return program


def report(rows: Sequence[Sequence[str]], failed: dict[str, frozenset[str]], runs: int) -> str:
    """The page to write."""
    cells = [HEAD, ["---"] * 2 + ["---:"] * (len(HEAD) - 2), *rows]
    lines = [f"{page}: {', '.join(sorted(names))}" for page, names in failed.items() if names]
    parts = [
        "# What Lighthouse says",
        f"Written by `make lighthouse` on {datetime.now(UTC):%Y-%m-%d}: Lighthouse {VERSION}, {os.cpu_count()} cores.",
        "\n".join(f"| {' | '.join(row)} |" for row in cells),
        f"Medians of {runs} runs with Lighthouse's default setting (a middling phone on slow 4G, simulated), of the "
        "longest page of each kind. The plain server compresses nothing; the other one sends text with gzip, as most "
        "hosts do. 1 kB is 1,000 bytes.",
        "Audits that failed in any run: " + ("; ".join(lines) if lines else "none") + ".",
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Measure, print and, where asked to, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--site", type=Path, default=config.SITE, help="a built site")
    parser.add_argument("--servers", nargs="+", default=["plain", "gzip"])
    parser.add_argument("--runs", type=int, default=3, help="of each page from each server")
    parser.add_argument(
        "--only", nargs="+", default=["home", "theme", "article", "question"], help="kinds of pages"
    )
    parser.add_argument("--write", action="store_true", help=f"also write {TARGET.name}")
    chosen = parser.parse_args()
    program, rows, failed = install(), [], dict[str, frozenset[str]]()
    with tempfile.TemporaryDirectory() as folder:
        root = shutil.copytree(chosen.site, Path(folder) / "site")
        pages = {page: address for page, address in sample(root).items() if page in chosen.only}
        for server in chosen.servers:
            if server == "gzip":
                compress(root)
            with served(root, "gzip" if server == "gzip" else "") as site:
                for page, address in pages.items():
                    runs = [run(program, site.address + address) for _ in range(chosen.runs)]
                    failed[page] = failed.get(page, frozenset()).union(*(one.failed for one in runs))
                    rows.append(row(page, server, runs))
                    print(" | ".join(rows[-1]), file=sys.stderr)
    text = report(rows, failed, chosen.runs)
    print(text)
    if chosen.write:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
