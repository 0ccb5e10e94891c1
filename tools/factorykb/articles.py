"""Draft → Article: clean, give structure, cut into passages, name. No I/O."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from factorykb import clean, fields, limits, links, notices, passages, structure
from factorykb.cache import digest
from factorykb.errors import LimitError, SourceError
from factorykb.model import (
    Article,
    Block,
    Bylines,
    Cleaned,
    Cleaning,
    Draft,
    Figure,
    Paragraph,
    Passage,
    Publisher,
    Span,
)
from factorykb.text import images_of, is_cjk, length, of_block, of_blocks

_DESCRIPTION = 120  # characters; what search engines and link previews show of a page
_QUESTION = re.compile(r"https?://(?:www\.)?zhihu\.com/question/\d+/?(?:\?.*)?")
_INFORMATIVE = 12  # a line shorter than this introduces nothing


def article_of(draft: Draft) -> Article:
    """Make the article of a draft. Its `passages` are empty when the source holds no text and no picture.

    Raises:
        SourceError: there is more in it than any article has, or the markup is nested too deep.
    """
    title = fields.shown_title(draft.title, draft.publisher)
    try:
        parts, counts, keywords = _cleaned(draft)
        if draft.is_question:
            opening, found, bylines = _question(parts, title, draft.publisher, counts)
        else:
            opening, found, bylines = _plain_article(parts, title, draft, counts)
        limits.check_passages(found)
    except LimitError as error:
        raise SourceError(draft.source.path, None, str(error), limits.REMEDY) from error
    identity = _identity(draft, bylines)
    return Article(
        id=_short_id(draft, identity),
        identity=identity,
        source=replace(draft.source, text=""),
        dialect=draft.dialect,
        title=title,
        original_title=draft.title,
        publisher=draft.publisher,
        published=draft.published,
        modified=draft.modified,
        url=draft.url,
        bylines=bylines,
        is_question=draft.is_question,
        opening=opening,
        passages=found,
        description=_description(found),
        characters=sum(passage.characters + length(passage.title) for passage in found),
        images=images_of(opening) + sum(passage.images for passage in found),
        cleaning=Cleaning(dict(+counts), keywords),
        warnings=draft.warnings,
    )


def content(article: Article) -> bytes:
    """A digest of all that is in an article: of its file, from which the rest follows, and of what the editors' rules and
    the other files of the work change."""
    changed = (article.id, article.title, article.published, article.url, article.also_at, article.hidden)
    return digest(repr((article.source, *changed)))


def longer_id(article: Article) -> str:
    """The id of an article whose short one is taken by another work."""
    return f"{article.id.rpartition('-')[0]}-{_hex(article.identity)[:12]}"


def _short_id(draft: Draft, identity: str) -> str:
    """`<source>-<yyyymmdd>-<hex>`; the address of a work, the same however often it is scraped."""
    day = draft.published.when.strftime("%Y%m%d") if draft.published else "undated"
    return f"{draft.publisher.key}-{day}-{_hex(identity)[:6]}"


def _hex(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()


def _identity(draft: Draft, bylines: Bylines) -> str:
    """What makes it this work and no other: its original address, however it is written, of a single answer with its
    author, by the front matter or else by the text's own credits, where that address is the question's; else dialect,
    original title and date."""
    if draft.url:
        address = links.canonical(draft.url)
        # Who stores answers one by one has nothing but the question's address for them.
        is_of_one = _QUESTION.fullmatch(address) and not draft.is_question
        answerers = (draft.authors or bylines.authors) if is_of_one else ()
        return "\n".join((address, *answerers))
    date = draft.published.when.isoformat() if draft.published else ""
    return "\n".join((draft.dialect, draft.title, date))


Parts = list[tuple[str, tuple[Block, ...]]]
Body = tuple[tuple[Figure, ...], tuple[Passage, ...], Bylines]


def _cleaned(draft: Draft) -> tuple[Parts, Counter[Cleaned], tuple[str, ...]]:
    counts: Counter[Cleaned] = Counter(draft.stripped)
    keywords: list[str] = []
    parts: Parts = []
    limits.check(len(draft.parts), limits.PASSAGES, "answers")
    limits.check_html("".join(part.html for part in draft.parts))
    for part in draft.parts:
        blocks, cleaning = clean.blocks_of(part.html, draft.url)
        counts.update(cleaning.counts)
        keywords += cleaning.keywords
        parts.append((part.author or "", blocks))
    limits.check_blocks([block for _, blocks in parts for block in blocks])
    return parts, counts, tuple(keywords)


def _question(parts: Parts, title: str, publisher: Publisher, counts: Counter[Cleaned]) -> Body:
    found = passages.of_question(
        # An answer may well begin with the question; what stands before all answers has it for a heading.
        (author, structure.mend(blocks) if author else _mended(blocks, title, publisher, counts))
        for author, blocks in parts
    )
    # The answerers stand at their answers; only a lone one is the author of the page.
    answerers = tuple(passage.author for passage in found if passage.author)
    return (), found, Bylines(authors=answerers if len(answerers) == 1 else ())


def _plain_article(parts: Parts, title: str, draft: Draft, counts: Counter[Cleaned]) -> Body:
    whole = tuple(block for _, body in parts for block in body)
    blocks, bylines = structure.take_bylines(whole)
    if bylines.authors and notices.several(of_blocks(whole), draft.url):
        blocks, bylines = whole, Bylines()  # the first of several authors is not that of all
    counts[Cleaned.BYLINE] += len(bylines.lines)
    opening, found = passages.of_article(_mended(blocks, title, draft.publisher, counts))
    # The text's own credits come first; the front matter's authors where the text names none.
    return opening, found, replace(bylines, authors=bylines.authors or draft.authors)


def _mended(
    blocks: tuple[Block, ...], title: str, publisher: Publisher, counts: Counter[Cleaned]
) -> tuple[Block, ...]:
    rest = structure.without_title(blocks, title, publisher)
    counts[Cleaned.REPEATED_TITLE] += len(blocks) - len(rest)
    return structure.mend(rest)


def _only_links(paragraph: Paragraph) -> bool:
    return all(isinstance(item, Span) and item.href for item in paragraph.inlines)


def _lines(found: tuple[Passage, ...]) -> Iterator[str]:
    """The lines of the paragraphs."""
    blocks = (block for passage in found for block in passage.blocks)
    paragraphs = (block for block in blocks if isinstance(block, Paragraph) and not _only_links(block))
    return (line for paragraph in paragraphs for line in of_block(paragraph).split("\n") if line)


def _beginning(lines: Iterable[str]) -> str:
    """The first lines in one, as many as a description needs."""
    text = ""
    for line in lines:
        text += line if not text or is_cjk(text[-1]) or is_cjk(line[0]) else f" {line}"
        if len(text) >= _DESCRIPTION:
            break
    return text


def _description(found: tuple[Passage, ...]) -> str:
    """The first informative sentences, whole ones where they fit; anything visible where nothing informs."""
    informative = (line for line in _lines(found) if len(line) >= _INFORMATIVE)
    text = _beginning(informative) or _beginning(_lines(found))
    if len(text) <= _DESCRIPTION:
        return text
    cut = text[:_DESCRIPTION]
    whole = re.match(r".*[。！？!?]", cut, re.DOTALL)
    return whole[0] if whole and len(whole[0]) >= _DESCRIPTION // 2 else cut.rstrip("，、；：,; ") + "…"
