"""The templates with their filters: an article, or a page of a theme's or topic's list → Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factorykb import markdown, topics
from factorykb.analysis import Knowledge, keywords_of
from factorykb.editorial import FAMILIES, Topic
from factorykb.excerpts import around
from factorykb.fold import is_traditional
from factorykb.model import Article, Span
from factorykb.overview import Entry, Overview, TopicView, hit_of
from factorykb.pages import citation, front, wording
from factorykb.pages.lists import Part
from factorykb.pages.places import Places
from factorykb.pages.question import question_of
from factorykb.ranking import most_first
from factorykb.text import is_english
from factorykb.themes import places

_TOPICS_ON_HOME = 24
_TOPICS_ON_PAGE = 24  # of an article
_LOOKED_AT = 20_000  # characters: a page shows hundreds of passages, and one passage stands on many pages
_LONG_PAGE = 300  # passages; a thousand answers are to take no more than 1.5 MB


class Renderer:
    """The templates with their filters, over one knowledge."""

    def __init__(self, knowledge: Knowledge, view: Overview) -> None:
        self._knowledge, self._view, self.places = knowledge, view, Places(knowledge)
        self._addresses = {n: f"../topics/{t.slug}.md" for n, t in view.topics.items() if t.slug is not None}
        loader = FileSystemLoader(Path(__file__).parent)
        # Autoescape would escape for HTML; the templates write Markdown and name each filter they need.
        self._environment = Environment(
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters |= self._filters()
        self._environment.globals |= self._globals()

    def _filters(self) -> dict[str, Callable[..., object]]:
        """What the templates do to a value: `{{ value | name }}`."""
        view = self._view
        return {
            "md": lambda text: markdown.line_start(markdown.escaped(text)),
            "inline": markdown.escaped,
            "attribute": markdown.attribute,
            "heading": markdown.heading,
            "heading_plain": lambda text, level: markdown.heading((Span(text),), level),
            "blocks": markdown.of_blocks,
            "url": markdown.destination,
            "yaml": front.as_yaml,
            "groupby_year": lambda articles: [(y, list(g)) for y, g in groupby(articles, key=wording.year)],
            "sum_passages": lambda articles: sum(len(article.passages) for article in articles),
            "gist": wording.gist,
            "language": language,
            "common_topics": common_topics,
            "gb7714": citation.gb7714,
            "lines": lambda text: "&#10;".join(map(markdown.attribute, text.split("\n"))),
            "bibtex": citation.bibtex,
            "theme": lambda slug: view.themes[slug].theme,
            "family": lambda slug: FAMILIES.index(view.themes[slug].theme.family) + 1,
            "topic": lambda name: view.topics[name],
            "theme_excerpt": self.theme_excerpt,
            "topic_excerpt": self.topic_excerpt,
            "hit": hit_of,
        }

    def _globals(self) -> dict[str, object]:
        """What the templates know by name."""
        knowledge = self._knowledge
        return {
            "wording": wording,
            "known": knowledge.of,
            "question": lambda article: question_of(article, knowledge),
            "related": self.places.related,
            "same": self.places.same,
            "body": self.body,
        }

    def __call__(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(**context)

    def article(self, article: Article) -> str:
        ranked = Counter(h.slug for p in article.passages for h in self._knowledge.of(article, p).themes)
        named = Counter(h.name for p in article.passages for h in self._knowledge.of(article, p).topics)
        themes = [slug for slug, _ in most_first(ranked)]
        topics_ = [n for n, _ in most_first(named) if n in self._addresses]
        words = keywords_of(article, self._knowledge)
        data = front.of_article(article)
        data["tags"] = [self._view.themes[slug].theme.name for slug in themes]
        if words:
            data["keywords"] = words
        return self(
            "article.md.j2",
            article=article,
            front=data,
            themes=themes,
            topics=topics_[:_TOPICS_ON_PAGE],
            counts=ranked,
            near=self.places.near(article),
            is_long=len(article.passages) > _LONG_PAGE,
        )

    def part(self, part: Part) -> str:
        view = part.listed(self._view)
        chunk = view.entries[part.entries.start : part.entries.stop]
        shared = {
            "groups": _by_article(chunk),
            "names": part.names,
            "number": part.number,
            "pages": len(part.names),
        }
        if part.is_theme:
            return self("theme.md.j2", view=view, **shared)
        return self("topic.md.j2", view=view, **shared)

    def body(self, article: Article, number: int) -> str:
        """The Markdown of an article's passage, the first mention of each topic with a page linked; `number` counts
        from 0."""
        passage = article.passages[number]
        names = [hit.name for hit in self._knowledge.of(article, passage).topics]
        addresses = {name: self._addresses[name] for name in names if name in self._addresses}
        mentions = self._knowledge.mentions_in(article, number)
        return markdown.of_blocks(topics.linked(passage.blocks, mentions, addresses))

    def theme_excerpt(self, entry: Entry, slug: str) -> str:
        terms = {evidence.term for evidence in hit_of(entry, slug).evidence}
        text, lexicon = entry.passage.text, self._knowledge.lexicon
        return around(text, places(terms, text[:_LOOKED_AT], lexicon) if lexicon else ())

    def topic_excerpt(self, entry: Entry, topic: Topic) -> str:
        mentions = self._knowledge.mentions_in(entry.article, entry.number)
        return around(entry.passage.text, [(m.start, m.end) for m in mentions if m.name == topic.name])


def language(text: str) -> str:
    """The language of a text where it is not the site's: `en`, `zh-Hant`, or nothing."""
    return "en" if is_english(text) else "zh-Hant" if is_traditional(text) else ""


def common_topics(views: Sequence[TopicView]) -> list[TopicView]:
    """The topics that most passages mention, of those with a page."""
    return sorted((v for v in views if v.slug), key=lambda v: (-len(v.entries), v.topic.name))[
        :_TOPICS_ON_HOME
    ]


def _by_article(entries: Sequence[Entry]) -> list[tuple[Article, list[Entry]]]:
    groups = (list(group) for _, group in groupby(entries, key=lambda entry: entry.article.id))
    return [(group[0].article, group) for group in groups]
