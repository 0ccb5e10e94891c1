"""What theme and topic pages need: which passages belong to each, in what order, and what goes with what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from factorykb import topics
from factorykb.analysis import Knowledge, passage_id
from factorykb.editorial import Theme, Topic
from factorykb.model import Analysis, Article, Passage, ThemeHit
from factorykb.ranking import most_first

_BEST = 5  # passages to start a theme with
_OF_ONE = 3  # of these from one article, where there are several
_FIRST = 3  # passages to start a topic with, where it has at least twice as many
_FULL_FROM = 2  # passages that mention a topic; with so many it gets a page, or one if it is marked full


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage on a list; `number`: its place in its article, from 0. `slugs`: of its themes; `names`: of its topics;
    `headed`: of these the ones that its heading or its article's title names."""

    article: Article
    number: int
    passage: Passage
    analysis: Analysis
    slugs: tuple[str, ...]
    names: tuple[str, ...]
    headed: frozenset[str]

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
    """A topic with the passages that mention it; `slug` is its address, None when it has no page. `best` to start with,
    none where the passages are few; `short` as for themes."""

    topic: Topic
    slug: str | None
    entries: tuple[Entry, ...]
    best: tuple[Entry, ...]
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
        entitled, in_text = _entitled(article, knowledge), _counts_in_texts(article, knowledge)
        for number, passage in enumerate(article.passages):
            known = knowledge.of(article, passage)
            if known.listed:
                slugs, names = (hit.slug for hit in known.themes), (hit.name for hit in known.topics)
                headed = (hit.name for hit in known.topics if hit.count > in_text[number, hit.name])
                yield Entry(
                    article, number, passage, known, tuple(slugs), tuple(names), entitled.union(headed)
                )


def _entitled(article: Article, knowledge: Knowledge) -> frozenset[str]:
    """The topics that an article's title names."""
    lexicon = knowledge.lexicon
    if lexicon is None:
        return frozenset()
    found = topics.mentions(lexicon.segmenter.cut(article.title), lexicon)
    return frozenset(mention.name for mention in found)


def _counts_in_texts(article: Article, knowledge: Knowledge) -> Counter[tuple[int, str]]:
    """How often each passage's text mentions a topic, by number and name; what its heading adds is not there."""
    rows, named = knowledge.mentions_of(article), knowledge.vocabulary.topics
    return Counter((number, named[topic].name) for number, topic in rows[:, :2].tolist())


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
        _spread(ranked, _BEST, _OF_ONE, lambda entry: entry.article.id),
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
    return (10.0 + weight) / (1 + rank) * _in_one_sitting(entry.passage)


def _in_one_sitting(passage: Passage) -> float:
    """At most 1, which is a length that says something and is read at once."""
    return min(1.0, passage.characters / 400) * (1.0 if passage.characters < 2500 else 0.7)


def _worth_on_topic(entry: Entry, name: str) -> float:
    """How good a beginning a passage is on a topic: it is named at the head, spoken of again and again, not in passing."""
    count = next(hit.count for hit in entry.analysis.topics if hit.name == name)
    often = count / (count + 3)
    densely = min(1.0, 100 * count / max(1, entry.passage.characters))
    headed = 2.0 if name in entry.headed else 1.0
    on_industry = 1.0 if entry.slugs else 0.5  # what the knowledge base is about
    return (often + densely) * headed * on_industry * _in_one_sitting(entry.passage)


def _spread(ranked: list[Entry], size: int, of_one: int, work: Callable[[Entry], str]) -> tuple[Entry, ...]:
    """The best few, `size` at most; of one `work` at most `of_one`, as long as others are left."""
    counts: Counter[str] = Counter()
    chosen, left = list[Entry](), list[Entry]()
    for entry in ranked:
        if len(chosen) == size:
            break
        counts[work(entry)] += 1
        (chosen if counts[work(entry)] <= of_one else left).append(entry)
    return (*chosen, *left[: size - len(chosen)])


def _topic_view(topic: Topic, entries: list[Entry], slug: str, short: int) -> TopicView:
    themes = Counter(chain.from_iterable(entry.slugs for entry in entries))
    neighbours = Counter(chain.from_iterable(entry.names for entry in entries))
    del neighbours[topic.name]
    own = slug if _deserves_page(topic, len(entries)) else None
    best = _first_on(topic, entries) if len(entries) >= 2 * _FIRST else ()
    return TopicView(topic, own, tuple(entries), best, _ranked(themes), _ranked(neighbours), short)


def _first_on(topic: Topic, entries: list[Entry]) -> tuple[Entry, ...]:
    """The passages that say most about a topic, each from another article or by another answerer where there are
    such; what a machine wrote only where people wrote too little."""
    ranked = sorted(entries, key=lambda entry: (-_worth_on_topic(entry, topic.name), entry.id))
    by_machine = [entry for entry in ranked if entry.article.bylines.note]
    by_people = [entry for entry in ranked if not entry.article.bylines.note]
    return (*_spread(by_people, _FIRST, 1, _work), *by_machine)[:_FIRST]


def _work(entry: Entry) -> str:
    """What a passage is part of: its article, of a question the answer, which it is the whole of."""
    return entry.id if entry.article.has_answers else entry.article.id


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(most_first(counts))


def hit_of(entry: Entry, slug: str) -> ThemeHit:
    """What makes a passage one of the theme."""
    return next(hit for hit in entry.analysis.themes if hit.slug == slug)
