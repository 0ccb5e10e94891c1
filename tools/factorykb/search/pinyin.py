"""Titles with their pinyin, for readers who type Latin letters; fetched only then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pypinyin import lazy_pinyin

from factorykb.analysis import Knowledge
from factorykb.search.units import FIELD, PageEntry

_ARTICLES = 2000  # the newest; about 200 KB


def lines(knowledge: Knowledge, pages: Sequence[PageEntry]) -> str:
    """A line each: kind, address, title, syllables between blanks; themes, then topics, then articles."""
    articles = knowledge.library.articles[:_ARTICLES]
    entries = [
        *((page.kind, page.url, page.title) for page in pages if page.kind != "page"),
        *(("article", f"articles/{article.id}/", article.title) for article in articles),
    ]
    return "\n".join(FIELD.join((*entry, " ".join(_syllables(entry[2])))) for entry in entries)


def _syllables(title: str) -> Iterator[str]:
    for part in lazy_pinyin(title):
        yield from re.findall("[a-z0-9]+", part.lower())
