"""Library → {path: text} of all generated pages. Pure: the same library gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from factorykb import topics
from factorykb.analysis import Knowledge
from factorykb.cache import NOTHING, Cache
from factorykb.editorial import FAMILIES, TYPES
from factorykb.model import Article, Passage, Publisher
from factorykb.overview import Overview, ThemeView, overview
from factorykb.pages import lists, timeline, wording
from factorykb.pages.lists import ListPage, Part
from factorykb.pages.renderer import Renderer
from factorykb.pages.seen import Seen
from factorykb.parallel import CHUNK
from factorykb.picture import themes_svg
from factorykb.ranking import most_first

_NEWEST_ON_HOME = 8
_NEWEST_IN_LIST = 100
_THEMES_OF_SOURCE = 3
_CLOSEST = 8  # pairs of themes that are named below the picture of all
_PARTS = 4  # pages of lists


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of the reading path, as the home page shows it."""

    article: Article
    passage: Passage
    why: str

    @property
    def title(self) -> str:
        if self.passage.author and self.article.has_answers:
            return f"{self.passage.author}的回答"
        return self.passage.title or self.article.title


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher with its articles, and what most of their passages speak of: themes by slug, and how many."""

    publisher: Publisher
    articles: tuple[Article, ...]
    themes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the library holds, counted. `files` became `articles`, or were `without_text` or `refused`; of the
    passages some are `listed`, some say too little (`unlisted`), and some repeat another text."""

    files: int
    articles: int
    without_text: int
    refused: int
    passages: int
    characters: int
    images: int
    listed: int
    unlisted: int
    themes: int
    topics: int
    repeats: int


def files(knowledge: Knowledge, jobs: int = 1, cache: Cache = NOTHING) -> dict[str, str]:
    """Every generated page: path relative to docs → Markdown. The same for any number of processes.

    Args:
        cache: pages that earlier runs made, which show the same.
    """
    library, view = knowledge.library, overview(knowledge)
    render = _renderer(knowledge, view)  # the other processes are born with it
    seen = Seen(knowledge, view, render.places)
    shared = (jobs, knowledge, view)
    numbers = range(len(library.articles))
    made = cache.mapped("article pages", seen.of_article, _article_page, numbers, *shared, chunk=CHUNK)
    out = {f"articles/{a.id}.md": page for a, page in zip(library.articles, made, strict=True)}
    listed = lists.of_articles(knowledge)
    made = cache.mapped(
        "lists of articles",
        lambda number: seen.of_list(listed[number]),
        _list_page,
        range(len(listed)),
        *shared,
        listed,
        chunk=_PARTS,
    )
    out |= {part.path: page for part, page in zip(listed, made, strict=True)}
    parts = lists.of_passages(view)
    made = cache.mapped("lists", seen.of_part, _part_page, parts, *shared, chunk=_PARTS)
    out |= {part.path: page for part, page in zip(parts, made, strict=True)}
    return out | _theme_index(view, render) | _topic_index(view, render) | _single(knowledge, view, render)


def _article_page(number: int, knowledge: Knowledge, view: Overview) -> str:
    return _renderer(knowledge, view).article(knowledge.library.articles[number])


def _list_page(number: int, knowledge: Knowledge, view: Overview, listed: Sequence[ListPage]) -> str:
    return _renderer(knowledge, view)("list.md.j2", page=listed[number])


def _part_page(part: Part, knowledge: Knowledge, view: Overview) -> str:
    return _renderer(knowledge, view).part(part)


_last: tuple[Knowledge, Overview, Renderer] | None = None


def _renderer(knowledge: Knowledge, view: Overview) -> Renderer:
    """The renderer of this knowledge; a process that renders share after share makes it once."""
    global _last
    if _last is None or _last[0] is not knowledge or _last[1] is not view:
        _last = (knowledge, view, Renderer(knowledge, view))
    return _last[2]


def _single(knowledge: Knowledge, view: Overview, render: Renderer) -> dict[str, str]:
    """The pages that there is one of."""
    articles = knowledge.library.listed
    library = replace(knowledge.library, articles=articles)
    sources, years = _sources(knowledge), timeline.years(articles)
    context = {
        "library": library,
        "years": _counts(str(wording.year(a)) for a in articles),
        "publishers": [(source.publisher, len(source.articles)) for source in sources],
        "families": _families(view),
        "topics": [topic for topic in view.topics.values() if topic.entries],
    }
    most = timeline.most_in_a_month(years)
    return {
        "timeline.md": render("timeline.md.j2", library=library, years=years, most=most),
        "sources/index.md": render("sources.md.j2", library=library, sources=sources),
        "articles/index.md": render("articles.md.j2", newest=articles[:_NEWEST_IN_LIST], **context),
        "about.md": render("about.md.j2", figures=_figures(knowledge), **context),
        "index.md": render("home.md.j2", newest=articles[:_NEWEST_ON_HOME], path=_path(knowledge), **context),
    }


def _figures(knowledge: Knowledge) -> Figures:
    library, listed, analyses = knowledge.library, knowledge.listed(), knowledge.analyses.values()
    return Figures(
        files=len(library.articles) + len(library.without_text) + len(library.refused),
        articles=len(library.articles),
        without_text=len(library.without_text),
        refused=len(library.refused),
        passages=sum(len(article.passages) for article in library.articles),
        characters=sum(article.characters for article in library.articles),
        images=sum(article.images for article in library.articles),
        listed=len(listed),
        unlisted=sum(known.is_thin for known in analyses),
        themes=len({hit.slug for _, _, known in listed for hit in known.themes}),
        topics=len({hit.name for _, _, known in listed for hit in known.topics}),
        repeats=len(knowledge.repeats),
    )


def _path(knowledge: Knowledge) -> list[PathStep]:
    """The editors' reading path; steps whose passage is not in this library are left out."""
    articles = {article.id: article for article in knowledge.library.articles}
    steps: list[PathStep] = []
    for step in knowledge.vocabulary.path:
        name, _, anchor = step.target.partition("#")
        found = articles.get(name)
        passages = (p for p in found.passages if p.anchor == anchor) if found else ()
        steps += [PathStep(found, passage, step.why) for passage in passages if found]
    return steps


def _sources(knowledge: Knowledge) -> list[Source]:
    """Publishers, the one with most articles first; one entry a key."""
    groups = lists.by_publisher(knowledge.library).items()
    return [
        Source(group[0].publisher, tuple(group), lists.main_themes(group, knowledge)[:_THEMES_OF_SOURCE])
        for _, group in sorted(groups, key=lambda item: (-len(item[1]), item[0]))
    ]


def _families(view: Overview) -> list[tuple[str, list[ThemeView]]]:
    return [(f, [t for t in view.themes.values() if t.theme.family == f]) for f in FAMILIES]


def _theme_index(view: Overview, render: Renderer) -> dict[str, str]:
    if not view.themes:
        return {}
    counts = {slug: len(theme.entries) for slug, theme in view.themes.items()}
    svg = themes_svg([theme.theme for theme in view.themes.values()], counts, view.pairs)
    closest = most_first(view.pairs)[:_CLOSEST]
    return {"themes/index.md": render("themes.md.j2", families=_families(view), svg=svg, closest=closest)}


def _topic_index(view: Overview, render: Renderer) -> dict[str, str]:
    mentioned = [topic for topic in view.topics.values() if topic.entries]
    if view.topics:
        ranked = sorted(mentioned, key=lambda t: (-len(t.entries), t.topic.name))
        by_type = [(TYPES[kind], [t for t in ranked if t.topic.type == kind]) for kind in TYPES]
        places = {topic.topic.name: topics.place_of(topic.topic) for topic in mentioned}
        letters = sorted(mentioned, key=lambda t: places[t.topic.name])
        initials = [
            (letter, list(group)) for letter, group in groupby(letters, key=lambda t: places[t.topic.name][0])
        ]
        page = render("topics.md.j2", by_type=by_type, initials=initials, total=len(mentioned))
        return {"topics/index.md": page}
    return {}


def _counts(values: Iterator[str]) -> list[tuple[str, int]]:
    return [(value, len(list(group))) for value, group in groupby(values)]
