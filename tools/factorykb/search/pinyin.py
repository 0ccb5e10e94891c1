"""Titles with their pinyin, for readers who type Latin letters; fetched only then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factorykb.analysis import Knowledge
from factorykb.fold import pinyin
from factorykb.search.units import FIELD, PageEntry

_ARTICLES = 2000  # the newest; about 300 KB
_FIRST = 0x3400


def lines(knowledge: Knowledge, pages: Sequence[PageEntry]) -> str:
    """A line with all syllables between blanks; then a line each: kind, address, title, its syllables as characters
    from U+3400 on, each a number in the first line; themes, then topics, then articles."""
    articles = knowledge.library.articles[:_ARTICLES]
    entries = [
        *((page.kind, page.url, page.title) for page in pages if page.kind != "page"),
        *(("article", f"articles/{article.id}/", article.title) for article in articles),
    ]
    spelt = [list(_syllables(title)) for _, _, title in entries]
    number = {syllable: n for n, syllable in enumerate(sorted({s for title in spelt for s in title}))}
    written = ("".join(chr(_FIRST + number[syllable]) for syllable in title) for title in spelt)
    rows = (FIELD.join((*entry, row)) for entry, row in zip(entries, written, strict=True))
    return "\n".join([" ".join(number), *rows])


def _syllables(title: str) -> Iterator[str]:
    for part in pinyin(title):
        yield from re.findall("[a-z0-9]+", part.lower())
