"""Whatever a file holds, it is read within bounds or refused with words; `make bench-bounds` has two hundred such files."""

from __future__ import annotations

from pathlib import Path

import pytest

from factorykb import pipeline
from factorykb.model import Refusal
from tests.bench import bounds

_OVER = (
    "html/blockquote nested", "html/tiny tags", "html/lt", "html/one word", "html/answers", "html/paragraphs",
    "markdown/only '['", "markdown/only '#'", "markdown/only '_a **b ', below the limits", "markdown/quotations nested", "markdown/lists nested", "markdown/table of 10,000 columns, below the limits", "question/answers",
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
