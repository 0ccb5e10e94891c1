"""The properties that `make fuzz` looks for counterexamples to; `make test` looks a moment only.

A counterexample becomes a numbered case in tests/test_found.py, as small as it was found.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString
from hypothesis import assume, given
from hypothesis import strategies as st

from factorykb import clean, markdown, pages, pipeline, text, torn
from factorykb.analysis import Knowledge
from factorykb.body import html_of_markdown
from factorykb.model import Article, Block, Library, Refusal
from tests.fuzz import reading, soup
from tests.rendering import DIALECTS
from tests.test_markdown import blocks


def converted(content: str) -> Article | None:
    """Put a file's text through all stages; None when it was refused with words, and not by accident."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.md"
        path.write_text(content, encoding="utf-8", errors="replace")
        outcome = pipeline.read_file(path, "seeds/x.md")
    if isinstance(outcome, Refusal):
        assert "the converter failed" not in outcome.problem, outcome.problem
        assert outcome.remedy
    return outcome if isinstance(outcome, Article) else None


def check_page(article: Article) -> None:
    """Each passage stands on the article's page as it is meant, in both dialects."""
    page = pages.files(Knowledge(Library((article,))))[f"articles/{article.id}.md"]
    for name, render in DIALECTS.items():
        tree = BeautifulSoup(render(page.partition("\n---\n")[2]), "lxml")
        for passage in article.passages:
            section = tree.find(id=passage.anchor)
            assert section is not None, (name, passage.anchor)
            for own in section.find_all(class_=["kb-passage-meta", "kb-passage-foot"]):
                own.decompose()
            if passage.heading or (passage.author and len(article.answers) > 1):
                heading = section.find("h2")
                assert heading is not None, name
                heading.decompose()
            wrong = reading.difference(reading.of_html(section), reading.of_blocks(passage.blocks))
            assert not wrong, f"{name}: {wrong}"


@given(blocks, st.booleans())
def test_the_writer_says_what_is_meant(content: list[Block], wrapped: bool) -> None:
    source = markdown.of_blocks(content)
    if wrapped:
        source = f'<section id="x" markdown="1">\n\n{source}\n\n</section>'
    for name, render in DIALECTS.items():
        wrong = reading.difference(reading.of_html(render(source)), reading.of_blocks(content))
        assert not wrong, f"{name}: {wrong}"


@given(soup.html)
def test_no_text_of_html_is_lost(html: str) -> None:
    assume("<![CDATA[<" not in html)  # a comment to the parser, text and a tag to us
    try:
        found, _ = clean.blocks_of(html, None)
    except clean.TooDeepError:
        return
    tree = BeautifulSoup(f"<div>{text.without_invisible(html)}</div>", "lxml")
    # What never ends hides the rest here and not on a page; tags in what is raw text are text here.
    raw = "xmp plaintext listing noembed noframes".split()
    hidden = {*clean._INVISIBLE, *clean._FRAMES, *torn.HIDING, "noscript", *raw}
    kept = iter(text.of_blocks(found))
    for node in tree.find_all(string=True):
        if isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            if any(parent.name in hidden for parent in node.parents):
                continue
            for char in text.without_invisible(str(node)):
                assert char.isspace() or char in kept, (char, str(node), found)


@given(soup.markdown)
def test_no_chinese_of_markdown_is_lost(source: str) -> None:
    source = text.without_invisible(source)
    html = BeautifulSoup(torn.with_tags_closed(html_of_markdown(source)), "lxml")
    shown = html.get_text() + "".join(str(tag.attrs) for tag in html.find_all(True))
    shown += "".join(str(node) for node in html.find_all(string=True) if isinstance(node, PreformattedString))
    for char in set(source):
        if text.is_cjk(char) and char.isalpha():
            assert shown.count(char) >= source.count(char), (char, str(html))


@given(
    st.sampled_from(soup.FRONTS),
    st.one_of(soup.html, soup.markdown, st.tuples(soup.markdown, soup.html).map("".join)),
)
def test_any_body_is_read_and_shown(front: str, body: str) -> None:
    if article := converted(f"---\ntitle: 题\n{front}---\n{body}"):
        check_page(article)


@given(soup.damaged_cases())
def test_a_damaged_file_is_read_and_shown(content: str) -> None:
    if article := converted(content):
        check_page(article)


@given(soup.front_matter)
def test_any_front_matter_is_read_or_refused(content: str) -> None:
    if article := converted(content):
        check_page(article)


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=100).map(lambda t: f"---\ntitle: {t}".encode("utf-16"))
    )
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.md"
        path.write_bytes(data)
        outcome = pipeline.read_file(path, "seeds/x.md")
    assert not isinstance(outcome, Refusal) or outcome.remedy
    assert "the converter failed" not in str(outcome)
