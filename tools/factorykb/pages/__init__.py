"""Library → {path: text} of all generated pages. Pure: the same library gives the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factorykb import markdown
from factorykb.catalogue import iso
from factorykb.model import Article, Library, Passage, Publisher, Span
from factorykb.pages import wording
from factorykb.text import is_english

_NEWEST_ON_HOME = 8
_NEWEST_IN_LIST = 100
_PAGE_SIZE = 200  # articles on one list page: about 150 KB of HTML
_LONGEST = 10  # answers named in the overview of a question


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page that lists articles. `path` is relative to docs; `name` the file name, for its neighbours."""

    path: str
    title: str
    description: str
    articles: tuple[Article, ...]
    number: int
    pages: int
    names: tuple[str, ...]


def files(library: Library) -> dict[str, str]:
    """Every generated page: path relative to docs → Markdown."""
    render = _Renderer()
    out = {f"articles/{a.id}.md": render.article(a) for a in library.articles}
    lists = [*_by_year(library), *_by_publisher(library)]
    out |= {page.path: render("list.md.j2", page=page) for page in lists}
    context = {
        "library": library,
        "years": _counts(str(wording.year(a)) for a in library.articles),
        "publishers": _publishers(library),
    }
    newest = library.articles[:_NEWEST_IN_LIST]
    out["articles/index.md"] = render("articles.md.j2", newest=newest, **context)
    out["index.md"] = render("home.md.j2", newest=library.articles[:_NEWEST_ON_HOME], **context)
    return out


class _Renderer:
    """The templates with their filters."""

    def __init__(self) -> None:
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
            "heading": markdown.heading_text,
            "heading_plain": lambda text: markdown.heading_text((Span(text),)),
            "blocks": markdown.of_blocks,
            "url": markdown.destination,
            "yaml": front_matter,
            "groupby_year": lambda articles: [(y, list(g)) for y, g in groupby(articles, key=wording.year)],
            "sum_passages": lambda articles: sum(len(article.passages) for article in articles),
            "gist": gist,
            "english": is_english,
            "answers_by_length": answers_by_length,
        }
        self.environment.globals["wording"] = wording

    def __call__(self, template: str, **context: object) -> str:
        return self.environment.get_template(template).render(**context)

    def article(self, article: Article) -> str:
        return self("article.md.j2", article=article, front=_front(article))


def front_matter(data: dict[str, object]) -> str:
    """YAML that every reader of front matter understands, one key a line."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=2**20)


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


def gist(passage: Passage, length: int = 22) -> str:
    """What a passage begins to say: its first line that is long enough to tell."""
    lines = passage.text.split("\n")
    line = next((line for line in lines if len(line) >= length // 2), lines[0])
    return line if len(line) <= length else line[: length - 1] + "…"


def answers_by_length(article: Article) -> list[Passage]:
    """The longest answers, longest first; equals in the order of the page."""
    return sorted(article.answers, key=lambda passage: -passage.characters)[:_LONGEST]


def _by_year(library: Library) -> Iterator[ListPage]:
    for year, group in groupby(library.articles, key=wording.year):
        title = f"{year} 年的文章" if year else "日期未知的文章"
        yield from _paged("years", str(year or "undated"), title, list(group))


def _by_publisher(library: Library) -> Iterator[ListPage]:
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in library.articles:
        groups[article.publisher.key].append(article)
    for key, group in sorted(groups.items()):
        yield from _paged("sources", key, f"来自{group[0].publisher.name}的文章", group)


def _paged(folder: str, stem: str, title: str, articles: Sequence[Article]) -> Iterator[ListPage]:
    chunks = [tuple(articles[i : i + _PAGE_SIZE]) for i in range(0, len(articles), _PAGE_SIZE)]
    names = tuple(
        f"{stem}.md" if number == 1 else f"{stem}-{number}.md" for number in range(1, len(chunks) + 1)
    )
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True), 1):
        description = f"知识库里{title}，共 {len(articles)} 篇。"
        yield ListPage(f"{folder}/{name}", title, description, chunk, number, len(chunks), names)


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
