"""Files that nobody would write on purpose: soups of HTML, Markdown and YAML, and damaged golden cases."""

from __future__ import annotations

from hypothesis import strategies as st

from tests import golden
from tests.test_markdown import NASTY, words

FRONTS = ("", "headimg: x\n", "authorbox: false\ntranslations: [zh]\n", "layout: default\n")

_NAMES = (
    "p div span b strong i em u s sup sub code a img br hr h1 h2 h3 h6 ul ol li dl dt dd table tbody tr td th caption "
    "blockquote q pre figure figcaption noscript iframe video source embed object section article body html head "
    "title script style template svg math mi textarea select option button form input label details summary "
    "center font ruby rt picture frameset marquee wbr xmp plaintext listing noembed noframes x-y"
).split()
_ATTRIBUTES = (
    ' href="https://e.com/a?b=1&c=2"', " href=javascript:x", ' href="//e.com"', " href='/a b'", ' href="#x"',
    ' src="https://e.com/a.png"', " src=data:,x", ' srcset="https://e.com/a.png 2x, https://e.com/b.png 1x"',
    ' alt="图"', ' alt="`<b>`"', ' class="caption"', ' class="project-link"', " width=1", " height=20",
    ' start="3"', " colspan=2", " rowspan=9", ' title="x', " =", " 'x", " onclick=alert(1)", "/",
)  # fmt: skip
_text = st.one_of(
    words, st.sampled_from(["甲乙丙丁。", " ", "\n", "\n\n", "&nbsp;", "&#x202e;", "\t", "\u3000"])
)
_open = st.builds(
    lambda name, attributes: f"<{name}{''.join(attributes)}>",
    st.sampled_from(_NAMES),
    st.lists(st.sampled_from(_ATTRIBUTES), max_size=3),
)
_close = st.sampled_from([f"</{name}>" for name in _NAMES])
_odd = st.sampled_from(
    ["<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!DOCTYPE html>", "</", "<", ">", "<>"]
)

html = st.lists(st.one_of(_text, _text, _open, _open, _close, _odd), max_size=25).map("".join)

_marks = st.sampled_from(
    [
        "\n", "\n", "\n\n", "\n\n", "# ", "### ", "- ", "* ", "+ ", "1. ", "3) ", "> ", "    ", "\t", "  \n", "\\\n",
        "**", "*", "_", "__", "~~", "`", "``", "```\n", "~~~\n", "---\n", "===\n", "***\n", "| 甲 | 乙 |\n", "|---|---|\n", "|",
        "[", "]", "](", ")", "](https://e.com/a)", "[链接](https://e.com/a)", "![", "![图](https://e.com/a.png)", "[^1]", "[^1]: ",
        "<https://e.com/甲>", "<b>", "</b>", "<div>\n", "</div>\n", "<br>", "<!-- ", " -->", "&amp;", "&#35;", "\\", "\\*",
        "### 知乎用户 甲 发表\n", "甲的回答<br><br>", "\n[qq](https://new.qq.com/rain/a/1)\n", "一、", "（一）", "【甲】", "文 | 甲\n",
        "**一**\n\n", "@甲\n\n", "图源：甲\n\n", "本文由AI改写。\n\n",
    ]
)  # fmt: skip
markdown = st.lists(st.one_of(_text, _marks, _marks), max_size=30).map("".join)

_yaml = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "title: ", "date: ", "author: ", "url: ", "tags: ", "\n", "\n", "  ", "- ", ": ", "[", "]", "{", "}", ",", "&a ", "*a",
                "!!python/object:x ", "!x ", "|", ">", "|-\n  ", "'", '"', "#", "? ", "%YAML 1.1\n", "<<: *a\n", "---\n", "...\n", "2024-01-01",
                "yes", "null", "~", "0x1f", "1e9", "\t", "\u2028", "\ufeff", "\\x00", "=", "Mon, 07 Feb 2022 03:59:59 GMT", "https://e.com/1",
            ]
        ),
        st.sampled_from(NASTY),
        st.text(max_size=6),
    ),
    max_size=20,
).map("".join)  # fmt: skip
front_matter = st.builds("---\n{}\n---\n{}".format, _yaml, st.sampled_from(["正文。", "<p>正文。</p>", ""]))

_SOURCES = [
    (golden.CASES / name / "source.md").read_bytes().decode("utf-8", "replace") for name in golden.names()
]


@st.composite
def damaged_cases(draw: st.DrawFn) -> str:
    """A golden case with pieces cut out, doubled, moved, or soup put in."""
    text = draw(st.sampled_from(_SOURCES))[:4000]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        piece = text[start : start + draw(st.integers(0, 80))]
        change = draw(st.sampled_from(["cut", "double", "move", "markdown", "html"]))
        if change == "cut":
            text = text[:start] + text[start + len(piece) :]
        else:
            new = {"double": piece, "move": piece[::-1]}.get(change) or draw(
                html if change == "html" else markdown
            )
            text = text[:start] + new + text[start:]
    return text
