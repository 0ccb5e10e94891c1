"""Atom feeds: the newest articles, and the newest passages of each theme.

Ids are `tag:` URIs of a host that nobody can own, so an entry keeps its id wherever the site moves. What has no date
is in no feed: Atom wants one, and we do not make one up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from factorykb.analysis import Knowledge, passage_id
from factorykb.catalogue import page_url
from factorykb.editorial import Theme
from factorykb.model import Article, Moment, Passage
from factorykb.publication import Publication
from factorykb.text import plain, shortened

_NEWEST = 30
_SUMMARY = 200  # characters
_TAG = "tag:factorykb.invalid,2025:"
_NEVER = "1970-01-01T00:00:00Z"  # of a feed without entries; Atom wants a date


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed tells of an article or passage. `page` is relative to the site's root; `original` the
    publisher's address, or None; `themes` are (slug, name)."""

    id: str
    title: str
    page: str
    published: Moment
    updated: Moment
    authors: tuple[str, ...]
    summary: str
    original: str | None
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `path` and the `page` it belongs to are relative to the site's root."""

    path: str
    id: str
    title: str
    subtitle: str
    page: str
    entries: tuple[Entry, ...]


def files(knowledge: Knowledge, publication: Publication) -> dict[str, str]:
    """Path relative to docs → Atom: `data/feed.xml`, and `data/feeds/<slug>.xml` for each theme."""
    feeds = [_of_site(knowledge, publication), *_of_themes(knowledge, publication)]
    return {feed.path: _atom(feed, publication) for feed in feeds}


def _of_site(knowledge: Knowledge, publication: Publication) -> Feed:
    dated = [(a, a.published) for a in knowledge.library.listed if a.published][:_NEWEST]
    entries = (_article(article, published, knowledge) for article, published in dated)
    return Feed(
        path="data/feed.xml",
        id=f"{_TAG}articles",
        title=publication.name,
        subtitle=publication.description,
        page="",
        entries=tuple(entries),
    )


def _of_themes(knowledge: Knowledge, publication: Publication) -> list[Feed]:
    newest: dict[str, list[Entry]] = defaultdict(list)
    for article, passage, known in knowledge.listed():  # newest article first
        wanted = [hit.slug for hit in known.themes if len(newest[hit.slug]) < _NEWEST]
        if wanted and article.published:
            entry = _passage(article, passage, article.published, knowledge)
            for slug in wanted:
                newest[slug].append(entry)
    return [_of_theme(t, newest[t.slug], publication) for t in knowledge.vocabulary.themes]


def _of_theme(theme: Theme, entries: Sequence[Entry], publication: Publication) -> Feed:
    return Feed(
        path=f"data/feeds/{theme.slug}.xml",
        id=f"{_TAG}themes/{theme.slug}",
        title=f"{theme.name} - {publication.name}",
        subtitle=theme.description,
        page=f"themes/{theme.slug}/",
        entries=tuple(entries),
    )


def _article(article: Article, published: Moment, knowledge: Knowledge) -> Entry:
    slugs = dict.fromkeys(h.slug for p in article.passages for h in knowledge.of(article, p).themes)
    return Entry(
        id=f"{_TAG}articles/{article.id}",
        title=article.title,
        page=page_url(article),
        published=published,
        updated=article.modified or published,
        authors=_authors(article),
        summary=article.description,
        original=article.url,
        themes=_named(slugs, knowledge),
    )


def _passage(article: Article, passage: Passage, published: Moment, knowledge: Knowledge) -> Entry:
    several = article.has_answers
    parts = [passage.author if several else passage.title, article.title]
    slugs = [hit.slug for hit in knowledge.of(article, passage).themes]
    return Entry(
        id=f"{_TAG}passages/{passage_id(article, passage).replace('#', '/')}",
        title=" · ".join(filter(None, parts)),
        page=f"{page_url(article)}#{passage.anchor}",
        published=published,
        updated=article.modified or published,
        authors=(passage.author,) if passage.author else _authors(article),
        summary=shortened(plain(passage.text), _SUMMARY),
        original=article.url,
        themes=_named(slugs, knowledge),
    )


def _authors(article: Article) -> tuple[str, ...]:
    return article.bylines.authors or (article.publisher.name,)


def _named(slugs: Iterable[str], knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    return tuple((slug, knowledge.vocabulary.theme(slug).name) for slug in slugs)


def _atom(feed: Feed, publication: Publication) -> str:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "zh-CN"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    newest = max((entry.updated for entry in feed.entries), key=lambda moment: moment.when, default=None)
    _add(root, "updated", _stamp(newest) if newest else _NEVER)
    _add(_sub(root, "author"), "name", publication.name)
    if publication.rights:
        _add(root, "rights", publication.rights)
    _sub(
        root, "link", rel="self", type="application/atom+xml", href=publication.address(feed.path, feed.path)
    )
    _sub(root, "link", rel="alternate", type="text/html", href=publication.address(feed.page, feed.path))
    for entry in feed.entries:
        _add_entry(root, entry, publication.address(entry.page, feed.path))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_entry(root: ET.Element, entry: Entry, address: str) -> None:
    element = _sub(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _sub(element, "link", rel="alternate", type="text/html", href=address)
    if entry.original:
        _sub(element, "link", rel="via", href=plain(entry.original))
    _add(element, "published", _stamp(entry.published))
    _add(element, "updated", _stamp(entry.updated))
    for author in entry.authors:
        _add(_sub(element, "author"), "name", author)
    for slug, name in entry.themes:
        _sub(element, "category", term=slug, label=name)
    _add(element, "summary", entry.summary, type="text")


def _stamp(moment: Moment) -> str:
    return moment.when.isoformat(timespec="seconds")


def _sub(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, attributes)


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    """An element with text; `plain` takes away the characters that XML does not know."""
    _sub(parent, tag, **attributes).text = plain(text)
