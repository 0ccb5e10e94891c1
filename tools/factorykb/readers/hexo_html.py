"""Hexo front matter with an HTML body, as RSS aggregators store 36kr, Zhihu's hot list and others.

A leading blank line, `headimg`, nested `categories`, an RFC 2822 date, the body in one <div>. On the hot
list the body begins with the answerer's name: `良久的回答<br><br>`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from factorykb import publishers
from factorykb.body import is_html
from factorykb.model import Cleaned, Document, Draft, Part
from factorykb.readers.common import draft

NAME = "hexo-html"

# A name, then `的回答`.
_ANSWER = re.compile(
    r"(?:(?<=>)|^)[ \t]{0,9}([^<>\n]{1,40})的回答[ \t]{0,9}<br ?/?>[ \t]{0,9}<br ?/?>", re.MULTILINE
)
# 我的回答, “以下是我对这个问题的回答” and 我同意楼上的回答 are the text itself. Names with such words are known where nothing
# stands before them.
_NO_NAME = re.compile(r"|.*(?:我|这个|以下|，).*")
_NO_FIRST_NAME = re.compile(
    r"|.*(?:我|问题)|(?:以下|这)是.*|.*(?:同意|赞同|认为|觉得|楼上|谢邀|总之|对这|对此|看了).*|.{13,}"
)


def detect(document: Document) -> bool:
    return "headimg" in document.front and is_html(document.body)


def read(document: Document) -> Draft:
    whole = draft(document, NAME, [Part(document.body)])
    if whole.publisher != publishers.known("zhihu"):
        return whole
    parts, stripped = _answers(document.body)
    return replace(whole, parts=parts, stripped=stripped)


def _answers(body: str) -> tuple[tuple[Part, ...], tuple[Cleaned, ...]]:
    every = list(_ANSWER.finditer(body))
    begins = bool(every) and _begins(body, every[0])
    found = every[:begins] + [one for one in every[begins:] if not _NO_NAME.fullmatch(one[1].strip())]
    if not found:
        return (Part(body),), ()
    before = body[: found[0].start()]
    ends = [match.start() for match in found[1:]] + [len(body)]
    answers = tuple(Part(body[m.end() : end], m[1].strip()) for m, end in zip(found, ends, strict=True))
    # The text before the first answer is the <div> that wraps them all; kept if it says anything.
    says = re.sub(r"<(?!img)[^<>]*>", "", before).strip()
    lead = (Part(before),) if says else ()
    return lead + answers, (Cleaned.ANSWERER,) * len(found)


def _begins(body: str, first: re.Match[str]) -> bool:
    """Whether a body begins with a name."""
    stands_first = not re.sub(r"<[^<>]*>", "", body[: first.start()]).strip()
    return stands_first and not _NO_FIRST_NAME.fullmatch(first[1].strip())
