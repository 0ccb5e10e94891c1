"""What `make fuzz` found, numbered, each as small as it was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from factorykb import pipeline
from factorykb.model import Article, Refusal
from factorykb.verify import Kind, compare, page, reading
from tests.fuzz.test_fuzz import check_page
from tests.test_verify import shown

_FOUND: dict[int, tuple[str, str]] = {
    1: ("~~~# 标题", "# 标题"),
    2: ("```标题\n正文\n```", "标题\n正文"),
    3: ("正文。\n\n<p # 标题", "正文。\n<p # 标题"),
    4: ("<div><XMP><!-- x</div>", "<!-- x"),
    5: ("见[甲](https://e.com/?a=%乙)。", "见甲。"),
    6: ('甲](https://e.com/a "题")', '甲](https://e.com/a "题")'),
    7: ("<div><SVG># 标题</div>", "<SVG># 标题"),
    8: ("[一\n[^1]: 0", "[一\n[^1]: 0"),
    10: ("<div><![CDATA[<TITLE># 标题</div>", "<![CDATA[<TITLE># 标题"),
    11: ("[a]: http://x[a](b)㐀", "[a]: http://xa㐀"),
    9: ("<div><ol reversed><li>一<ol reversed><li># 二</ol># 三</ol></div>", "1. 一\n1. # 二\n# 三"),
}


@pytest.mark.parametrize("number", _FOUND)
def test_nothing_is_lost(tmp_path: Path, number: int) -> None:
    body, text = _FOUND[number]
    (tmp_path / "a.md").write_text(f"---\ntitle: 题\n---\n{body}\n", encoding="utf-8")
    outcome = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(outcome, Article)
    assert outcome.passages[0].text == text
    check_page(outcome)
    findings = compare(
        "in/a.md", reading.of_file((tmp_path / "a.md").read_bytes()), page.of_html(shown(outcome))
    )
    assert [str(finding) for finding in findings if finding.kind is not Kind.MARK] == []


@pytest.mark.parametrize("front", ["? " * 49_000, "- " * 49_000, "? - " * 24_000])
def test_deep_front_matter_does_not_end_the_process(tmp_path: Path, front: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\n正文。\n", encoding="utf-8")
    assert isinstance(pipeline.read_file(tmp_path / "a.md", "in/a.md"), Refusal)


@pytest.mark.parametrize("deep", ["[" * 49_000 + "]" * 49_000, "? " * 40_000])
def test_deep_front_matter_beside_a_line_to_mend_is_refused_too(tmp_path: Path, deep: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: 甲: 乙\nx: {deep}\n---\n正文。\n", encoding="utf-8")
    refusal = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(refusal, Refusal)
    assert refusal.line == 3
