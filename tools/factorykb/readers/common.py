"""What all readers do alike: put the fields of the front matter together into a draft."""

from __future__ import annotations

from collections.abc import Iterable

from factorykb import fields, frontmatter, links, notices, publishers
from factorykb.model import Cleaned, Document, Draft, Part, Publisher


def draft(
    document: Document,
    dialect: str,
    parts: Iterable[Part],
    *,
    url: str | None = None,
    publisher: Publisher | None = None,
    stripped: tuple[Cleaned, ...] = (),
) -> Draft:
    """A draft of `document` with `parts` as its body.

    Args:
        url: the original's address, where the reader found one; else the front matter's is taken.
        publisher: who published it, where the dialect knows; else it is looked up.
        stripped: what the reader took out of the body on purpose, for the report.

    Raises:
        SourceError: the title is missing or a date is none.
    """
    below = frontmatter.of_body(document)
    url = url or fields.url_of(document)
    is_of_one = not notices.several(document.body, url)  # the first notice is not that of the others
    url = links.safe(url or (is_of_one and fields.url_of(below)) or "", None)
    stated, channels = fields.publishers_of(document), fields.channels_of(document)
    stated = stated or fields.publishers_of(below)
    authors = fields.authors_of(document) or (fields.authors_of(below) if is_of_one else ())
    publisher = publisher or publishers.find(url, stated, channels, authors)
    return Draft(
        source=document.source,
        dialect=dialect,
        title=fields.title_of(document),
        publisher=publisher,
        published=fields.published_of(document),
        modified=fields.modified_of(document),
        url=url,
        authors=_persons(authors, publisher, (*stated, *channels)),
        parts=tuple(parts),
        stripped=stripped,
        warnings=(
            *document.warnings,
            *fields.date_warnings(document),
            *(() if url else fields.url_warnings(document)),
        ),
    )


def _persons(authors: Iterable[str], publisher: Publisher, sites: Iterable[str]) -> tuple[str, ...]:
    """The authors without names of the site: aggregators write those where the author's belongs."""
    names = {name.casefold() for name in (*publishers.names_of(publisher), publisher.key, *sites)}
    return tuple(author for author in authors if author.casefold() not in names)
