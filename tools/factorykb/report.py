"""What a run did: for people as a table, for machines as JSON. Prints nothing itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from factorykb.catalogue import iso
from factorykb.fetching import host_of
from factorykb.model import Article, Empty, Refusal
from factorykb.pictures import Plan, Status
from factorykb.pipeline import Outcome
from factorykb.store import Changes

_LONG = 40  # sources; a longer run lists only what needs attention


def as_data(
    outcomes: Iterable[Outcome], left_aside: Iterable[str] = (), changes: Changes | None = None
) -> str:
    """The report as JSON: `sources` (an entry a file, by path), `left_aside`, `written`, `removed`."""
    data: dict[str, object] = {
        "sources": [_entry(outcome) for outcome in outcomes],
        "left_aside": list(left_aside),
    }
    if changes is not None:
        data |= {"written": list(changes.written), "removed": list(changes.removed)}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def as_lines(
    outcomes: Iterable[Outcome], left_aside: Iterable[str] = (), *, full: bool = False
) -> list[RenderableType]:
    """What to print: a line a source, what was refused and why, a summary table by dialect.

    Long runs name only the sources that need attention, unless `full`.
    """
    outcomes = list(outcomes)
    articles = [o for o in outcomes if isinstance(o, Article)]
    parts: list[RenderableType] = []
    if full or len(outcomes) <= _LONG:
        parts += map(_converted, articles)
    parts += [_line("empty", o.path, "no text in it, so no page") for o in outcomes if isinstance(o, Empty)]
    parts += [_refusal(o) for o in outcomes if isinstance(o, Refusal)]
    parts += [_line("left aside", path, "not a .txt, .md or .html file") for path in left_aside]
    if articles:
        parts.append(_summary(articles))
    kinds = Counter(type(outcome) for outcome in outcomes)
    parts.append(
        Text(
            f"{len(outcomes)} sources: {kinds[Article]} with a page, {kinds[Empty]} without text, "
            f"{kinds[Refusal]} refused."
        )
    )
    return parts


def cleaned_text(article: Article) -> str:
    """What was cleaned away, most first: `470 keyword link made text, 30 image proxy undone`."""
    counts = sorted(article.cleaning.counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {kind}" for kind, number in counts) or "nothing"


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
            }


def _converted(article: Article) -> Text:
    day = article.published.when.strftime("%Y-%m-%d") if article.published else "undated"
    facts = (
        f"{article.dialect}, {day}, {len(article.passages)} passages, {article.characters:,} characters, "
        f"{article.images} images; cleaned: {cleaned_text(article)}"
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


def _refusal(refusal: Refusal) -> Text:
    place = refusal.path if refusal.line is None else f"{refusal.path}:{refusal.line}"
    return _line("refused", place, f"{refusal.problem}. {refusal.remedy}.")


def _line(label: str, place: str, message: str) -> Text:
    colour = {"refused": "red", "empty": "yellow"}.get(label, "dim")
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
            f"{len(plan.addresses)} pictures: {counts[Status.KEPT]} kept ({sent:.1f} MB as fetched), "
            f"{counts[Status.GONE]} gone, {counts[Status.REFUSED]} refused, {len(plan.waiting)} to fetch."
        ),
    ]
