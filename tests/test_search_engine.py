"""The engine against a plain scan of the folded text, in a real browser with the real index."""

from __future__ import annotations

import html
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import opencc
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from factorykb import config, editorial, evaluate, pipeline, search
from factorykb.analysis import Knowledge
from factorykb.editorial import Rule, Topic, Vocabulary
from factorykb.errors import UsageError
from factorykb.fold import folded, points
from factorykb.model import MAX_THEMES, Article, Library
from factorykb.pages import wording
from factorykb.search import gathering, postings, previews, records, units
from factorykb.search.alphabet import alphabet_of
from factorykb.search.pairs import FIRST_PAIR, pairs_of

_SEARCH = "([query, options]) => index.search(query, options)"
Search = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """A passage as the scan sees it: its own text, the title that may stand in for later terms, the names for any."""

    id: str
    text: str
    title: str
    names: str


def names_of(article: Article) -> tuple[str, ...]:
    return (*article.bylines.authors, *article.bylines.editors)


def folded_lines(*texts: str) -> str:
    return "\n".join(folded(line) for text in texts for line in text.split("\n"))


@pytest.fixture(scope="module")
def places(library: Library) -> list[Place]:
    found = []
    for article in library.articles:
        names = names_of(article)
        own = (article.title, *names) if len(article.passages) == 1 else ()
        for passage in article.passages:
            text = folded_lines(passage.title, passage.author, *own, passage.text)
            id = f"{article.id}#{passage.anchor}"
            found.append(Place(id, text, folded(article.title), folded_lines(*names)))
    return found


@pytest.fixture(scope="module")
def titles(library: Library) -> dict[str, str]:
    """Of the articles that are hits themselves, with the names of who wrote them."""
    return {a.id: folded_lines(a.title, *names_of(a)) for a in library.articles if len(a.passages) != 1}


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page that has nothing but the engine, loaded by `import()`, as other people's tools may."""
    page = browser.new_page()
    page.goto(f"{address}data/themes.json")
    page.evaluate("root => import(root + 'assets/search/engine.js')", address)
    page.evaluate("async root => { globalThis.index = await kbSearch.openIndex(root) }", address)
    yield page
    page.close()


@pytest.fixture(scope="module")
def ask(opened: Page) -> Search:
    def run(query: str, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = opened.evaluate(_SEARCH, [query, {"limit": 100_000, **options}])
        return result

    return run


def written(library: Library, vocabulary: Vocabulary, root: Path) -> Knowledge:
    """An index of a test's own."""
    knowledge = pipeline.know(library, vocabulary)
    for name, content in search.files(knowledge, ()):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return knowledge


@contextmanager
def opened_from(root: Path, browser: Browser) -> Iterator[Page]:
    """As `opened`, with an index of a test's own, from the disk."""
    page = browser.new_page()
    page.route("**/blank.html", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto((root / "blank.html").as_uri())
    page.add_script_tag(url=(config.DOCS / "assets/search/engine.js").as_uri())
    page.evaluate("async root => { globalThis.index = await kbSearch.openIndex(root) }", root.as_uri())
    yield page
    page.close()


def ids(result: dict[str, Any], group: str = "exact") -> list[str]:
    """Of passages and articles; other pages have tests of their own."""
    return [hit["id"] for hit in result[group]["hits"] if hit["kind"] in ("passage", "article")]


def scan(places: list[Place], titles: dict[str, str], terms: list[str], without: list[str]) -> set[str]:
    first, *rest = terms
    found = {
        place.id
        for place in places
        if (first in place.text or first in place.names)
        and all(term in place.text or term in place.title or term in place.names for term in rest)
        and any(term in place.text for term in terms)
        and not any(term in place.text for term in without)
    }
    whole = {name for name, title in titles.items() if all(t in title for t in terms)}
    return found | {name for name in whole if not any(t in titles[name] for t in without)}


@st.composite
def substrings(draw: st.DrawFn, longest: int = 14) -> tuple[int, int, int]:
    """Where to cut a term out of the passages: which passage, where, how long."""
    return draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6)), draw(st.integers(1, longest))


def term(library: Library, cut: tuple[int, int, int]) -> str:
    """A run of characters of some line of some passage as it stands there; "" when it is no plain term."""
    passages = [p for a in library.articles for p in a.passages]
    passage = passages[cut[0] % len(passages)]
    lines = [line for text in (passage.title, passage.author, passage.text) for line in text.split("\n")]
    line = next(iter(random.Random(cut[1]).sample([line for line in lines if line], 1)), "")
    start = cut[1] % max(1, len(line) - cut[2] + 1)
    text = line[start : start + cut[2]].strip()
    special = (
        not text
        or re.search(r"\s", text)
        or text[0] in '-－"＂“「『'
        or re.search("[\u200b-\u200f\ufeff]", text)
    )
    return "" if special or not folded(text) else text


@given(cut=substrings())
@settings(max_examples=300)
def test_a_term_is_found_wherever_it_stands_and_nowhere_else(
    cut: tuple[int, int, int], library: Library, places: list[Place], titles: dict[str, str], ask: Search
) -> None:
    query = term(library, cut)
    if query:
        assert set(ids(ask(query))) == scan(places, titles, [folded(query)], [])


@given(cuts=st.lists(substrings(3), min_size=2, max_size=3), banned=st.booleans())
@settings(max_examples=100)
def test_several_terms_must_all_stand_and_excluded_ones_must_not(
    cuts: list[tuple[int, int, int]],
    banned: bool,
    library: Library,
    places: list[Place],
    titles: dict[str, str],
    ask: Search,
) -> None:
    terms = [text for text in (term(library, cut) for cut in cuts) if text]
    if len(terms) < 2:
        return
    wanted, without = (terms[:-1], terms[-1:]) if banned else (terms, [])
    query = " ".join([*wanted, *(f"-{text}" for text in without)])
    expected = scan(places, titles, [folded(t) for t in wanted], [folded(t) for t in without])
    assert set(ids(ask(query))) == expected


@pytest.mark.parametrize("query", ["产业升级", "华为", "工业软件", "ai", "阻碍 产业升级"])
def test_other_spellings_find_the_same(query: str, ask: Search) -> None:
    wanted = set(ids(ask(query)))
    assert wanted
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in query)
    spellings = {
        opencc.OpenCC("s2t").convert(query),
        query.upper(),
        full_width,
        "\u200b".join(query).replace("\u200b \u200b", " "),
        query.replace(" ", "　"),
    }
    for spelling in spellings:
        assert set(ids(ask(spelling))) == wanted, spelling


def test_quotation_marks_join_and_blanks_beside_chinese_do_not_count(ask: Search) -> None:
    assert set(ids(ask('"AI 算法"'))) == set(ids(ask("AI算法")))
    assert ask('"产业 升级" -"智能 制造"')["query"] == {"terms": ["产业 升级"], "excluded": ["智能 制造"]}
    assert ask("“产业 升级”")["query"]["terms"] == ["产业 升级"]
    assert ask("“卡脖子” 「华为」")["query"]["terms"] == ["卡脖子", "华为"]
    assert ask("“卡脖子”的")["query"]["terms"] == ["“卡脖子”的"], "as it stands in a text"
    assert ask('"半开')["query"]["terms"] == ["半开"]
    assert ask('"" 制造')["query"]["terms"] == ["制造"]
    assert ask("制\u200d造\ufeff业")["query"]["terms"] == ["制造业"]
    assert ask("-")["query"] == {"terms": ["-"], "excluded": []}


@pytest.mark.parametrize("query", ["", "   ", "-升级", '""', "\u200b"])
def test_a_query_that_asks_for_nothing_finds_nothing(query: str, ask: Search) -> None:
    result = ask(query)
    assert (result["exact"]["total"], result["related"]["total"]) == (0, 0)


def test_a_title_is_one_hit_and_stands_in_for_later_terms(library: Library, ask: Search) -> None:
    question = next(a for a in library.articles if len(a.passages) > 100)
    found = ids(ask("产业升级 阻碍"))
    assert found.count(question.id) == 1
    assert len(found) < len(question.passages)
    titled = ids(ask("柔性制造 真正的阻碍在哪里"))
    assert len(titled) == 1
    assert titled[0].startswith(f"{question.id}#")
    assert not ids(ask("真正的阻碍在哪里 柔性制造"))


def test_titles_and_headings_come_before_texts(library: Library, ask: Search) -> None:
    heads = {
        f"{a.id}#{p.anchor}": folded_lines(p.title, p.author, a.title if len(a.passages) == 1 else "")
        for a in library.articles
        for p in a.passages
    }
    heads |= {a.id: folded(a.title) for a in library.articles}
    ranked = ["数字" in heads[name] for name in ids(ask("数字"))]
    assert ranked == sorted(ranked, reverse=True)
    assert any(ranked)


def test_the_typed_spelling_comes_first(ask: Search, library: Library) -> None:
    texts = {f"{a.id}#{p.anchor}": p.text for a in library.articles for p in a.passages}
    assert "國家" in texts[ids(ask("國家"))[0]]
    assert "國家" not in texts[ids(ask("国家"))[0]]


def test_hits_come_in_pages_and_under_filters(ask: Search) -> None:
    whole = ask("产业")
    pages = [ask("产业", limit=7, offset=offset)["exact"]["hits"] for offset in (0, 7, 14)]
    assert [hit["id"] for page in pages for hit in page] == [h["id"] for h in whole["exact"]["hits"]][:21]
    for name in ("theme", "source", "year"):
        for facet in whole["facets"][name]:
            under = ask("产业", filters={name: facet["value"]})
            assert under["exact"]["total"] == facet["count"] > 0
            assert under["facets"][name] == whole["facets"][name]
    assert ask("产业", filters={"theme": "nothing"})["exact"]["total"] == 0


def test_an_article_has_the_themes_of_its_passages(ask: Search, library: Library, site: Path) -> None:
    question = next(a for a in library.articles if len(a.passages) > 100)
    page = (site.parent / f"docs/articles/{question.id}.md").read_text("utf-8")
    names = yaml.safe_load(page.split("---\n")[1])["tags"]
    query = "真正的阻碍在哪里"
    found = ask(query)
    hit = next(hit for hit in found["exact"]["hits"] if hit["id"] == question.id)
    labels = {facet["value"]: facet["label"] for facet in found["facets"]["theme"]}
    assert [labels[slug] for slug in hit["themes"]] == names
    for facet in found["facets"]["theme"]:
        under = ask(query, filters={"theme": facet["value"]})
        assert question.id in ids(under)
        assert under["exact"]["total"] + under["related"]["total"] == facet["count"]


def test_a_page_of_results_holds_both_groups(ask: Search) -> None:
    whole = ask("厂长")
    few = whole["exact"]["total"]
    assert 0 < few < 10
    both = ids(whole) + ids(whole, "related")
    for offset in (0, few - 1, few, few + 4):
        page = ask("厂长", limit=6, offset=offset)
        assert ids(page) + ids(page, "related") == both[offset : offset + 6]


def test_of_each_article_as_many_hits_as_were_asked_for(ask: Search) -> None:
    every = Counter(hit["id"].split("#")[0] for hit in ask("升级")["exact"]["hits"])
    listed = ask("升级", perArticle=2)["exact"]
    assert Counter(hit["id"].split("#")[0] for hit in listed["hits"]) == {
        id: min(n, 2) for id, n in every.items()
    }
    assert listed["listed"] == len(listed["hits"]) < listed["total"] == every.total()
    assert all(hit["inArticle"] == every[hit["id"].split("#")[0]] for hit in listed["hits"])
    largest = max(listed["hits"], key=lambda hit: hit["inArticle"])
    alone = ids(ask("升级", filters={"group": largest["group"]}))
    assert {id.split("#")[0] for id in alone} == {largest["id"].split("#")[0]}
    assert len(alone) == largest["inArticle"] > 2


@pytest.mark.parametrize("query", ["&", "a", "的", "“"])
def test_snippets_are_text_with_marks(query: str, ask: Search) -> None:
    hits = ask(query)["exact"]["hits"][:40]
    assert hits
    for hit in hits:
        rest = re.sub(r"</?mark>|&(?:amp|lt|gt|quot);", "", hit["snippet"])
        assert not re.search("[<>&]", rest), hit["snippet"]


def test_a_snippet_puts_no_blank_after_a_full_width_mark(ask: Search, library: Library) -> None:
    text = " ".join(passage.text for article in library.articles for passage in article.passages)
    snippets = [html.unescape(re.sub("</?mark>", "", hit["snippet"])) for hit in ask("升级")["exact"]["hits"]]
    assert sum("。" in snippet[:-1] for snippet in snippets) > 10
    joined = [found for snippet in snippets for found in re.findall("[。！？；] .", snippet)]
    assert all(found in text for found in joined)


def test_every_hit_shows_why(ask: Search) -> None:
    hits = [hit for hit in ask("产能过剩")["exact"]["hits"] if hit["kind"] == "passage"]
    assert hits
    for hit in hits:
        assert "<mark>产能过剩</mark>" in hit["snippet"]
        assert (hit["source"], hit["date"][:4].isdigit()) == (
            "zhihu" if "zhihu" in hit["id"] else hit["source"],
            True,
        )


def test_a_long_term_is_shown_where_it_stands(ask: Search, library: Library) -> None:
    lines = (line for a in library.articles for p in a.passages for line in p.text.split("\n")[2:])
    term = next(line[-110:] for line in lines if len(line) > 200 and not re.search('["“”]', line[-110:]))
    (hit,) = ask(f"“{term}”")["exact"]["hits"]
    shown = re.search("<mark>(.*?)</mark>", hit["snippet"])
    assert shown
    assert len(shown[1]) > 60
    assert html.unescape(shown[1]) in term


def test_of_terms_that_overlap_the_longest_is_marked(ask: Search) -> None:
    marks = [re.findall("<mark>(.*?)</mark>", h["snippet"]) for h in ask("产业 产业升级")["exact"]["hits"]]
    assert any("产业升级" in found for found in marks)
    for hit in ask("产业 产业升级")["exact"]["hits"]:
        assert "<mark>产业</mark>升级" not in hit["snippet"]


def test_what_is_excluded_is_in_no_group(ask: Search) -> None:
    assert ids(ask("产业 －升级")) == ids(ask("产业 -升级"))
    whole, without = ask("老板不愿意投钱升级"), ask("老板不愿意投钱升级 -工人")
    workers = set(ids(ask("工人")))
    assert workers & set(ids(whole, "related"))
    assert ids(without, "related")
    assert not workers & set(ids(without, "related"))


def test_pages_of_ours_are_counted_apart(ask: Search) -> None:
    found = ask("产业升级")["exact"]
    others = [hit for hit in found["hits"] if hit["kind"] not in ("passage", "article")]
    assert 0 < found["pages"] == len(others) < found["total"]


def test_names_lead_to_cards(ask: Search) -> None:
    cards = {
        query: [(c["kind"], c["title"]) for c in ask(query)["cards"]] for query in ("厂二代", "用工", "腾讯")
    }
    assert cards["厂二代"][0] == ("topic", "厂二代")
    assert [kind for kind, _ in cards["用工"]] == ["theme"]
    exact = ask("厂二代")["exact"]["hits"]
    assert "topics/chang-er-dai" not in [hit["id"] for hit in exact], "a card is not repeated as a hit"


def test_a_name_with_blanks_in_it_leads_to_its_card(ask: Search) -> None:
    for query, name in {
        "supply chain": "供应链",
        "Supply  Chain": "供应链",
        "36氪To B产业发展研究中心": "36氪",
        "工业 软件": "工业软件",
    }.items():
        assert ask(query)["cards"][0]["title"] == name, query


def test_what_is_not_there_word_for_word_is_found_in_other_words(ask: Search) -> None:
    result = ask("老板不愿意投钱升级")
    assert result["exact"]["total"] == 0
    assert len(ids(result, "related")) > 5
    assert "老板" in result["related"]["terms"]
    found = ask("微笑曲线")
    assert not set(ids(found)) & set(ids(found, "related"))


def test_what_only_asks_is_not_looked_for(ask: Search) -> None:
    terms = ask("低端制造业该不该搬去东南亚")["related"]["terms"]
    assert "东南亚" in terms
    assert "不该" not in terms, "a piece of 该不该, which the browser would cut otherwise"


def test_the_querys_own_words_are_named_first_then_the_same_in_other_words_then_parts(ask: Search) -> None:
    terms = ask("中小企业税费负担重不重")["related"]["terms"]
    assert terms[:2] == ["中小企业", "税费"]
    assert terms.index("小企业") < terms.index("企业")


def test_a_snippet_shows_as_many_of_the_querys_words_as_it_can(ask: Search) -> None:
    hits = ask("政策朝令夕改企业不敢长期投资")["related"]["hits"]
    snippet = next(hit["snippet"] for hit in hits if hit["author"] == "格局又上来了")
    assert {"企业", "投资"} <= set(re.findall("<mark>(.+?)</mark>", snippet)), "not only words for 政策"


def test_a_name_that_was_found_is_not_looked_for_by_its_characters(ask: Search) -> None:
    found = ask("雨果")  # an answerer; the characters stand in a hundred passages
    assert found["exact"]["total"] > 0
    assert (found["related"]["total"], found["related"]["terms"]) == (0, [])


def test_themes_that_bring_results_are_named(ask: Search) -> None:
    assert ask("智能 AI")["related"]["themes"] == ["智能制造与数字化"]


@pytest.mark.parametrize("query", ["怎么办", "什么", "龘靐齉", "qwertyuiop", "的了是"])
def test_hopeless_queries_give_an_answer_not_an_error(query: str, ask: Search) -> None:
    assert ask(query)["exact"]["total"] >= 0


def test_every_page_is_findable(site: Path, ask: Search) -> None:
    docs = site.parent / "docs"
    missing = []
    for path in sorted(docs.rglob("*.md")):
        url = search.entries.url_of(path.relative_to(docs).as_posix())
        title = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])["title"]
        result = ask(f'"{title}"')
        urls = [hit["url"].partition("#")[0] for hit in [*result["cards"], *result["exact"]["hits"]]]
        missing += [] if url in urls else [f"{url}: {title}"]
    assert missing == []


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("gongchang", "工厂与工业变迁史"),
        ("gc", "工厂与工业变迁史"),
        ("zhineng", "智能制造与数字化"),
        ("kabozi", "卡脖子"),
        ("qiabozi", "卡脖子"),
        ("bozi", "卡脖子"),
        ("hongmeng", "鸿蒙"),
    ],
)
def test_pinyin_suggests_titles(typed: str, title: str, opened: Page) -> None:
    found = opened.evaluate("text => index.suggest(text)", typed)
    assert [one["title"] for one in found].count(title) == 1
    assert opened.evaluate("index.suggest('工厂')") == []


def test_pinyin_suggests_topics_that_one_passage_alone_mentions(opened: Page, library: Library) -> None:
    [found] = [one for one in opened.evaluate("index.suggest('ningbo')") if one["title"] == "宁波"]
    texts = {f"articles/{a.id}/#{p.anchor}": p.text for a in library.articles for p in a.passages}
    assert "宁波" in texts[found["url"]]


@pytest.mark.parametrize(
    ("typed", "name", "word"),
    [("产业升极", "", "产业升级"), ("人囗红利", "人口红利", "人口红利"), ("房地厂", "房地产", "房地产")],
)
def test_a_slip_that_leaves_a_word_whole_finds_the_name_too(
    typed: str, name: str, word: str, ask: Search
) -> None:
    found = ask(typed)
    assert found["related"]["terms"][0] == word
    assert not name or name in found["cards"][0]["title"]
    assert f"<mark>{word}</mark>" in found["related"]["hits"][0]["snippet"]


def test_a_slip_in_a_name_finds_the_name(ask: Search) -> None:
    found = ask("特斯啦")
    assert found["related"]["near"] == "特斯拉"
    said = {hit["id"] for hit in ask("特斯拉")["exact"]["hits"] if hit["kind"] == "passage"}
    assert {hit["id"] for hit in found["related"]["hits"][: len(said)]} == said
    assert [card["title"] for card in found["cards"]] == ["特斯拉"]
    assert found["related"]["terms"][0] == "特斯拉"
    assert all(
        "特" not in re.findall("<mark>(.+?)</mark>", hit["snippet"]) for hit in found["related"]["hits"]
    )


@pytest.mark.parametrize("question", ["什么是柔性制造", "柔性制造是什么意思？"])
def test_a_question_for_one_thing_leads_to_its_page(question: str, ask: Search) -> None:
    assert "柔性制造" in ask(question)["cards"][0]["title"]


def test_what_is_quoted_is_looked_for_as_it_stands_and_nothing_else(ask: Search) -> None:
    assert ask("工匠精神")["related"]["total"] > 0
    found = ask("“工匠精神”")
    assert (found["exact"]["total"], found["related"]["total"]) == (0, 0)
    assert ask("工匠精神 -“不存在的一句话”")["related"]["total"] > 0, "nothing that is wanted was quoted"


def test_hits_by_a_title_are_counted_and_come_last(ask: Search) -> None:
    found = ask("产业 升级 阻碍", limit=1000)["exact"]
    names = ("产业", "升级", "阻碍")
    whole = [
        all(name in hit["heading"] + hit["author"] + hit["snippet"] for name in names)
        for hit in found["hits"]
    ]
    assert 0 < found["byTitle"] < found["total"]
    assert not any(whole[-found["byTitle"] :])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("gongchang", "工厂"),
        ("gc", "工厂"),
        ("chanyeshengji", "产业升级"),
        ("cysj", "产业升级"),
        ("chanyesh", ""),
    ],
)
def test_pinyin_says_which_characters_it_spells(typed: str, text: str, opened: Page) -> None:
    assert text in [one["text"] for one in opened.evaluate("text => index.suggest(text)", typed)]


# --- the parts, without a browser --------------------------------------------------------------------------


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=20))
def test_no_code_of_the_alphabet_begins_another(texts: list[str]) -> None:
    alphabet = alphabet_of(texts, [points("\n")])
    codes = [
        format(int(value), f"0{length}b")
        for char in alphabet.characters
        for value, length in zip(*(alphabet.codes(char).values, alphabet.codes(char).lengths), strict=True)
    ]
    assert len(set(codes)) == len(codes) == len(set("".join(texts)) | {"\n"})
    if len(codes) > 1:
        assert not any(a != b and b.startswith(a) for a in codes for b in codes)


@given(
    texts=st.lists(st.text("甲乙丙a𠮷\n", max_size=60), max_size=9), other=st.text("甲乙丙a𠮷丁", max_size=60)
)
def test_frequent_pairs_are_one_symbol_and_the_text_comes_back(texts: list[str], other: str) -> None:
    pairs = pairs_of((text + "\x1e" for text in texts), "\x1e")
    left, right = pairs.parts().reshape(-1, 2).T
    written: list[str] = []

    def text_of(symbol: int) -> str:
        return chr(symbol) if symbol < FIRST_PAIR else written[symbol - FIRST_PAIR]

    for first, second in zip(left, right, strict=True):
        written.append(text_of(first) + text_of(second))
    assert all("\x1e" not in pair for pair in written)
    for text in (*texts, other):
        symbols = pairs.symbols(text)
        assert "".join(map(text_of, symbols)) == text
        assert len(symbols) < len(text) or not any(pair in text for pair in written)


def test_rooms_are_hardly_wider_than_texts() -> None:
    lengths = np.arange(1, 400_000, 7)
    codes = postings.width_codes(lengths)
    widths = postings.widths_of(codes)
    assert (widths >= lengths).all()
    assert (widths < lengths * 1.5).all()
    assert (np.diff(codes) >= 0).all()
    assert len(np.unique(widths)) == len(np.unique(codes))


def test_a_large_site_has_larger_files_and_not_more() -> None:
    article = units.Group("", 2020, "zhihu", (units.Unit("题", "字" * 300),) * 10, titled=True)

    def files(articles: int) -> tuple[int, int]:
        groups = [article] * articles
        return len(records.files_of(groups, [], np.full(articles * 10, 300))), previews.shard_count(groups)

    small, large, larger = map(files, (300, 12_000, 48_000))
    assert small == (1500, 300)  # two units a file of records, ten addresses a file of previews
    assert all(few < 15 * one for few, one in zip(large, small, strict=True))  # of forty times the articles
    assert larger == pytest.approx(large, rel=0.1)


def test_what_a_word_brings_up_first_lies_together() -> None:
    def page(number: int) -> units.Unit:
        title = "柔性制造" if number == 40 else ""
        says = {
            3: "柔性制造" * 9,
            7: "柔性制造",
            30: "柔性制造，卡脖子",
            31: "卡脖子",
            45: "𠀀工",
            46: "𠀀工",
            50: "柔性制造" + "长" * 9000,
        }
        return units.Unit(title, says.get(number, "别的话"))

    groups = [units.Group("", 2020, "zhihu", (page(number),), titled=False) for number in range(60)]
    groups.append(units.Group("themes/x/", 0, "", (units.Unit("柔性制造", "说明"),), titled=True))
    lines = postings.lines_of(units.all_units(groups))
    topics = tuple(
        Topic(name, "concept", False, "", (), (name,), (), None, 1)
        for name in ("柔性制造", "𠀀工", "卡脖子", "无处可寻")
    )
    found = gathering.gathered(Vocabulary((), topics), lines, groups)
    # The page of that name, the heading, the rest; what is long has a file to itself, as has what is left alone.
    assert found == [[3, 7, 30, 40, 60], [45, 46]]
    assert gathering.packed([]) == ""


@given(st.data(), st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_each_record_lies_in_one_file(data: st.DataObject, lengths: list[int]) -> None:
    groups = [
        units.Group(f"{n}", 2020, "zhihu", (units.Unit("题", "字" * n),), titled=False) for n in lengths
    ]
    apart = data.draw(st.lists(st.sampled_from(range(len(lengths))), unique=True))
    gathered = [apart[::2], apart[1::2]] if len(apart) > 1 else []
    files = records.files_of(groups, gathered, np.asarray(lengths))
    assert [[unit for _, unit in file] for file in files[: len(gathered)]] == [
        [groups[n].units[0] for n in file] for file in gathered
    ]
    whole = [group.front for file in files for group, _ in file]
    assert sorted(whole) == sorted(group.front for group in groups)
    for file in files[len(gathered) :]:
        assert len(file) == 1 or sum(len(unit.body) for _, unit in file) <= records.characters_of(40)


@given(
    st.lists(st.tuples(st.text("的是\n厂", max_size=30), st.text("的一业", max_size=9)), max_size=8),
    st.integers(1, 40),
)
def test_lists_of_frequent_characters_count_them(texts: list[tuple[str, str]], piece: int) -> None:
    alphabet = alphabet_of(["的是一厂业\n"], [])
    found = [units.Unit(head, body) for body, head in texts]
    slots = postings.slots_of(postings.lines_of(found), alphabet)
    splits = np.asarray([0, 9, 0, 9, 9, 9, 9])  # by rank + 1
    frequent = {char for char in "的是一厂业" if splits[alphabet.ranks(points(char))[0] + 1]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_PIECE", piece)
        rows = [tuple(row) for some in postings.frequent(slots, splits) for row in some.tolist()]
    written = [unit.body for unit in found] + [unit.head for unit in found]
    expected = {
        (int(alphabet.ranks(points(char))[0]) + 1, slot, times)
        for slot, text in enumerate(written)
        for char, times in Counter(text).items()
        if char in frequent
    }
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def test_the_most_frequent_characters_are_found_by_their_lists(
    library: Library, places: list[Place], tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "_SHARD_BYTES", 150)  # as many shards as a large site has
    written(library, editorial.load(config.EDITORIAL), tmp_path)
    with opened_from(tmp_path, browser) as page:
        split = page.evaluate(
            "Array.from(index.ranks).map(([char, rank]) => [char, index.splits[rank] ?? 0])"
        )
        by_split = {number: char for char, number in reversed(split)}
        assert {0, 1, 2, 3, 4, 5} <= by_split.keys(), "some in one piece, some in many, some with lists"
        for query in (*by_split.values(), "企业", "的人", "产业升级"):
            found = ids(page.evaluate(_SEARCH, [query, {"limit": 1000}]))
            assert sorted(id for id in found if "#" in id) == sorted(p.id for p in places if query in p.text)


def test_a_hit_has_all_themes_of_its_passage(library: Library, tmp_path: Path, browser: Browser) -> None:
    vocabulary = editorial.load(config.EDITORIAL)
    article = max(library.articles, key=lambda a: len(a.passages))
    slugs = tuple(theme.slug for theme in vocabulary.themes[:MAX_THEMES])
    target = f"{article.id}#{article.passages[3].anchor}"
    rules = {**vocabulary.rules, target: Rule(target, "试", 1, themes=slugs)}
    knowledge = written(library, replace(vocabulary, rules=rules), tmp_path)
    with opened_from(tmp_path, browser) as page:
        hits = page.evaluate(_SEARCH, ["的", {"limit": 1000}])["exact"]["hits"]
    shown = {hit["id"]: hit["themes"] for hit in hits if hit["kind"] == "passage"}
    known = {name: [hit.slug for hit in found.themes] for name, found in knowledge.analyses.items()}
    assert shown[target] == list(slugs)
    assert shown == {name: known[name] for name in shown}


def articles_of(folder: Path, **bodies: str) -> Library:
    """Articles of one passage each, by file name."""
    for name, body in bodies.items():
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(f"---\ntitle: 题目{name}\n---\n{body}\n", encoding="utf-8")
    return pipeline.read_folder(folder).library


def written_by(folder: Path) -> Library:
    """An article of several passages, one of a single passage, and one that only speaks of an author."""
    folder.mkdir()
    credits = "<p>文 | 王耐、李默</p><p>编辑 | 石亚琼</p>"
    parts = "<h2>一</h2><p>机床换了三回。</p><h2>二</h2><p>工人学会了检测。</p>"
    for name, title, body in (
        ("many", "机加工车间", f"{credits}{parts}"),
        ("one", "轴承厂", f"{credits}<p>轴承磨得很细。</p>"),
        ("other", "别处", "<p>机床边上的人说，王耐来过。</p>"),
    ):
        head = f'---\ntitle: "{title}"\ndate: "2024-03-01 08:00:00"\nurl: https://x.example/{name}\n---\n'
        (folder / f"{name}.md").write_text(f"{head}<div>{body}</div>\n", encoding="utf-8")
    return pipeline.read_folder(folder).library


def test_authors_and_editors_find_what_they_wrote(tmp_path: Path, browser: Browser) -> None:
    library = written_by(tmp_path / "seeds")
    known = {article.title: article for article in library.articles}
    assert {names_of(article) for article in library.articles} == {("王耐", "李默", "石亚琼"), ()}
    many, one, other = known["机加工车间"], known["轴承厂"], known["别处"]
    first, second = (f"{many.id}#{passage.anchor}" for passage in many.passages)
    alone, elsewhere = (f"{article.id}#{article.passages[0].anchor}" for article in (one, other))
    written(library, Vocabulary(), tmp_path)
    with opened_from(tmp_path, browser) as page:

        def ask(query: str) -> dict[str, Any]:
            found: dict[str, Any] = page.evaluate(_SEARCH, [query, {}])
            return found

        assert set(ids(ask("石亚琼"))) == {many.id, alone}
        assert ids(ask("王耐"))[2:] == [elsewhere], "who wrote it before who speaks of him"
        assert {hit["author"] for hit in ask("石亚琼")["exact"]["hits"]} == {"王耐、李默、石亚琼"}
        assert not ids(ask("耐李")), "names do not touch each other"
        assert not ids(ask("编辑")), "names, not credits"
        assert ids(ask("王耐 机加工")) == [many.id]
        for query, by_author in (("李默 机床", 1), ("机床 李默", 1), ("机床 加工", 0)):
            found = ask(query)
            assert ids(found) == [first], query
            assert (found["exact"]["byTitle"], found["exact"]["byAuthor"]) == (1, by_author)
        assert not ids(ask("加工 机床")), "a title stands in for later terms only"
        assert set(ids(ask("机床 -李默"))) == {first, elsewhere}
        assert ids(ask("检测 王耐 石亚琼")) == [second]


def test_a_radical_is_marked_as_the_character_it_stands_for(tmp_path: Path, browser: Browser) -> None:
    written(articles_of(tmp_path / "seeds", a="这台⾺达转得快。"), Vocabulary(), tmp_path)
    with opened_from(tmp_path, browser) as page:
        (hit,) = page.evaluate(_SEARCH, ["马达", {}])["exact"]["hits"]
    assert "<mark>⾺达</mark>" in hit["snippet"]


def test_tags_in_a_snippet_are_text(tmp_path: Path, browser: Browser) -> None:
    written(articles_of(tmp_path / "seeds", a='前文&lt;b&gt;"马达"&amp;lt;后文。'), Vocabulary(), tmp_path)
    with opened_from(tmp_path, browser) as page:
        (hit,) = page.evaluate(_SEARCH, ["<b>", {}])["exact"]["hits"]
    assert hit["snippet"] == "前文<mark>&lt;b&gt;</mark>&quot;马达&quot;&amp;lt;后文。"


def test_a_snippet_begins_with_the_sentence_or_shortly_before_the_hit(
    tmp_path: Path, browser: Browser
) -> None:
    before, after = "句" * 60 + "。", "后" * 100
    bodies = {
        "first": f"前马达{after}",
        "near": f"{before}{'近' * 24}马达{after}",
        "far": f"{before}{'远' * 25}马达{after}",
        "clause": f"{before}{'远' * 25}，近处马达{after}",
        "word": f"{before}{'远' * 25}的近处马达{after}",
        "latin": f"{before}{'远' * 25}SPOTLIGHT一二三四五马达{after}",
        "bracket": f"{before}（{'远' * 25}）近处马达{after}",
        "run": f"{before}{'a' * 90}马达{after}",
        "number": f"{before}{'远' * 20}10,000马达{after}",
    }
    written(articles_of(tmp_path / "seeds", **bodies), Vocabulary(), tmp_path)
    with opened_from(tmp_path, browser) as page:
        hits = page.evaluate(_SEARCH, ["马达", {}])["exact"]["hits"]
    mark = "<mark>马达</mark>"
    assert {hit["title"]: hit["snippet"] for hit in hits} == {
        "题目first": f"前{mark}{'后' * 93}…",
        "题目near": f"…{'近' * 24}{mark}{'后' * 70}…",
        "题目far": f"…{'远' * 10}{mark}{'后' * 84}…",
        "题目clause": f"…近处{mark}{'后' * 92}…",
        "题目word": f"…近处{mark}{'后' * 92}…",
        "题目latin": f"…SPOTLIGHT一二三四五{mark}{'后' * 80}…",
        "题目bracket": f"…近处{mark}{'后' * 92}…",
        "题目run": f"…{'a' * 25}{mark}{'后' * 69}…",
        "题目number": f"…{'远' * 4}10,000{mark}{'后' * 84}…",
    }


def test_what_says_little_comes_after_what_says_more(tmp_path: Path, browser: Browser) -> None:
    said = (
        "这家工厂用国产轴承换下进口货，订单从三百套涨到一千套，交期缩短一半，工人学会了检测精度和寿命的办法。"
    )
    library = articles_of(tmp_path / "seeds", little="轴承轴承轴承！", much=said)
    known = written(library, Vocabulary(), tmp_path)
    names = {article.title: f"{article.id}#{article.passages[0].anchor}" for article in library.articles}
    assert [known.analyses[names[f"题目{name}"]].substantive for name in ("little", "much")] == [False, True]
    with opened_from(tmp_path, browser) as page:
        hits = page.evaluate(_SEARCH, ["轴承", {}])["exact"]["hits"]
    assert [hit["title"] for hit in hits] == ["题目much", "题目little"]


@given(texts=st.lists(st.text(st.sampled_from("甲乙丙丁的，。 aB\n國"), max_size=40), max_size=12))
@settings(max_examples=10)
def test_made_up_corpora_are_searched_exactly(texts: list[str], browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        seeds = root / "seeds"
        seeds.mkdir()
        for number, text in enumerate(texts):
            body = "\n\n".join(line for line in text.split("\n") if line.strip()) or "空"
            (seeds / f"{number}.md").write_text(
                f'---\ntitle: "第 {number} 篇"\ndate: 2024-01-0{number % 9 + 1}\n---\n\n{body}\n',
                encoding="utf-8",
            )
        library = pipeline.read_folder(seeds).library
        pipeline.write(pipeline.know(library, editorial.load(config.EDITORIAL)), root)
        wanted = {
            query: sorted(
                f"{a.id}#{p.anchor}"
                for a in library.articles
                for p in a.passages
                if folded(query) in folded_lines(p.title, a.title, p.text)
            )
            for query in ("甲", "甲乙", "的，", "ab", "国", "丁丁丁", "甲乙丙")
        }
        with opened_from(root, browser) as page:
            page.evaluate("index.search('厂二代 用工荒')")  # words of the vocabulary that stand in no text
            got = {query: sorted(ids(page.evaluate(_SEARCH, [query, {"limit": 1000}]))) for query in wanted}
    assert got == wanted


def test_every_example_that_readers_are_offered_finds_something(ask: Search) -> None:
    script = (config.DOCS / "assets" / "search" / "results.js").read_text("utf-8")
    [offered] = re.findall(r"const examples = (\[.*?\]);", script)
    for query in (*wording.EXAMPLES, *json.loads(offered)):
        found = ask(query)
        assert found["exact"]["total"] + found["related"]["total"] > 0, query


def test_a_word_of_the_vocabulary_inside_a_longer_one_in_latin_letters_is_not_meant(ask: Search) -> None:
    for query in ("rencai", "chanyedai", "waimai"):  # AI, EDA and AI stand in them
        assert ask(query)["related"]["total"] == 0, query
    assert "ai" in ask("AI取代人工")["related"]["terms"]
    assert ask("AI2 取代")["related"]["total"] > 0


def test_pages_written_by_hand_are_read_with_their_text(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text(
        "---\ntitle: 说明\n---\n\n# 说明\n\n一段**要紧**的话。\n", encoding="utf-8"
    )
    (tmp_path / "bare.md").write_text("没有头部\n", encoding="utf-8")
    found = {page.url: page for page in search.entries.by_hand(tmp_path, {})}
    assert found["note/"].title == "说明"
    assert "一段" in found["note/"].text
    assert "要紧" in found["note/"].text
    assert found["bare/"].title == "bare"


def test_a_page_that_begins_with_a_line_across_has_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "line.md").write_text("---\n一句话\n---\n另一句\n", encoding="utf-8")
    [found] = search.entries.by_hand(tmp_path, {})
    assert (found.title, found.text) == ("line", "一句话\n另一句")


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"---\ntitle: a: b\n---\n", "bad.md:2: ", "not valid YAML"),
        (b"---\ntitle: a\x07\n---\n", "bad.md:1: ", "not valid YAML"),
        ("---\ntitle: 工厂\n---\n".encode("gbk"), "bad.md: ", "UTF-8"),
    ],
)
def test_a_page_written_by_hand_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes, place: str, said: str
) -> None:
    (tmp_path / "bad.md").write_bytes(content)
    with pytest.raises(UsageError, match=said) as raised:
        list(search.entries.by_hand(tmp_path, {}))
    assert str(raised.value).startswith(f"{tmp_path}/{place}")


def test_folding_keeps_lines_apart() -> None:
    assert folded("产业 \n 升级 A b") == "产业\n升级a b"


def test_ndcg_is_one_for_the_best_order_and_less_for_others() -> None:
    grades = {"a": 2, "b": 1, "c": 1}
    assert evaluate._ndcg(["a", "b", "c"], grades) == 1
    assert evaluate._ndcg(["b", "a", "c"], grades) < 1
    assert evaluate._ndcg(["x"], grades) == 0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[]", "must have query, relevant, first"),
        ('{"query": "厂"}', "must have query, relevant, first"),
        ('{"query": "厂", "relevant": [{"seed": "a"}], "first": {}}', "must have seed, starts"),
        ('{"query": "厂", "relevant": [], "first": {"seed": "a", "starts": "b"}}', "nothing judged"),
    ],
)
def test_judgements_that_lack_something_are_named(line: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=problem):
        evaluate.queries(path, Knowledge(Library(())), lambda query, most: [])


@pytest.mark.parametrize(
    ("options", "same"),
    [
        ({"limit": -1}, {"limit": 0}),
        ({"limit": "3", "offset": "2"}, {"limit": 3, "offset": 2}),
        ({"limit": 3, "offset": -2}, {"limit": 3, "offset": 0}),
        ({"limit": None}, {"limit": 0}),
    ],
)
def test_odd_limits_are_taken_for_what_they_can_mean(
    options: dict[str, Any], same: dict[str, Any], opened: Page
) -> None:
    odd, plain = (opened.evaluate(_SEARCH, ["产业", one]) for one in (options, same))
    assert odd["exact"]["hits"] == plain["exact"]["hits"]
    assert odd["exact"]["total"] == plain["exact"]["total"] > 3


def test_hits_of_the_latest_articles_come_first_when_asked_for(ask: Search) -> None:
    best, newest = ask("产业")["exact"]["hits"], ask("产业", order="newest")["exact"]["hits"]
    assert sorted(ids({"exact": {"hits": best}})) == sorted(ids({"exact": {"hits": newest}}))
    days = [hit["date"] for hit in newest if hit["date"]]
    assert days == sorted(days, reverse=True)
    assert [hit["id"] for hit in best] != [hit["id"] for hit in newest]


def test_a_root_may_be_an_address_or_relative(opened: Page, address: str) -> None:
    roots = "root => Promise.all([new URL(root), '../', '..'].map(async one => (await kbSearch.openIndex(one)).root))"
    assert opened.evaluate(roots, address) == [address] * 3
