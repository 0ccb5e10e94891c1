"""Properties of the whole way in: nothing raises, nothing visible is lost, doing it twice changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from factorykb import articles, clean, frontmatter, markdown, pages, readers, text
from factorykb.errors import SourceError
from factorykb.model import Block, Heading, Source
from tests.rendering import without_space
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
    head = pages.front_matter({"title": title, "author": title, "date": "2024-01-01"})
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
    document = frontmatter.split(Source("x", f"---\n{pages.front_matter(dict(front))}---\n正文", ""))
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
