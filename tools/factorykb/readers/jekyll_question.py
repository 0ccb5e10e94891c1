"""Jekyll front matter with a Zhihu question: `### 知乎用户 NAME 发表` before each answer, in Markdown.

The answers are cut apart before any Markdown is read, so that broken markup in one cannot reach the next.
`tags` are words cut out of the title by a machine and are not used.
"""

from __future__ import annotations

import html
import re

from factorykb import limits, publishers
from factorykb.body import html_of_markdown
from factorykb.model import Document, Draft, Part
from factorykb.readers.common import draft
from factorykb.text import plain

NAME = "jekyll-question"

_ANSWER = re.compile(r"^###[ \t]{1,4}知乎用户[ \t]([^\n]{1,200}?)[ \t]发表[ \t]{0,9}$", re.MULTILINE)


def detect(document: Document) -> bool:
    return _ANSWER.search(document.body) is not None


def read(document: Document) -> Draft:
    limits.check_markdown(document.body)
    found = list(_ANSWER.finditer(document.body))
    ends = [match.start() for match in found[1:]] + [len(document.body)]
    lead = document.body[: found[0].start()]
    parts = [Part(html_of_markdown(lead))] if lead.strip() else []
    for match, end in zip(found, ends, strict=True):
        parts.append(Part(html_of_markdown(_unpadded(document.body[match.end() : end])), _name(match[1])))
    return draft(document, NAME, parts, publisher=publishers.known("zhihu"))


def _name(written: str) -> str:
    """A name as its bearer wrote it: Markdown's escapes and HTML's entities undone."""
    return plain(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)))


def _unpadded(answer: str) -> str:
    """Without the lines of four blanks that stand between answers."""
    return re.sub(r"^[ \t]+$", "", answer, flags=re.MULTILINE)
