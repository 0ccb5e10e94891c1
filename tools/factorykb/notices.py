"""Zhihu's notice above what one copies from it: `作者：甲`, below it `链接：https://www.zhihu.com/question/1/answer/2`."""

from __future__ import annotations

import re

_ANSWER = r"https?://(?:www\.)?zhihu\.com/question/(?P<question>\d{1,20})/answer/\d{1,20}"
# The match ends with the author's line, so that the rest of the notice stays text.
_NOTICE = re.compile(
    r"^[ \t]{0,3}作者[:：][ \t]{0,4}(?P<name>[^\s\n][^\n]{0,199}?)(?:[ \t]{1,9}|[ \t]?\\|[ \t]?<br ?/?>)?\n(?:[ \t]{0,9}\n)?"
    rf"(?=[ \t]{{0,3}}(?:链接|鏈接|連結)[:：][ \t]{{0,4}}[<\[]?(?P<address>{_ANSWER}))",
    re.MULTILINE,
)
_OF_ANSWER = re.compile(r"https?://(?:www\.)?zhihu\.com/(?:question/\d{1,20}/)?answer/\d")
_OF_QUESTION = re.compile(r"https?://(?:www\.)?zhihu\.com/question/(\d{1,20})(?![\d/]*/answer)")
# The other lines of a notice, and lines between answers.
_REST = re.compile(
    r"^[ \t]{0,3}(?:链接|鏈接|連結|来源|來源|著作权|著作權|商业转载|商業轉載|[-*_]{3})[^\n]*", re.MULTILINE
)


def several(text: str, url: str | None) -> list[re.Match[str]]:
    """The notices of a text that was put together from several answers, the first of each; none where there are no two,
    and none where the text's own address is an answer's: that one quotes the others."""
    if text.count("/answer/") < 2 or (url and _OF_ANSWER.match(url)):
        return []
    first: dict[str, re.Match[str]] = {}
    for notice in _NOTICE.finditer(text):
        first.setdefault(notice["address"].partition("://")[2].removeprefix("www."), notice)
    return list(first.values()) if len(first) > 1 else []


def question_of(text: str, url: str | None) -> tuple[str, list[re.Match[str]]]:
    """The address of the question that all answers of a text belong to, and the notices above them.

    "" and none where they belong to several, where `url` is another page's, and where the last notice has no text below
    it: each then stands below its answer.
    """
    found = several(text, url)
    questions = {notice["question"] for notice in found}
    own = _OF_QUESTION.match(url) if url else None
    is_own = len(questions) == 1 and (not url or (own is not None and own[1] in questions))
    if not is_own or not _REST.sub("", text[found[-1].end() :]).strip():
        return "", []
    return url or f"https://www.zhihu.com/question/{questions.pop()}", found
