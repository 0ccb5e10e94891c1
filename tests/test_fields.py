"""Dates, titles, publishers: one table of normalisers for all dialects."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorykb import dates, fields, pipeline, publishers
from factorykb.model import Article, Publisher, Refusal

KR = publishers.known("36kr")
ZHIHU = publishers.known("zhihu")


@pytest.mark.parametrize(
    ("raw", "iso", "assumed"),
    [
        ("Mon, 07 Feb 2022 03:59:59 GMT", "2022-02-07T11:59:59+08:00", False),
        ("Mon, 07 Feb 2022 03:59:59 -0000", "2022-02-07T11:59:59+08:00", False),
        ("Mon, 07 Feb 2022 03:59:59", "2022-02-07T03:59:59+08:00", True),
        ("Mon Feb 07 2022 11:59:59 GMT+0800 (中国标准时间)", "2022-02-07T11:59:59+08:00", False),
        ("2025-02-11 11:45:05", "2025-02-11T11:45:05+08:00", True),
        ("2022-06-29T23:10:04+00:00", "2022-06-30T07:10:04+08:00", False),
        ("2022-06-29 23:10:04 +0000", "2022-06-30T07:10:04+08:00", False),
        ("2022-06-29T23:10:04Z", "2022-06-30T07:10:04+08:00", False),
        ("2024-02-10", "2024-02-10T00:00:00+08:00", True),
        ("2024/2/10 8:05", "2024-02-10T08:05:00+08:00", True),
        ("2024年2月10日 08:30", "2024-02-10T08:30:00+08:00", True),
        ("2024年2月10日 下午3:20", "2024-02-10T15:20:00+08:00", True),
        ("2024年2月10日 晚上12:30", "2024-02-10T00:30:00+08:00", True),
        ("2024-02-10 上午12点05分", "2024-02-10T00:05:00+08:00", True),
        ("2024-02-10 中午11:30", "2024-02-10T11:30:00+08:00", True),
        ("2024-02-10 下午15:20", "2024-02-10T15:20:00+08:00", True),
        ("February 10, 2024 3:20 PM", "2024-02-10T15:20:00+08:00", True),
        ("February 10, 2024", "2024-02-10T00:00:00+08:00", True),
        ("Sat Feb 10 15:20:09 CST 2024", "2024-02-10T15:20:09+08:00", True),
        ("Feb. 10, 2024", "2024-02-10T00:00:00+08:00", True),
        ("February 10th, 2024 at 3:20 PM", "2024-02-10T15:20:00+08:00", True),
        ("20240210152009", "2024-02-10T15:20:09+08:00", True),
        ("2024-02-10T15:20:09+08:00[Asia/Shanghai]", "2024-02-10T15:20:09+08:00", False),
        ("2024-02-10 15:20 来源：新华社", "2024-02-10T15:20:00+08:00", True),
        ("10 Feb 2024 +0800", "2024-02-10T00:00:00+08:00", False),
        ("Saturday, 10 Feb 2024", "2024-02-10T00:00:00+08:00", True),
        ("2024年2月10日 15时", "2024-02-10T15:00:00+08:00", True),
        ("2024年2月10日 下午3点", "2024-02-10T15:00:00+08:00", True),
        ("2/10/2024, 12:30:00 AM", "2024-02-10T00:30:00+08:00", True),
        ("2024-02-10 08:30:00 星期六", "2024-02-10T08:30:00+08:00", True),
        ("发布于 2024-02-10 08:30", "2024-02-10T08:30:00+08:00", True),
        ("编辑于 2024-02-10 08:30・IP 属地福建", "2024-02-10T08:30:00+08:00", True),
        ("編輯於 2024-02-10 08:30・IP 屬地廣東", "2024-02-10T08:30:00+08:00", True),
        ("2024年2月10日 週六 下午3點20分", "2024-02-10T15:20:00+08:00", True),
        ("北京時間：2024-02-10 08:30", "2024-02-10T08:30:00+08:00", False),
        ("2024-02-10T08:30:00 (UTC +08:00)", "2024-02-10T08:30:00+08:00", False),
        ("2024-02-10 08:30:00 +0900 JST", "2024-02-10T07:30:00+08:00", False),
        ("2024年2月10日 8:30 (GMT+8)", "2024-02-10T08:30:00+08:00", False),
        ("2024/2/10 下午3:20 +0900", "2024-02-10T14:20:00+08:00", False),
        ("2024-02-10 08:30:00 CST", "2024-02-10T08:30:00+08:00", False),
        ("Sat, 10 Feb 2024 08:30:00 CST", "2024-02-10T08:30:00+08:00", False),
        ("2024-02-10 08:30:00 Asia/Shanghai", "2024-02-10T08:30:00+08:00", False),
        ("北京时间 2024-02-10 08:30", "2024-02-10T08:30:00+08:00", False),
        ("2024-02-10 08:30（北京时间）", "2024-02-10T08:30:00+08:00", False),
        ("February 10th, 2024", "2024-02-10T00:00:00+08:00", True),
        ("二〇二四年二月十日", "2024-02-10T00:00:00+08:00", True),
        ("二零二四年十二月二十一日 星期六", "2024-12-21T00:00:00+08:00", True),
        ("发布于 二○二四年十月三十日下午三时十五分", "2024-10-30T15:15:00+08:00", True),
        ("2024-02-10 24:00", "2024-02-11T00:00:00+08:00", True),
        ("2024-12-31T24:00:00+09:00", "2024-12-31T23:00:00+08:00", False),
        ("2024年2月10日24时", "2024-02-11T00:00:00+08:00", True),
        ("1707525000", "2024-02-10T08:30:00+08:00", False),
        ("1707525000123", "2024-02-10T08:30:00+08:00", False),
    ],
)
def test_dates(raw: str, iso: str, assumed: bool) -> None:
    moment = dates.moment(raw)
    assert (moment.when.isoformat(), moment.zone_assumed) == (iso, assumed)


@pytest.mark.parametrize(
    "raw",
    [
        "2022-02-30",
        "昨天",
        "13 Foo 2022",
        "2022年13月1日",
        "0",
        "9999-99-99 10:00:00",
        "true",
        "10/02/2024, 15:20:00",
        "2024-02-10 24:01",
        "9999-12-31 24:00",
        "二〇二四年二月三十日",
        "二〇二四年十十月一日",
        "八十年代",
    ],
)
def test_what_is_no_date(raw: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dates.moment(raw)


@pytest.mark.parametrize(
    ("raw", "vague"),
    [
        ("八十年代", True),
        ("上世纪80年代", True),
        ("2024年2月", True),
        ("二〇二四年", True),
        ("昨天 10:30:05", True),
        ("不详", True),
        ("2024", True),
        ("2024-02", True),
        ("February 2024", True),
        ("2022-02-30", False),
        ("2022年13月1日", False),
        ("二〇二四年二月三十日", False),
        ("2024年2月10日 25:00", False),
        ("13 Foo 2022", False),
        ("2024-13", False),
        ("true", False),
    ],
)
def test_a_date_that_names_no_day_is_no_mistake(raw: str, vague: bool) -> None:
    assert dates.is_vague(raw) == vague


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_value_error(raw: str) -> None:
    with suppress(ValueError):
        assert dates.moment(raw).when.utcoffset() is not None


@pytest.mark.parametrize(
    ("original", "publisher", "shown"),
    [
        ("工厂是如何成长的？ _ 36氪【数字时氪】微信社群活动", KR, "工厂是如何成长的？"),
        ("36氪【数字时氪】活动 _ 那些故事！", KR, "那些故事！"),
        ("产业升级的阻碍 - 知乎", ZHIHU, "产业升级的阻碍"),
        ("36氪是怎样一家公司", KR, "36氪是怎样一家公司"),
        ("36氪", KR, "36氪"),
        ("甲 _ 乙", KR, "甲 _ 乙"),
        ("光储融合 | 某公司发布", KR, "光储融合 | 某公司发布"),
    ],
)
def test_shown_titles(original: str, publisher: Publisher, shown: str) -> None:
    assert fields.shown_title(original, publisher) == shown


@pytest.mark.parametrize(
    ("url", "stated", "channels", "key", "name"),
    [
        ("https://new.qq.com/rain/a/1", ["qq"], [], "qq", "腾讯新闻"),
        ("https://finance.sina.com.cn/x", ["sina_us_stock"], [], "sina", "新浪财经"),
        (None, ["sina_us_stock"], [], "sina", "新浪财经"),
        (None, ["view.inews.qq.com"], [], "qq", "腾讯新闻"),
        (None, [], ["资讯", "36kr", "新媒体"], "36kr", "36氪"),
        ("https://foo.example/1", [], ["机器人"], "foo-example", "foo.example"),
        (None, ["某报"], [], publishers.find(None, ["某报"]).key, "某报"),
        (None, [], ["机器人"], "web", "来源未知"),
        (None, [], ["知乎"], "zhihu", "知乎"),
        ("https://www.some-paper.cn/1", ["某报"], [], "some-paper-cn", "某报"),
        ("https://notqq.com/1", [], [], "notqq-com", "notqq.com"),
        (None, [], [], "web", "来源未知"),
    ],
)
def test_publishers(url: str | None, stated: list[str], channels: list[str], key: str, name: str) -> None:
    assert publishers.find(url, stated, channels) == Publisher(key, name)


def test_unknown_publishers_with_chinese_names_do_not_share_a_key() -> None:
    keys = {publishers.find(None, [name]).key for name in ("甲报", "乙报")}
    assert len(keys) == 2
    assert all(key.isascii() for key in keys)


@pytest.mark.parametrize(
    ("front", "lost"),
    [
        ("title: 甲\ntitle: 乙\n", [(2, "title stands also in line 3")]),
        ("title: 甲\ndate: 2024-01-01\nDate: 2024-01-02\n", [(3, "date stands also in line 4")]),
        ("title: 甲\ntags: [a]\ntags: [b]\n", []),  # no page shows these
        ("title: 甲\nurl: https://e.com/a\ntitle: 甲\n", []),
    ],
)
def test_of_a_key_given_twice_the_lost_value_is_told(
    tmp_path: Path, front: str, lost: list[tuple[int, str]]
) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}---\n机床的精度决定良品率。\n", encoding="utf-8")
    article = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(article, Article)
    assert [(one.line, one.problem.partition(",")[0]) for one in article.warnings] == lost
    assert all(one.remedy for one in article.warnings)


def test_of_a_key_given_twice_the_last_counts_even_where_the_first_is_empty(tmp_path: Path) -> None:
    text = "---\ntitle: 甲\ndate: null\ndate: 2024-01-02\ntitle: 乙\n---\n# 乙\n\n机床的精度。\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    article = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(article, Article)
    assert article.title == "乙"
    assert article.published


@pytest.mark.parametrize(
    ("front", "url", "publisher", "authors"),
    [
        ("source: https://www.zhihu.com", None, "知乎", ()),
        ("url: https://www.toutiao.com/", None, "今日头条", ()),
        ("url: https://blog.e.com", None, "blog.e.com", ()),
        ("source: 网易", None, "网易", ()),
        ("source: 经济日报 http://www.ce.cn/a.html", "http://www.ce.cn/a.html", "经济日报", ()),
        ("source: 经济日报（http://www.ce.cn/b.html）", "http://www.ce.cn/b.html", "经济日报", ()),
        ("source: 来源：经济日报　作者：王五", None, "经济日报", ()),
        (
            "source: {name: 第一财经, link: 'https://www.yicai.com/1'}",
            "https://www.yicai.com/1",
            "第一财经",
            (),
        ),
        ("url: ['https://www.yicai.com/2']", "https://www.yicai.com/2", "第一财经", ()),
        ("author: 文/王五 图/赵六", None, "来源未知", ("王五",)),
        ("author: 文｜王五  编辑｜赵六", None, "来源未知", ("王五",)),
        ("byline: 王五", None, "来源未知", ("王五",)),
    ],
)
def test_what_front_matter_says_in_one_field_is_told_apart(
    front: str, url: str | None, publisher: str, authors: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: [题]\ndate: ['[[2024-02-10]]']\n{front}\n---\n正文。\n", "utf-8")
    outcome = pipeline.read_file(path, "a.md")
    assert isinstance(outcome, Article), outcome
    assert (outcome.title, outcome.url, outcome.publisher.name) == ("题", url, publisher)
    assert outcome.bylines.authors == authors
    assert outcome.published is not None
    assert f"{outcome.published.when:%Y-%m-%d}" == "2024-02-10"


def test_a_site_s_front_page_makes_no_two_works_one_and_is_told(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name in "甲乙":
        text = f"---\ntitle: {name}\ndate: 2024-02-10\nurl: https://www.zhihu.com/\n---\n{name}厂。\n"
        (seeds / f"{name}.md").write_text(text, "utf-8")
    library = pipeline.read_folder(seeds).library
    assert {article.title for article in library.articles} == {"甲", "乙"}
    assert all("front page" in article.warnings[0].problem for article in library.articles)


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "题", "date": "2024-02-10", "content": "<p>一段。</p>"}',
        "---\ntitle: 题\ncontent: |\n  一段。\n---\n\n",
    ],
)
def test_a_text_within_front_matter_is_not_called_empty(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    outcome = pipeline.read_file(path, "a.md")
    assert isinstance(outcome, Refusal)
    assert "the text stands under content" in outcome.problem
    assert outcome.remedy == "Move it below the front matter"
