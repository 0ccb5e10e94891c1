"""Hugo front matter with a Markdown body, as one aggregator stores QQ News and many other publishers.

Dates without a zone, `categories` with the channel's name, and as the last line a link to the original
whose label is the channel: `[qq](https://new.qq.com/rain/a/…)`.
"""

from __future__ import annotations

import re

from factorykb import fields, links
from factorykb.body import html_of_markdown, is_html
from factorykb.model import Cleaned, Document, Draft, Part
from factorykb.readers.common import draft

NAME = "hugo-markdown"

_CLOSING_LINK = re.compile(r"(?:^|\n)[ \t]*\[([^\[\]\n]{1,40})\]\((https?://(?:(?!\]\()[^\n]){1,2000})\)\s*$")


def detect(document: Document) -> bool:
    return "authorbox" in document.front and "translations" in document.front and not is_html(document.body)


def read(document: Document) -> Draft:
    body, url = _split_closing_link(document)
    stripped = (Cleaned.CLOSING_LINK,) if url else ()
    return draft(document, NAME, [Part(html_of_markdown(body))], url=url, stripped=stripped)


def _split_closing_link(document: Document) -> tuple[str, str | None]:
    """The body without its closing link, and the link's address (None where there is no such link)."""
    found = _CLOSING_LINK.search(document.body)
    channels = {*fields.list_of(document, "categories"), *fields.list_of(document, "tags")}
    url = links.safe(found[2].strip(), None) if found else None
    if found is None or url is None or found[1] not in channels:
        return document.body, None
    return document.body[: found.start()], url
