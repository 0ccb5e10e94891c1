"""Whatever a file holds, it is read within bounds or refused with words; `make bench-bounds` has two hundred such files."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from factorykb import body, limits, pipeline
from factorykb.errors import LimitError
from factorykb.model import Paragraph, Refusal, Span
from factorykb.verify import reading
from tests.bench import bounds

_OVER = (
    "html/blockquote nested", "html/tiny tags", "html/lt", "html/one word", "html/answers", "html/paragraphs",
    "markdown/only '['", "markdown/only '#'", "markdown/stars on lines, below the limits", "markdown/quotations nested", "markdown/lists nested", "markdown/table of 10,000 columns, below the limits", "question/answers",
    "question/answers 3,000 alike", "front/1,000,000 lines", "front/questions", "front/brackets 1,000,000",
)  # fmt: skip
_BELOW = (
    "html/tables nested 45 with rows", "html/pre of blanks 300,000", "html/heading of number signs",
    "front/title of wide blanks", "question/answers 2,000",
)  # fmt: skip


@pytest.mark.parametrize("name", _OVER)
def test_what_is_over_a_limit_is_refused_with_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.md").write_text(bounds.content(name), encoding="utf-8")
    outcome = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(outcome, Refusal)
    assert outcome.path == "in/a.md"
    assert outcome.remedy
    assert "the converter failed" not in outcome.problem


@pytest.mark.parametrize("name", [f"{name}, below the limits" for name in _BELOW])
def test_what_is_below_the_limits_stays_within_bounds(name: str) -> None:
    """A child with so much memory and processor time and no more goes the whole way; quadratic work takes minutes."""
    _, megabytes, word, _ = bounds.measure(name)
    assert "FAILED" not in word
    assert "the converter failed" not in word
    assert megabytes < bounds.MEGABYTES


@pytest.mark.parametrize("piece", ["https://a.b.cn/cc", "abcdefghijklmn%", "增长率=，", "http://", "#"])
def test_signs_on_one_line_take_no_quadratic_time(piece: str) -> None:
    """The parser's own rule for text takes a quarter of a minute to three for each of these."""
    begun = time.process_time()
    line = piece * (4_900_000 // len(piece.encode()))
    assert piece in body.html_of_markdown(line)
    assert reading.of_file(f"---\ntitle: 题\n---\n{line[:400_000]}".encode()).markdown
    assert time.process_time() - begun < bounds.SECONDS


@pytest.mark.parametrize("mark", ["!", "* ", "\\*", "&", "~~", "["])
def test_a_long_line_with_many_marks_is_refused_beforehand(mark: str) -> None:
    piece = "a" * 490 + mark
    with pytest.raises(LimitError, match="once for each of its marks"):
        limits.check_markdown("😀" + piece * 4_990)
    limits.check_markdown(f"{piece * 20}\n" * 100)
    limits.check_markdown("机床的**数控**系统占成本的 20%：" * 700)  # 15,000 characters without a line end
    limits.check_markdown(f"![](data:image/png;base64,{'abcdef+/' * 50_000})\n")


def test_text_is_read_as_by_the_parsers_own_rule() -> None:
    theirs = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    ours = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    ours.inline.ruler.at("text", body._text_run)
    chance = random.Random(1)
    for _ in range(2_000):
        text = "".join(chance.choices("\n !#$%&*+-:<=>@[\\]^_`{}~()|字ab", k=40))
        assert ours.render(text) == theirs.render(text)


@pytest.mark.parametrize(("char", "stands_for"), [("\ufdfa", 18), ("…", 3), ("ΐ", 3), ("㍿", 4)])
def test_characters_count_as_what_search_makes_of_them(char: str, stands_for: int) -> None:
    """399,000 of the first took a gigabyte."""
    most = limits.CHARACTERS // stands_for
    limits.check_blocks([Paragraph((Span(char * most),))])
    with pytest.raises(LimitError, match="counted as what they stand for"):
        limits.check_blocks([Paragraph((Span(char * (most + 1)),))])
