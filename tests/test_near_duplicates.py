"""Reposts: what counts as the same text, and what the site makes of it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from factorykb import catalogue, config, editorial, near_duplicates, pages, pipeline
from factorykb.analysis import Knowledge
from factorykb.near_duplicates import Text, letters, repeats, sketch
from tests.bench import reposts

FACTS = [
    "东莞一家椅子厂去年把三条生产线改成了柔性线", "厂长说换一次型号从两天缩短到四十分钟", "工人从一百二十人减到八十人，工资涨了两成",
    "订单却碎了，最小的一单只有十二把", "外贸公司倒闭以后，他们在平台上直接接单", "产业带里的同行也在学，模具厂跟着忙起来",
    "设备贷款要还五年，利润仍然很薄", "儿子从深圳回来接班，先学了半年打样", "他说最难的不是机器，是没有人愿意进车间",
    "隔壁镇的五金厂选择搬到越南，一年以后又搬回来一半", "检测用上了相机，次品率降到千分之三", "园区给了两年房租，但环保设备要自己买",
]  # fmt: skip


def story(*numbers: int) -> str:
    return "。\n\n".join(FACTS[number] for number in numbers) + "。"


WHOLE = story(*range(12))
OTHER = "。\n\n".join(line[::-1] for line in FACTS)


def seed(folder: Path, name: str, title: str, body: str, **front: str) -> None:
    lines = "".join(f"{key}: {value}\n" for key, value in front.items())
    (folder / f"{name}.md").write_text(f"---\ntitle: {title}\n{lines}---\n{body}\n", encoding="utf-8")


def knowledge_of(folder: Path) -> Knowledge:
    library = pipeline.read_folder(folder).library
    return pipeline.know(library, editorial.load(config.EDITORIAL), curated=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    root.mkdir()
    return root


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(WHOLE, id="equal"),
        pytest.param(WHOLE.replace("。", ". ").replace("，", ",  "), id="other punctuation and blanks"),
        pytest.param(WHOLE.replace("厂", "廠").replace("产", "產"), id="Traditional characters"),
        pytest.param(WHOLE.replace("工人", "员工").replace("厂长", "老板"), id="words replaced"),
        pytest.param(story(*range(10)), id="end cut off"),
        pytest.param(f"编者按：转来一篇。{WHOLE}{OTHER[:120]}", id="lead and tail added"),
    ],
)
def test_reposts_are_found(other: str) -> None:
    texts = [Text("first", WHOLE), Text("unlike", OTHER), Text("repost", other)]
    assert repeats(texts) == {"repost": "first"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(OTHER, id="another text"),
        pytest.param(story(0, 1, 2, 3, 4) + OTHER, id="a long quotation"),
        pytest.param(story(0, 1, 2, 3), id="a part"),
        pytest.param(FACTS[0], id="too short to tell"),
    ],
)
def test_what_is_not_the_same_is_not_found(other: str) -> None:
    assert repeats([Text("first", WHOLE), Text("second", other)]) == {}


def test_notices_of_one_kind_are_not_the_same() -> None:
    form = "{0}日前启动了{1}集中招标项目，预计采购规模为{2}台，采购范围为北京、河北、山西、江西、湖北、广西、海南、四川、陕西。{3}中标人数量为{4}个，每个中标人对应的份额{5}。"
    one = form.format("某塔公司", "智能维护摄像机产品", "427780", "本项目设置最高投标总限价，报价不得高于一亿五千万元，否则投标将被否决。", "5", "依次为三成、两成半和两成")  # fmt: skip
    two = form.format("某塔公司", "自研边缘网关合作伙伴", "267904", "投标人须提供近三年的供货证明和检测报告，联合体不予接受，样机另行通知。", "4", "第一名四成，第二名三成，其余平分")  # fmt: skip
    assert 0.4 < reposts.overlap(one, two) < near_duplicates.SAME_WHEN_SHORT
    assert repeats([Text("one", one), Text("two", two)]) == {}


def test_a_sketch_is_the_same_everywhere() -> None:
    """Values worked out by hand-written arithmetic on whole numbers: no platform, version or seed is in them."""
    text = letters(WHOLE)
    expected = set()
    for start in range(len(text) - near_duplicates.SHINGLE + 1):
        value = 0
        for char in text[start : start + near_duplicates.SHINGLE]:
            value = (value * 0x9E3779B97F4A7C15 + ord(char)) % 2**64
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        value ^= value >> 31
        if value < 2**61:
            expected.add(value)
    assert sketch(text).tolist() == sorted(expected)
    assert len(expected) > 10


def test_a_hundred_reposts_are_one_group_even_where_all_quote_one_paragraph() -> None:
    chance = random.Random(1)
    quoted = story(*range(6))
    own = ["".join(chance.choices(OTHER, k=300)) for _ in range(100)]
    quoting = [Text(f"quoting-{n}", quoted + text) for n, text in enumerate(own)]
    copies = [Text(f"copy-{n}", WHOLE.replace(FACTS[n % 12], FACTS[n % 12][::-1])) for n in range(100)]
    mixed = [text for pair in zip(quoting, copies, strict=True) for text in pair]
    found = repeats([Text("first", WHOLE), *mixed])
    assert found == {copy.id: "first" for copy in copies}


def test_nine_of_ten_made_up_reposts_of_the_seeds_are_found_and_no_false_pair() -> None:
    """A small part of `tests/bench/reposts.py`, which has the figures."""
    texts = reposts.texts_of(pipeline.read_folder(config.SEEDS).library)
    assert repeats(texts) == {}
    chance = random.Random(2)
    originals = [text for text in texts if 400 <= len(text.text) <= 2000][:40]
    foreign = [part for part in OTHER.split("\n\n") if part]
    edited = [Text(f"copy-{t.id}", reposts.mixed(t.text, 0.85, foreign, chance)) for t in originals]
    found = repeats([*texts, *edited])
    wanted = {copy.id: original.id for copy, original in zip(edited, originals, strict=True)}
    assert found.items() <= wanted.items()
    assert len(found) >= 0.95 * len(wanted)


def test_a_repost_is_shown_on_both_pages_and_listed_once(folder: Path) -> None:
    seed(folder, "a", "椅子厂的柔性线", WHOLE, date="2024-03-01 08:00:00", url="https://a.example/1")
    seed(
        folder, "b", "换了题目的转载", f"导语。{WHOLE}", date="2024-04-01 08:00:00", url="https://b.example/9"
    )
    seed(folder, "c", "别的事", OTHER, date="2024-02-01 08:00:00", url="https://c.example/3")
    knowledge = knowledge_of(folder)
    first, repost = (
        next(a for a in knowledge.library.articles if name in a.source.path) for name in ("a.md", "b.md")
    )
    assert knowledge.repeats == {repost.id: first.id}
    data = {name: b"".join(data) for name, data in catalogue.files(knowledge)}
    listed = json.loads(data["data/catalogue.json"])["articles"]
    assert {entry["id"]: entry["repeats"] for entry in listed if entry["repeats"]} == {repost.id: first.id}
    files = pages.files(knowledge)
    assert f"[椅子厂的柔性线]({first.id}.md)" in files[f"articles/{repost.id}.md"]
    assert f"[换了题目的转载]({repost.id}.md)" in files[f"articles/{first.id}.md"]
    assert "另见相同内容" not in files[next(p for p in files if "articles/" in p and "别的事" in files[p] and "index" not in p)]  # fmt: skip
    themed = "".join(text for path, text in files.items() if path.startswith(("themes/", "topics/")))
    assert f"{first.id}.md" in themed
    assert f"{repost.id}.md" not in themed
    assert all(repost.id not in name for analysis in knowledge.analyses.values() for name in analysis.related)
    assert f"{repost.id}.md" in files["articles/index.md"]


def test_what_a_repost_adds_is_listed_as_its_own(folder: Path) -> None:
    added = "机器人进了焊接车间，工业互联网平台把数据接到一起，智能制造的投入三年才收回。" * 3
    seed(folder, "a", "原文", f"## 一\n\n{WHOLE}", date="2024-03-01", url="https://a.example/1")
    seed(folder, "b", "转载", f"## 一\n\n{WHOLE}\n\n## 后记\n\n{added}", date="2024-04-01", url="https://b.example/1")  # fmt: skip
    knowledge = knowledge_of(folder)
    (repost,) = (a for a in knowledge.library.articles if a.title == "转载")
    known = {p.title: knowledge.of(repost, p) for p in repost.passages}
    assert (known["一"].listed, known["后记"].listed) == (False, True)


def test_an_answer_and_the_article_made_of_it_name_each_other(folder: Path) -> None:
    answers = f"### 知乎用户 甲 发表\n\n{WHOLE}\n\n### 知乎用户 乙 发表\n\n{OTHER}"
    seed(folder, "q", "工厂升级难在哪里", answers, layout="post", Lastmod="2024-01-01", date="2024-01-01", tags="知乎")  # fmt: skip
    seed(folder, "a", "回答成了文章", WHOLE, date="2024-04-01", url="https://a.example/1")
    knowledge = knowledge_of(folder)
    (question,) = (a for a in knowledge.library.articles if len(a.answers) == 2)
    (article,) = (a for a in knowledge.library.articles if a.title == "回答成了文章")
    anchor = question.answers[0].anchor
    assert knowledge.repeats == {f"{question.id}#{anchor}": article.id}
    files = pages.files(knowledge)
    assert f"[甲的回答]({question.id}.md#{anchor})" in files[f"articles/{article.id}.md"]
    section = files[f"articles/{question.id}.md"].partition(f'id="{anchor}"')[2].partition("</section>")[0]
    assert f"[回答成了文章]({article.id}.md)" in section


def test_a_repost_is_not_related_to_what_it_repeats(folder: Path) -> None:
    seed(folder, "a", "原文", WHOLE, date="2024-03-01", url="https://a.example/1")
    seed(folder, "b", "转载", WHOLE, date="2024-04-01", url="https://b.example/1")
    seed(
        folder, "c", "别的", story(0, 1, 2, 3) + "\n\n" + OTHER, date="2024-05-01", url="https://c.example/1"
    )
    knowledge = knowledge_of(folder)
    first, repost = (next(a for a in knowledge.library.articles if a.title == t) for t in ("原文", "转载"))
    found = [knowledge.of(repost, passage) for passage in repost.passages]
    assert any(known.repeats for known in found)
    related = {name.partition("#")[0] for known in found for name in known.related}
    assert related
    assert first.id not in related


def test_what_an_editor_hid_stands_for_nothing(folder: Path) -> None:
    seed(folder, "a", "原文", WHOLE, date="2024-03-01", url="https://a.example/1")
    seed(folder, "b", "转载", WHOLE, date="2024-04-01", url="https://b.example/1")
    library = pipeline.read_folder(folder).library
    (first,) = (a for a in library.articles if a.title == "原文")
    vocabulary = editorial.load(config.EDITORIAL)
    rule = editorial.Rule(target=first.id, line=1, reason="撤下", hidden=True)
    knowledge = pipeline.know(library, replace(vocabulary, rules={first.id: rule}))
    assert [article.title for article, _, _ in knowledge.listed()] == ["转载"]
    assert "寥寥几句" not in pages.files(knowledge)["about.md"]  # that is said of what says little


def test_search_folds_reposts_found_by_their_title(folder: Path, tmp_path: Path, browser: Browser) -> None:
    body = f"## 一\n\n{WHOLE[: len(WHOLE) // 2]}\n\n## 二\n\n{WHOLE[len(WHOLE) // 2 :]}"
    for month in (3, 4, 5):
        day = f"2024-0{month}-01 08:00:00"
        seed(folder, str(month), "椅子厂的柔性线", body, date=day, url=f"https://{month}.example/")
    command = "from factorykb.cli import main; main()"
    places = ["--seeds", str(folder), "--docs", str(tmp_path / "docs"), "--site", str(tmp_path / "site")]
    subprocess.run([sys.executable, "-c", command, "build", *places], capture_output=True, check=True)
    first, *others = (a.id for a in reversed(pipeline.read_folder(folder).library.articles))
    page = browser.new_page()
    page.goto((tmp_path / "site" / "search" / "index.html").as_uri() + "?q=椅子厂")
    page.locator(".kb-found").wait_for()
    assert page.locator(".kb-found").count() == 1
    ask = "kbSearch.index().then((index) => index.search('椅子厂'))"
    hits = {hit["id"]: hit for hit in page.evaluate(ask)["exact"]["hits"]}
    assert {id: hits[id]["repeats"] for id in (first, *others)} == {first: "", **dict.fromkeys(others, first)}
    assert len({hits[id]["snippet"] for id in (first, *others)}) == 1, "how each begins"
    page.get_by_role("button", name="另有 2 处相同内容").click()
    for id in others:
        expect(page.locator(f'.kb-found-rest [data-kb-hit="{id}"]')).to_be_visible()
    page.close()
    previews = [path.read_text("utf-16") for path in (tmp_path / "docs/data/previews").rglob("*.js")]
    assert not any("\\u001f" in text for text in previews), "no field but the text is shown"


def test_search_folds_a_repost_under_what_stands_for_it_and_still_finds_it(
    folder: Path, tmp_path: Path, browser: Browser
) -> None:
    seed(folder, "a", "椅子厂的柔性线", WHOLE, date="2024-03-01", url="https://a.example/1")
    seed(folder, "b", "换了题目的转载", WHOLE, date="2024-04-01", url="https://b.example/9")
    command = [
        sys.executable,
        "-c",
        "from factorykb.cli import main; main()",
        "build",
        "--seeds",
        str(folder),
    ]
    command += ["--docs", str(tmp_path / "docs"), "--site", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 article or answer repeats another" in done.stdout
    page = browser.new_page()
    page.goto((tmp_path / "site" / "search" / "index.html").as_uri() + "?q=最小的一单")
    page.locator(".kb-found").wait_for()
    assert page.locator("[data-kb-group=exact]").get_attribute("data-kb-total") == "2"
    assert page.locator(".kb-found h3:visible").all_inner_texts() == ["椅子厂的柔性线"]
    page.get_by_role("button", name="另有 1 处相同内容").click()
    assert page.locator(".kb-found h3:visible").all_inner_texts() == ["椅子厂的柔性线", "换了题目的转载"]
    assert page.evaluate("document.activeElement.textContent") == "换了题目的转载"
    page.goto((tmp_path / "site" / "search" / "index.html").as_uri() + "?q=换了题目")
    page.locator(".kb-found").wait_for()
    assert page.locator(".kb-found h3:visible").all_inner_texts() == ["换了题目的转载"]
    page.close()
