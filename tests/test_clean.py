"""HTML of any origin becomes blocks; nothing executable has a way through."""

from __future__ import annotations

import pytest

from factorykb.body import html_of_markdown
from factorykb.clean import TooDeepError, blocks_of
from factorykb.model import (
    Block,
    Break,
    Cell,
    Cleaned,
    Code,
    Figure,
    Heading,
    InlineImage,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)
from factorykb.text import of_blocks


def blocks(html: str) -> tuple[Block, ...]:
    return blocks_of(html, None)[0]


def line(text: str) -> Paragraph:
    return Paragraph((Span(text),))


PICTURE = Figure("https://example.com/a.png")
STRONG = frozenset({"strong"})


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>甲<br><br>乙</p>", (line("甲"), line("乙"))),
        ("甲<br>乙", (Paragraph((Span("甲"), Break(), Span("乙"))),)),
        ("<div>甲<p>乙</p>丙</div>", (line("甲"), line("乙"), line("丙"))),
        ("<strong><p>甲</p><p>乙</p></strong>", (Paragraph((Span("甲", STRONG),)), Paragraph((Span("乙", STRONG),)))),
        ("<p><b> 甲 </b>乙</p>", (Paragraph((Span("甲", STRONG), Span(" 乙"))),)),
        ("<p><b>甲</b><strong>乙</strong></p>", (Paragraph((Span("甲乙", STRONG),)),)),
        ("<h2><b>甲</b></h2>", (Heading(2, (Span("甲"),)),)),
        ("<h2></h2><p> </p><p>\u3000甲\u200b</p>", (line("甲"),)),
        ("甲<hr>乙", (line("甲"), Rule(), line("乙"))),
        ("<ol start=3><li>甲</ol>", (ListBlock(((line("甲"),),), 3),)),
        ("<ul><li>甲<ul><li>乙</ul></ul>", (ListBlock(((line("甲"), ListBlock(((line("乙"),),))),)),)),
        ("<blockquote>甲</blockquote>", (Quote((line("甲"),)),)),
        ("<pre>a\n  b</pre>", (Code("a\n  b"),)),
        ("<p>甲<img src='https://example.com/a.png'>乙</p>", (line("甲"), PICTURE, line("乙"))),
        ("<p>甲 <img src='https://example.com/a.png' class=emoji> 乙</p>", (Paragraph((Span("甲 "), InlineImage("https://example.com/a.png", ""), Span(" 乙"))),)),
        ("<table><tr><td>甲<td><p>乙</p></table>", (Table(((Cell((Span("甲"),)), Cell((Span("乙"),))),)),)),
        ("<a href='https://example.com/'><img src='https://example.com/a.png'></a>", (Figure("https://example.com/a.png", "", (), "https://example.com/"),)),
        ("<unknown-element>甲</unknown-element>", (line("甲"),)),
    ],
)  # fmt: skip
def test_html_to_blocks(html: str, expected: tuple[Block, ...]) -> None:
    assert blocks(html) == expected


@pytest.mark.parametrize(
    ("html", "src", "alt"),
    [
        ("<img src='https://e.com/s.jpg' data-original='https://e.com/l.jpg'>", "https://e.com/l.jpg", ""),
        ("<img src='data:image/gif;base64,x' data-src='//e.com/l.jpg'>", "https://e.com/l.jpg", ""),
        ("<img srcset='https://e.com/s.jpg 300w, https://e.com/l.jpg 900w'>", "https://e.com/l.jpg", ""),
        ("<img src='https://e.com/a.jpg' alt='图片'>", "https://e.com/a.jpg", ""),
        ("<img src='https://e.com/a.jpg' alt='IMG1.png'>", "https://e.com/a.jpg", ""),
        ("<img src='https://e.com/a.jpg' alt='两位师傅'>", "https://e.com/a.jpg", "两位师傅"),
    ],
)
def test_pictures(html: str, src: str, alt: str) -> None:
    assert blocks(html) == (Figure(src, alt),)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<style>p{}</style>", "<svg onload=alert(1)><text>x</text></svg>", "<template>x</template>",
        "<img src=x onerror=alert(1)>", "<img src='javascript:alert(1)'>", "<img src='https://e.com/p.gif' width=1 height=1>",
        "<!-- <b>x</b> -->", "<input value=x>", "<link rel=stylesheet href=x>", "<meta http-equiv=refresh content=x>", "<base href=x>",
    ],
)  # fmt: skip
def test_what_leaves_nothing(html: str) -> None:
    assert blocks(html) == ()


def test_frames_and_players_become_links() -> None:
    html = (
        '<iframe src="https://v.example.com/1"></iframe><video><source src="//v.example.com/2.mp4"></video>'
    )
    found, cleaning = blocks_of(html, None)
    hrefs = [
        item.href for b in found if isinstance(b, Paragraph) for item in b.inlines if isinstance(item, Span)
    ]
    assert hrefs == ["https://v.example.com/1", "https://v.example.com/2.mp4"]
    assert cleaning.counts == {Cleaned.FRAME: 2}


def test_the_report_counts_and_keeps_the_words() -> None:
    html = (
        '<a href="https://www.zhihu.com/search?q=%E8%90%A7%E5%B1%B1">萧山</a><a href="">空</a>'
        '<a href="https://link.zhihu.com/?target=https%3A//example.com/">去</a>'
        '<img src="https://images.weserv.nl/?url=https%3A//pic3.zhimg.com/a.jpg">'
    )
    _, cleaning = blocks_of(html, None)
    assert cleaning.counts == {
        Cleaned.KEYWORD_LINK: 1, Cleaned.DEAD_LINK: 1, Cleaned.REDIRECT: 1, Cleaned.IMAGE_PROXY: 1,
    }  # fmt: skip
    assert cleaning.keywords == ("萧山",)


def test_too_deep_markup_is_refused() -> None:
    with pytest.raises(TooDeepError):
        blocks("<div>" * 10_000 + "底")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("**粗体。**紧跟", "粗体。紧跟"),
        ("0.2****个", "0.2个"),
        (r"a\*\*b", "a**b"),
        ("甲<END>乙<textbox>丙", "甲<END>乙<textbox>丙"),
        ("[甲](javascript:void(0))", "甲"),
        ("一段长到不会是标题的话，就这样放在这里，再加上几个字才够三十个字长。\n------\n下一段", "一段长到不会是标题的话，就这样放在这里，再加上几个字才够三十个字长。\n下一段"),
        ("    四格的中文", "四格的中文"),
        ("第一句。\n第二句", "第一句。\n第二句"),
        ("这是一行很长很长的话，在三十个字以后的地方被生硬地折断了，其实\n还没有说完", "这是一行很长很长的话，在三十个字以后的地方被生硬地折断了，其实还没有说完"),
        ("&#123;甲&#125;", "{甲}"),
        ("~~删~~", "删"),
        ("脚注[^1]\n\n[^1]: 脚注内容。", "脚注[1]\n[1] 脚注内容。"),
        ("他说<q>好</q>", "他说“好”"),
        ("见[甲](https://e.com/a b)与[乙](https://e.com/a(b)", "见甲与乙"),
        ('[甲](https://e.com/a "他说"好"")乙', "甲乙"),
        ("[\n\n甲\n\n乙\n\n](https://e.com/)", "甲\n乙"),
    ],
)  # fmt: skip
def test_markdown_bodies_read_as_they_were_meant(body: str, text: str) -> None:
    assert of_blocks(blocks(html_of_markdown(body))) == text


def test_underlines_of_the_right_length_make_headings() -> None:
    ranks = [
        b.rank
        for b in blocks(html_of_markdown("结语\n--\n\n大标题\n===\n\n短行\n-----"))
        if isinstance(b, Heading)
    ]
    assert ranks == [2, 1, 2]


def test_a_link_around_paragraphs_stays_a_link() -> None:
    html = html_of_markdown("[\n\n![图](https://e.com/a.png)\n\n标题\n\n](https://e.com/)")
    assert blocks(html) == (
        Figure("https://e.com/a.png", "", (), "https://e.com/"),
        Paragraph((Span("标题", frozenset(), "https://e.com/"),)),
    )
