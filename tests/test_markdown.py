"""The Markdown writer: whatever the text, both dialects show it as itself and with no more structure."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from factorykb import markdown, text
from factorykb.inlines import tidy
from factorykb.model import (
    Block,
    Break,
    Cell,
    Code,
    Figure,
    Heading,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)
from tests.rendering import DIALECTS, shape, visible, without_space

NASTY = [
    "# 标题", "## ", "1. 一", "1) 一", "- 项", "+ 项", "* 项", "> 引", "    四格", "***", "---", "===", "|",
    "a | b", ":::", "!!! note", "??? tip", "[^1]: 注", "*[HTML]: 缩写", "[TOC]", "{: onclick=alert(1) }",
    "{ .x #y }", "{{ config }}", '--8<-- "/etc/passwd"', "{% raw %}", ":smile:", "==亮==", "^^插^^",
    "~~删~~", "$x$", "\\(x\\)", "<script>alert(1)</script>", "&lt;", "&#x3c;", "&amp;lt;", "&copy",
    "]]>", "<!-- x", "-->", "`code`", "``", "```", "~~~", "\\", "\\*", "**粗**", "**", "*", "_斜_",
    "__x__", "![图](x)", "[a](b)", "[a][b]", "[a]: http://x", "<http://x>", "http://x.cn/a_b_c",
    "a@b.cn", "AT&T", "R&D;", "1986. 那年", "他说：“好。”", "“引”", "《书》", "（注）", "😀👨\u200d👩\u200d👧", "\ue000",
    "。", "**。", "a*b*c", "_", "<", ">", "&", '"', "'", "<div markdown=1>", "</section>", "<p", "a<b>c",
    "x < y > z", "%", "#", "##标签", "标题 #", "1", "1.", "-", "+", "=", "--", ": 定义",
]  # fmt: skip

TAGS = "".join(
    map(chr, range(0xE0000, 0xE0080))
)  # nobody can see them; not all are of a category of that kind
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"], exclude_characters=TAGS),
        min_size=1,
        max_size=8,
    ),
    st.text("甲乙丙。，“”*_`[]()<>&#|~\\ ab1.-+=:!", min_size=1, max_size=10),
)
marks = st.frozensets(st.sampled_from(["strong", "em", "del", "sup", "sub", "code"]), max_size=3)
hrefs = st.sampled_from([None, None, "https://example.com/a_b?x=1&copy;=2", "https://example.com/%28x%29"])
spans = st.builds(Span, words.map(text.collapsed), marks, hrefs)
inlines = st.lists(st.one_of(spans, spans, st.just(Break())), min_size=1, max_size=6).map(tidy)
lines = inlines.map(lambda items: tidy(i for i in items if not isinstance(i, Break)))
paragraphs = inlines.filter(bool).map(Paragraph)
headings = st.builds(Heading, st.just(1), lines.filter(bool), st.integers(2, 6))
figures = st.builds(Figure, st.just("https://example.com/a.png"), words, lines)
codes = st.lists(words, min_size=1, max_size=4).map("\n".join).filter(lambda t: bool(t.strip())).map(Code)
cells = st.builds(Cell, inlines)
tables = (
    st.integers(2, 3)
    .flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n).map(tuple), min_size=2, max_size=3))
    .map(lambda rows: Table(tuple(rows)))
)
flat: st.SearchStrategy[Block] = st.one_of(paragraphs, paragraphs, figures, codes, tables)


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Lists and quotations of blocks."""
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, some),
        st.builds(
            ListBlock,
            st.lists(some, min_size=1, max_size=3).map(tuple),
            st.sampled_from([None, 1, 7]),
            st.booleans(),
        ),
    )


blocks = st.lists(
    st.one_of(st.recursive(flat, nested, max_leaves=5), headings, st.just(Rule())), min_size=1, max_size=5
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(blocks)
def test_any_text_shows_as_itself(dialect: str, content: list[Block]) -> None:
    source = markdown.of_blocks(content)
    html = DIALECTS[dialect](source)
    assert visible(html) == without_space(text.of_blocks(content)), source


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "in a section"])
@pytest.mark.parametrize("nasty", NASTY)
def test_a_nasty_paragraph_is_one_paragraph(dialect: str, wrapped: bool, nasty: str) -> None:
    paragraph = tidy([Span(nasty), Break(), Span(nasty), Break(), Span("后")])
    source = markdown.of_blocks([Paragraph(paragraph)])
    if wrapped:
        source = f'<section id="x" markdown="1">\n\n{source}\n\n</section>'
    html = DIALECTS[dialect](source)
    assert shape(html) == ["p"], source
    assert visible(html) == without_space(text.of_inlines(paragraph)), source


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("nasty", NASTY)
def test_a_nasty_heading_item_cell_and_caption(dialect: str, nasty: str) -> None:
    line: tuple[Inline, ...] = tidy([Span(nasty)])
    rows = ((Cell(line), Cell(line)), (Cell(line), Cell((Span("值"),))))
    content: list[Block] = [
        Heading(1, line, 2),
        ListBlock(((Paragraph(line),), (Paragraph(line), Paragraph(line)))),
        Quote((Paragraph(line),)),
        Figure("https://example.com/a.png", nasty, line),
        Table(rows),
    ]
    source = markdown.of_blocks(content)
    html = DIALECTS[dialect](source)
    assert visible(html) == without_space(text.of_blocks(content)), source
    expected = "h2 ul li p li p p blockquote p figure img table tr tr".split()
    assert [name for name in shape(html) if name in expected] == expected, source


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("last", [98, 99, 100, 101])
def test_items_of_several_paragraphs_keep_their_numbers(dialect: str, last: int) -> None:
    item = (Paragraph((Span("上"),)), Paragraph((Span("下"),)))
    source = markdown.of_blocks([ListBlock((item, item), last - 1)])
    html = BeautifulSoup(DIALECTS[dialect](source), "lxml")
    assert [[p.get_text() for p in one.select("p")] for one in html.select("ol > li")] == [
        ["上", "下"]
    ] * 2, source
    assert [one["start"] for one in html.select("ol")] == [str(last - 1)], source


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_column_of_numbers_stands_to_the_right(dialect: str) -> None:
    lines = ["年份 产值 增长 说明", "2020 1,200亿元 -3.5% 2家", "2021 — 12% 持平"]
    rows = tuple(tuple(Cell((Span(word),)) for word in line.split()) for line in lines)
    html = BeautifulSoup(DIALECTS[dialect](markdown.of_blocks([Table(rows)])), "lxml")
    for row in html.select("tr"):
        right = ["right" in str(cell.attrs) for cell in row.select("th, td")]
        assert right == [True, True, True, False], dialect


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("before", "bold", "after"),
    [
        ("", "粗体。", "紧跟"),
        ("前", "“引”", "后"),
        ("a", "b", "c"),
        ("前", "粗", "后"),
        ("（", "x", "）"),
        ("前 ", "粗。", ""),
    ],
)
def test_bold_is_bold_beside_any_punctuation(dialect: str, before: str, bold: str, after: str) -> None:
    inlines = tuple(
        Span(t, m)
        for t, m in ((before, frozenset()), (bold, frozenset({"strong"})), (after, frozenset()))
        if t
    )
    html = DIALECTS[dialect](markdown.of_blocks([Paragraph(inlines)]))
    assert f"<strong>{bold}</strong>" in html


def test_a_list_and_a_quotation_do_not_grow_together() -> None:
    item = ((Paragraph((Span("甲"),)),),)
    quote = Quote((Paragraph((Span("乙"),)),))
    source = markdown.of_blocks([ListBlock(item), ListBlock(item), quote, quote])
    for render in DIALECTS.values():
        assert [name for name in shape(render(source)) if name in ("ul", "blockquote")] == [
            "ul", "ul", "blockquote", "blockquote",
        ]  # fmt: skip
