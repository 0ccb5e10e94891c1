"""Library → {path: text} of all generated pages. Pure: the same library gives the same bytes."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factorykb import markdown, topics
from factorykb.analysis import Knowledge, keywords_of, most_first, passage_id, related_articles
from factorykb.articles import content
from factorykb.cache import NOTHING, Cache, digest
from factorykb.catalogue import iso
from factorykb.editorial import FAMILIES, TYPES, Topic
from factorykb.excerpts import around
from factorykb.fold import is_traditional
from factorykb.model import Analysis, Article, Library, Passage, Publisher, Span, ThemeHit
from factorykb.overview import Entry, Overview, ThemeView, TopicView, hit_of, overview
from factorykb.pages import citation, timeline, wording
from factorykb.pages.question import question_of
from factorykb.picture import themes_svg
from factorykb.text import is_english, shortened

_NEWEST_ON_HOME = 8
_TOPICS_ON_HOME = 24
_NEWEST_IN_LIST = 100
_MAIN_THEMES = 6  # of a year or a publisher
_CLOSEST = 8  # pairs of themes that are named below the picture of all
_ESCAPED = re.compile("[\x85\U00010000-\U0010ffff]")
_PAGE_SIZE = 200  # articles on one list page: about 150 KB of HTML
_ENTRIES = 120  # passages with an excerpt, on the first page of a theme or topic: about 350 KB of HTML
_LONG_PAGE = 300  # passages; a thousand answers are to take no more than 1.5 MB
_RELATED = 3  # of the passages related to one; what each says stands beside it
_CHUNK = 40  # articles handed to a process at a time
_PARTS = 4  # pages of lists
_LINES = 600  # passages on each further page, a line an article
T = TypeVar("T")
Place = tuple[Article, Passage | None]  # an article, or one answer of it


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
    """A publisher with its articles, and the dialects of their files, the most frequent first."""

    publisher: Publisher
    articles: tuple[Article, ...]
    dialects: tuple[str, ...]


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
    shared = (jobs, knowledge, view)
    numbers = range(len(library.articles))
    made = cache.mapped(
        "article pages", render.seen_of_article, _article_page, numbers, *shared, chunk=_CHUNK
    )
    out = {f"articles/{a.id}.md": page for a, page in zip(library.articles, made, strict=True)}
    listed = [*_by_year(knowledge), *_by_publisher(knowledge)]
    made = cache.mapped(
        "lists of articles",
        lambda number: render.seen_of_list(listed[number]),
        _list_page,
        range(len(listed)),
        *shared,
        listed,
        chunk=_PARTS,
    )
    out |= {part.path: page for part, page in zip(listed, made, strict=True)}
    parts = [*_theme_parts(view), *_topic_parts(view)]
    made = cache.mapped("lists", render.seen_of_part, _part_page, parts, *shared, chunk=_PARTS)
    out |= {part.path: page for part, page in zip(parts, made, strict=True)}
    out |= _theme_index(view, render) | _topic_index(view, render)
    context = {
        "library": library,
        "years": _counts(str(wording.year(a)) for a in library.articles),
        "publishers": _publishers(library),
        "families": _families(view),
        "topics": [topic for topic in view.topics.values() if topic.entries],
    }
    newest = library.articles[:_NEWEST_IN_LIST]
    years = timeline.years(library.articles)
    most = timeline.most_in_a_month(years)
    out["timeline.md"] = render("timeline.md.j2", library=library, years=years, most=most)
    out["sources/index.md"] = render("sources.md.j2", library=library, sources=_sources(library))
    out["articles/index.md"] = render("articles.md.j2", newest=newest, **context)
    out["about.md"] = render("about.md.j2", figures=_figures(knowledge), **context)
    out["index.md"] = render(
        "home.md.j2", newest=library.articles[:_NEWEST_ON_HOME], path=_path(knowledge), **context
    )
    return out


def _article_page(number: int, knowledge: Knowledge, view: Overview) -> str:
    return _renderer(knowledge, view).article(knowledge.library.articles[number])


def _list_page(number: int, knowledge: Knowledge, view: Overview, listed: Sequence[ListPage]) -> str:
    return _renderer(knowledge, view)("list.md.j2", page=listed[number])


def _part_page(part: Part, knowledge: Knowledge, view: Overview) -> str:
    return _renderer(knowledge, view).part(part)


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
        unlisted=sum(not (known.substantive or known.hidden or known.repeats) for known in analyses),
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


def _sources(library: Library) -> list[Source]:
    """Publishers, the one with most articles first; one entry a key."""
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in library.articles:
        groups[article.publisher.key].append(article)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Source(
            group[0].publisher,
            tuple(group),
            tuple(d for d, _ in most_first(Counter(a.dialect for a in group))),
        )
        for _, group in ordered
    ]


def _families(view: Overview) -> list[tuple[str, list[ThemeView]]]:
    return [(f, [t for t in view.themes.values() if t.theme.family == f]) for f in FAMILIES]


def _theme_parts(view: Overview) -> Iterator[Part]:
    for slug, theme in view.themes.items():
        chunks = _sizes(len(theme.entries)) or [range(0)]
        names = _names(slug, len(chunks))
        for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
            yield Part(f"themes/{name}", slug, number, names, chunk)


def _topic_parts(view: Overview) -> Iterator[Part]:
    for topic in view.topics.values():
        chunks = _sizes(len(topic.entries))
        names = _names(topic.slug or "", len(chunks))
        for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
            if topic.slug is not None:
                yield Part(f"topics/{name}", topic.topic.name, number, names, chunk)


def _theme_index(view: Overview, render: _Renderer) -> dict[str, str]:
    if not view.themes:
        return {}
    counts = {slug: len(theme.entries) for slug, theme in view.themes.items()}
    svg = themes_svg([theme.theme for theme in view.themes.values()], counts, view.pairs)
    closest = sorted(view.pairs.items(), key=lambda item: (-item[1], item[0]))[:_CLOSEST]
    return {"themes/index.md": render("themes.md.j2", families=_families(view), svg=svg, closest=closest)}


def _topic_index(view: Overview, render: _Renderer) -> dict[str, str]:
    mentioned = [topic for topic in view.topics.values() if topic.entries]
    if view.topics:
        by_type = [(TYPES[kind], [t for t in mentioned if t.topic.type == kind]) for kind in TYPES]
        letters = sorted(mentioned, key=lambda t: (topics.initial_of(t.topic), t.topic.name))
        initials = [
            (letter, list(group))
            for letter, group in groupby(letters, key=lambda t: topics.initial_of(t.topic))
        ]
        page = render("topics.md.j2", by_type=by_type, initials=initials, total=len(mentioned))
        return {"topics/index.md": page}
    return {}


def _sizes(total: int) -> list[range]:
    """The entries of each page of a list, by number: few with excerpts, then many a page."""
    starts = [*range(min(total, 1)), *range(_ENTRIES, total, _LINES)]
    return [range(start, end) for start, end in pairwise([*starts, total])]


def _by_article(entries: Sequence[Entry]) -> list[tuple[Article, list[Entry]]]:
    groups = (list(group) for _, group in groupby(entries, key=lambda entry: entry.article.id))
    return [(group[0].article, group) for group in groups]


_last: tuple[Knowledge, Overview, _Renderer] | None = None


def _renderer(knowledge: Knowledge, view: Overview) -> _Renderer:
    """The renderer of this knowledge; a process that renders share after share makes it once."""
    global _last
    if _last is None or _last[0] is not knowledge or _last[1] is not view:
        _last = (knowledge, view, _Renderer(knowledge, view))
    return _last[2]


class _Renderer:
    """The templates with their filters."""

    def __init__(self, knowledge: Knowledge, view: Overview) -> None:
        self.knowledge, self.view = knowledge, view
        self._settings = knowledge.lexicon.settings if knowledge.lexicon else b""
        self._themes = digest(repr([(t.slug, t.name, t.family) for t in knowledge.vocabulary.themes]))
        self._articles = {article.id: article for article in knowledge.library.articles}
        self._passages = {passage_id(a, p): (a, p) for a in knowledge.library.articles for p in a.passages}
        self._same = _same_content(knowledge)
        self._links: dict[str, bytes] = {}
        self._addresses = {n: f"../topics/{t.slug}.md" for n, t in view.topics.items() if t.slug is not None}
        loader = FileSystemLoader(Path(__file__).parent)
        # Autoescape would escape for HTML; the templates write Markdown and name each filter they need.
        self.environment = Environment(
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.environment.filters |= {
            "md": lambda text: markdown.line_start(markdown.escaped(text)),
            "inline": markdown.escaped,
            "attribute": markdown.attribute,
            "heading": markdown.heading,
            "heading_plain": lambda text, level: markdown.heading((Span(text),), level),
            "blocks": markdown.of_blocks,
            "url": markdown.destination,
            "yaml": front_matter,
            "groupby_year": lambda articles: [(y, list(g)) for y, g in groupby(articles, key=wording.year)],
            "sum_passages": lambda articles: sum(len(article.passages) for article in articles),
            "gist": gist,
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
        self.environment.globals |= {
            "wording": wording,
            "known": knowledge.of,
            "question": lambda article: question_of(article, knowledge),
            "related": self.related,
            "same": self.same,
            "body": self.body,
        }

    def theme_excerpt(self, entry: Entry, slug: str) -> str:
        words = {evidence.term for evidence in hit_of(entry, slug).evidence}
        return self._excerpt(entry, words, theme=True)

    def topic_excerpt(self, entry: Entry, topic: Topic) -> str:
        return self._excerpt(entry, set(topic.words), theme=False)

    def _excerpt(self, entry: Entry, words: set[str], *, theme: bool) -> str:
        lexicon = self.knowledge.lexicon
        if lexicon is None:
            return ""
        matcher = lexicon.theme_matcher if theme else lexicon.topic_matcher
        return around(entry.passage.text, words, matcher, lexicon)

    def related(self, article: Article, passage: Passage) -> list[tuple[Article, Passage]]:
        """The passages related to one that its article's page names."""
        return [self._passages[name] for name in self._related_to(self.knowledge.of(article, passage))]

    def _related_to(self, known: Analysis) -> list[str]:
        return [name for name in known.related if name in self._passages][:_RELATED]

    def same(self, article: Article, passage: Passage | None = None) -> list[Place]:
        """Where else the content of an article or an answer stands: what stands for it, then what repeats it."""
        name = passage_id(article, passage) if passage else article.id
        return [
            (self._articles[found], None) if found in self._articles else self._passages[found]
            for found in self._same.get(name, ())
        ]

    def body(self, article: Article, number: int) -> str:
        """The Markdown of an article's passage, the first mention of each topic with a page linked; `number` counts
        from 0."""
        passage = article.passages[number]
        names = [hit.name for hit in self.knowledge.of(article, passage).topics]
        addresses = {name: self._addresses[name] for name in names if name in self._addresses}
        mentions = self.knowledge.mentions_in(article, number)
        return markdown.of_blocks(topics.linked(passage.blocks, mentions, addresses))

    def __call__(self, template: str, **context: object) -> str:
        return self.environment.get_template(template).render(**context)

    def article(self, article: Article) -> str:
        ranked = Counter(h.slug for p in article.passages for h in self.knowledge.of(article, p).themes)
        named = Counter(h.name for p in article.passages for h in self.knowledge.of(article, p).topics)
        themes = [slug for slug, _ in most_first(ranked)]
        topics_ = [n for n, _ in most_first(named) if n in self._addresses]
        words = keywords_of(article, self.knowledge)
        near = [self._articles[name] for name in related_articles(article, self.knowledge)]
        front = _front(article)
        front["tags"] = [self.view.themes[slug].theme.name for slug in themes]
        if words:
            front["keywords"] = words
        return self(
            "article.md.j2",
            article=article,
            front=front,
            themes=themes,
            topics=topics_[:24],
            counts=ranked,
            near=near,
            is_long=_is_long(article),
        )

    def part(self, part: Part) -> str:
        view = self._listed(part)
        chunk = view.entries[part.entries.start : part.entries.stop]
        shared = {
            "groups": _by_article(chunk),
            "names": part.names,
            "number": part.number,
            "pages": len(part.names),
        }
        if part.is_theme:
            return self("theme.md.j2", view=view, **shared)
        return self("topic.md.j2", view=view, shown=chunk if part.number == 1 else (), **shared)

    def _listed(self, part: Part) -> ThemeView | TopicView:
        return self.view.themes[part.of] if part.is_theme else self.view.topics[part.of]

    # What decides a page: all that its template sees. A page is made anew when it changes.

    def seen_of_article(self, number: int) -> bytes:
        """A digest of all that an article's page shows. Most terms of a vocabulary change hardly a page."""
        article = self.knowledge.library.articles[number]
        has_answers = article.has_answers
        links: list[Sequence[str]] = [
            self._same.get(article.id, ()),
            related_articles(article, self.knowledge),
        ]
        # Topics by name: their numbers change with every one that is added.
        mentions = self.knowledge.mentions_of(article)
        numbers, of_each = np.unique(mentions[:, 1], return_inverse=True)
        seen: list[object] = [self.knowledge.vocabulary.topics[number].name for number in numbers.tolist()]
        for passage in article.passages:
            name = passage_id(article, passage)
            known = self.knowledge.analyses.get(name, Analysis())
            seen += [self._seen_of_hits(known), known.keywords, known.substantive, known.hidden]
            seen.append([_seen_of_evidence(hit) for hit in known.themes] if has_answers else ())
            links += [self._same.get(name, ()), self._related_to(known)]
        seen.append([len(names) for names in links])
        linked = map(self._seen_of_link, chain.from_iterable(links))
        return digest(
            self._themes,
            content(article),
            mentions[:, [0, 2, 3]].tobytes(),
            of_each.tobytes(),
            repr(seen),
            *linked,
        )

    def seen_of_list(self, page: ListPage) -> bytes:
        """A digest of all that a list of articles shows."""
        return digest(self._themes, repr(replace(page, articles=())), *map(content, page.articles))

    def seen_of_part(self, part: Part) -> bytes:
        """A digest of all that a page of a theme's or topic's list shows."""
        view = self._listed(part)
        seen: list[object] = [part, len(view.entries)]
        entries = view.entries[part.entries.start : part.entries.stop]
        if isinstance(view, ThemeView):
            seen += [
                view.publishers,
                len(view.articles),
                view.years,
                view.neighbours[:8],
            ]
            seen.append([(name, count, self.view.topics[name].slug) for name, count in view.topics[:20]])
            entries = (*view.best, *entries) if part.number == 1 else entries
        else:
            near = view.neighbours[:16]
            seen += [view.themes[:8], near, [self.view.topics[name].slug for name, _ in near]]
        texts: list[str] = []
        for entry in entries:
            seen.append(self._seen_of_link(entry.id))
            if part.number == 1:
                texts.append(entry.passage.text)
                seen += [entry.passage.characters, self._seen_of_hits(entry.analysis)]
                seen.append(_seen_of_evidence(hit_of(entry, part.of)) if part.is_theme else ())
        return digest(self._settings, repr(seen), *texts)

    def _seen_of_link(self, name: str) -> bytes:
        """A digest of what a link shows of an article or passage that stands on another page; most have several links."""
        if name not in self._links:
            place = (self._articles[name], None) if name in self._articles else self._passages.get(name)
            self._links[name] = digest(repr(_seen_of_link(*place))) if place else b""
        return self._links[name]

    def _seen_of_hits(self, known: Analysis) -> tuple[object, ...]:
        named = [(hit.name, hit.count, self.view.topics[hit.name].slug) for hit in known.topics]
        return [hit.slug for hit in known.themes], [hit.weight for hit in known.themes], named


def _seen_of_evidence(hit: ThemeHit) -> list[tuple[str, int, float]]:
    return [(evidence.term, evidence.count, evidence.weight) for evidence in hit.evidence]


def _seen_of_link(article: Article, passage: Passage | None) -> tuple[object, ...]:
    """What a link shows of an article or passage that stands on another page."""
    day = article.published and article.published.when.isoformat()
    shown = (
        article.id,
        article.title,
        article.publisher.key,
        article.publisher.name,
        day,
        article.has_answers,
        article.bylines.note,
    )
    if passage is None:
        return shown
    return (*shown, passage.anchor, passage.title, passage.author, gist(passage, wording.GIST))


def _same_content(knowledge: Knowledge) -> dict[str, list[str]]:
    """Ids of articles and answers → those with the same content. What is said of two articles is not said again
    of their answers."""
    copies: dict[str, list[str]] = defaultdict(list)
    standing: dict[str, list[str]] = {}
    for name, other in knowledge.repeats.items():
        whole, other_whole = (one.partition("#")[0] for one in (name, other))
        if name == whole or knowledge.repeats.get(whole) != other_whole:
            copies[other].append(name)
            standing[name] = [other]
    return {name: [*standing.get(name, []), *copies[name]] for name in {*standing, *copies}}


def front_matter(data: dict[str, object]) -> str:
    """YAML that every reader of front matter understands, one key a line."""
    # libyaml is five times as fast and writes the same but for the characters that it escapes.
    plain = not _ESCAPED.search(json.dumps(data, ensure_ascii=False))
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper) if plain else yaml.SafeDumper
    text: str = yaml.dump(data, Dumper=dumper, allow_unicode=True, sort_keys=False, width=2**20)
    return text


def _front(article: Article) -> dict[str, object]:
    front: dict[str, object] = {
        "title": article.title,
        "original_title": article.original_title,
        "source": article.publisher.key,
        "source_name": article.publisher.name,
        "authors": list(article.bylines.authors),
        "date": iso(article),
        "url": article.url,
        "seed": article.source.path,
        "sha256": article.source.sha256,
        "dialect": article.dialect,
        "characters": article.characters,
        "passages": len(article.passages),
        "images": article.images,
        "description": article.description,
        "tags": [],
    }
    if article.bylines.editors:
        front["editors"] = list(article.bylines.editors)
    if article.published and article.published.zone_assumed:
        front["date_note"] = wording.ZONE_NOTE
    return front


def language(text: str) -> str:
    """The language of a text where it is not the site's: `en`, `zh-Hant`, or nothing."""
    return "en" if is_english(text) else "zh-Hant" if is_traditional(text) else ""


def common_topics(views: Sequence[TopicView]) -> list[TopicView]:
    """The topics that most passages mention, of those with a page."""
    return sorted((v for v in views if v.slug), key=lambda v: (-len(v.entries), v.topic.name))[
        :_TOPICS_ON_HOME
    ]


def _is_long(article: Article) -> bool:
    """Whether its page has to be sparing."""
    return len(article.passages) > _LONG_PAGE


def gist(passage: Passage, length: int) -> str:
    """What a passage begins to say: its first line that is long enough to tell."""
    lines = passage.text.split("\n")
    line = next((line for line in lines if len(line) >= length // 2), lines[0])
    return shortened(line, length)


def _by_year(knowledge: Knowledge) -> Iterator[ListPage]:
    for year, group in groupby(knowledge.library.articles, key=wording.year):
        title = f"{year} 年的文章" if year else "日期未知的文章"
        yield from _paged("years", str(year or "undated"), title, list(group), knowledge)


def _by_publisher(knowledge: Knowledge) -> Iterator[ListPage]:
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in knowledge.library.articles:
        groups[article.publisher.key].append(article)
    for key, group in sorted(groups.items()):
        yield from _paged("sources", key, f"来自{group[0].publisher.name}的文章", group, knowledge)


def _paged(
    folder: str, stem: str, title: str, articles: Sequence[Article], knowledge: Knowledge
) -> Iterator[ListPage]:
    chunks = _chunks(articles, _PAGE_SIZE)
    names = _names(stem, len(chunks))
    description = f"{title}，知识库里共 {len(articles)} 篇。"
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
        themes = _main_themes(articles, knowledge) if number == 1 else ()
        yield ListPage(
            f"{folder}/{name}", title, description, chunk, number, len(chunks), names, len(articles), themes
        )


def _main_themes(articles: Sequence[Article], knowledge: Knowledge) -> tuple[tuple[str, int], ...]:
    """What most of their passages speak of, of those that lists show."""
    known = (knowledge.of(article, passage) for article in articles for passage in article.passages)
    counts = Counter(hit.slug for found in known if found.listed for hit in found.themes)
    return tuple(most_first(counts)[:_MAIN_THEMES])


def _chunks(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    return [tuple(items[i : i + size]) for i in range(0, len(items), size)]


def _names(stem: str, pages: int) -> tuple[str, ...]:
    return tuple(f"{stem}.md" if number == 1 else f"{stem}-{number}.md" for number in range(1, pages + 1))


def _counts(values: Iterator[str]) -> list[tuple[str, int]]:
    return [(value, len(list(group))) for value, group in groupby(values)]


def _publishers(library: Library) -> list[tuple[Publisher, int]]:
    """Publishers with their number of articles, most first; one entry a key."""
    groups: dict[str, list[Publisher]] = defaultdict(list)
    for article in library.articles:
        groups[article.publisher.key].append(article.publisher)
    return sorted(
        ((group[0], len(group)) for group in groups.values()), key=lambda item: (-item[1], item[0].key)
    )
