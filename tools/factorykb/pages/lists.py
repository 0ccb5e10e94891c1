"""The pages of lists: of a year's or a publisher's articles, of a theme's or a topic's passages. What stands on which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import TypeVar

from factorykb.analysis import Knowledge
from factorykb.model import Article, Library
from factorykb.overview import Overview, ThemeView, TopicView
from factorykb.pages import wording
from factorykb.ranking import most_first

_PAGE_SIZE = 200  # articles on one list page: about 150 KB of HTML
_MAIN_THEMES = 6  # of a year or a publisher
_ENTRIES = 120  # passages with an excerpt, on the first page of a theme or topic: about 350 KB of HTML
_LINES = 600  # passages on each further page, a line an article
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page that lists articles. `path` is relative to docs; `names` the file names of all pages of the list;
    `themes`: on the first, what most passages of all its articles speak of, by slug, and how many."""

    path: str
    title: str
    description: str
    articles: tuple[Article, ...]
    number: int
    pages: int
    names: tuple[str, ...]
    total: int
    themes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a theme's or topic's list: `of` is the theme's slug or the topic's name, `entries` are the numbers of
    its entries."""

    path: str
    of: str
    number: int
    names: tuple[str, ...]
    entries: range

    @property
    def is_theme(self) -> bool:
        return self.path.startswith("themes/")

    def listed(self, view: Overview) -> ThemeView | TopicView:
        """What the list is of."""
        return view.themes[self.of] if self.is_theme else view.topics[self.of]


def of_articles(knowledge: Knowledge) -> list[ListPage]:
    """The pages of the lists by year, then by publisher."""
    return [*_by_year(knowledge), *_by_publisher(knowledge)]


def of_passages(view: Overview) -> list[Part]:
    """The pages of the themes' lists, then of the topics'."""
    themes = (_parts("themes", slug, slug, theme) for slug, theme in view.themes.items())
    topics = (_parts("topics", one.slug, name, one) for name, one in view.topics.items() if one.slug)
    return [*chain.from_iterable(themes), *chain.from_iterable(topics)]


def by_publisher(library: Library) -> dict[str, list[Article]]:
    """The listed articles of each publisher, by its key, in the library's order."""
    groups: dict[str, list[Article]] = {}
    for article in library.listed:
        groups.setdefault(article.publisher.key, []).append(article)
    return groups


def _by_year(knowledge: Knowledge) -> Iterator[ListPage]:
    for year, group in groupby(knowledge.library.listed, key=wording.year):
        title = f"{year} 年的文章" if year else "日期未知的文章"
        yield from _paged("years", str(year or "undated"), title, list(group), knowledge)


def _by_publisher(knowledge: Knowledge) -> Iterator[ListPage]:
    for key, group in sorted(by_publisher(knowledge.library).items()):
        yield from _paged("sources", key, f"来自{group[0].publisher.name}的文章", group, knowledge)


def _paged(
    folder: str, stem: str, title: str, articles: Sequence[Article], knowledge: Knowledge
) -> Iterator[ListPage]:
    chunks = _chunks(articles, _PAGE_SIZE)
    names = _names(stem, len(chunks))
    description = f"{title}，知识库里共 {len(articles)} 篇。"
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
        themes = main_themes(articles, knowledge) if number == 1 else ()
        yield ListPage(
            f"{folder}/{name}", title, description, chunk, number, len(chunks), names, len(articles), themes
        )


def main_themes(articles: Sequence[Article], knowledge: Knowledge) -> tuple[tuple[str, int], ...]:
    """What most of their passages speak of, of those that lists show."""
    known = (knowledge.of(article, passage) for article in articles for passage in article.passages)
    counts = Counter(hit.slug for found in known if found.listed for hit in found.themes)
    return tuple(most_first(counts)[:_MAIN_THEMES])


def _parts(folder: str, slug: str, of: str, listed: ThemeView | TopicView) -> Iterator[Part]:
    chunks = _sizes(len(listed.entries))
    names = _names(slug, len(chunks))
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
        yield Part(f"{folder}/{name}", of, number, names, chunk)


def _sizes(total: int) -> list[range]:
    """The entries of each page of a list, by number: few with excerpts, then many a page. An empty list has a page."""
    starts = [0, *range(_ENTRIES, total, _LINES)]
    return [range(start, end) for start, end in pairwise([*starts, total])]


def _chunks(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    return [tuple(items[i : i + size]) for i in range(0, len(items), size)]


def _names(stem: str, pages: int) -> tuple[str, ...]:
    """Of a list's pages: `stem.md`, `stem--2.md` …; no slug holds two hyphens in a row."""
    return (f"{stem}.md", *(f"{stem}--{number}.md" for number in range(2, pages + 1)))
