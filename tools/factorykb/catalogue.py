"""`data/catalogue.json`: every article and passage, for programs. The README has the format."""

from __future__ import annotations

import json

from factorykb import __version__
from factorykb.model import Article, Library, Passage


def files(library: Library) -> dict[str, str]:
    """Relative path below docs → content."""
    data = {
        "generated_by": f"factorykb {__version__}",
        "articles": [_article(article) for article in library.articles],
        "without_text": [
            {"source_path": e.path, "dialect": e.dialect, "title": e.title, "source_url": e.url}
            for e in library.without_text
        ],
        "refused": [
            {"source_path": r.path, "line": r.line, "reason": f"{r.problem}. {r.remedy}."}
            for r in library.refused
        ],
    }
    return {"data/catalogue.json": json.dumps(data, ensure_ascii=False, indent=1) + "\n"}


def page_url(article: Article) -> str:
    """The page's address relative to the site's root."""
    return f"articles/{article.id}/"


def iso(article: Article) -> str | None:
    """The date of publication as ISO 8601 with zone, to the second."""
    return article.published.when.isoformat(timespec="seconds") if article.published else None


def _article(article: Article) -> dict[str, object]:
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
        "passages": [_passage(passage) for passage in article.passages],
    }


def _passage(passage: Passage) -> dict[str, object]:
    return {
        "anchor": passage.anchor,
        "heading": passage.title,
        "author": passage.author,
        "characters": passage.characters,
        "text": passage.text,
    }
