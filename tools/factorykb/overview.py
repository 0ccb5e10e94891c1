"""What theme and topic pages need: which passages belong to each, in what order, and what goes with what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from factorykb import topics
from factorykb.analysis import Knowledge, passage_id
from factorykb.editorial import Theme, Topic
from factorykb.model import Analysis, Article, Passage, ThemeHit
from factorykb.ranking import most_first

_BEST = 5
_FULL_FROM = 2  # passages that mention a topic; with so many it gets a page, or one if it is marked full


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage on a list; `number`: its place in its article, from 0. `slugs`: of its themes; `names`: of its topics."""

    article: Article
    number: int
    passage: Passage
    analysis: Analysis
    slugs: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def id(self) -> str:
        return passage_id(self.article, self.passage)


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with its passages: `entries` in the library's order, `best` to start with, neighbours and topics
    with the number of shared passages, most first; the articles that the passages are from, and the names of their
    publishers; `years` of publication with their number of passages, the earliest first, without those of unknown
    date; `short`: passages on the theme that say too little to be listed."""

    theme: Theme
    entries: tuple[Entry, ...]
    best: tuple[Entry, ...]
    neighbours: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]
    articles: tuple[Article, ...]
    publishers: tuple[str, ...]
    years: tuple[tuple[int, int], ...]
    short: int


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with the passages that mention it; `slug` is its address, None when it has no page. `short` as for
    themes."""

    topic: Topic
    slug: str | None
    entries: tuple[Entry, ...]
    themes: tuple[tuple[str, int], ...]
    neighbours: tuple[tuple[str, int], ...]
    short: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All views, in the vocabulary's order; `pairs`: (slug, slug) → shared passages, the smaller slug first."""

    themes: Mapping[str, ThemeView]
    topics: Mapping[str, TopicView]
    pairs: Mapping[tuple[str, str], int]


def overview(knowledge: Knowledge) -> Overview:
    """Work out all views in one pass over the passages."""
    by_theme: dict[str, list[Entry]] = defaultdict(list)
    by_topic: dict[str, list[Entry]] = defaultdict(list)
    entries = list(_entries(knowledge))
    for entry in entries:
        for slug in entry.slugs:
            by_theme[slug].append(entry)
        for name in entry.names:
            by_topic[name].append(entry)
    slugs = topics.slugs_of(knowledge.vocabulary.topics)
    thin = [known for known in knowledge.analyses.values() if known.is_thin]
    short = Counter(hit.slug for known in thin for hit in known.themes)
    brief = Counter(hit.name for known in thin for hit in known.topics)
    return Overview(
        themes={t.slug: _theme_view(t, by_theme[t.slug], short[t.slug]) for t in knowledge.vocabulary.themes},
        topics={
            t.name: _topic_view(t, by_topic[t.name], slugs[t.name], brief[t.name])
            for t in knowledge.vocabulary.topics
        },
        pairs=Counter(pair for entry in entries for pair in combinations(sorted(entry.slugs), 2)),
    )


def topic_pages(knowledge: Knowledge) -> dict[str, str]:
    """The topics that have a page: name → its address."""
    mentioned = Counter(hit.name for _, _, known in knowledge.listed() for hit in known.topics)
    slugs = topics.slugs_of(knowledge.vocabulary.topics)
    named = knowledge.vocabulary.topics
    return {one.name: slugs[one.name] for one in named if _deserves_page(one, mentioned[one.name])}


def _deserves_page(topic: Topic, mentioned: int) -> bool:
    return mentioned >= _FULL_FROM or (topic.full and mentioned > 0)


def _entries(knowledge: Knowledge) -> Iterator[Entry]:
    """The passages that lists show, in the library's order."""
    for article in knowledge.library.articles:
        for number, passage in enumerate(article.passages):
            known = knowledge.of(article, passage)
            if known.listed:
                slugs, names = (hit.slug for hit in known.themes), (hit.name for hit in known.topics)
                yield Entry(article, number, passage, known, tuple(slugs), tuple(names))


def _theme_view(theme: Theme, entries: list[Entry], short: int) -> ThemeView:
    neighbours = Counter(chain.from_iterable(entry.slugs for entry in entries))
    del neighbours[theme.slug]
    named = Counter(chain.from_iterable(entry.names for entry in entries))
    ranked = sorted(entries, key=lambda entry: (-_worth(entry, theme.slug), entry.id))
    dates = (entry.article.published for entry in entries)
    articles = tuple({entry.article.id: entry.article for entry in entries}.values())
    return ThemeView(
        theme,
        tuple(entries),
        _spread(ranked),
        _ranked(neighbours),
        _ranked(named),
        articles=articles,
        publishers=tuple(dict.fromkeys(article.publisher.name for article in articles)),
        years=tuple(sorted(Counter(date.when.year for date in dates if date).items())),
        short=short,
    )


def _worth(entry: Entry, slug: str) -> float:
    """How good a beginning a passage is: it is mainly about the theme, says much of it, and is no treatise."""
    rank = entry.slugs.index(slug)
    weight = entry.analysis.themes[rank].weight
    length = entry.passage.characters
    return (10.0 + weight) / (1 + rank) * min(1.0, length / 400) * (1.0 if length < 2500 else 0.7)


def _spread(ranked: list[Entry]) -> tuple[Entry, ...]:
    """The best few, where there are several articles at most three of one."""
    several = len({entry.article.id for entry in ranked}) > 1
    most = _BEST - 2 if several else _BEST
    counts: Counter[str] = Counter()
    chosen, left = list[Entry](), list[Entry]()
    for entry in ranked:
        if len(chosen) == _BEST:
            break
        counts[entry.article.id] += 1
        (chosen if counts[entry.article.id] <= most else left).append(entry)
    return (*chosen, *left[: _BEST - len(chosen)])


def _topic_view(topic: Topic, entries: list[Entry], slug: str, short: int) -> TopicView:
    themes = Counter(chain.from_iterable(entry.slugs for entry in entries))
    neighbours = Counter(chain.from_iterable(entry.names for entry in entries))
    del neighbours[topic.name]
    own = slug if _deserves_page(topic, len(entries)) else None
    return TopicView(topic, own, tuple(entries), _ranked(themes), _ranked(neighbours), short)


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(most_first(counts))


def hit_of(entry: Entry, slug: str) -> ThemeHit:
    """What makes a passage one of the theme."""
    return next(hit for hit in entry.analysis.themes if hit.slug == slug)
