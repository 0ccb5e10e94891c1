"""Titles with their pinyin, for readers who type Latin letters; fetched only then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from factorykb.analysis import Knowledge, passage_id
from factorykb.fold import pinyin
from factorykb.search.units import FIELD, PageEntry

_ARTICLES = 2000  # the newest; about 300 KB
_FIRST = 0x3400
_ALSO_SAID = {"qia": "ka"}  # 卡脖子 is said otherwise than dictionaries have it


def lines(knowledge: Knowledge, pages: Sequence[PageEntry]) -> str:
    """A line with all syllables between blanks; then a line each: kind, address, title, its syllables as characters
    from U+3400 on, each a number in the first line; themes, then topics, each with its aliases, also those that a passage
    alone speaks of, then articles. What is said in two ways has two lines. A kind and an address that are those of the
    line above are left out."""
    articles = knowledge.library.articles[:_ARTICLES]
    aliases = {topic.name: topic.aliases for topic in knowledge.vocabulary.topics}
    entries = [
        *(
            (page.kind, page.url, title)
            for page in pages
            if page.kind != "page"
            for title in (page.title, *(aliases.get(page.title, ()) if page.kind == "topic" else ()))
        ),
        *_without_page(knowledge, {page.title for page in pages if page.kind == "topic"}),
        *(("article", f"articles/{article.id}/", article.title) for article in articles),
    ]
    spelt = [(entry, said) for entry in entries for said in _spoken(entry[2])]
    number = {syllable: n for n, syllable in enumerate(sorted({s for _, said in spelt for s in said}))}
    above = ((), *(entry[:2] for entry, _ in spelt))
    rows = (
        (*(("", "") if (kind, url) == place else (kind, url)), title, _written(said, number))
        for place, ((kind, url, title), said) in zip(above, spelt, strict=False)
    )
    return "\n".join([" ".join(number), *map(FIELD.join, rows)])


def _written(syllables: Sequence[str], number: Mapping[str, int]) -> str:
    return "".join(chr(_FIRST + number[syllable]) for syllable in syllables)


def _without_page(knowledge: Knowledge, known: AbstractSet[str]) -> list[tuple[str, str, str]]:
    """The topics that are mentioned and not among the `known`, each with the first passage that mentions it."""
    found: dict[str, str] = {}
    for article, passage, analysis in knowledge.listed():
        for hit in analysis.topics:
            if hit.name not in known:
                name, _, anchor = passage_id(article, passage).partition("#")
                found.setdefault(hit.name, f"articles/{name}/#{anchor}")
    return [("topic", address, name) for name, address in sorted(found.items())]


def _spoken(title: str) -> list[list[str]]:
    """The syllables of a title, in each way it is said."""
    syllables = list(_syllables(title))
    also = [_ALSO_SAID.get(syllable, syllable) for syllable in syllables]
    return [syllables, also] if also != syllables else [syllables]


def _syllables(title: str) -> Iterator[str]:
    for part in pinyin(title):
        yield from re.findall("[a-z0-9]+", part.lower())
