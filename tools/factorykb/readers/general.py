"""Any other front matter with an HTML or Markdown body, so that a new source works on the first day."""

from __future__ import annotations

from factorykb.body import html_of_markdown, is_html
from factorykb.model import Document, Draft, Part
from factorykb.readers.common import draft
from factorykb.shortcodes import of_wordpress

NAME = "general"


def detect(document: Document) -> bool:
    del document
    return True


def read(document: Document) -> Draft:
    body = document.body
    return draft(document, NAME, [Part(of_wordpress(body) if is_html(body) else html_of_markdown(body))])
