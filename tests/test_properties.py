"""Properties of the whole way in: nothing raises, nothing visible is lost, doing it twice changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import pytest
from bs4 import BeautifulSoup
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from factorykb import articles, clean, frontmatter, markdown, pages, readers, text
from factorykb.analysis import Knowledge
from factorykb.errors import SourceError
from factorykb.model import (
    Article,
    Block,
    Bylines,
    Cell,
    Cleaning,
    Figure,
    Heading,
    Library,
    ListBlock,
    Moment,
    Paragraph,
    Passage,
    Publisher,
    Quote,
    Source,
    Span,
    Table,
    packed,
)
from factorykb.pages import wording
from factorykb.pages.front import as_yaml
from tests.rendering import DIALECTS, visible, without_space
from tests.test_markdown import NASTY, blocks

scalars = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))
bodies = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from([*NASTY, "\n", "\n\n", "### 知乎用户 甲 发表\n", "甲的回答<br><br>", "<p>", "</p>", "<table><tr>", "<ul><li>"])).map("".join),
    st.text("<>/apbdivtrul=\"' \n&;*[]()甲。", max_size=200),
)  # fmt: skip


def converted(content: str) -> SourceError | None:
    """Put a file's text through all stages; what refused it, or None. Any other error is the test's failure."""
    source = Source("seeds/x.md", text.without_invisible(content), "0" * 64)
    try:
        articles.article_of(readers.read(frontmatter.split(source)))
    except SourceError as error:
        return error
    return None


@given(st.text(max_size=300))
def test_any_file_is_an_article_or_a_clear_refusal(content: str) -> None:
    refusal = converted(content)
    assert refusal is None or (refusal.problem and refusal.remedy)


@given(
    scalars,
    bodies,
    st.sampled_from(["", "headimg: x\n", "authorbox: false\ntranslations: [zh]\n", "layout: default\n"]),
)
def test_any_body_becomes_an_article_in_time(title: str, body: str, front: str) -> None:
    head = as_yaml({"title": title, "author": title, "date": "2024-01-01"})
    begun = time.monotonic()
    refusal = converted(f"---\n{head}{front}---\n{body}")
    assert refusal is None or "title" in refusal.problem  # a title of invisible characters
    assert time.monotonic() - begun < 10


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True), scalars.map(text.without_invisible), min_size=1
    )
)
def test_front_matter_reads_back_what_was_written(front: dict[str, str]) -> None:
    assume(
        not {"none", "undefined", "nan"} & {value.casefold() for value in front.values()}
    )  # are taken for nothing
    document = frontmatter.split(Source("x", f"---\n{as_yaml(dict(front))}---\n正文", ""))
    assert document.front == front
    assert document.body == "正文"


def html_of(content: Iterable[Block]) -> str:
    """HTML of blocks as a publisher would write it, headings at their own level."""
    levelled = (
        replace(block, level=block.rank) if isinstance(block, Heading) else block for block in content
    )
    return "".join(map(markdown.of_block_html, levelled))


@given(blocks)
def test_cleaning_loses_no_character(content: list[Block]) -> None:
    cleaned, _ = clean.blocks_of(html_of(content), None)
    assert without_space(text.of_blocks(cleaned)) == without_space(text.of_blocks(content))
    assert text.images_of(cleaned) == text.images_of(content)


@given(blocks)
def test_cleaning_twice_changes_nothing(content: list[Block]) -> None:
    once, _ = clean.blocks_of(html_of(content), None)
    twice, report = clean.blocks_of(html_of(once), None)
    assert twice == once
    assert not report.counts


# --- any text, at every place of every page ------------------------------------------------------------------

REFERENCE = "甲乙丙"
short_texts = (
    st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.text("#->*_`[](){}<>&|~=:!\\\"' 1.甲a", max_size=12))
    .map(text.plain)
    .filter(lambda shown: 0 < len(shown) <= 20)
)  # fmt: skip


def library_of(words: str) -> Library:
    """An article and a question that hold `words` wherever a source can put a text."""
    line = (Span(words),)
    blocks = (
        Paragraph(line),
        ListBlock(((Paragraph(line),), (Paragraph(line),))),
        Quote((Paragraph(line),)),
        Table(((Cell(line), Cell(line)), (Cell(line), Cell(line)))),
        Figure("https://example.com/a.png", words, line),
        Heading(1, line, 3),
        Paragraph((Span(words, frozenset({"strong"})), Span("后"), Span(words, href="https://example.com/"))),
    )
    parts = tuple(Passage(f"p-{n}", line, words, "", packed(blocks), words, 9, 0) for n in range(3))
    answers = tuple(Passage(f"p-{n}", (), "", words, packed(blocks), words, 9, 0) for n in range(2))
    article = Article(
        id="web-20240101-000000",
        identity="",
        source=Source("seeds/a.md", "", "0" * 64),
        dialect="general",
        title=words,
        original_title=words,
        publisher=Publisher("web", words),
        published=Moment(datetime(2024, 1, 1), zone_assumed=True),
        modified=None,
        url=None,
        bylines=Bylines((words, words), (words, words), (words,), words),
        is_question=False,
        opening=(Figure("https://example.com/b.png", words, line),),
        passages=parts,
        description=words,
        characters=9,
        images=1,
        cleaning=Cleaning(),
        also_at=(words,),
    )
    question = replace(article, id="web-20240101-000001", is_question=True, opening=(), passages=answers)
    return Library((article, question))


def bodies_of(words: str) -> dict[str, str]:
    made = pages.files(Knowledge(library_of(words)))
    return {path: page.split("\n---\n", 1)[1] for path, page in made.items()}


def outline(html: str) -> tuple[list[str], str]:
    """The names of all elements and the visible text, without the ways to cite (BibTeX spells text its own way)."""
    soup = BeautifulSoup(html, "lxml")
    names = [tag.name for tag in soup.find_all(True)]
    for citation in soup.select(".kb-cite"):
        citation.decompose()
    return names, visible(str(soup))


@lru_cache(maxsize=1)
def reference_outlines() -> dict[str, list[tuple[list[str], str]]]:
    """The outlines of all pages in both dialects, of a text that means nothing anywhere."""
    return {
        path: [outline(render(page)) for render in DIALECTS.values()]
        for path, page in bodies_of(REFERENCE).items()
    }


@settings(max_examples=40)
@given(short_texts)
@example("# 标题")
@example("__config")
@example("1. 一")
def test_a_text_is_itself_and_adds_no_structure_to_any_page(words: str) -> None:
    assume(not wording.is_number(words))  # the contents say more of a section that has only a number
    made = bodies_of(words)
    for path, outlines in reference_outlines().items():
        for render, (names, shown) in zip(DIALECTS.values(), outlines, strict=True):
            found = outline(render(made[path]))
            assert found[0] == names, made[path]
            assert found[1] == shown.replace(REFERENCE, without_space(words)), made[path]


@pytest.mark.parametrize("render", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("unit", ["x", "中", "*", "_", "[", "<", "&", "\\", "\ue000", "👨\u200d👩"])
def test_a_hundred_thousand_characters_without_a_break(render: Callable[[str], str], unit: str) -> None:
    """Too long for Markdown's own rules: such a paragraph is written as HTML."""
    long = unit * (100_000 // len(unit))
    source = markdown.of_blocks([Paragraph((Span(long),)), Paragraph((Span("后"),))])
    assert visible(render(source)) == long + "后"
