"""Links to topics: the first mention that may be one becomes one, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorykb import analysis, config, editorial, pages, pipeline, search, store, topics
from factorykb.editorial import Topic, Vocabulary
from factorykb.fold import folded
from factorykb.lexicon import Lexicon
from factorykb.model import Block, Break, Figure, Heading, ListBlock, Paragraph, Quote, Rule, Span
from factorykb.overview import Entry, Overview, TopicView, overview
from factorykb.pages import lists
from factorykb.text import of_blocks


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(editorial.load(config.EDITORIAL))


def linked(blocks: tuple[Block, ...], lexicon: Lexicon) -> tuple[Block, ...]:
    text = of_blocks(blocks)
    found = analysis.read("", text, lexicon).mentions
    return topics.linked(blocks, found, {name: f"/{name}" for name in lexicon.numbers})


def links_in(blocks: Iterable[Block]) -> Iterator[Span]:
    for block in blocks:
        match block:
            case Paragraph(inlines) | Heading(inlines=inlines):
                yield from (item for item in inlines if isinstance(item, Span) and item.href)
            case Quote(inner):
                yield from links_in(inner)
            case ListBlock(items):
                yield from links_in(chain.from_iterable(items))


def test_the_first_mention_that_may_be_a_link_becomes_one(lexicon: Lexicon) -> None:
    strong = frozenset({"strong"})
    blocks: tuple[Block, ...] = (
        Heading(2, (Span("富士康"),), 2),
        Paragraph((Span("富士康", href="https://e.com"), Span("富士康", frozenset({"code"})))),
        Paragraph((Span("说的是富"), Span("士康", strong))),
        Figure("a.png", caption=(Span("富士康"),)),
        Rule(),
        Quote((ListBlock(((Paragraph((Break(), Span("在富士康，还是富士康", strong))),),)),)),
        Paragraph((Span("富士康"),)),
    )
    done = linked(blocks, lexicon)
    assert of_blocks(done) == of_blocks(blocks)
    assert list(links_in(done)) == [
        Span("富士康", href="https://e.com"),
        Span("富士康", strong, "/富士康"),
    ]
    assert done[:5] == blocks[:5]
    assert done[6] == blocks[6]


def test_a_name_inside_another_word_is_no_mention_wherever_bold_begins(lexicon: Lexicon) -> None:
    blocks = (
        Paragraph((Span("在"), Span("深圳", frozenset({"strong"})), Span("市的工厂，"))),
        Paragraph((Span("深圳的工厂"),)),
    )
    done = linked(blocks, lexicon)
    assert done[0] == blocks[0]
    assert list(links_in(done)) == [Span("深圳", href="/深圳")]


_spans = st.builds(
    Span,
    st.lists(
        st.sampled_from(["富士康", "華爲", "ＡＩ", "和", "。", " ", "…", "㈱", "1688", "\n"]), max_size=4
    ).map("".join),
    st.sampled_from([frozenset[str](), frozenset({"strong"}), frozenset({"code"})]),
    st.sampled_from([None, None, "https://e.com"]),
)
_lines = st.lists(_spans | st.just(Break()), max_size=4).map(tuple)
_blocks = st.recursive(
    st.builds(Paragraph, _lines) | st.builds(Heading, st.just(2), _lines, st.just(2)) | st.just(Rule()),
    lambda inner: (
        st.builds(Quote, st.lists(inner, max_size=3).map(tuple))
        | st.builds(ListBlock, st.lists(st.lists(inner, max_size=2).map(tuple), max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(blocks=st.lists(_blocks, max_size=5).map(tuple))
def test_links_to_topics_change_no_text_and_stand_on_their_names(
    lexicon: Lexicon, blocks: tuple[Block, ...]
) -> None:
    done = linked(blocks, lexicon)
    assert of_blocks(done) == of_blocks(blocks)
    own = [span for span in links_in(done) if span.href != "https://e.com"]
    assert len({span.href for span in own}) == len(own)
    for span in own:
        assert lexicon.topics[folded(span.text)].name == (span.href or "")[1:]


def test_topics_stand_under_a_latin_letter_or_apart() -> None:
    entry = editorial.load(config.EDITORIAL).topics[0]
    names = ("富士康", "5G", "Ωmega", "élan", "SHEIN", "长三角", "卡脖子")
    initials = [topics.place_of(replace(entry, name=name))[0] for name in names]
    assert initials == ["F", "#", "#", "#", "S", "C", "Q"]
    unordered = ["军工", "京东", "京东方", "价格战", "吉利"]
    ordered = sorted(unordered, key=lambda name: topics.place_of(replace(entry, name=name)))
    assert ordered == ["吉利", "价格战", "京东", "京东方", "军工"]


def topic(name: str, slug: str | None = None) -> Topic:
    return Topic(name, "concept", False, "", (), (), (), slug, 1)


# An editor's addresses are each given once (`editorial.load`).
NAMES = st.dictionaries(
    st.sampled_from(["制造", "智造", "制造 2", "AB!", "ab", "ab 2", "Index", "Con", "长" * 99, "…"]),
    st.none(),
    min_size=2,
)


@given(
    NAMES,
    st.lists(st.sampled_from(["ab", "ab-2", "zhi-zao", "zhi-zao-2", "topic"]), unique=True),
    st.randoms(),
)
def test_no_two_topics_have_one_address(names: dict[str, None], given: list[str], chance: Random) -> None:
    named = [topic(name) for name in names] + [topic(f"词条{slug}", slug) for slug in given]
    chance.shuffle(named)
    slugs = topics.slugs_of(named)
    assert len(set(slugs.values())) == len(named)
    assert all(slugs[one.name] == one.slug for one in named if one.slug)
    assert not any(slug == "index" or store.is_odd(f"{slug}.md") for slug in slugs.values())


def test_the_pages_of_a_long_list_are_no_other_topics_pages() -> None:
    named = [topic("制造"), topic("智造"), topic("制造 2")]
    slugs = topics.slugs_of(named)
    entry = cast(Entry, None)  # only how many there are matters
    view = Overview(
        {}, {t.name: TopicView(t, slugs[t.name], (entry,) * 800, (), (), (), 0) for t in named}, {}
    )
    parts = lists.of_passages(view)
    assert [part.number for part in parts] == [1, 2, 3] * 3
    assert len({part.path for part in parts}) == len(parts)
    pages = search.entries.of_generated(
        {part.path: f"---\ntitle: {part.of}\n---\n" for part in parts}, Vocabulary(topics=tuple(named))
    )
    assert sorted(page.title for page in pages if page.kind == "topic") == sorted(t.name for t in named)


PASSING = "{}的工厂今年换了设备，负责人说{}，产能利用率比去年高，客户里也有富士康，不过订单不多，仓库、车间、食堂都翻修过，招聘也容易些。"
MUCH = "富士康在{}的工厂扩产。富士康招了工人，富士康也换了设备，{}，当地供应商都说富士康改变了产业链，仓库、车间、食堂都翻修过，招聘也容易些。"
PLACES = (
    ("苏州", "成本降了"),
    ("长沙", "质量稳了"),
    ("宁波", "交期短了"),
    ("沈阳", "能耗低了"),
    ("珠海", "返工少了"),
)


def first_on(folder: Path, **files: str) -> list[str]:
    """The titles of the articles that the page of 富士康 begins with, beside five that mention it in passing."""
    for number, words in enumerate(PLACES):
        (folder / f"{number}.md").write_text(
            f"---\ntitle: {words[0]}见闻\n---\n{PASSING.format(*words)}", "utf-8"
        )
    for stem, text in files.items():
        (folder / f"{stem}.md").write_text(text, "utf-8")
    library = pipeline.read_folder(folder).library
    known = pipeline.know(library, editorial.load(config.EDITORIAL))
    return [entry.article.title for entry in overview(known).topics["富士康"].best]


def test_a_topic_begins_with_what_says_most_about_it(tmp_path: Path) -> None:
    machine = "---\ntitle: 富士康日报\n---\n" + MUCH.format("重庆", "节奏快了") + "\n\n本文由AI生成"
    two = f"---\ntitle: 甲\n---\n## 富士康\n\n{MUCH.format('郑州', '工资涨了')}\n\n## 乙\n\n{MUCH.format('太原', '宿舍新了')}"
    often = "---\ntitle: 丙\n---\n" + MUCH.format("成都", "流程顺了")
    begun = first_on(tmp_path, machine=machine, two=two, often=often)
    assert begun[:2] == ["甲", "丙"]
    assert begun[2] in {f"{place}见闻" for place, _ in PLACES}, (
        "no second one of an article, nothing of a machine"
    )


def test_a_short_list_of_a_topic_has_no_beginning_of_its_own(tmp_path: Path) -> None:
    assert first_on(tmp_path) == []


def test_a_topics_page_names_an_article_once_above_its_passages(tmp_path: Path) -> None:
    sections = "".join(f"\n## {place}厂\n\n{MUCH.format(place, said)}\n" for place, said in PLACES)
    begun = first_on(tmp_path, many=f"---\ntitle: 五个厂\n---\n{sections}")
    known = pipeline.know(pipeline.read_folder(tmp_path).library, editorial.load(config.EDITORIAL))
    slug = topics.slugs_of(known.vocabulary.topics)
    first, _, every = pages.files(known)[f"topics/{slug['富士康']}.md"].partition("\n## 10 段提到它\n")
    assert "\n## 先读这三段\n" in first
    assert begun[0] == "五个厂"
    assert every.count("五个厂") == 1
    assert every.count("\n#### [") == 5
    assert every.count("\n### [") == 5
