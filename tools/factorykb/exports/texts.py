"""`data/articles/<id>.txt`: an article as Markdown by itself, without what a page adds around it.

The suffix is .txt because MkDocs makes a page of every .md file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from factorykb import markdown
from factorykb.articles import content
from factorykb.cache import NOTHING, Cache
from factorykb.catalogue import page_url
from factorykb.model import Article, Library, Passage, Span
from factorykb.parallel import CHUNK
from factorykb.publication import Publication


def address_of(article: Article) -> str:
    """Where the article's Markdown is, relative to the site's root."""
    return f"data/articles/{article.id}.txt"


def texts(
    library: Library,
    pages: Mapping[str, str],
    publication: Publication,
    jobs: int = 1,
    cache: Cache = NOTHING,
) -> Iterator[tuple[str, bytes]]:
    """Path relative to docs and content of each article, made one by one.

    Args:
        pages: the generated pages by path; a text has the front matter of its page.
        cache: texts that earlier runs made of the same articles.
    """
    articles = library.articles

    def head(article: Article) -> str:
        front, _, _ = pages[f"articles/{article.id}.md"].partition("\n---\n")
        page = json.dumps(publication.address(page_url(article), address_of(article)))
        return f"{front}\npage: {page}\n---\n\n"

    def key(number: int) -> bytes:
        return content(articles[number])

    bodies = cache.mapped("texts", key, _body, range(len(articles)), jobs, articles, chunk=CHUNK)
    for article, body in zip(articles, bodies, strict=True):
        yield address_of(article), f"{head(article)}{body}".encode()


def _body(number: int, articles: Sequence[Article]) -> str:
    """Title, credits and passages; each passage begins with its anchor, as it is in the page's address."""
    article = articles[number]
    parts = [f"# {_heading(article.title)}"]
    if article.bylines.disclosure:
        said = markdown.escaped(article.bylines.disclosure)
        parts.append(f"> 本文由机器改写或生成。原文的说明是“{said}”。")
    parts += [markdown.line_start(markdown.escaped(line)) for line in article.bylines.lines]
    parts.append(markdown.of_blocks(article.opening))
    for passage in article.passages:
        parts += _passage(passage, named=article.has_answers)
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _passage(passage: Passage, *, named: bool) -> list[str]:
    parts = [f'<a id="{passage.anchor}"></a>']
    if passage.heading:
        parts.append(f"## {markdown.heading_text(passage.heading)}")
    elif named and passage.author:
        parts.append(f"## {_heading(passage.author)}")
    return [*parts, markdown.of_blocks(passage.blocks)]


def _heading(text: str) -> str:
    return markdown.heading_text((Span(text),))
