"""What a run did: for people as a table, for machines as JSON. Prints nothing itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from factorykb import sources
from factorykb.catalogue import iso
from factorykb.fetching import host_of
from factorykb.model import Article, Empty, Refusal
from factorykb.pictures import Plan, Status
from factorykb.pipeline import Outcome
from factorykb.ranking import most_first
from factorykb.store import Changes

_LONG = 40  # sources; a longer run lists only what needs attention


def counted(number: int, one: str, more: str = "") -> str:
    """A number with its noun, and what else is said of it: `1 link leads out`, `2 links lead out`.

    Args:
        more: what is said of any other number than one; without it `one` and an s.
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def as_data(
    outcomes: Iterable[Outcome],
    left_aside: Iterable[str] = (),
    changes: Changes | None = None,
    repeats: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The report as JSON, keys sorted, the same for the same input. The README has the keys."""
    outcomes, left_aside = list(outcomes), list(left_aside)
    data: dict[str, object] = {
        "counts": _counts(outcomes, left_aside, repeats),
        "sources": [_entry(outcome) for outcome in outcomes],
        "left_aside": [{"path": path, "reason": sources.why_none(Path(path).name)} for path in left_aside],
        "same_content": [{"id": name, "repeats": other} for name, other in sorted(repeats.items())],
    }
    if changes is not None:
        data |= {"written": list(changes.written), "removed": list(changes.removed)}
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _counts(
    outcomes: Sequence[Outcome], left_aside: Sequence[str], repeats: Mapping[str, str]
) -> dict[str, int]:
    """`files` = `converted` + `without_text` + `refused` + `left_aside`; the rest is what the pages hold."""
    articles = [outcome for outcome in outcomes if isinstance(outcome, Article)]
    return {
        "files": len(outcomes) + len(left_aside),
        "converted": len(articles),
        "without_text": sum(isinstance(outcome, Empty) for outcome in outcomes),
        "refused": sum(isinstance(outcome, Refusal) for outcome in outcomes),
        "left_aside": len(left_aside),
        "passages": sum(len(article.passages) for article in articles),
        "characters": sum(article.characters for article in articles),
        "images": sum(article.images for article in articles),
        "same_content": len(repeats),
    }


def as_lines(
    outcomes: Iterable[Outcome],
    left_aside: Iterable[str] = (),
    repeats: Mapping[str, str] = MappingProxyType({}),
    *,
    full: bool = False,
) -> list[RenderableType]:
    """What to print: a line a source, what was refused or left aside and why, a summary table by dialect.

    Long runs name only the sources that need attention, unless `full`.
    """
    outcomes, left_aside = list(outcomes), list(left_aside)
    articles = [o for o in outcomes if isinstance(o, Article)]
    named = full or len(outcomes) <= _LONG
    parts: list[RenderableType] = []
    for kind in (Article, Empty, Refusal):
        parts += [line for o in outcomes if isinstance(o, kind) for line in of_source(o, named=named)]
    parts += [_line("left aside", path, sources.why_none(Path(path).name)) for path in left_aside]
    if full or len(repeats) <= _LONG:
        parts += [
            _line("same content", name, f"{other} stands for it in lists")
            for name, other in sorted(repeats.items())
        ]
    if articles:
        parts.append(_summary(articles))
    return [*parts, Text(_totals(_counts(outcomes, left_aside, repeats)))]


def _totals(counts: Mapping[str, int]) -> str:
    """What became of all sources, in a sentence or two; `counts`: as `_counts` gives them."""
    sources_ = counted(counts["files"] - counts["left_aside"], "source")
    aside = f"; {counted(counts['left_aside'], 'other file')} left aside" if counts["left_aside"] else ""
    repeats = counted(counts["same_content"], "article or answer repeats", "articles or answers repeat")
    return (
        f"{sources_}: {counts['converted']} with a page, {counts['without_text']} without text, "
        f"{counts['refused']} refused{aside}.{f' {repeats} another.' if counts['same_content'] else ''}"
    )


def of_source(outcome: Outcome, *, named: bool = True) -> list[Text]:
    """What to print of one source; of one with a page its warnings alone, unless `named`."""
    match outcome:
        case Refusal(path, line, problem, remedy):
            return [_line("refused", _place(path, line), f"{problem}. {remedy}.")]
        case Empty(path):
            return [_line("empty", path, "no text in it, so no page")]
        case Article():
            path = outcome.source.path
            warnings = [
                _line("warning", _place(path, one.line), f"{one.problem}. {one.remedy}.")
                for one in outcome.warnings
            ]
            return [*([_converted(outcome)] if named else []), *warnings]


def cleaned_text(article: Article) -> str:
    """What was cleaned away, most first: `keyword link made text ×470, image proxy undone ×30`."""
    counts = most_first({str(kind): number for kind, number in article.cleaning.counts.items()})
    return ", ".join(f"{kind} ×{number}" for kind, number in counts) or "nothing"


def _entry(outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Refusal(path, line, problem, remedy):
            return {"path": path, "status": "refused", "line": line, "problem": problem, "remedy": remedy}
        case Empty(path, dialect, title, url):
            return {"path": path, "status": "without_text", "dialect": dialect, "title": title, "url": url}
        case Article():
            return {
                "path": outcome.source.path,
                "status": "converted",
                "id": outcome.id,
                "dialect": outcome.dialect,
                "title": outcome.title,
                "date": iso(outcome),
                "url": outcome.url,
                "passages": len(outcome.passages),
                "characters": outcome.characters,
                "images": outcome.images,
                "cleaned": {str(kind): number for kind, number in outcome.cleaning.counts.items()},
                "keywords": list(outcome.cleaning.keywords),
                "warnings": [asdict(warning) for warning in outcome.warnings],
            }


def _converted(article: Article) -> Text:
    day = article.published.when.strftime("%Y-%m-%d") if article.published else "undated"
    facts = (
        f"{article.dialect}, {day}, {counted(len(article.passages), 'passage')}, "
        f"{counted(article.characters, 'character')}, {counted(article.images, 'image')}; "
        f"cleaned: {cleaned_text(article)}"
    )
    return Text.assemble((article.source.path, "bold"), f": {article.title} ", (f"({facts})", "dim"))


def _summary(articles: list[Article]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("dialect")
    for name in ("articles", "passages", "characters", "images", "cleaned"):
        table.add_column(name, justify="right")
    dialects = sorted({article.dialect for article in articles})
    for dialect in (*dialects, *(["all"] if len(dialects) > 1 else [])):
        group = [article for article in articles if dialect in (article.dialect, "all")]
        numbers = (
            len(group),
            sum(len(a.passages) for a in group),
            sum(a.characters for a in group),
            sum(a.images for a in group),
            sum(sum(a.cleaning.counts.values()) for a in group),
        )
        table.add_row(dialect, *(f"{number:,}" for number in numbers))
    return table


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def _line(label: str, place: str, message: str) -> Text:
    colour = {"refused": "red", "empty": "yellow", "warning": "yellow"}.get(label, "dim")
    return Text.assemble((f"{label}: ", colour), (place, "bold"), f": {message}")


def of_plan(plan: Plan) -> list[RenderableType]:
    """How the articles' pictures stand: how many of which status, and from where the rest would come."""
    records = [plan.index[address] for address in plan.addresses if address in plan.index]
    counts = Counter(record.status for record in records)
    sent = sum(record.bytes for record in records) / 1e6
    hosts = Counter(host_of(address) for address in plan.waiting)
    return [
        *(Text(f"  to fetch from {host}: {count}") for host, count in hosts.most_common()),
        Text(
            f"{counted(len(plan.addresses), 'picture')}: {counts[Status.KEPT]} kept ({sent:.1f} MB as fetched), "
            f"{counts[Status.GONE]} gone, {counts[Status.REFUSED]} refused, {len(plan.waiting)} to fetch."
        ),
    ]
