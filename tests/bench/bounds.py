"""What the worst files cost: seconds and memory of one hostile source through the whole path, each in a child.

    python -m tests.bench.bounds [WORD…]

The path is that of `kb build`: read, clean, cut, tag, write all pages and data, render the article's page as MkDocs
does. Words choose the cases whose names hold one of them. Exit status 1 when a case takes more than 10 seconds of
processor time or 500 MB, fails, or is refused without a way out.
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from factorykb import limits

MOST = 4_990_000  # bytes: a source may have five million
SECONDS, MEGABYTES = 10, 500
_LIMIT_SECONDS, _LIMIT_BYTES = 40, 3_000_000_000  # where a child is stopped

HEXO = "headimg: x\nauthor: 知乎\n"
HUGO = "authorbox: false\ntranslations: [zh]\ncategories: [qq]\n"
GENERAL = ""


_below = ""  # the group of a case that is made to stay below the limits


def full(piece: str, before: str = "", after: str = "") -> str:
    """`piece` as often as fits into a source, or as often as the limits allow."""
    room = (MOST - len((before + after).encode()) - 200) // len(piece.encode())
    return before + piece * min(room, _allowed(piece)) + after


def _allowed(piece: str) -> int:
    if not _below:
        return MOST
    visible = len(unicodedata.normalize("NFKC", re.sub("<[^>]*>", "", piece).strip()))
    uses: list[tuple[int, float]] = [(limits.CHARACTERS, visible)]
    if _below == "html":
        opened = piece.count("<") - piece.count("</")
        uses += [(limits.TAGS, piece.count("<")), (limits.PIECES, 2 * opened if visible else 0)]
    elif _below != "front":
        uses += [(limits.MARKS, sum(map(piece.count, limits._MARKS)))]
    if _below in ("markdown", "question") and "\n" not in piece:
        beside_marks = len(piece) * sum(map(piece.count, limits._INLINE))  # grows with the square
        uses += [(math.isqrt(limits.LINE_MARKS), math.sqrt(beside_marks))]
    return min([MOST, *(int(99 * most / 100 / used) for most, used in uses if used)])


def many(piece: str, count: int) -> Callable[[], str]:
    return lambda: piece * min(count, _allowed(piece))


def nested(opening: str, closing: str = "", depth: int = 10_000) -> Callable[[], str]:
    return lambda: opening * depth + "深" + closing * depth


def numbered(template: str, count: int) -> Callable[[], str]:
    return lambda: "".join(template.format(i) for i in range(min(count, _allowed(template))))


_SMALL = ", below the limits"
_LONG = "机床的数字孪生体精度决定了产线的良品率，" * 8

HTML: dict[str, Callable[[], str]] = {
    "div nested": nested("<div>", "</div>"),
    "div nested unclosed": nested("<div>"),
    "b nested": nested("<b>", "</b>"),
    "blockquote nested": nested("<blockquote>", "</blockquote>"),
    "ul nested": nested("<ul><li>", "</li></ul>"),
    "table nested": nested("<table><tr><td>", "</td></tr></table>"),
    "span nested 190 with many": lambda: "<span>" * 150 + "<b>字</b>" * 49_000 + "</span>" * 150,
    "tables nested 45 with rows": lambda: "<table><tr><td>" * 45 + "<table>" + "<tr><td>字</td></tr>" * 12_000 + "</table>" * 46,
    "figures nested 150 with captions": lambda: "<figure>" * 150 + "<b>字</b>" * 49_000,
    "links nested 150 with text": lambda: "<a href='https://e.com/1'><span>" * 90 + "<i>字</i>" * 49_000,
    "lists nested 80 with items": lambda: "<ul><li>" * 80 + "<li>字</li>" * 12_000,
    "tiny tags 100,000": many("<b>字</b>", 100_000),
    "tiny tags": lambda: full("<b>x</b>y"),
    "empty tags": lambda: full("<b>"),
    "closing tags": lambda: full("</b>"),
    "paragraphs": lambda: full("<p>字"),
    "paragraphs of one sentence": lambda: full("<p>机床很好。"),
    "breaks": lambda: full("<br>"),
    "words and breaks": lambda: full("字<br>"),
    "comments": lambda: full("<!---->"),
    "comment unclosed": lambda: full("<!--"),
    "lt": lambda: full("<"),
    "amp": lambda: full("&"),
    "entities": lambda: full("&amp;"),
    "numbers": lambda: full("&#60;"),
    "cdata": lambda: full("<![CDATA["),
    "instructions": lambda: full("<?"),
    "one word": lambda: full("字"),
    "one word of ascii": lambda: full("x"),
    "one line of sentences": lambda: full("机床很好，" + "产线不错。"),
    "stars": lambda: full("*", "<p>"),
    "escapes": lambda: full("\\*_[]`", "<p>"),
    "blanks": lambda: full(" ", "<p>a"),
    "wide blanks": lambda: full("\u3000", "<p>a", "b"),
    "blanks between": lambda: full("a ", "<p>"),
    "newlines": lambda: full("\n"),
    "pre of blanks": lambda: full(" ", "<pre>a", "a</pre>"),
    "pre of blanks 300,000": lambda: "<pre>a" + " " * 300_000 + "a</pre>",
    "heading of number signs": lambda: "<h2>" + "#" * 300_000 + "x</h2>",
    "heading of links": lambda: "<h2>" + "字<a href='https://e.com/'>字</a>" * 40_000 + "</h2>",
    "tags before an answer": lambda: "<" * 90_000 + "字" * 1_000_000 + "<p>甲的回答<br><br>字",
    "disclosures": lambda: "<p>" + "本文" * 190_000,
    "attributes": lambda: full(" a=1", "<p", ">字</p>"),
    "different attributes": lambda: "<p" + "".join(f" a{i}=1" for i in range(300_000)) + ">字</p>",
    "one attribute": lambda: full("x", "<p title='", "'>字</p>"),
    "classes": lambda: full("c ", "<p class='", "'>字</p>"),
    "srcset": lambda: full("https://e.com/a.png 1x, ", "<img srcset='", "'>"),
    "srcset without end": lambda: full("a", "<p>a</p><img srcset='", "'>"),
    "address": lambda: full("a", "<a href='https://e.com/", "'>字</a>"),
    "address of parameters": lambda: full("a=b&", "<a href='https://e.com/?", "'>字字</a>"),
    "address percent": lambda: full("%41", "<a href='https://link.zhihu.com/?target=https:", "'>字字</a>"),
    "links": lambda: full("<a href='https://e.com/'>字</a>"),
    "keyword links": lambda: full("<a href='https://www.zhihu.com/search?q=x'>字</a>"),
    "pictures": lambda: full("<img src='https://e.com/a.png'>"),
    "emoji pictures": lambda: full("<img class=emoji src='https://e.com/a.png'>"),
    "text between comments": lambda: full("a" * 35 + " b <!---->", "<p>"),
    "noscript": lambda: full("<noscript><img src='https://e.com/a.png'></noscript>"),
    "noscript apart": lambda: full("<noscript>a</noscript><!-- -->"),
    "headings": lambda: full("<h2>题</h2>"),
    "headings and text": lambda: full("<h2>题</h2><p>字</p>"),
    "headings 100,000": numbered("<h2>第 {} 节</h2><p>机床很好。</p>", 100_000),
    "headings of all ranks": lambda: full("<h2>二</h2><p>字</p><h3>三</h3><p>字</p><h6>六</h6>"),
    "answers": lambda: full("甲的回答<br><br>字", "<div>"),
    "answers 100,000": lambda: "<div>\n" + "".join(f"<p>甲{i}的回答<br><br>机床很好。</p>" for i in range(100_000)),
    "answer marks": lambda: full("的回答<br>", "<div>\n甲"),
    "list items": lambda: full("<li>字", "<ul>"),
    "lists": lambda: full("<ul><li>字</ul>"),
    "ordered lists": lambda: full("<ol><li>字</ol><ol><li>字</ol>"),
    "quotations": lambda: full("<blockquote>字</blockquote>"),
    "rows": lambda: full("<tr><td>1<td>2", "<table>"),
    "cells": lambda: full("<td>1", "<table><tr>"),
    "table 1000 by 400": lambda: "<table>" + ("<tr>" + "<td>1</td>" * 400 + "</tr>") * 1_000,
    "tables": lambda: full("<table><tr><td>a<td>b<tr><td>c<td>d</table>"),
    "pre": lambda: full("<pre>字</pre>"),
    "pre of backticks": lambda: full("`", "<pre>", "</pre>"),
    "pre of lines": lambda: full("字\n", "<pre>", "</pre>"),
    "pre of tags": lambda: full("<p>a</p>", "<pre>", "</pre>"),
    "pre of pre": nested("<pre>", "</pre>", 100_000),
    "code": lambda: full("<code>`</code>字"),
    "videos": lambda: full("<video src='https://e.com/a'></video>"),
    "void tags": lambda: full("<wbr>"),
    "void tags unclosed": lambda: full("<source "),
    "captions": lambda: full("<img src='https://e.com/a.png'><p>图源：甲</p>"),
    "bold lines": lambda: full("<p><b>一句</b></p>"),
    "bold lines and text": lambda: full("<p><b>一句</b></p><p>字</p>"),
    "numerals": lambda: full("<p>一、题</p><p>字</p>"),
    "speakers": lambda: full("<p>@甲</p><p>字</p>"),
    "bylines": lambda: full("<p>文 | 甲</p>"),
    "byline long": lambda: full("文 | ", "<p>"),
    "labels": lambda: full("<p>工业  数字：</p><p>" + "字" * 20 + "</p>"),
    "definitions": lambda: full("<p>[a]: https://e.com/</p>"),
    "marks": lambda: full("<b>字</b>词", "<p>"),
    "marks of two kinds": lambda: full("<b>字<i>词</i></b>句", "<p>"),
    "distinct words": lambda: "<p>" + "".join(chr(0x4E00 + i % 20_000) + chr(0x4E00 + i * 7 % 20_000) for i in range(190_000)),
    "passage of themes": lambda: full(_LONG, "<p>"),
    "svg": nested("<svg><g>", "</g></svg>"),
    "select": lambda: full("<option>字", "<select>"),
}  # fmt: skip

MARKDOWN: dict[str, Callable[[], str]] = {
    **{f"only {mark!r}": (lambda mark=mark: full(mark)) for mark in "*[]<>&`|_~!(\\#-+=:$^{\"'"},  # type: ignore[misc]
    **{
        f"only {mark!r}": (lambda mark=mark: full(mark))  # type: ignore[misc]
        for mark in (
            "**a", "*a_ ", "_a **b ", "a**", "**a* ", "***a", "* a *", "[a](b", "[a](", "[a]", "![", "[[a](b)", "![a](b)", "[a](b)", "[a](<b",
            "](", "])", "<a", "</", "<a href=", "<!--", "<!-", "<!A", "<?", "<![CDATA[", "<div ", "<b>", "<http://", "<a@b.c>", "&#", "&a", "&amp;",
            "`a", "a`", "``a`", "\\`", "~~a", "~a~", "a|", "|-", "|a|\n", "a\n", "a \n", "a  \n", "a\\\n", "\n", " ", "\t", " \n", "\t\n", "> ", ">", "- ",
            "-\n", "- a\n", "- a\n\n", "* - ", "1. ", "1. a\n", "> a\n", "> a\n\n", ">\n", "# a\n", "#\n", "## \n", "a\n-\n", "a\n=\n", "---\n", "***\n\n",
            "```\n", "~~~\n", "```a\n```\n", "    a\n", "    a\n\n", "<div>\n", "<div>\n\n", "<p>a</p>\n", "[a]: b\n", "[^1]: a\n", "字\n", "字。\n\n",
            "甲\n乙。\n", "**甲**\n\n", "**甲**\n\n乙\n\n", "**", "****", "****a", "https://e.com/", "http://e.com (", "[a](https://e.com \"",
            "[a](https://e.com/ b c d ", "[a](https://e.com/(", "\n\n[", "[\n\n", "一、甲\n\n乙\n\n", "一", "【甲】", "甲：乙 ", "。", "…", "\ufdfa", "\u200d", "\u0301",
            "a\u0301", "😀", "\u3000", "\u3000a",
        )
    },
    "quotations nested": nested("> "),
    "quotations nested by line": lambda: "\n".join("> " * i + "字" for i in range(1, 1_500)),
    "lists nested by line": lambda: "\n".join("  " * i + "- 字" for i in range(1, 1_500)),
    "lists nested": nested("- "),
    "ordered nested": nested("1. "),
    "brackets nested": nested("[", "]"),
    "brackets nested 1,000,000": nested("[", "]", 1_000_000),
    "links nested": nested("[", "](b)"),
    "links nested 1,000,000": nested("[", "](b)", 1_000_000),
    "pictures nested": nested("![", "](b)"),
    "pictures nested 30": nested("![", "](b)", 30),
    "pictures nested 300": nested("![", "](b)", 300),
    "emphasis nested": nested("*a ", " a*"),
    "bold nested": nested("**a ", " a**"),
    "both nested": nested("*a **b ", " b** a*"),
    "emphasis crossed": lambda: full("*a _b* c_ "),
    "parentheses nested": nested("[a](" + "(", ")"),
    "backticks of all lengths": lambda: " ".join("`" * i for i in range(1, 3_000)),
    "fences of all lengths": lambda: "\n".join("`" * i for i in range(3, 3_000)),
    "table of 100,000 rows": lambda: "a|b\n-|-\n" + "1|2\n" * 100_000,
    "table of 10,000 columns": lambda: "|".join("a" * 10_000) + "\n" + "|".join("-" * 10_000) + "\n" + "1\n" * 10_000,
    "table of 1,000 columns": lambda: "|".join("a" * 1_000) + "\n" + "|".join("-" * 1_000) + "\n" + "1\n" * 100_000,
    "tables": lambda: full("a|b\n-|-\n1|2\n\n"),
    "headings 100,000": numbered("## 第 {} 节\n\n机床很好。\n\n", 100_000),
    "headings of two lines": lambda: full("甲乙\n====\n"),
    "a megabyte on a line": lambda: "机床很好，产线不错。" * 34_000,
    "megabytes on a line": lambda: full("机床很好，产线不错。"),
    "lazy lines": lambda: "> a\n" + full("b\n"),
    "list with indented": lambda: "- a\n" + full("    b\n\n"),
    "item of blanks": lambda: "- a\n" + full("\n") + "  b",
    "closing link": lambda: full("[qq](https://", "字\n"),
    "closing link of blanks": lambda: full(" ", "字\n[qq](https://a.cn/1)", "x"),
    "closing link parentheses": lambda: full("(", "字\n[qq](https://a.cn/1", ")"),
    "long label": lambda: full("字", "[", "](https://e.com)"),
    "links of paragraphs": lambda: full("[a\n\nb](https://e.com/)\n\n"),
    "labels unclosed": lambda: full("[a\n\nb "),
    "rules": lambda: full("字\n---\n"),
    "indented chinese": lambda: full("    字\n\n"),
    "formula of one line": lambda: full("机床很好，" * 20 + "\n", "$$x$$ 是\n"),
    "container of blanks": lambda: full(" ", ":::", "a:b\n:::\n"),
    "shortcode of blanks": lambda: full(" ", "{{<"),
    "shortcode named of blanks": lambda: full(" ", "{{<a"),
    "definition of blanks": lambda: full(" ", "", "x\n\n[a]:"),
    "row of bars": lambda: "|" * 49_000 + "x",
    "extensions": lambda: full("{::comment}"),
    "addresses": lambda: full("https://a.b.cn/cc"),
    "percent signs far apart": lambda: full("abcdefghijklmn%"),
    "rates": lambda: full("增长率=，"),
    "schemes": lambda: full("http://"),
    "signs far apart": lambda: "😀" + full("a" * 2_500 + "#"),
    "stars on lines": lambda: full("*a*\n"),
    "stars far apart": lambda: "😀" + full("a" * 490 + "* "),
    "exclamations far apart": lambda: "😀" + full("a" * 490 + "!"),
    "address of words": lambda: full("a ", "[x](https://e.com/"),
    "html of one line": lambda: full("<b>", "字"),
    "html blocks": lambda: full("<div>字</div>\n\n"),
}  # fmt: skip

QUESTION: dict[str, Callable[[], str]] = {
    "answers": lambda: full("### 知乎用户 甲 发表\n字\n"),
    "answers 100,000": numbered("### 知乎用户 甲{} 发表\n\n机床很好。\n\n", 100_000),
    "answers 2,000": numbered("### 知乎用户 甲{} 发表\n\n" + _LONG + "\n\n", 2_000),
    "answers 3,000 alike": lambda: ("### 知乎用户 甲 发表\n\n" + _LONG * 2 + "\n\n") * 3_000,
    "answer of blanks": lambda: full(" ", "### 知乎用户 甲 发表\n\n字\n\n### 知乎用户 "),
    "answer lines": lambda: full(" \n", "### 知乎用户 甲 发表\n"),
    "answers begun": lambda: full("### 知乎用户 甲 "),
}

FRONT: dict[str, Callable[[], str]] = {
    "1,000,000 lines": many("a: 1\n", 900_000),
    "1,000,000 keys": numbered("a{}: 1\n", 400_000),
    "100,000 characters of keys": numbered("a{}: 1\n", 9_000),
    "dashes": many("- ", 49_000),
    "questions": many("? ", 49_000),
    "brackets": many("[", 490),
    "brackets 1,000,000": many("[", 1_000_000),
    "braces": many("{a: ", 490),
    "quotes": many('"', 99_000),
    "quote": lambda: 'a: "' + "x" * 99_000,
    "aliases": lambda: (
        "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1},*a{i - 1}]\n" for i in range(1, 400))
    ),
    "alias of tags": lambda: "tags: &a [*a]\n",
    "aliases of aliases": lambda: (
        "x: &a [a,a,a,a,a,a,a,a,a,a]\n" + "tags: [" + ",".join(["*a"] * 20_000) + "]\n"
    ),
    "merges": lambda: "a: &a {x: 1}\n" + "b: &b {<<: [*a]}\n" * 5_000,
    "indents": lambda: "".join(" " * i + "a:\n" for i in range(400)),
    "title of a megabyte": lambda: "title: " + "字" * 1_000_000,
    "title": lambda: "title: " + "字 _ " * 20_000,
    "title of dashes": lambda: "title: x" + " - " * 30_000 + "x",
    "title of blanks": lambda: "title: 'x" + " " * 90_000 + "x'",
    "title behind blanks": lambda: "title: " + " " * 90_000 + "x",
    "title of comments": lambda: "title: x" + " #" * 45_000 + "x",
    "title of wide blanks": lambda: "title: 'x" + "\u3000" * 90_000 + "x'",
    "title of number signs": lambda: "title: 'x" + "#" * 90_000 + "x'",
    "date": lambda: "date: 2024" + " " * 90_000 + "x",
    "date of digits": lambda: "date: " + "1" * 90_000,
    "date of colons": lambda: "date: '2024-1-1" + ":" * 90_000 + "'",
    "date of letters": lambda: "date: '" + "Mon, " * 19_000 + "'",
    "date of parentheses": lambda: "date: 'Mon, 1 Jan 2024 " + "(" * 90_000 + "'",
    "authors": lambda: "author: [" + "甲," * 40_000 + "]",
    "url": lambda: "url: https://e.com/" + "a" * 90_000,
    "unclosed": lambda: full("a: 1\n"),
    "blank lines before": lambda: full("\n"),
}


GROUPS = {"html": HTML, "markdown": MARKDOWN, "question": QUESTION, "front": FRONT}


def cases() -> list[str]:
    """The names of all cases, `group/case`: as large as a source may be, then as large as is not refused."""
    names = [f"{group}/{case}" for group, made in GROUPS.items() for case in made]
    return [*names, *(f"{name}{_SMALL}" for name in names)]


def content(name: str) -> str:
    """The text of a case's file."""
    global _below  # read by the functions of the tables, which take nothing
    group, _, case = name.removesuffix(_SMALL).partition("/")
    _below = group if name.endswith(_SMALL) else ""
    made = GROUPS[group][case]()
    if group == "front":
        before = (
            ""
            if case == "blank lines before"
            else "---\n" + ("" if made.startswith("title") else "title: 题\n")
        )
        return f"{before}{made}\n" + ("" if case == "unclosed" else "---\n正文。\n")
    front = {"html": HEXO, "markdown": HUGO, "question": "layout: default\n"}[group]
    return f"---\ntitle: 题\n{front}---\n{'<div>' if group == 'html' else ''}{made}\n"


def go(name: str) -> None:
    """In the child: the whole path of one source. Prints seconds by step and what came of it as JSON."""
    from factorykb import config, editorial, pipeline
    from factorykb.model import Article, Refusal
    from tests.rendering import python_markdown

    vocabulary = editorial.load(config.EDITORIAL)
    with tempfile.TemporaryDirectory() as folder:
        seeds, docs = Path(folder) / "in", Path(folder) / "docs"
        seeds.mkdir()
        docs.mkdir()
        (seeds / "a.md").write_text(content(name), encoding="utf-8")
        begun = time.process_time()
        conversion = pipeline.read_folder(seeds)
        steps = {"read": time.process_time() - begun}
        (outcome,) = conversion.outcomes
        word = type(outcome).__name__
        if isinstance(outcome, Refusal):
            word = f"refused: {outcome.problem}"
        if isinstance(outcome, Article):
            word = f"{len(outcome.passages)} passages"
            knowledge = pipeline.know(conversion.library, vocabulary, curated=False)
            steps["know"] = time.process_time() - begun - sum(steps.values())
            pipeline.write(knowledge, docs)
            steps["write"] = time.process_time() - begun - sum(steps.values())
            for path in sorted(docs.rglob("*.md")):
                python_markdown(path.read_text(encoding="utf-8").partition("\n---\n")[2])
            steps["render"] = time.process_time() - begun - sum(steps.values())
    print(json.dumps({"word": word, "steps": steps, "megabytes": _most_memory()}))


def _most_memory() -> float:
    """Megabytes that this process had at its highest. What the system tells its parent begins with what that had."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(name: str) -> tuple[float, float, str, dict[str, float]]:
    """Processor seconds and megabytes at the highest of a child that converts the case, and what it says."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (_LIMIT_SECONDS, _LIMIT_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_LIMIT_BYTES, _LIMIT_BYTES))

    command = [sys.executable, "-c", f"from tests.bench import bounds; bounds.go({name!r})"]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as bad:
        child = subprocess.Popen(command, stdout=out, stderr=bad, preexec_fn=limit)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        out.seek(0)
        bad.seek(0)
        said, wrong = out.read().decode(), bad.read().decode()
    seconds = used.ru_utime + used.ru_stime
    if not said:
        return seconds, 0.0, f"FAILED with status {status}: {wrong[-300:]}", {}
    data = json.loads(said.splitlines()[-1])
    return seconds, data["megabytes"], data["word"], data["steps"]


def main(words: list[str]) -> int:
    bad = 0
    for name in cases():
        if words and not any(word in name for word in words):
            continue
        seconds, megabytes, word, steps = measure(name)
        wrong = seconds > SECONDS or megabytes > MEGABYTES or "FAILED" in word or "converter failed" in word
        bad += wrong
        each = " ".join(f"{step} {value:.1f}" for step, value in steps.items())
        print(
            f"{'OVER' if wrong else '    '} {seconds:6.1f} s {megabytes:6.0f} MB  {name}: {word}  ({each})",
            flush=True,
        )
    print(f"{bad} cases over {SECONDS} s or {MEGABYTES} MB, or failed")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
