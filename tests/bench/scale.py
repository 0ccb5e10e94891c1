"""What converting and building cost, and how that grows with the corpus.

    python -m tests.bench.scale 100 1000 10000            # prints a table
    python -m tests.bench.scale 100 1000 10000 --write    # … and writes RESULTS.md

Each size is a made-up corpus (`tests.bench.corpus`) in a folder of its own, converted by the command itself in a
process of its own: from nothing, again without a change, with one article edited, one added; then the site is built
and all its pages are compared with their sources; last a term is added to a theme. Seconds are those on the clock and,
after the stroke, those of all processors. Memory is the highest sum over all processes of what they have for themselves
and their shares of what they have in common (PSS), looked at every 0.4 s.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from factorykb import config
from tests.bench import corpus

KB = [str(Path(sys.executable).with_name("kb"))]
EDIT = "\n\n又有一家工厂把生产线改成了自动化，工人转岗去做维护。\n"
_RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock and of all processors and, in MiB, the memory at its highest."""

    seconds: float
    work: float
    memory: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} / {self.work:.1f} s, {self.memory:,.0f} MiB"


def measured(command: Sequence[str]) -> Cost:
    """Run a command to its end; it may say that some input was refused."""
    begun, worked = time.perf_counter(), _worked()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=config.PROJECT)
    highest = [0.0]
    watching = threading.Thread(target=_watch, args=(process, highest))
    watching.start()
    process.wait()
    ended = time.perf_counter()
    watching.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(ended - begun, _worked() - worked, highest[0])


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: subprocess.Popen[bytes], highest: list[float]) -> None:
    while process.poll() is None:
        highest[0] = max(highest[0], sum(map(_share, _family(process.pid))) / 1024)
        time.sleep(0.4)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _share(pid: int) -> int:
    """KiB of memory that a process has for itself, with its share of what it has in common with others."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def steps(number: int, folder: Path) -> Iterator[tuple[str, Cost]]:
    """The steps of the table, one by one."""
    seeds, docs, site = folder / "seeds", folder / "docs", folder / "site"
    corpus.make(seeds, number)
    convert = [*KB, "convert", "--seeds", str(seeds), "--docs", str(docs)]
    yield "from nothing", measured(convert)
    yield "nothing changed", measured(convert)
    edited = seeds / f"{number // 2:06}.md"
    edited.write_text(edited.read_text(encoding="utf-8").rstrip() + EDIT, encoding="utf-8")
    yield "one article edited", measured(convert)
    shutil.copy(seeds / f"{number // 8 * 4 + 3:06}.md", seeds / "added.md")  # of those without an address
    _change(seeds / "added.md", "title: ", "title:  又")
    yield "one article added", measured(convert)
    yield (
        "the site built",
        measured([*KB, "build", "--seeds", str(seeds), "--docs", str(docs), "--site", str(site)]),
    )
    shutil.copytree(config.EDITORIAL, folder / "editorial")
    _change(folder / "editorial" / "themes.yml", "    5: [", "    5: [自动化改造, ")
    program = f"from pathlib import Path; from factorykb import cli, config; config.EDITORIAL = Path({str(folder / 'editorial')!r})"
    yield "a term added", measured([sys.executable, "-c", f"{program}; cli.command()", *convert[len(KB) :]])


def _change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def sizes(folder: Path) -> list[str]:
    """What the built site holds, in words."""
    pages = {path: path.stat().st_size for path in (folder / "site").rglob("*.html")}
    articles = sum(size for path, size in pages.items() if path.parent.parent.name == "articles")
    whole = sum(path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file())
    largest = sorted(((size, path) for path, size in pages.items()), reverse=True)[:1]
    return [
        f"{len(pages):,} pages; HTML of articles {articles / 1e6:,.1f} MB, of all pages "
        f"{sum(pages.values()) / 1e6:,.1f} MB, the whole site {whole / 1e6:,.1f} MB",
        *(
            f"largest page {path.relative_to(folder / 'site')}: {size / 1e3:,.0f} kB"
            for size, path in largest
        ),
    ]


def table(columns: dict[int, dict[str, Cost]]) -> str:
    """Markdown: a line a step, a column a size, and between two sizes the exponent of growth."""
    numbers = sorted(columns)
    head = "| " + " | ".join(["step", *(f"{n:,} articles" for n in numbers), "exponents"]) + " |"
    lines = [head, "| --- |" + " ---: |" * (len(numbers) + 1)]
    for step in columns[numbers[0]]:
        costs = [columns[n][step] for n in numbers]
        powers = [
            math.log(b.seconds / a.seconds) / math.log(more / fewer)
            for a, b, fewer, more in zip(costs, costs[1:], numbers, numbers[1:], strict=False)
        ]
        shown = [str(cost) for cost in costs]
        lines.append("| " + " | ".join([step, *shown, ", ".join(f"{p:.2f}" for p in powers)]) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print; with --write also into RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", type=int, nargs="+")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    columns: dict[int, dict[str, Cost]] = {}
    notes: list[str] = []
    for number in asked.numbers:
        with tempfile.TemporaryDirectory() as name:
            columns[number] = {}
            for step, cost in steps(number, Path(name)):
                columns[number][step] = cost
                print(f"{number:>7} {step}: {cost}", flush=True)
            notes += [f"- {number:,} articles: {note}" for note in sizes(Path(name))]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    text = f"# What converting and building cost\n\n{machine}. {__doc__.split(chr(10) * 2)[-1]}\n{table(columns)}\n\n"
    text += "\n".join(notes) + "\n"
    print(text)
    if asked.write:
        _RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
