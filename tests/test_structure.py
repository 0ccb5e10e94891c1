"""The rules that give a text its structure: for each what it does and what must not trigger it."""

from __future__ import annotations

from pathlib import Path

import pytest

from factorykb import pipeline, publishers, structure
from factorykb.clean import blocks_of
from factorykb.model import Article, Block, Figure, Heading, ListBlock, Paragraph, Rank
from factorykb.text import of_block
from factorykb.verify import compare, page, reading
from tests.test_verify import shown

KR = publishers.known("36kr")
BODY = "<p>这里是正文的一段，长到足以说明它是一段正文，而不是标题。</p>"


def blocks(html: str) -> tuple[Block, ...]:
    return blocks_of(html, None)[0]


def headings(html: str) -> list[tuple[int, str]]:
    mended = structure.mend(blocks(html))
    return [(block.rank, of_block(block)) for block in mended if isinstance(block, Heading)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>一、起步</p>{BODY}<p>二、转折</p>{BODY}", [(Rank.NUMERAL, "一、起步"), (Rank.NUMERAL, "二、转折")]),
        (f"<p>（一）起步</p>{BODY}<p>（二）转折</p>{BODY}", [(Rank.SUB_NUMERAL, "（一）起步"), (Rank.SUB_NUMERAL, "（二）转折")]),
        (f"<p>【换包装】—— 少占地方</p>{BODY}<p>【换港口】</p>{BODY}", [(Rank.BRACKET, "【换包装】—— 少占地方"), (Rank.BRACKET, "【换港口】")]),
        (f"<p><b>起步</b></p>{BODY}<p><b>为什么转折？</b></p>{BODY}", [(Rank.BOLD, "起步"), (Rank.BOLD, "为什么转折？")]),
        (f"<p><b>01</b></p><p><b>起步</b></p>{BODY}<p><b>02</b></p><p><b>转折</b></p>{BODY}", [(Rank.BOLD, "01 起步"), (Rank.BOLD, "02 转折")]),
        (f"<p><b>上市</b></p><p><b>甲</b></p>{BODY}<p><b>乙</b></p>{BODY}<p><b>公司</b></p><p><b>丙：开工</b></p>{BODY}", [(Rank.BOLD, "上市"), (Rank.SUB_BOLD, "甲"), (Rank.SUB_BOLD, "乙"), (Rank.BOLD, "公司"), (Rank.SUB_BOLD, "丙：开工")]),
        (f"<p><b>开头的一句话。</b></p><p><b>01</b></p><p><b>起步</b></p>{BODY}<p><b>02</b></p><p><b>转折</b></p>{BODY}", [(Rank.BOLD, "01 起步"), (Rank.BOLD, "02 转折")]),
        (f"<p><b>导语</b></p>{BODY}<p><b>市场</b></p><p><b>甲</b></p>{BODY}<p><b>出路</b></p><p><b>乙</b></p>{BODY}", [(Rank.BOLD, "导语"), (Rank.BOLD, "市场"), (Rank.SUB_BOLD, "甲"), (Rank.BOLD, "出路"), (Rank.SUB_BOLD, "乙")]),
        (f"<img src='https://e.com/a.png'><p><b>产品摄影</b></p>{BODY}<p><b>建筑制图</b></p>{BODY}", [(Rank.BOLD, "产品摄影"), (Rank.BOLD, "建筑制图")]),
        (f"<p>一、起步</p><p>二、转折</p><p>一、起步</p>{BODY}<p>二、转折</p>{BODY}", [(Rank.NUMERAL, "一、起步"), (Rank.NUMERAL, "二、转折")]),
        (f"<p>@老周</p>{BODY}<p>@ Lily</p>{BODY}", [(Rank.SPEAKER, "@老周"), (Rank.SPEAKER, "@ Lily")]),
        (f"<p>纺织行业 布不值钱花样值钱：</p>{BODY}" * 3, [(Rank.LABEL, "纺织行业 布不值钱花样值钱：")] * 3),
        (f"<h2>01</h2><h2>起步</h2>{BODY}", [(2, "01 起步")]),
        (f"<h2>起步</h2><h2>从一间作坊</h2>{BODY}", [(2, "起步 从一间作坊")]),
        (f"<h2>起步</h2><h3>从一间作坊</h3>{BODY}", [(2, "起步"), (3, "从一间作坊")]),
        (f"<h2>起步</h2><h2>转折</h2><h2>落脚</h2>{BODY}", [(2, "起步"), (2, "转折"), (2, "落脚")]),
    ],
)  # fmt: skip
def test_typed_headings_become_headings(html: str, expected: list[tuple[int, str]]) -> None:
    assert headings(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f"<p>一、这是一句完整的话。</p>{BODY}<p>二、这也是。</p>{BODY}", id="sentences"),
        pytest.param("<p>一、起步</p><p>二、转折</p><p>三、落脚</p>", id="a list without text between"),
        pytest.param(f"<p>一、起步</p>{BODY}", id="only one"),
        pytest.param(f"<p>二、转折</p>{BODY}<p>三、落脚</p>{BODY}", id="does not begin at one"),
        pytest.param(f"<p>一起来看看</p>{BODY}<p>二来便宜</p>{BODY}", id="words that begin with numerals"),
        pytest.param(f"<p>一、{'长' * 40}</p>{BODY}<p>二、{'长' * 40}</p>{BODY}", id="too long"),
        pytest.param(f"<p>【来源：某报】</p>{BODY}<p>【免责声明】</p>{BODY}", id="credits in brackets"),
        pytest.param(f"<p>【快讯】某公司宣布降价。</p>{BODY}<p>【快讯】另一家跟进。</p>{BODY}", id="news flashes"),
        pytest.param(f"<p><b>这是强调的一句话。</b></p>{BODY}<p><b>又一句！</b></p>{BODY}", id="bold sentences"),
        pytest.param(f"<p><b>记者：你们怎么看？</b></p>{BODY}<p><b>记者：然后呢？</b></p>{BODY}", id="an interviewer's questions"),
        pytest.param(f"<p><b>起步</b></p>{BODY}", id="one bold line"),
        pytest.param(f"<p><b>起步</b>的一年</p>{BODY}<p><b>转折</b>的一年</p>{BODY}", id="only partly bold"),
        pytest.param(f"<p><b>对于之后的打算：</b></p>{BODY}<p><b>还有：</b></p>{BODY}", id="bold leads ending in a colon"),
        pytest.param(f"<p>@老周</p>{BODY}", id="one speaker"),
        pytest.param(f"<p>@老周 你怎么看这件事，说说</p>{BODY}<p>@小李，你呢</p>{BODY}", id="speaking to somebody"),
        pytest.param(f"<p>如下 见表：</p>{BODY}", id="one label"),
    ],
)  # fmt: skip
def test_what_is_no_heading(html: str) -> None:
    assert headings(html) == []


def test_bold_figures_stay_with_their_words_and_sentences_are_no_list() -> None:
    lines = ("员工人数", "85", "年营收", "十二亿元")
    listed, *_ = structure.mend(blocks("".join(f"<p><b>{line}</b></p>" for line in lines) + BODY * 3))
    assert isinstance(listed, ListBlock)
    assert of_block(listed).split("\n") == list(lines)
    said = structure.mend(
        blocks("<p><b>一台机器。</b></p><p><b>三个工人。</b></p><p><b>十年时间。</b></p>" + BODY)
    )
    assert [type(block) for block in said] == [Paragraph] * 4


def test_bold_lines_without_text_between_are_a_list() -> None:
    mended = structure.mend(blocks("<p>四个题目：</p><p><b>1、甲</b></p><p><b>2、乙</b></p>" + BODY))
    found = [block for block in mended if isinstance(block, ListBlock)]
    assert [(of_block(block), block.bare) for block in found] == [("1、甲\n2、乙", True)]


def test_a_heading_that_repeats_the_title_is_dropped_near_the_top_only() -> None:
    top = blocks(f"<h1>旧厂 新生！</h1>{BODY}")
    assert structure.without_title(top, "旧厂新生", KR) == top[1:]
    below = blocks(f"{BODY * 3}<h1>旧厂新生</h1>{BODY}")
    assert structure.without_title(below, "旧厂新生", KR) == below


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("旧厂新生 - 36氪", False),
        ("旧厂新生_36kr", False),
        ("(12 封私信) 旧厂新生 | 36氪", False),
        ("旧厂新生 - 36氪专访", True),
        ("旧厂新生 - 知乎", True),
        ("旧厂新生36氪", True),
        ("（上）旧厂新生 - 36氪", True),
    ],
)
def test_the_name_of_its_site_may_stand_behind_a_repeated_title(
    heading: str, kept: bool, tmp_path: Path
) -> None:
    text = f"---\ntitle: 旧厂新生\nsource: 36氪\n---\n# {heading}\n\n{BODY}\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    outcome = pipeline.read_file(tmp_path / "a.md", "a.md")
    assert isinstance(outcome, Article), outcome
    assert [passage.title for passage in outcome.passages] == ([heading] if kept else [""])
    found = compare("a.md", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    "line",
    [
        "图 | 视觉中国", "图 / 企业官网", "摄影：张三", "（来源：网络平台）", "【图源：某社】", "图片来源于网络", "数据来源：Wind",
        "左宇/摄", "某报记者 张三 摄", "某报记者张三摄", "受访者供图", "敲钟现场（图源/某社）", "（指数走势图，来源：FX168）", "圖片來源：網上圖片", "某報記者 張三 攝", "图1 2023年产量（数据来源：IFR）",
        "图8：说明", "▲车间。", "图一、厂房",
    ],
)  # fmt: skip
def test_what_is_a_caption(line: str) -> None:
    picture = '<img src="https://example.com/a.png">'
    caption, *rest = structure.mend(blocks(f"{picture}<p>{line}</p>{BODY}"))
    assert isinstance(caption, Figure)
    assert of_block(caption) == line
    assert [type(block) for block in rest] == [Paragraph]
    quoted = structure.mend(blocks(f"<blockquote>{picture}<p>{line}</p></blockquote>"))
    assert of_block(quoted[0]) == line
    assert structure.take_bylines(blocks(f"{picture}<p>{line}</p>{BODY}"))[1].lines == ()


@pytest.mark.parametrize(
    "line",
    [
        "他最大的爱好是摄影",
        "来源丨某报",
        "制图员小王每天画三张图，他说这是最后的手艺。",
        "图纸画了三天",
        "【来源：某报】",
        "图1说明产量在涨；图2不然。",
        "供图方不愿具名。",
    ],
)
def test_what_is_no_caption(line: str) -> None:
    assert len(structure.mend(blocks(f'<img src="https://example.com/a.png"><p>{line}</p>{BODY}'))) == 3


def test_captions() -> None:
    picture = '<img src="https://example.com/a.png" alt="{}">'
    source = structure.mend(blocks(picture.format("") + "<p>图源：某社</p>" + BODY))
    repeated = structure.mend(blocks(picture.format("车间一角。") + "<p>车间一角。</p>" + BODY))
    plain = structure.mend(blocks(picture.format("") + "<p>图中是两位师傅。</p>" + BODY))
    assert [type(block) for block in source] == [Figure, Paragraph]
    assert [type(block) for block in repeated] == [Figure, Paragraph]
    assert [type(block) for block in plain] == [Figure, Paragraph, Paragraph]


def test_uniform_emphasis_says_nothing_and_is_dropped() -> None:
    mended = structure.mend(blocks("<p><i>一段全是斜体的话。</i></p>" * 4 + "<p>尾</p>"))
    spans = [item for block in mended if isinstance(block, Paragraph) for item in block.inlines]
    assert not any(span.marks for span in spans if hasattr(span, "marks"))


@pytest.mark.parametrize(
    ("html", "authors", "editors"),
    [
        ("<p>文 | 甲一、乙二</p><p>编辑 | 丙三</p>", ("甲一", "乙二"), ("丙三",)),
        ("<p>撰文丨甲一 编辑丨丙三</p>", ("甲一",), ("丙三",)),
        ("<p><b>一句引子？</b></p><p>作者 | 甲一 乙二</p><p>来源 | 某报</p>", ("甲一", "乙二"), ()),
        ("<p>文 |deepseek编辑后改写</p>", (), ()),
        ("<p>某财经出品 文|甲一 编|丙三</p>", ("甲一",), ("丙三",)),
        ("<p>综合<br>2025-02-17 14:49:33<br>来源：某报</p>", (), ()),
        ("<p>文｜某报记者 甲一 乙二</p><p>编辑｜丙三</p>", ("甲一", "乙二"), ("丙三",)),
        ("<p>記者 | 張三</p><p>責任編輯：李四</p>", ("張三",), ("李四",)),
        ("<p>撰文｜某報記者 張三 責編｜李四</p>", ("張三",), ("李四",)),
        ("<p>文 | deepseek編輯後改寫</p>", (), ()),
    ],
)
def test_bylines_at_the_head_are_taken(html: str, authors: tuple[str, ...], editors: tuple[str, ...]) -> None:
    rest, bylines = structure.take_bylines(blocks(html + BODY))
    assert (bylines.authors, bylines.editors) == (authors, editors)
    assert "|" not in "".join(map(of_block, rest))
    assert "丨" not in "".join(map(of_block, rest))


@pytest.mark.parametrize(
    "html",
    [
        f"{BODY}<p>责任编辑：丙三</p>",
        "<p>记者：请问您怎么看？</p>" + BODY,
        "<p>文化：一座城的底色，写在每一条街巷里。</p>",
        '<img src="https://example.com/a.png"><p>图源：某社</p>' + BODY,
        "<p>2025年2月17日，工厂搬了。</p>" + BODY,
        "<p>2024年1月5日 08:00</p><p>工厂起火了</p><p>2024年1月5日 09:00</p>" + BODY,
        "<p>2024-01-05 10:00<br>机床降价</p>" + BODY,
    ],
    ids=[
        "after the text began",
        "an interview",
        "a word like a role",
        "a caption",
        "a day in the text",
        "a course of events",
        "a line below a time",
    ],
)
def test_what_is_no_byline(html: str) -> None:
    source = blocks(html)
    assert structure.take_bylines(source)[0] == source


@pytest.mark.parametrize(
    ("html", "disclosed"),
    [
        ("<p>文 |deepseek编辑后改写</p>" + BODY, "deepseek编辑后改写"),
        (BODY * 4 + "<p>本文由小某AI基于某数据生成，仅供参考。</p>", "本文由小某AI基于某数据生成，仅供参考"),
        ("<p>文 | deepseek編輯後改寫</p>" + BODY, "deepseek編輯後改寫"),
        (BODY * 4 + "<p>本文由AI改寫生成，僅供參考。</p>", "本文由AI改寫生成，僅供參考"),
        ("<p>记者用 AI 生成了一张图，厂长笑了。</p>" + BODY, None),
        ("<p>机器人改写了车间的节奏。</p>" + BODY, None),
    ],
)
def test_disclosure_that_a_machine_wrote_it(html: str, disclosed: str | None) -> None:
    assert structure.take_bylines(blocks(html))[1].disclosure == disclosed
