"""`data/catalogue.json`: every article and passage, for programs. The README has the format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from factorykb import __version__
from factorykb.analysis import Knowledge, keywords_of, passage_id
from factorykb.editorial import Theme, Topic
from factorykb.model import Article, Passage
from factorykb.overview import topic_pages
from factorykb.parallel import CHUNK, in_ranges, mapped

_PIECE = 1 << 20  # bytes


def files(
    knowledge: Knowledge, jobs: int = 1, folder: Path | None = None
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Path relative to docs and content of the catalogue, and of its parts for people who want just the data. A content
    comes in pieces, because the texts of ten thousand articles are large; it must be read before the next file is asked
    for. The same for any number of processes.

    Args:
        folder: where a temporary file keeps the passages, which stand in two of the files; the system's own folder for
            such files may be small.
    """
    with TemporaryFile(dir=folder) as passages:  # each is put into words once
        yield "data/catalogue.json", _catalogue(knowledge, jobs, passages)
        yield "data/themes.json", _json([_theme(theme) for theme in knowledge.vocabulary.themes])
        slugs = topic_pages(knowledge)
        yield (
            "data/topics.json",
            _json([_topic(one, slugs.get(one.name)) for one in knowledge.vocabulary.topics]),
        )
        passages.seek(0)
        yield "data/passages.jsonl", iter(partial(passages.read, _PIECE), b"")


def _catalogue(knowledge: Knowledge, jobs: int, passages: IO[bytes]) -> Iterator[bytes]:
    """One article a line; all passages are left in `passages`, a line each."""
    library = knowledge.library
    without_text = (
        {"source_path": e.path, "dialect": e.dialect, "title": e.title, "source_url": e.url}
        for e in library.without_text
    )
    refused = (
        {"source_path": r.path, "line": r.line, "reason": f"{r.problem}. {r.remedy}."}
        for r in library.refused
    )
    yield f'{{"generated_by":{_line(f"factorykb {__version__}")},\n"articles":['.encode()
    before = b""
    for articles, lines in mapped(_lines, list(in_ranges(len(library.articles), CHUNK)), jobs, knowledge):
        yield before + articles
        passages.write(lines)
        before = b",\n"
    yield f'],\n"without_text":{_list(without_text)},\n"refused":{_list(refused)}}}\n'.encode()


def _lines(some: range, knowledge: Knowledge) -> tuple[bytes, bytes]:
    """Some articles with their passages, and the passages by themselves, a line each."""
    articles: list[str] = []
    lines: list[str] = []
    for article in knowledge.library.articles[some.start : some.stop]:
        passages = [_line(_passage(article, passage, knowledge)) for passage in article.passages]
        articles.append(_with(_line(_article(article, knowledge)), f'"passages":[{",".join(passages)}]'))
        named = zip(article.passages, passages, strict=True)
        lines += [_with(_line({"id": passage_id(article, one)}), told[1:-1]) + "\n" for one, told in named]
    return ",\n".join(articles).encode(), "".join(lines).encode()


def _with(told: str, more: str) -> str:
    """A JSON object with more members."""
    return f"{told[:-1]},{more}}}"


def _list(items: Iterable[object]) -> str:
    return "[" + ",\n".join(map(_line, items)) + "]"


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _json(data: object) -> Iterator[bytes]:
    yield (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _theme(theme: Theme) -> dict[str, object]:
    return {"slug": theme.slug, "name": theme.name, "family": theme.family, "description": theme.description,
            "introduction": theme.introduction, "terms": dict(theme.terms), "exclusions": list(theme.exclusions)}  # fmt: skip


def _topic(topic: Topic, slug: str | None) -> dict[str, object]:
    return {
        "name": topic.name,
        "slug": slug,
        "type": topic.type,
        "description": topic.description,
        "aliases": list(topic.aliases),
    }


def page_url(article: Article) -> str:
    """The page's address relative to the site's root."""
    return f"articles/{article.id}/"


def iso(article: Article) -> str | None:
    """The date of publication as ISO 8601 with zone, to the second."""
    return article.published.when.isoformat(timespec="seconds") if article.published else None


def _article(article: Article, knowledge: Knowledge) -> dict[str, object]:
    """All but its passages."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.publisher.key,
        "source_name": article.publisher.name,
        "date": iso(article),
        "url": page_url(article),
        "source_url": article.url,
        "source_path": article.source.path,
        "sha256": article.source.sha256,
        "dialect": article.dialect,
        "characters": article.characters,
        "keywords": keywords_of(article, knowledge),
        "repeats": knowledge.repeats.get(article.id),
    }


def _passage(article: Article, passage: Passage, knowledge: Knowledge) -> dict[str, object]:
    known = knowledge.of(article, passage)
    return {
        "anchor": passage.anchor,
        "heading": passage.title,
        "author": passage.author,
        "characters": passage.characters,
        "text": passage.text,
        "themes": [
            {
                "slug": hit.slug,
                "weight": hit.weight,
                "evidence": [{"term": e.term, "count": e.count, "weight": e.weight} for e in hit.evidence],
                "reason": hit.reason or None,
            }
            for hit in known.themes
        ],
        "topics": [hit.name for hit in known.topics],
        "keywords": list(known.keywords),
        "substantive": known.substantive,
        "related": list(known.related),
        "repeats": known.repeats or None,
    }
