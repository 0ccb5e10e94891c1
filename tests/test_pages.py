"""The pages around the texts: home, timeline, sources, breadcrumbs, the wrong address; citing, printing, access."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from factorykb import config, editorial, pages, pipeline, readers
from factorykb.analysis import Knowledge
from factorykb.editorial import FAMILIES, EditorialError, Rule
from factorykb.fold import is_traditional
from factorykb.model import Article, Bylines, Library, Moment
from factorykb.overview import overview
from factorykb.pages import citation, lists, timeline, wording
from factorykb.pages.front import as_yaml
from factorykb.pages.places import Places
from factorykb.pages.seen import Seen
from tests.browsing import QUESTION, Visit, article, until, watch

REPORT = "seeds/002_2d21c99dfbe3b310.txt"
TWO_AUTHORS = "seeds/001_8f9d7073b44c8bbb.txt"


def soup(site: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((site / address / "index.html").read_text(), "lxml")


def kinds(library: Library) -> list[str]:
    """An address of each kind of page."""
    found = (QUESTION, REPORT, TWO_AUTHORS)
    return [
        "",
        "themes/",
        "themes/core-tech/",
        "topics/",
        "topics/1688/",
        "articles/",
        "years/2022/",
        "sources/",
        "sources/zhihu/",
        "timeline/",
        "about/",
        "search/?q=产业升级",
        "404.html",
        *(f"articles/{article(library, path).id}/" for path in found),
    ]


# --- lists ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [
        (1, 1, "1"),
        (1, 2, "1 2"),
        (1, 9, "1 2 … 9"),
        (4, 7, "1 2 3 4 5 6 7"),
        (4, 25, "1 2 3 4 5 … 25"),
        (5, 25, "1 … 4 5 6 … 25"),
        (25, 25, "1 … 24 25"),
    ],
)
def test_a_pager_names_the_ends_and_the_pages_near_by(number: int, total: int, expected: str) -> None:
    assert " ".join(str(page or "…") for page in wording.pages_near(number, total)) == expected


# --- home -------------------------------------------------------------------------------------------------


def test_home_says_what_where_to_search_and_where_to_start(site: Path, library: Library) -> None:
    home = soup(site, "")
    assert len(home.select(".kb-themes li")) == 16
    queries = [str(link["href"]) for link in home.select(".kb-try a")]
    assert len(queries) == len(wording.EXAMPLES)
    assert all(query.startswith("search/?q=") for query in queries)
    steps = [str(link["href"]) for link in home.select(".kb-path li a")]
    assert 5 <= len(steps) <= 7
    assert steps == [
        f"articles/{step.target.replace('#', '/#')}" for step in editorial.load(config.EDITORIAL).path
    ]
    assert [f.get_text() for f in home.select(".kb-figures dd")][:2] == [str(len(library.articles)), "253"]
    assert home.select(".kb-figures > div")[-1].get_text().split() == ["年", "2022–2025"]
    assert home.select_one('.kb-words a[href="topics/"]')


def test_themes_without_passages_are_not_on_the_home_page_and_say_so_on_their_own(tmp_path: Path) -> None:
    text = (
        "芯片制造的核心技术掌握在少数企业手里，光刻机的镜头和光源都要从国外买。要做国产替代，先得补上基础研究的课，"
        "工业软件、材料、设备一样都不能少；研发投入大、周期长，企业等不及回报，大学的成果又很难走进工厂的车间。"
    )
    (tmp_path / "a.md").write_text(f"---\ntitle: 芯片\n---\n{text}\n", "utf-8")
    words = editorial.load(config.EDITORIAL)
    files = pages.files(pipeline.know(pipeline.read_folder(tmp_path).library, words, curated=False))
    home = files["index.md"]
    shown = {slug for slug in (theme.slug for theme in words.themes) if f"](themes/{slug}.md)" in home}
    assert "core-tech" in shown
    assert len(shown) < len(words.themes)
    families = {FAMILIES.index(theme.family) + 1 for theme in words.themes if theme.slug in shown}
    assert {int(n) for n in re.findall(r"kb-themes kb-family-(\d)", home)} == families
    empty = next(theme for theme in words.themes if theme.slug not in shown)
    page = files[f"themes/{empty.slug}.md"]
    assert "还没有段落" in page
    assert empty.introduction[:20] not in page


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("说的正是_它_", r"说的正是\_它\_。"),
        ("说的正是它。", "说的正是它。"),
        ("说的正是它；", "说的正是它。"),
        ("“扩产”就是它", "“扩产”就是它。"),
        ("原文问：“为什么？”", "原文问：“为什么？”"),
    ],
)
def test_a_theme_s_page_says_why_an_editor_put_a_passage_there(
    library: Library, reason: str, shown: str
) -> None:
    words = editorial.load(config.EDITORIAL)
    found = article(library, REPORT)
    name = f"{found.id}#{found.passages[0].anchor}"
    keys = []
    for why in ("别的理由", reason):
        rule = Rule(name, why, 1, themes=("institutions",))
        known = pipeline.know(library, replace(words, rules={name: rule}))
        view = overview(known)
        part = next(part for part in lists.of_passages(view) if part.of == "institutions")
        keys.append(Seen(known, view, Places(known)).of_part(part))
    assert f"\n编辑归入：{shown}\n" in pages.files(known)["themes/institutions.md"]
    assert keys[0] != keys[1]  # the page is made anew


def test_an_example_query_finds_something(visit: Visit) -> None:
    visit.page.goto("")
    visit.page.get_by_role("link", name="厂二代", exact=True).first.click()
    visit.page.locator(".kb-result").first.wait_for()


def test_the_whole_home_page_is_light(desk: Visit) -> None:
    sizes: list[int] = []
    desk.page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.ok else None)
    desk.page.goto("", wait_until="networkidle")
    assert sum(sizes) <= 120_000
    assert not [kind for kind, _ in desk.requests if kind == "font"]
    assert not [
        url for _, url in desk.requests if "/assets/stylesheets/" in url or "/assets/javascripts/" in url
    ]


# --- day and night ----------------------------------------------------------------------------------------


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_light_is_the_systems_until_the_reader_chooses(desk: Visit) -> None:
    page = desk.page
    page.emulate_media(color_scheme="dark")
    page.goto("")
    night = paper(page)
    page.emulate_media(color_scheme="light")
    until(page, f"getComputedStyle(document.body).backgroundColor !== '{night}'")
    day = paper(page)
    page.locator(".kb-light").focus()
    page.keyboard.press("Enter")
    assert paper(page) == night
    page.goto("about/")
    assert paper(page) == night, "the choice goes along"
    # Pages that a browser kept while the reader was elsewhere; the tests' own keeps none.
    page.evaluate(
        "localStorage.setItem('kb-light', 'light'); dispatchEvent(new PageTransitionEvent('pageshow'))"
    )
    assert paper(page) == day
    page.evaluate(
        "localStorage.setItem('kb-light', 'dark'); dispatchEvent(new PageTransitionEvent('pageshow'))"
    )
    page.locator(".kb-light").click()
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert paper(page) == day
    assert not desk.console


def test_without_scripts_there_is_no_switch_and_its_room_is_kept(browser: Browser, address: str) -> None:
    boxes = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, base_url=address, color_scheme="dark")
        page = context.new_page()
        page.goto("")
        assert page.locator(".kb-light").is_visible() == scripts
        boxes.append(page.locator(".kb-search-button").bounding_box())
        context.close()
    assert boxes[0] == boxes[1]


PATH = "".join(f"- target: a-1#p-{n}\n  why: 因为\n" for n in range(5))


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (PATH.replace("  why: 因为\n", "", 1), "path.yml:1", "why is missing"),
        (PATH.replace("a-1#p-1", "a-1"), "path.yml:3", "is no passage"),
        (PATH.replace("p-1", "p-0"), "path.yml:3", "given already on line 1"),
        (PATH.replace("因为", "因" * 61, 1), "path.yml:2", "61 characters"),
        ("".join(PATH.splitlines(keepends=True)[:4]), "path.yml:3", "2 steps"),
    ],
)
def test_a_wrong_path_names_its_line(tmp_path: Path, text: str, place: str, problem: str) -> None:
    (tmp_path / "path.yml").write_text(text)
    with pytest.raises(EditorialError, match=problem) as raised:
        editorial.load(tmp_path)
    assert place in str(raised.value)


def test_a_step_that_is_gone_is_an_error_where_the_library_is_complete(tmp_path: Path) -> None:
    (tmp_path / "path.yml").write_text(PATH)
    vocabulary = editorial.load(tmp_path)
    with pytest.raises(EditorialError, match=r"path\.yml:1: nothing is called 'a-1#p-0'"):
        pipeline.know(Library(()), vocabulary, complete=True)
    pipeline.know(Library(()), vocabulary)


# --- finding one's way ------------------------------------------------------------------------------------


def test_breadcrumbs_lead_home_from_every_inner_page(site: Path, library: Library) -> None:
    for address in kinds(library)[1:-4]:
        if address in ("about/",) or "search" in address:
            continue
        trail = soup(site, address).select('nav[aria-label="当前位置"] a')
        assert trail, address
        assert trail[0].get_text() == "首页"
        assert (site / address / str(trail[0]["href"])).resolve() == site.resolve()
    report = article(library, REPORT)
    trail = soup(site, f"articles/{report.id}").select('nav[aria-label="当前位置"] a')
    assert [link.get_text() for link in trail] == ["首页", "文章", "腾讯新闻"]


def test_the_timeline_adds_up(site: Path, library: Library) -> None:
    page = soup(site, "timeline")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select(".kb-months tbody tr")]
    assert all(len(row) == 14 and sum(int(n or 0) for n in row[1:13]) == int(row[13]) for row in rows)
    dated = [found for found in library.articles if found.published]
    assert sum(int(row[13]) for row in rows) == len(dated)
    assert len(page.select(".kb-year li > a")) == len(library.articles)
    assert page.select_one(".kb-months caption")


def test_a_month_of_the_chart_leads_to_its_articles_and_rows_say_their_day(
    site: Path, library: Library
) -> None:
    page = soup(site, "timeline")
    cells = page.select(".kb-months tbody td a")
    months = Counter((a.published.when.year, a.published.when.month) for a in library.articles if a.published)
    assert [str(cell["aria-label"]) for cell in cells] == [
        f"{year} 年 {month} 月，{months[year, month]} 篇"
        for year, month in sorted(months, key=lambda one: (-one[0], one[1]))
    ]
    for cell in cells:
        address, _, place = str(cell["href"]).partition("#")
        section = soup(site / "timeline", address).find("section", id=place)
        assert section
        assert section.select("h2")[0].get_text() == f"{place[1:]} 月"
        assert len(section.select(".kb-entry")) == int(cell.get_text())
    days = [f"{a.published.when.day}{wording.TIED}日" for a in library.articles if a.published]
    assert [day.get_text() for day in page.select(".kb-year li > .kb-day:first-child")] == days


def test_the_timeline_stays_bounded(library: Library) -> None:
    first = library.articles[0]
    when = [datetime(2010 + i % 15, 1 + i % 12, 1).astimezone() for i in range(10_000)]
    many = [
        replace(first, id=f"x-{i}", published=Moment(day, False))
        for i, day in enumerate(sorted(when, reverse=True))
    ]
    years = timeline.years([*many, replace(first, published=None)])
    assert sum(year.count for year in years) == 10_001
    assert sum(len(month.named) for year in years for month in year.months) <= 300
    assert years[-1].number == 0


def test_counts_are_said_as_readers_say_them() -> None:
    said = [wording.count(number) for number in (913, 9_999, 12_345, 999_400, 999_900, 1_000_000)]
    assert [one.replace(wording.TIED, " ") for one in said] == [
        "913",
        "9999",
        "1.2 万",
        "99.9 万",
        "100 万",
        "100 万",
    ]
    assert (wording.count_number(12_345), wording.count_unit(12_345), wording.count_unit(913)) == (
        "1.2",
        "万字",
        "字",
    )


def test_a_heading_that_is_a_number_shows_in_the_contents_what_its_section_says(tmp_path: Path) -> None:
    assert all(wording.is_number(title) for title in ("01", "1.", "（二）", "第三章", "Part 2", "IV"))
    assert not any(wording.is_number(title) for title in ("三星", "第一财经", "2023 年", "一切", "Vix 基金"))
    sections = "".join(f"## 0{n}\n\n第{n}节说的是工厂的第{n}件事，以及它后来怎样。\n\n" for n in range(1, 4))
    (tmp_path / "a.md").write_text(f"---\ntitle: 工厂\n---\n{sections}", "utf-8")
    library = pipeline.read_folder(tmp_path).library
    page = pages.files(Knowledge(library))[f"articles/{library.articles[0].id}.md"]
    assert ") 第2节说的是工厂的第2件事，以及它后来怎样。\n- [03](" in page


def test_sources_say_what_and_how_many(site: Path, library: Library) -> None:
    entries = soup(site, "sources").select(".kb-entry")
    assert len(entries) == 3
    assert "知乎" in entries[1].get_text()
    assert f"2{wording.TIED}篇" in entries[1].get_text()
    assert {reader.NAME for reader in readers.READERS} == wording.DIALECTS.keys()
    articles = soup(site, "articles")
    assert articles.select_one('a[href="../sources/"]')
    assert articles.select_one('a[href="../timeline/"]')


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("articles/柔性制造-zhihu-20220630-fbe013/", "柔性制造 zhihu"),
        ("topics/%E5%8E%82%E4%BA%8C%E4%BB%A3_1688.html", "厂二代 1688"),
        ("articles/zhihu-20220630-%E0%A4/", "zhihu"),
        ("articles/20220630/", ""),
        ("factory-kb/topics/厂二代/", "厂二代"),
        ("factory-kb/", ""),
    ],
)
def test_a_wrong_address_offers_its_words(browser: Browser, wrong: str, site: Path, words: str) -> None:
    root = "http://kb.test/"
    lost = (site / "404.html").read_text(encoding="utf-8")
    assert 'data-search="/search/"' in lost
    if wrong.startswith("factory-kb/"):  # as with `site_url: http://kb.test/factory-kb/`
        lost = lost.replace('data-search="/search/"', 'data-search="/factory-kb/search/"')
    page = browser.new_page()
    page.route(
        f"{root}**",
        lambda route: (
            route.fulfill(path=site / route.request.url.removeprefix(root).partition("?")[0])
            if "/assets/" in route.request.url
            else route.fulfill(body=lost, status=404, content_type="text/html")
        ),
    )
    page.goto(root + wrong)
    offered = page.locator(".kb-lost a")
    if words:
        assert offered.inner_text() == f"搜索“{words}”"
        assert "search/?q=" in str(offered.get_attribute("href"))
    else:
        assert offered.count() == 0
    assert page.locator(".md-content li a").count() >= 4
    page.close()


# --- citing, pictures, printing -----------------------------------------------------------------------------


def test_citations_name_author_or_publisher_date_and_address(library: Library) -> None:
    report, two, question = (article(library, path) for path in (REPORT, TWO_AUTHORS, QUESTION))
    assert citation.gb7714(two).startswith("王耐，杨俊. 近30万亿")
    assert "[EB/OL]. 36氪，(2022-02-16)[引用日期]. 原文地址未知." in citation.gb7714(two)
    assert citation.gb7714(report).startswith("腾讯新闻. 中国制造的生态觉醒")
    assert f"(2025-02-11)[引用日期]. {report.url}." in citation.gb7714(report)
    assert citation.gb7714(question).startswith("知乎. ")
    assert "(采集于 2022-06-30)[引用日期]" in citation.gb7714(question)  # no day of publication is known
    assert "year" not in citation.bibtex(question)
    assert "采集于 2022-06-30；" in citation.bibtex(question)
    many = replace(two, bylines=Bylines(authors=tuple("甲乙丙丁")), published=None)
    assert citation.gb7714(many).startswith("甲，乙，丙，等. ")
    assert "(日期未知)" in citation.gb7714(many)


def test_bibtex_is_balanced_whatever_the_title_holds(library: Library) -> None:
    report = article(library, REPORT)
    entry = citation.bibtex(report)
    assert entry.startswith(f"@misc{{{report.id},\n")
    assert f"  url = {{{report.url}}},\n" in entry
    assert "  year = {2025},\n  month = {2},\n  day = {11},\n" in entry
    evil = citation.bibtex(replace(report, title="50% {of} a\\b & c_d #1 $ ~ ^ }"))
    bare = re.sub(r"\\[{}]", "", evil)
    assert bare.count("{") == bare.count("}")
    assert r"50\% \{of\} a\textbackslash{}b \& c\_d \#1 \$" in evil


def _cite(page: Page, found: Article) -> str:
    page.goto(f"articles/{found.id}/?from=test#x")
    page.get_by_role("button", name="复制 GB/T 7714").click()
    page.get_by_text("已复制").wait_for()
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def test_one_click_copies_the_citation(browser: Browser, address: str, library: Library) -> None:
    found = article(library, REPORT)
    context = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    copied = _cite(watch(context.new_page()).page, found)
    assert copied.endswith(f"：{address}articles/{found.id}/.（原文注明由机器改写或生成）")
    assert re.search(r"\[20\d\d-\d\d-\d\d\]\. https://new\.qq\.com/", copied)
    context.close()


def test_without_a_secure_page_citation_and_address_are_copied_too(
    browser: Browser, address: str, library: Library
) -> None:
    found = article(library, QUESTION)
    context = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    reader = context.new_page()
    reader.goto("about/")
    page = watch(context.new_page()).page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"articles/{found.id}/")
    for name, ending in (
        ("复制 GB/T 7714", f"{address}articles/{found.id}/."),
        ("复制链接", found.passages[0].anchor),
    ):
        page.bring_to_front()
        page.get_by_role("button", name=name).first.click()
        page.get_by_text("已复制", exact=True).first.wait_for()
        reader.bring_to_front()
        assert str(reader.evaluate("() => navigator.clipboard.readText()")).endswith(ending)
    context.close()


def test_without_scripts_citations_are_plain_text(browser: Browser, address: str, library: Library) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = watch(context.new_page()).page
    page.goto(f"articles/{article(library, REPORT).id}/")
    assert page.locator(".kb-citation").count() == 2
    assert page.locator(".kb-citation").first.inner_text() == citation.gb7714(article(library, REPORT))
    assert page.locator(".kb-cite button").count() == 0
    context.close()


def test_a_picture_opens_large_and_closes_by_keyboard(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, REPORT).id}/")
    picture = page.locator("figure img").first
    picture.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.kb-lightbox")
    assert dialog.is_visible()
    first = dialog.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert dialog.locator("img").get_attribute("src") != first
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("() => document.activeElement.tagName") == "IMG"
    assert desk.console == []


def test_a_picture_that_fails_in_the_dialog_says_so_and_the_next_is_shown(
    desk: Visit, library: Library
) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, REPORT).id}/")
    pictures = page.locator("figure img")
    addresses = pictures.evaluate_all("all => all.map(picture => picture.src)")
    page.route(addresses[-1], lambda route: route.abort())  # too far down to have been asked for
    pictures.first.press("Enter")
    dialog = page.locator("dialog.kb-lightbox")
    large = dialog.locator("img")
    page.keyboard.press("ArrowLeft")
    expect(dialog.locator("p")).to_contain_text("这张图片没有载入")
    expect(large).to_be_hidden()
    assert dialog.get_by_role("link", name="打开原图").get_attribute("href") == addresses[-1]
    for key, shown in (("ArrowLeft", -2), ("ArrowRight", -1), ("ArrowRight", 0)):
        page.keyboard.press(key)
        assert large.get_attribute("src") == addresses[shown]
    expect(large).to_be_visible()
    expect(dialog.locator("p")).not_to_contain_text("没有载入")
    pictures.last.evaluate("picture => picture.loading = 'eager'")
    page.locator("a.kb-missing").wait_for(state="attached")
    page.keyboard.press("ArrowLeft")
    assert large.get_attribute("src") == addresses[-2], "what the text has no more is passed over"


def test_on_paper_there_is_the_text_its_address_and_source(desk: Visit, library: Library) -> None:
    page, found = desk.page, article(library, REPORT)
    page.goto(f"articles/{found.id}/")
    page.emulate_media(media="print")
    for gone in (".kb-header", ".kb-footer", ".kb-crumbs", ".kb-contents", ".kb-cite", ".kb-passage-foot"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator("h1").is_visible()
    assert page.locator(".kb-passage").last.is_visible()
    provenance = page.locator(".kb-provenance").inner_text()
    assert f"/articles/{found.id}/" in provenance
    assert str(found.url) in provenance


def test_one_passage_prints_alone(desk: Visit, library: Library) -> None:
    page, found = desk.page, article(library, QUESTION)
    page.add_init_script(
        "window.print = () => { window.printed = [...document.querySelectorAll('.kb-passage')].filter(p => getComputedStyle(p).display !== 'none').map(p => p.id) }"
    )
    page.goto(f"articles/{found.id}/#{found.passages[3].anchor}")
    page.emulate_media(media="print")
    page.evaluate("() => [...document.querySelectorAll('.kb-cite button')].at(-1).click()")
    assert page.evaluate("() => window.printed") == [found.passages[3].anchor]


# --- type and access ----------------------------------------------------------------------------------------


def test_pages_and_passages_name_their_language(site: Path, library: Library) -> None:
    question = soup(site, f"articles/{article(library, QUESTION).id}")
    assert question.html is not None
    assert question.html["lang"] == "zh-CN"
    traditional = question.select('section[lang="zh-Hant"]')
    assert traditional
    assert all(is_traditional(section.get_text()) for section in traditional)
    assert len(traditional) < 10
    anchor = str(traditional[0]["id"])
    lists = question.select(f'li:has(a[href="#{anchor}"])')
    assert len(lists) > 1
    assert all(line.select_one('span[lang="zh-Hant"]') for line in lists)
    for kind in ("themes", "topics"):
        pages_ = [BeautifulSoup(path.read_text(), "lxml") for path in (site / kind).glob("*/index.html")]
        links = [a for page in pages_ for a in page.select(f'.kb-entry a[href$="#{anchor}"]')]
        assert links
        for entry in (link.find_parent(class_="kb-entry") for link in links):
            assert entry is not None
            assert entry.select_one('.kb-excerpt[lang="zh-Hant"]')
        assert sum(len(page.select(".kb-excerpt[lang]")) for page in pages_) < 40


def test_the_skip_link_is_first_and_leads_to_the_text(desk: Visit) -> None:
    page = desk.page
    page.goto("themes/core-tech/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('.md-content')")


def test_what_goes_with_a_theme_stands_beside_it_where_there_is_room(desk: Visit) -> None:
    page = desk.page
    page.goto("themes/smart-manufacturing/")
    beside, entries = page.locator(".kb-beside"), page.locator(".kb-entry")
    place, first = beside.bounding_box(), entries.first.bounding_box()
    assert place
    assert first
    assert place["x"] > first["x"] + first["width"]
    assert place["y"] < first["y"]
    bars = [float(part) for part in beside.locator("i").evaluate_all("all => all.map(i => i.clientWidth)")]
    assert len(bars) > 4
    assert bars[0] > bars[3] > 0
    page.set_viewport_size({"width": 390, "height": 844})
    below, last = beside.bounding_box(), entries.last.bounding_box()
    assert below
    assert last
    assert below["y"] >= last["y"] + last["height"]


@pytest.fixture(scope="module", params=[(390, "light"), (1280, "dark"), (640, "light")], ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[tuple[int, Page]]:
    """640 px is what a window of 1280 px has at 200 % zoom."""
    width, scheme = request.param
    look: Literal["light", "dark"] = "dark" if scheme == "dark" else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=look, base_url=address, reduced_motion="reduce"
    )
    yield width, watch(context.new_page()).page
    context.close()


TEXTS = """() => {
  const small = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, svg")) continue;
    if (!element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 12) small.add(element.outerHTML.slice(0, 80));
  }
  return [...small];
}"""
WIDE = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5) && !element.closest(".kb-scroll, .md-typeset__scrollwrap");
}).map((element) => element.outerHTML.slice(0, 80))"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => +h.tagName[1])"


def test_nothing_is_too_wide_or_too_small_and_headings_are_in_order(
    opened: tuple[int, Page], library: Library
) -> None:
    width, page = opened
    for address in kinds(library):
        page.goto(address)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address
        assert page.evaluate(WIDE) == [], address
        assert page.evaluate(TEXTS) == [], address
        levels = page.evaluate(HEADINGS)
        assert levels.count(1) == 1, address
        assert all(b <= a + 1 for a, b in pairwise(levels)), address
        assert page.locator("main").count() == 1


@pytest.mark.parametrize("opened", [(390, "light"), (1280, "dark")], indirect=True, ids=str)
def test_axe_finds_nothing(opened: tuple[int, Page], library: Library) -> None:
    _, page = opened
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    for address in kinds(library):
        page.goto(address)
        if "q=" in address:
            page.locator(".kb-result").first.wait_for()
        page.evaluate(axe)
        found = page.evaluate(
            "async () => (await axe.run({resultTypes: ['violations']})).violations.map(v => v.id + ' ' + v.nodes[0].html)"
        )
        assert found == [], address


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_front_matter_is_the_same_with_and_without_libyaml(text: str) -> None:
    data: dict[str, object] = {"title": text, "tags": [text], "url": None, "passages": 3}
    with pytest.MonkeyPatch.context() as patch:
        fast = as_yaml(data)
        patch.delattr(yaml, "CSafeDumper", raising=False)
        assert as_yaml(data) == fast
    assert yaml.safe_load(fast) == data
