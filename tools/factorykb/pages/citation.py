"""How to cite an article: GB/T 7714-2015 and BibTeX. What only the reader's browser knows — the day and the page's
own address — stands as words that `docs/assets/js/cite.js` replaces; without scripts they say what belongs there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factorykb.model import Article
from factorykb.pages import wording

SITE = "中国工厂与产业升级知识库"
DAY = "引用日期"  # the day on which the reader looked
HERE = "本页地址"  # the page's address, without the part after #
_NAMED = 3  # authors; of more GB/T 7714 names three
_SPECIAL = re.compile(r"[\\{}$&#_%~^]")
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def responsible(article: Article) -> Sequence[str]:
    """Who answers for the text: its authors, else its publisher. Of a question with many answers nobody alone does."""
    one_voice = len(article.answers) < 2
    return article.bylines.authors if one_voice and article.bylines.authors else (article.publisher.name,)


def gb7714(article: Article) -> str:
    """`作者. 题名[EB/OL]. 发布者, (日期)[引用日期]. 原文地址. 转引自: 知识库, 本页地址.`"""
    names = list(responsible(article))
    who = "，".join(names[:_NAMED]) + ("，等" if len(names) > _NAMED else "")
    publisher = "" if names == [article.publisher.name] else f"{article.publisher.name}，"
    return (
        f"{who}. {article.title}[EB/OL]. {publisher}({_date(article)})[{DAY}]. {article.url or wording.NO_URL}. "
        f"见{SITE}：{HERE}.{_note(article)}"
    )


def bibtex(article: Article) -> str:
    """A `@misc` entry, which BibTeX and biblatex both take; names in braces, so that nothing takes them apart."""
    names = " and ".join(f"{{{_latex(name)}}}" for name in responsible(article))
    fields = {"author": names, "title": f"{{{_latex(article.title)}}}"}
    if article.publisher.name not in responsible(article):
        fields["publisher"] = _latex(article.publisher.name)
    if article.published and not article.has_answers:
        when = article.published.when
        fields |= {"year": str(when.year), "month": str(when.month), "day": str(when.day)}
    if article.url:
        fields["url"] = re.sub(r"[{}\\]", lambda match: f"%{ord(match[0]):02X}", article.url)
    missing = [] if article.url else [wording.NO_URL]
    missing += [wording.published(article)] if "year" not in fields else []
    fields["urldate"] = DAY
    fields["note"] = f"{''.join(f'{one}；' for one in missing)}见{SITE}：{HERE}{_note(article)}"
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@misc{{{article.id},\n{lines}}}"


def _note(article: Article) -> str:
    """What whoever reads the citation must know."""
    return f"（原文注明由{article.bylines.note}）" if article.bylines.note else ""


def _date(article: Article) -> str:
    """The day of publication; of a question only the day is known on which its answers were collected."""
    return wording.published(article) if article.has_answers else wording.day(article.published)


def _latex(text: str) -> str:
    return _SPECIAL.sub(lambda match: _LATEX.get(match[0], f"\\{match[0]}"), text)
