"""A Zhihu question with its answers in Markdown: `### 知乎用户 NAME 发表` before each, below Jekyll's front matter.

Who has no name there stands without the first word too: `### 匿名用户 发表`, `### 「已注销」 发表`.
Crawlers write such headings in other words (`## NAME 的回答`, `### 作者：NAME | 赞同：12`); two of them in what Zhihu
published are taken for the same. What a heading says beside the name (votes, a date) is the answer's first line.
So are Zhihu's notices above answers that somebody copied one below the other; of each the line with the name is taken.
The answers are cut apart before any Markdown is read, so that broken markup in one cannot reach the next.
`tags` are words cut out of the title by a machine and are not used.
"""

from __future__ import annotations

import html
import re

from factorykb import fields, limits, links, notices, publishers
from factorykb.body import html_of_markdown
from factorykb.model import Document, Draft, Part
from factorykb.readers.common import draft
from factorykb.text import plain

NAME = "jekyll-question"

_FACTS = r"(?P<facts>[ \t]*[|｜·,，（(][^\n]{1,200}|[ \t]*于[ \t]*\d[^\n]{1,60})?[ \t]{0,9}$"
# What Zhihu itself calls those whose names it does not show. Any other word before 发表 may be a section of an answer
# (论文 发表).
_GONE = r"(?:[该此]?(?:用户|账号))?(?:\\?[「『【\[（(])?已(?:注销|重置)(?:\\?[」』】\]）)])?"
_NAMELESS = rf"知乎用户[A-Za-z0-9]{{0,12}}|匿名用户|{_GONE}"
_ANSWER = re.compile(
    r"^###[ \t]{1,4}(?:知乎用户[ \t]{1,4}(?P<name>[^\s\n][^\n]{0,199}?)"
    rf"|(?P<answerer>{_NAMELESS}))[ \t]{{1,4}}发表{_FACTS}",
    re.MULTILINE,
)
# The same in other words; 我的回答, 以下是我的回答 and 第二个问题的回答 are a section of one answer.
_OTHER_ANSWER = re.compile(
    r"^#{2,4}[ \t]{1,4}(?:\d{1,4}[.、][ \t]*)?(?:"
    r"(?:作者|答主|回答者)[ \t]*[:：][ \t]*(?P<name>[^\n|｜·,，（(]{1,60}?)"
    rf"|(?!对|关于|[^\n]{{0,20}}(?:我|这个|以下|问题|，))(?P<answerer>[^\n|｜：:]{{1,40}}?)[ \t]?的回答){_FACTS}",
    re.MULTILINE,
)
_AROUND_FACTS = " \t|｜·,，"


def detect(document: Document) -> bool:
    return bool(_answers(document))


def _answers(document: Document) -> list[re.Match[str]]:
    """The headings of the answers, or the authors' lines in the notices above them."""
    found = list(_ANSWER.finditer(document.body))
    return found or _other_answers(document) or _copied(document)[1]


def _copied(document: Document) -> tuple[str, list[re.Match[str]]]:
    """The question's address and the notices, where the file has no headings for answers."""
    return notices.question_of(document.body, fields.url_of(document))


def _other_answers(document: Document) -> list[re.Match[str]]:
    if document.body.count("\n#") < 1:
        return []
    others = list(_OTHER_ANSWER.finditer(document.body))
    url, stated = links.safe(fields.url_of(document) or "", None), fields.publishers_of(document)
    is_zhihu = len(others) > 1 and publishers.find(url, stated) == publishers.known("zhihu")
    return others if is_zhihu else []


def read(document: Document) -> Draft:
    limits.check_markdown(document.body)
    found = _answers(document)
    ends = [match.start() for match in found[1:]] + [len(document.body)]
    lead = document.body[: found[0].start()]
    parts = [Part(html_of_markdown(lead))] if lead.strip() else []
    for match, end in zip(found, ends, strict=True):
        said = match.groupdict()
        facts = (said.get("facts") or "").strip(_AROUND_FACTS)
        facts = f"发表{facts}" if facts.startswith("于") else facts
        answer = f"{facts}\n\n{_unpadded(document.body[match.end() : end])}"
        parts.append(Part(html_of_markdown(answer), _name(said["name"] or said["answerer"])))
    url = _copied(document)[0] or None  # the first answer's is not that of all
    return draft(document, NAME, parts, url=url, publisher=publishers.known("zhihu"))


def _name(written: str) -> str:
    """A name as its bearer wrote it: without a link, Markdown's escapes and HTML's entities undone."""
    bare = re.sub(r"\A\[([^\[\]]+)\]\(https?://[^\s()]+\)\Z", r"\1", written.strip())
    return plain(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", bare)))


def _unpadded(answer: str) -> str:
    """Without the lines of four blanks that stand between answers."""
    return re.sub(r"^[ \t]+$", "", answer, flags=re.MULTILINE)
