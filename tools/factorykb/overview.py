"""What theme and topic pages need: which passages belong to each, in what order, and what goes with what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from factorykb import topics
from factorykb.analysis import Knowledge, most_first, passage_id
from factorykb.editorial import Theme, Topic
from factorykb.model import Analysis, Article, Passage, ThemeHit

_BEST = 5
_FULL_FROM = 2  # passages that mention a topic; with so many it gets a page, or one if it is marked full


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage on a list."""

    article: Article
    passage: Passage
    analysis: Analysis

    @property
    def id(self) -> str:
        return passage_id(self.article, self.passage)


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with its passages: `entries` in the library's order, `best` to start with, neighbours and topics
    with the number of shared passages, most first; the articles that the passages are from, and the names of their
    publishers; `years` of publication with their number of passages, the earliest first, without those of unknown
    date."""

    theme: Theme
    entries: tuple[Entry, ...]
    best: tuple[Entry, ...]
    neighbours: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]
    articles: tuple[Article, ...]
    publishers: tuple[str, ...]
    years: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with the passages that mention it; `slug` is its address, None when it has no page."""

    topic: Topic
    slug: str | None
    entries: tuple[Entry, ...]
    themes: tuple[tuple[str, int], ...]
    neighbours: tuple[tuple[str, int], ...]


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
    for article, passage, analysis in knowledge.listed():
        entry = Entry(article, passage, analysis)
        for hit in analysis.themes:
            by_theme[hit.slug].append(entry)
        for topic in analysis.topics:
            by_topic[topic.name].append(entry)
    slugs = topics.slugs_of(knowledge.vocabulary.topics)
    return Overview(
        themes={t.slug: _theme_view(t, by_theme[t.slug]) for t in knowledge.vocabulary.themes},
        topics={t.name: _topic_view(t, by_topic[t.name], slugs[t.name]) for t in knowledge.vocabulary.topics},
        pairs=_pairs(knowledge),
    )


def _theme_view(theme: Theme, entries: list[Entry]) -> ThemeView:
    neighbours = Counter(h.slug for e in entries for h in e.analysis.themes if h.slug != theme.slug)
    named = Counter(hit.name for entry in entries for hit in entry.analysis.topics)
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
    )


def _worth(entry: Entry, slug: str) -> float:
    """How good a beginning a passage is: it is mainly about the theme, says much of it, and is no treatise."""
    rank = [hit.slug for hit in entry.analysis.themes].index(slug)
    weight = entry.analysis.themes[rank].weight
    length = entry.passage.characters
    return (10.0 + weight) / (1 + rank) * min(1.0, length / 400) * (1.0 if length < 2500 else 0.7)


def _spread(ranked: list[Entry]) -> tuple[Entry, ...]:
    """The best few, where there are several articles at most three of one."""
    chosen: list[Entry] = []
    several = len({entry.article.id for entry in ranked}) > 1
    for entry in ranked:
        of_same = sum(other.article.id == entry.article.id for other in chosen)
        if len(chosen) < _BEST and not (several and of_same >= _BEST - 2):
            chosen.append(entry)
    chosen += [entry for entry in ranked if entry not in chosen][: _BEST - len(chosen)]
    return tuple(chosen)


def _topic_view(topic: Topic, entries: list[Entry], slug: str) -> TopicView:
    themes = Counter(hit.slug for entry in entries for hit in entry.analysis.themes)
    neighbours = Counter(h.name for e in entries for h in e.analysis.topics if h.name != topic.name)
    deserves = len(entries) >= _FULL_FROM or (topic.full and entries)
    return TopicView(topic, slug if deserves else None, tuple(entries), _ranked(themes), _ranked(neighbours))


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(most_first(counts))


def _pairs(knowledge: Knowledge) -> dict[tuple[str, str], int]:
    pairs: Counter[tuple[str, str]] = Counter()
    for _, _, analysis in knowledge.listed():
        slugs = sorted(hit.slug for hit in analysis.themes)
        pairs.update((one, other) for i, one in enumerate(slugs) for other in slugs[i + 1 :])
    return dict(pairs)


def hit_of(entry: Entry, slug: str) -> ThemeHit:
    """What makes a passage one of the theme."""
    return next(hit for hit in entry.analysis.themes if hit.slug == slug)
