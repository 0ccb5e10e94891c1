"""What search finds: passages, articles by their titles, and pages. Each is a unit with a head and a body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factorykb.analysis import Knowledge, pairs
from factorykb.fold import is_traditional
from factorykb.model import Analysis, Article, Passage

KINDS = ("theme", "topic", "page")  # of pages, in the order of the index
FIELD = "\x1f"  # between the fields of a record; no text holds it, controls are dropped on reading


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page that is no article. `kind`: one of `KINDS`; `url` is relative to the site's root."""

    kind: str
    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """`head` and `body` are searched (lines do not touch each other). `before`: what a hit shows before the body.

    `names`: of an article itself, which has no body, its authors and editors, a line each, which are searched instead.
    """

    head: str
    body: str
    before: str = ""
    themes: tuple[str, ...] = ()
    concepts: bytes = b""  # `pairs` of number and times, sets of synonyms first, topics after them
    substantive: bool = True
    names: str = ""

    @property
    def record(self) -> str:
        """What a hit shows. Put together when asked for: the texts of ten thousand articles once are enough."""
        return self.before + self.body

    @property
    def is_traditional(self) -> bool:
        """Whether it is written in Traditional characters."""
        return is_traditional(self.body)


@dataclass(frozen=True, slots=True)
class Group:
    """Units that belong to one article or page, in the order of the index. `front`: its own fields."""

    front: str
    year: int
    source: str
    units: tuple[Unit, ...]
    titled: bool  # the first unit is the article itself, found by its title


def groups_of(knowledge: Knowledge, pages: Iterable[PageEntry]) -> tuple[list[Group], list[Group]]:
    """The articles in the library's order (newest first), and the pages in theirs."""
    themes = {theme.slug: number for number, theme in enumerate(knowledge.vocabulary.themes)}
    concepts = {
        topic.name: number
        for number, topic in enumerate(knowledge.vocabulary.topics, len(knowledge.vocabulary.synonyms))
    }
    articles = [_article(article, knowledge, themes, concepts) for article in knowledge.library.articles]
    return articles, [_page(page) for page in pages]


def _article(
    article: Article, knowledge: Knowledge, themes: Mapping[str, int], concepts: Mapping[str, int]
) -> Group:
    single = len(article.passages) == 1

    def by_theme(passage: Passage) -> list[int]:
        """Passages on the same themes stand together, so that the hits of a query lie in few files."""
        return [themes[hit.slug] for hit in knowledge.of(article, passage).themes] or [len(themes)]

    names = list(dict.fromkeys((*article.bylines.authors, *article.bylines.editors)))
    units = [
        _unit(passage, knowledge.of(article, passage), [article.title, *names] if single else [], concepts)
        for passage in sorted(article.passages, key=by_theme)
    ]
    if not single:
        repeats = [knowledge.repeats[article.id]] if article.id in knowledge.repeats else []
        before = FIELD.join((*repeats, article.description))
        units.insert(0, Unit(article.title, "", before, names="\n".join(names)))
    day = article.published.when.strftime("%Y-%m-%d") if article.published else ""
    note, by = article.bylines.note, "、".join(names)
    return Group(
        front=FIELD.join((article.id, article.title, day, *([note, by] if by else [note] if note else []))),
        year=article.published.when.year if article.published else 0,
        source=article.publisher.key,
        units=tuple(units),
        titled=not single,
    )


def _unit(passage: Passage, known: Analysis, titles: Sequence[str], concepts: Mapping[str, int]) -> Unit:
    """A passage; `titles`: what else it is found by, its article's title and names where it has no other passage."""
    repeats = [known.repeats] if known.repeats else []
    return Unit(
        head="\n".join((passage.title, passage.author, *(t for t in titles if t != passage.author))),
        body=passage.text,
        before=FIELD.join((passage.anchor, passage.title, passage.author, *repeats, "")),
        themes=tuple(hit.slug for hit in known.themes),
        concepts=known.synsets + pairs((concepts[hit.name], hit.count) for hit in known.topics),
        substantive=known.substantive,
    )


def _page(page: PageEntry) -> Group:
    return Group(FIELD.join((page.url, page.title, "")), 0, "", (Unit(page.title, page.text),), titled=True)


def all_units(groups: Sequence[Group]) -> list[Unit]:
    return [unit for group in groups for unit in group.units]
