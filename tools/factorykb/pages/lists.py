"""The pages of lists: of a year's or a publisher's articles, of a theme's or a topic's passages. What stands on which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
class Month:
    """A month of a year's list: `number` is 1-12, or 0 for articles without a date; `page` is the file name of the page
    that it begins on, where `place` is."""

    number: int
    count: int
    page: str

    @property
    def place(self) -> str:
        return f"m{self.number}"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page that lists articles. `path` is relative to docs; `names` the file names of all pages of the list;
    `themes`: on the first, what most passages of all its articles speak of, by slug, and how many; `months`: those of
    all pages of a year, the latest first, none on other lists."""

    path: str
    title: str
    description: str
    articles: tuple[Article, ...]
    number: int
    pages: int
    names: tuple[str, ...]
    total: int
    themes: tuple[tuple[str, int], ...]
    months: tuple[Month, ...] = ()

    @property
    def by_month(self) -> list[tuple[Month, list[Article]]]:
        """The articles of this page by their months."""
        months = {month.number: month for month in self.months}
        return [(months[number], list(group)) for number, group in groupby(self.articles, key=wording.month)]

    def begins_elsewhere(self, month: Month) -> bool:
        """Whether a month begins on another page of the list."""
        return not self.path.endswith(f"/{month.page}")


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


def months_of(year: int, articles: Sequence[Article]) -> tuple[Month, ...]:
    """The months of a year's articles, which come as they are listed."""
    at, months = 0, list[Month]()
    for number, group in groupby(articles, key=wording.month):
        months.append(Month(number, sum(1 for _ in group), _name(_stem(year), at // _PAGE_SIZE + 1)))
        at += months[-1].count
    return tuple(months)


def by_publisher(library: Library) -> dict[str, list[Article]]:
    """The listed articles of each publisher, by its key, in the library's order."""
    groups: dict[str, list[Article]] = {}
    for article in library.listed:
        groups.setdefault(article.publisher.key, []).append(article)
    return groups


def _by_year(knowledge: Knowledge) -> Iterator[ListPage]:
    for year, group in groupby(knowledge.library.listed, key=wording.year):
        title = f"{year} 年的文章" if year else "日期未知的文章"
        articles = list(group)
        months = months_of(year, articles) if year else ()
        yield from (
            replace(page, months=months) for page in _paged("years", _stem(year), title, articles, knowledge)
        )


def _stem(year: int) -> str:
    return str(year or "undated")


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
    return tuple(_name(stem, number) for number in range(1, pages + 1))


def _name(stem: str, number: int) -> str:
    return f"{stem}--{number}.md" if number > 1 else f"{stem}.md"
