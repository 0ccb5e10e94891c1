"""Search as readers use it, in a real browser with the real index: typed key by key, never pasted."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from factorykb import config
from factorykb.model import Library
from tests.browsing import QUESTION, Visit, article, until, watch

_FIELD = ".kb-search-field"
_HIT = "[data-kb-hit]"
# All that a page says but its buttons, which say what they will do next.
_WORDS = """() => {
  const content = document.querySelector(".md-content").cloneNode(true);
  for (const button of content.querySelectorAll("button")) button.remove();
  return content.textContent;
}"""


def type_query(page: Page, query: str) -> None:
    """Into the field of the page or the dialog, replacing what it holds; returns when the answer is there."""
    field = page.locator(_FIELD)
    field.select_text()
    page.keyboard.type(query, delay=20)
    expect(page.locator(".kb-search-body")).to_have_attribute("aria-busy", "false")


def total(page: Page, group: str) -> int:
    return int(page.locator(f'[data-kb-group="{group}"]').get_attribute("data-kb-total") or "")


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def status(page: Page) -> str:
    return page.locator("[role=status]").inner_text()


# --- opening and closing ----------------------------------------------------------------------------------


def test_nothing_of_search_is_loaded_before_it_is_opened(visit: Visit, library: Library) -> None:
    for path in ("", f"articles/{article(library, QUESTION).id}/"):
        visit.page.goto(path, wait_until="networkidle")
    paths = [urlsplit(url).path for _, url in visit.requests]
    assert {path for path in paths if "search" in path} == {
        "/assets/search/open.js",
        "/assets/css/search.css",
    }
    assert not [path for path in paths if path.startswith("/data/")]


@pytest.mark.parametrize("key", ["/", "s", "Control+k"])
def test_keys_open_a_dialog_that_takes_what_is_typed_at_once(desk: Visit, key: str) -> None:
    page = desk.page
    page.goto("")
    before = page.url
    page.keyboard.press(key)
    page.keyboard.type("柔性制造")
    expect(page.locator(".kb-dialog [data-kb-group=exact]")).to_be_visible()
    assert page.locator(_FIELD).input_value() == "柔性制造"
    assert page.url == before
    page.keyboard.press("Escape")
    expect(page.locator(".kb-dialog")).to_be_hidden()
    assert (desk.console, desk.outside()) == ([], [])


def test_the_focus_returns_to_the_button(desk: Visit) -> None:
    page = desk.page
    page.goto("")
    page.locator(".kb-search-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(_FIELD)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".kb-search-button")).to_be_focused()
    page.locator(".kb-search-button").click()
    page.get_by_role("button", name="关闭").click()
    expect(page.locator(".kb-search-button")).to_be_focused()


def test_the_field_on_the_home_page_opens_it_too(visit: Visit) -> None:
    visit.page.goto("")
    visit.page.locator(".kb-search").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(_FIELD)).to_be_focused()


def test_keys_that_are_text_stay_text(desk: Visit) -> None:
    page = desk.page
    page.goto("search/")
    expect(page.locator(_FIELD)).to_be_focused()
    page.keyboard.type("s/s")
    assert page.locator(_FIELD).input_value() == "s/s"


def test_on_a_phone_the_button_fits_a_thumb_and_the_dialog_fills_the_screen(visit: Visit) -> None:
    page = visit.page
    page.goto("")
    button = page.locator(".kb-search-button").bounding_box()
    assert button is not None
    assert min(button["width"], button["height"]) >= 44
    page.locator(".kb-search-button").click()
    type_query(page, "工厂")
    box = page.locator(".kb-dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.locator(".kb-dialog").evaluate(
        "e => [...e.querySelectorAll('*')].every(x => x.scrollWidth <= 390)"
    )


# --- typing -------------------------------------------------------------------------------------------------


def test_results_come_while_typing_and_are_told(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto("")
    page.keyboard.press("/")
    type_query(page, "柔性制造")
    held = [p for a in library.articles for p in a.passages if "柔性制造" in p.text]
    assert total(page, "exact") == len(held)
    assert f"完整出现“柔性制造”的 {len(held)} 段" in page.locator(".kb-group-exact h2").inner_text()
    hit = page.locator(f".kb-group-exact {_HIT}").first
    assert str(hit.get_attribute("data-kb-hit")).endswith(f"#{held[0].anchor}")
    assert hit.locator("mark").first.inner_text() == "柔性制造"
    assert "2022-06-30" in hit.inner_text()
    assert hit.locator("a.kb-chip[class*=kb-family-]").count() >= 1
    assert status(page).startswith("完整出现 1 段") or "，完整出现 1 段" in status(page)


def test_several_words_and_excluded_ones_are_named(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "工人 机器 -机器人")
    assert "同时出现“工人”“机器”、不含“机器人”" in desk.page.locator(".kb-search-body").inner_text()


def test_text_of_the_reader_stays_text(desk: Visit) -> None:
    evil = "<img src=x onerror=alert(1)>"
    desk.page.goto("search/")
    type_query(desk.page, evil)
    assert evil.split()[0] in desk.page.locator(".kb-search-body").inner_text()
    assert desk.page.locator(".kb-search-body img").count() == 0
    assert desk.console == []


def test_an_input_method_is_left_alone_until_it_is_done(desk: Visit) -> None:
    page = desk.page
    page.goto("")
    page.keyboard.press("/")
    page.locator(".kb-start").wait_for()
    method = page.context.new_cdp_session(page)
    for so_far in ("r", "rou", "rou'xing"):
        method.send(
            "Input.imeSetComposition",
            {"text": so_far, "selectionStart": len(so_far), "selectionEnd": len(so_far)},
        )
    page.wait_for_timeout(400)
    assert page.locator(".kb-start").is_visible()
    press = "f => f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: %s, isComposing: %s, bubbles: true, cancelable: true}))"
    for code, composing in ((13, "true"), (229, "false")):
        assert page.locator(_FIELD).evaluate(press % (code, composing)) is False, "the key would have gone on"
    method.send("Input.insertText", {"text": "柔性制造"})
    expect(page.locator("[data-kb-group=exact]")).to_be_visible()
    assert page.locator(_FIELD).input_value() == "柔性制造"
    assert urlsplit(page.url).path == "/"


def test_recent_queries_come_back_and_can_be_cleared(desk: Visit) -> None:
    page = desk.page
    page.goto("search/")
    for query in ("用工荒", "利润"):
        type_query(page, query)
        page.keyboard.press("Enter")
    page.goto("")
    page.keyboard.press("/")
    recent = page.locator(".kb-start section").first
    expect(recent.locator(".kb-choice")).to_have_text(["利润", "用工荒"])
    recent.get_by_role("button", name="用工荒").click()
    expect(page.locator("[data-kb-group]").first).to_be_visible()
    page.locator(_FIELD).fill("")
    page.get_by_role("button", name="清除").click()
    assert page.locator(".kb-start section").count() == 1
    assert page.locator(".kb-choice", has_text="柔性制造").is_visible()


# --- choosing -----------------------------------------------------------------------------------------------


def test_arrows_and_enter_open_a_passage_with_its_words_marked(desk: Visit) -> None:
    page = desk.page
    page.goto("")
    page.keyboard.press("/")
    type_query(page, "王子君")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.closest('[data-kb-hit*=\"#\"]') !== null"):
            break
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    wanted = str(page.evaluate("document.activeElement.closest('[data-kb-hit]').dataset.kbHit"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/articles/{wanted.split('#')[0]}/?mark=*#{wanted.split('#')[1]}")
    assert query_of(page) == {"mark": ["王子君"]}
    expect(page.locator("mark.kb-hit-here")).to_have_text("王子君")


def test_enter_without_a_choice_goes_to_the_full_page(desk: Visit) -> None:
    page = desk.page
    page.goto("articles/")
    page.keyboard.press("/")
    type_query(page, "产业升级")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert query_of(page) == {"q": ["产业升级"]}
    assert page.locator(_FIELD).input_value() == "产业升级"
    expect(page.locator(_HIT).first).to_be_visible()
    assert page.title().startswith("产业升级")


def test_a_long_question_does_not_drown_the_rest(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto("search/?q=升级")
    page.locator(".kb-found").first.wait_for()
    assert page.locator(".kb-group-exact .kb-found").count() >= 2
    question = page.locator(".kb-found", has_text=article(library, QUESTION).title).first
    assert question.locator(f"{_HIT}:visible").count() <= 4
    more = question.get_by_role("button", name=re.compile(r"本文还有 \d+ 段"))
    hidden = int(re.findall(r"\d+", more.inner_text())[0])
    shown = question.locator(".kb-result").count()
    more.click()
    expect(question.locator(".kb-result")).to_have_count(shown + hidden)
    expect(question.locator(".kb-result [data-kb-stop]").nth(shown)).to_be_focused()


def test_the_dialog_leads_to_all_results_and_the_page_loads_more(desk: Visit) -> None:
    page = desk.page
    page.goto("")
    page.keyboard.press("/")
    type_query(page, "的")
    page.get_by_role("link", name="查看全部结果").click()
    page.wait_for_url("**/search/?q=*")
    page.locator(".kb-found").first.wait_for()
    before = page.locator(_HIT).count()
    assert before < total(page, "exact")
    more = page.get_by_role("button", name=re.compile("加载更多|本文还有"))
    while more.count():
        shown = page.locator(_HIT).count()
        more.first.click()
        expect(page.locator(_HIT)).not_to_have_count(shown)
    found = page.locator(f".kb-group-exact {_HIT}").evaluate_all("all => all.map(e => e.dataset.kbHit)")
    assert len(found) == len(set(found)) == total(page, "exact")


def test_a_hit_that_comes_twice_is_shown_once(desk: Visit) -> None:
    """Once with all of its article, once more with a later page of results."""
    page = desk.page
    page.goto("search/?q=升级")
    page.locator(".kb-found").first.wait_for()
    counts = page.evaluate(
        """async () => {
          const index = await kbSearch.index(), { hits } = (await index.search("升级", { limit: 6 })).exact;
          const list = new kbSearch.HitList({ index, terms: ["升级"], rest: null }, 10);
          const shown = () => list.element.querySelectorAll("[data-kb-hit]").length;
          list.add(hits);
          const before = shown();
          list.add(hits.slice(2));
          return [before, shown()];
        }"""
    )
    assert counts[0] == counts[1] > 4


# --- filters and the address --------------------------------------------------------------------------------


def test_filters_narrow_down_are_in_the_address_and_come_off_with_one_tap(desk: Visit) -> None:
    page = desk.page
    page.goto("search/")
    type_query(page, "产业")
    everything = total(page, "exact")
    option = page.locator("[data-kb-facet=source] option", has_text="36氪")
    count = int(re.findall(r"（(\d+)）", option.inner_text())[0])
    page.locator("[data-kb-facet=source]").select_option(str(option.get_attribute("value")))
    expect(page.locator(".kb-filter-on")).to_be_visible()
    assert total(page, "exact") == count < everything
    assert query_of(page) == {"q": ["产业"], "source": ["36kr"]}
    page.reload()
    expect(page.locator("[data-kb-facet=source]")).to_have_value("36kr")
    assert total(page, "exact") == count
    page.get_by_role("button", name="去掉筛选：36氪").click()
    expect(page.locator(".kb-filter-on")).to_have_count(0)
    assert total(page, "exact") == everything
    assert query_of(page) == {"q": ["产业"]}


def test_going_back_gives_back_each_question(desk: Visit) -> None:
    page = desk.page
    page.goto("about/")
    page.goto("search/?q=利润")
    expect(page.locator("[data-kb-group=exact]")).to_be_visible()
    type_query(page, "工人")
    assert query_of(page) == {"q": ["工人"]}
    page.keyboard.press("Enter")
    page.locator("[data-kb-facet=year]").select_option("2022")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    assert query_of(page) == {"q": ["工人"], "year": ["2022"]}
    page.go_back()
    expect(page.locator(".kb-filter-on")).to_have_count(0)
    assert query_of(page) == {"q": ["工人"]}
    page.go_back()
    expect(page.locator(_FIELD)).to_have_value("利润")
    expect(page.locator(".kb-group-exact h2")).to_contain_text("利润")
    page.go_back()
    assert urlsplit(page.url).path == "/about/"


def test_what_was_asked_with_enter_stays_in_the_history_whatever_is_typed_after_it(desk: Visit) -> None:
    page = desk.page
    page.goto("search/")
    type_query(page, "机床")
    page.keyboard.press("Enter")
    type_query(page, "芯片")
    until(page, "() => location.search.includes(encodeURIComponent('芯片'))")
    page.go_back()
    expect(page.locator(_FIELD)).to_have_value("机床")
    expect(page.locator(".kb-group-exact h2")).to_contain_text("机床")


def test_going_back_from_a_result_finds_the_page_as_it_was(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=升级")
    page.locator(".kb-found").first.wait_for()
    few = page.locator(_HIT).count()
    page.get_by_role("button", name="加载更多").click()
    expect(page.locator(_HIT)).not_to_have_count(few)
    many = page.locator(_HIT).count()
    last = page.locator(f".kb-group-exact {_HIT} a[data-kb-stop]").last
    last.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 500
    last.click()
    page.wait_for_url(lambda address: "/search/" not in address)
    page.go_back()
    expect(page.locator(_HIT)).to_have_count(many)
    until(page, "place => Math.abs(scrollY - place) < 5", place)
    assert desk.console == []


def test_what_comes_later_does_not_move_what_is_read(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=升级")
    more = page.get_by_role("button", name="加载更多")
    more.scroll_into_view_if_needed()
    before, old = more.bounding_box(), page.locator(".kb-group-exact .kb-found").count()
    more.click()
    until(page, "old => document.querySelectorAll('.kb-group-exact .kb-found').length > old", old)
    first = page.locator(".kb-group-exact .kb-found").nth(old)
    after = first.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 60
    assert first.evaluate("one => one.contains(document.activeElement)")


def test_the_newest_can_come_first(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=升级")
    page.get_by_label("排序", exact=True).select_option(label="最新的在前")
    until(page, "() => location.search.includes('order=newest')")
    days = "() => [...document.querySelectorAll('.kb-group-exact .kb-found')].map(e => e.textContent.match(/\\d{4}-\\d\\d-\\d\\d/)?.[0]).filter(Boolean)"
    until(
        page,
        f"() => {{ const days = ({days})(); return days.length > 2 && days.every((day, i) => !i || day <= days[i - 1]); }}",
    )
    page.reload()
    expect(page.get_by_label("排序", exact=True)).to_have_value("newest")
    assert desk.console == []


def test_what_stands_in_a_heading_or_name_is_marked_there(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=乖边牧")
    expect(page.locator(f".kb-group-exact {_HIT} a mark")).to_have_text("乖边牧")


def test_a_filter_stays_while_another_word_is_typed(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=利润&source=zhihu")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    page.locator(_FIELD).fill("")
    expect(page.locator(".kb-start")).to_be_visible()
    type_query(page, "工人")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    assert query_of(page) == {"q": ["工人"], "source": ["zhihu"]}


def test_going_back_from_a_result_finds_the_dialog_as_it_was(desk: Visit) -> None:
    page = desk.page
    page.goto("themes/")
    page.keyboard.press("/")
    type_query(page, "自动化")
    page.locator("[data-kb-facet=source]").select_option("zhihu")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    page.locator(f"dialog {_HIT} a[data-kb-stop]").last.click()
    page.wait_for_url("**/articles/**")
    page.go_back()
    page.wait_for_url("**/themes/")
    expect(page.locator(_FIELD)).to_have_value("自动化")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    until(page, "() => document.querySelector('.kb-search-body').scrollTop > 0")
    page.keyboard.press("Escape")
    page.reload()
    assert page.locator("dialog[open]").count() == 0
    assert desk.console == []


def test_going_back_finds_what_was_unfolded_in_the_dialog(visit: Visit) -> None:
    page = visit.page
    page.goto("themes/")
    page.locator(".kb-search-button").click()
    type_query(page, "卡脖子")
    few = page.locator(_HIT).count()
    page.get_by_role("button", name="本文还有").click()
    expect(page.locator(_HIT)).not_to_have_count(few)
    many = page.locator(_HIT).count()
    goal = page.locator(f"{_HIT} a[data-kb-stop]").nth(many - 4)
    goal.scroll_into_view_if_needed()
    place = page.evaluate("() => document.querySelector('.kb-search-body').scrollTop")
    assert place > 1000
    goal.click()
    page.wait_for_url("**/articles/**")
    page.go_back()
    page.wait_for_url("**/themes/")
    expect(page.locator(_HIT)).to_have_count(many)
    until(page, "p => Math.abs(document.querySelector('.kb-search-body').scrollTop - p) < 5", place)
    type_query(page, "卡脖子")  # who asks anew finds it folded
    expect(page.locator(_HIT)).to_have_count(few)
    assert visit.console == []


def test_going_back_finds_what_was_unfolded_on_the_page(visit: Visit) -> None:
    page = visit.page
    page.goto("search/?q=升级")
    page.locator(".kb-found").first.wait_for()
    few = page.locator(_HIT).count()
    page.get_by_role("button", name="加载更多").click()
    expect(page.locator(_HIT)).not_to_have_count(few)
    loaded = page.locator(_HIT).count()
    page.get_by_role("button", name="本文还有").first.click()
    expect(page.locator(_HIT)).not_to_have_count(loaded)
    many = page.locator(_HIT).count()
    found = page.locator(_HIT).evaluate_all("all => all.map(e => e.dataset.kbHit)")
    goal = page.locator(f"{_HIT} a[data-kb-stop]").nth(many // 2)
    goal.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 1000
    goal.click()
    page.wait_for_url(lambda address: "/search/" not in address)
    page.go_back()
    expect(page.locator(_HIT)).to_have_count(many)
    until(page, "place => Math.abs(scrollY - place) < 5", place)
    assert page.locator(_HIT).evaluate_all("all => all.map(e => e.dataset.kbHit)") == found
    assert visit.console == []


def test_what_cannot_be_unfolded_again_stays_as_it_is(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=升级")
    page.locator(".kb-found").first.wait_for()
    seen = page.evaluate(
        """async () => {
          const index = await kbSearch.index();
          const { hits } = (await index.search("升级", { limit: 6, perArticle: 2 })).exact;
          const [first] = hits, own = first.id.split("#")[0];
          const copies = [{ ...first, id: "articles/elsewhere/#p1", repeats: first.id }];
          const rest = () => Promise.reject(new Error("gone"));
          const list = new kbSearch.HitList({ index, terms: ["升级"], rest }, 10);
          list.add([...hits, ...copies]);
          const before = list.element.querySelectorAll(".kb-found-rest:not([hidden])").length;
          await list.unfold({ whole: [own, "articles/gone/"], opened: [own, "articles/gone/"] });
          const after = list.element.querySelectorAll(".kb-found-rest:not([hidden])").length;
          const { whole, opened } = list.unfolded();
          return [before, after, whole.length, opened.length === 1 && opened[0] === own];
        }"""
    )
    assert seen == [0, 1, 0, True]
    assert desk.console == []


def test_a_result_on_the_same_page_is_gone_back_from_as_any_other(desk: Visit, library: Library) -> None:
    page = desk.page
    long = max(library.articles, key=lambda article: len(article.passages))
    page.goto(f"articles/{long.id}/?mark=自动化")
    page.keyboard.press("/")
    type_query(page, "自动化")
    page.locator(f'dialog a[data-kb-stop][href*="{long.id}"][href*="#"]').first.click()
    page.wait_for_function("() => location.hash")
    page.evaluate("() => { window.same = true; }")
    page.go_back()
    expect(page.locator(_FIELD)).to_have_value("自动化")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert page.evaluate("() => window.same")
    page.keyboard.press("Escape")
    page.reload()
    assert page.locator("dialog[open]").count() == 0
    assert desk.console == []


def test_after_a_slip_the_right_word_is_one_click_away(desk: Visit) -> None:
    desk.page.goto("search/?q=特斯啦")
    desk.page.locator(".kb-group-related").get_by_role("link", name="特斯拉", exact=True).first.click()
    expect(desk.page.locator(".kb-group-exact h2")).to_contain_text("完整出现“特斯拉”的")
    assert query_of(desk.page) == {"q": ["特斯拉"]}


def test_without_a_network_one_stays_on_the_page_and_can_try_again(visit: Visit) -> None:
    page = visit.page
    page.goto("themes/cheap-labour/")
    page.context.set_offline(True)
    page.locator(".kb-search-button").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading", name="搜索没有载入")).to_be_visible()
    assert urlsplit(page.url).path.endswith("/themes/cheap-labour/")
    dialog.get_by_role("button", name="关闭").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator(".kb-search-button").click()
    expect(dialog.get_by_role("heading", name="搜索没有载入")).to_have_count(1)
    page.context.set_offline(False)
    dialog.get_by_role("button", name="再试一次").click()
    expect(dialog.get_by_role("heading", name="搜索没有载入")).to_have_count(0)
    type_query(page, "柔性制造")
    expect(page.locator(".kb-group-exact")).to_be_visible()


def test_nothing_under_a_filter_says_so_and_takes_it_off(desk: Visit) -> None:
    page = desk.page
    page.goto("search/?q=柔性制造&year=1999")
    expect(page.locator(".kb-nothing h2")).to_have_text("在这些筛选条件下，没有找到“柔性制造”")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".kb-group-exact")).to_be_visible()
    assert query_of(page) == {"q": ["柔性制造"]}
    page.goto("search/?q=柔性制造&year=1999&order=newest")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".kb-group-exact")).to_be_visible()
    assert query_of(page) == {"q": ["柔性制造"], "order": ["newest"]}
    page.goto("search/?q=乖边牧&year=1999")
    expect(page.locator("[role=status]")).to_have_text("在这些筛选条件下，没有找到")


def test_words_that_only_a_filter_hides_are_not_said_to_stand_nowhere(desk: Visit) -> None:
    page = desk.page
    sentence = page.locator(".kb-group-related p").first
    page.goto("search/?q=卡脖子&theme=global-trade")
    expect(sentence).to_contain_text("在这些筛选条件下，没有完整出现“卡脖子”，以下按“")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".kb-group-exact h2")).to_contain_text("完整出现“卡脖子”的")
    assert query_of(page) == {"q": ["卡脖子"]}
    assert page.get_by_role("button", name="去掉全部筛选").count() == 0
    page.goto("search/?q=制造业利润太薄怎么升级&order=newest")
    expect(sentence).to_have_text(re.compile("^没有完整出现"))  # the order hides nothing
    assert page.get_by_role("button", name="去掉全部筛选").count() == 0


def test_nothing_at_all_says_what_to_do(visit: Visit) -> None:
    page = visit.page
    page.goto("search/")
    type_query(page, "zzqqxxjj")
    assert page.locator(".kb-nothing h2").inner_text() == "没有找到“zzqqxxjj”"
    assert status(page) == "没有找到"
    for name, path in (("主题", "/themes/"), ("词条", "/topics/"), ("全部文章", "/articles/")):
        href = str(page.locator(".kb-elsewhere").get_by_role("link", name=name).get_attribute("href"))
        assert urlsplit(href).path == path
    assert visit.console == []


def test_results_are_not_called_pending_while_pinyin_is(desk: Visit) -> None:
    page = desk.page

    def slowly(route: Route) -> None:
        time.sleep(0.8)
        route.continue_()

    page.route("**/assets/search/pinyin.js", slowly)
    page.goto("search/")
    type_query(page, "zzqqxxjj")
    page.wait_for_timeout(1500)
    assert status(page) == "没有找到"
    expect(page.locator(".kb-search-body")).to_have_attribute("aria-busy", "false")


def test_pinyin_is_understood(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "zhinengzhizao")
    link = desk.page.locator(".kb-suggestions a", has_text="智能制造与数字化").first
    link.click()
    assert re.search("/(topics|themes|articles)/.", desk.page.url)


def test_pinyin_with_blanks_is_no_search_for_its_syllables(desk: Visit) -> None:
    page = desk.page
    page.goto("search/")
    type_query(page, "ren kou hong li")
    expect(page.locator(".kb-suggestions a", has_text="人口红利").first).to_be_visible()
    assert page.locator(".kb-group").count() == 0
    assert page.locator("[data-kb-facet]").count() == 0
    assert status(page).startswith("按拼音找到")


def test_what_has_the_focus_is_not_under_the_marks_bar(
    browser: Browser, address: str, library: Library
) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 450}, base_url=address)
    page.goto(f"articles/{article(library, QUESTION).id}/?mark=人口红利")
    page.locator(".kb-marks").wait_for()
    hidden = """() => { const bar = document.querySelector('.kb-marks').getBoundingClientRect(), on = document.activeElement;
      const box = on.getBoundingClientRect();
      return !on.closest('.kb-marks') && box.top > bar.top && box.bottom > bar.top && box.left < bar.right && box.right > bar.left; }"""
    page.locator("main a, main button").first.focus()
    under = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(hidden):
            under.append(page.evaluate("document.activeElement.outerHTML"))
    assert under == []
    page.close()


def test_what_was_quoted_in_vain_can_be_looked_for_without_the_marks(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "“工匠精神”")
    desk.page.get_by_role("button", name="去掉引号再找").click()
    expect(desk.page.locator(".kb-search-field")).to_have_value("工匠精神")
    expect(desk.page.locator(".kb-group-related")).to_be_visible()


def test_hits_by_the_title_are_said_to_be_so(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "产业 升级 阻碍")
    expect(desk.page.locator(".kb-group-exact h2")).to_have_text(
        re.compile(r"同时出现“产业”“升级”“阻碍”的 \d+ 条，其中 \d+ 条有的词只在题目里")
    )


@pytest.mark.parametrize(
    ("by_title", "by_author", "where"), [(2, 0, "题目"), (2, 2, "作者名"), (2, 1, "题目或作者名")]
)
def test_the_title_is_not_said_to_hold_what_the_authors_name_holds(
    by_title: int, by_author: int, where: str, desk: Visit
) -> None:
    desk.page.goto("search/?q=机床")
    expect(desk.page.locator(".kb-group-exact")).to_be_visible()
    answer = {
        "query": {"terms": ["王耐", "机床"], "excluded": []},
        "exact": {"total": 3, "byTitle": by_title, "byAuthor": by_author, "pages": 0, "hits": []},
    }
    said = desk.page.evaluate("answer => kbSearch.exactTitle(answer).textContent", answer)
    assert said == f"同时出现“王耐”“机床”的 3 条，其中 2 条有的词只在{where}里"


def test_an_article_found_by_its_authors_is_named_by_its_title_and_shows_them(desk: Visit) -> None:
    desk.page.goto("search/?q=石亚琼")
    hit = desk.page.locator(f".kb-group-exact {_HIT}")
    expect(hit.locator("h3")).to_have_text("近30万亿产值锻造史的中国工厂里那些不被熟知的故事！")
    expect(hit.locator(".kb-result-meta")).to_contain_text("王耐、杨俊、石亚琼")
    expect(hit.locator("mark")).to_have_text("石亚琼")


def test_pinyin_leads_to_a_search_for_the_characters(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "gongchang")
    first = desk.page.locator(".kb-suggestions a").first
    expect(first).to_have_text("查找工厂")
    first.click()
    expect(desk.page.locator(".kb-group-exact")).to_contain_text("完整出现“工厂”的")
    assert "q=%E5%B7%A5%E5%8E%82" in desk.page.url


def test_words_in_other_words_are_a_group_of_their_own(desk: Visit) -> None:
    desk.page.goto("search/")
    type_query(desk.page, "制造业利润太薄怎么升级")
    assert total(desk.page, "exact") == 0
    assert total(desk.page, "related") > 0
    words = desk.page.locator(".kb-group-related p").first.inner_text()
    assert words.startswith("没有完整出现“制造业利润太薄怎么升级”，以下按“")
    type_query(desk.page, "智能 AI")
    expect(desk.page.locator(".kb-group-related p").first).to_contain_text("和主题“智能制造与数字化”找到")


@pytest.mark.parametrize(("typed", "folded"), [("臺灣", "台湾"), ("機床", "机床")])
def test_a_word_in_another_spelling_is_not_named_again(desk: Visit, typed: str, folded: str) -> None:
    desk.page.goto(f"search/?q={typed}")
    expect(desk.page.locator(".kb-group-exact h2")).to_contain_text(f"完整出现“{typed}”的")
    words = desk.page.locator(".kb-group-related p").first.inner_text()
    assert words.startswith("另按“")
    assert f"“{folded}”" not in words


def test_words_in_another_spelling_are_named_as_they_were_typed(desk: Visit) -> None:
    desk.page.goto("search/?q=臺灣 半導體")
    words = desk.page.locator(".kb-group-related p").first
    expect(words).to_have_text(re.compile("^没有同时出现“臺灣”“半導體”，以下按“臺灣”“半導體”“"))
    assert "“台湾”" not in words.inner_text()


# --- the page a result leads to -----------------------------------------------------------------------------


def test_marks_can_be_walked_through_and_cleared(desk: Visit, library: Library) -> None:
    page = desk.page
    question = article(library, QUESTION)
    page.goto(f"articles/{question.id}/")
    plain = page.evaluate(_WORDS)
    page.goto("search/?q=柔性制造")
    page.locator(f".kb-group-exact {_HIT} a").first.click()
    page.wait_for_url("**/articles/**")
    count = page.locator(".kb-marks-count")
    expect(count).to_have_text("这一页有 1 处")
    expect(page.locator("mark.kb-hit-here")).to_be_in_viewport()
    assert page.evaluate(_WORDS) == plain
    aimed = page.locator("mark.kb-hit-here").evaluate("e => e.closest('.kb-passage').id")
    page.get_by_role("button", name="清除").press("Enter")
    assert page.locator("mark.kb-hit").count() == 0
    assert page.locator(".kb-marks").count() == 0
    expect(page.locator(f"#{aimed} > h2")).to_be_focused()
    assert page.evaluate(_WORDS) == plain
    assert query_of(page) == {}
    assert urlsplit(page.url).fragment.startswith("p-")
    assert (desk.console, desk.outside()) == ([], [])


def test_a_page_of_hundreds_of_marks_starts_at_its_passage(visit: Visit, library: Library) -> None:
    page = visit.page
    question = article(library, QUESTION)
    aimed = next(p for p in question.passages[150:] if "企业" in p.text)
    page.goto(f"articles/{question.id}/?mark=企业#{aimed.anchor}")
    here = page.locator("mark.kb-hit-here").first
    expect(here).to_be_in_viewport()
    assert here.evaluate("e => e.closest('.kb-passage').id") == aimed.anchor
    written = sum(p.text.count("企业") for p in question.passages)
    assert written > 100
    all_marked = "n => Number(document.querySelector('.kb-marks-count').textContent.split(' / ')[1]) >= n"
    until(page, all_marked, written)
    page.wait_for_timeout(200)  # the last slice may hold more than the passages, such as the title
    place, of = (int(n) for n in page.locator(".kb-marks-count").inner_text().split(" / "))
    page.get_by_role("button", name="下一处").click()
    assert page.locator(".kb-marks-count").inner_text() == f"{place + 1} / {of}"
    expect(page.locator("mark.kb-hit-here").first).to_be_in_viewport()
    page.get_by_role("button", name="上一处").click()
    page.get_by_role("button", name="上一处").click()
    assert page.locator(".kb-marks-count").inner_text() == f"{place - 1} / {of}"
    assert page.locator(".kb-controls mark, .kb-answers-told mark").count() == 0
    assert visit.console == []


def test_places_that_a_filter_hides_are_not_counted_nor_gone_to(desk: Visit, library: Library) -> None:
    page = desk.page
    question = article(library, QUESTION)
    page.goto(f"articles/{question.id}/?mark=产业升级")
    of = "() => Number(document.querySelector('.kb-marks-count')?.textContent.split(' / ')[1])"
    until(page, f"() => ({of})() > 100")
    page.get_by_label("主题", exact=True).select_option("talent-education")
    places = "mark.kb-hit:not(.kb-hit-on)"
    in_sight = f"() => [...document.querySelectorAll('{places}')].filter(e => !e.closest('[hidden]')).length"
    until(page, f"() => 0 < ({in_sight})() && ({in_sight})() < 100 && ({of})() === ({in_sight})()")
    for _ in range(3):
        page.get_by_role("button", name="下一处").click()
        expect(page.locator("mark.kb-hit-here").first).to_be_in_viewport()
    page.get_by_label("主题", exact=True).select_option(
        "blockade"
    )  # perhaps without the place that one was at
    page.get_by_role("button", name="清除").press("Enter")
    expect(page.locator(":focus")).to_be_in_viewport()


def test_a_mark_goes_across_links(desk: Visit, library: Library) -> None:
    """Topics are linked in the text; words that begin inside a link and end outside are one place."""
    page = desk.page
    page.goto(f"articles/{article(library, 'seeds/002_2d21c99dfbe3b310.txt').id}/?mark=后台的跨境订单")
    first = page.locator("mark.kb-hit-here").first
    first.wait_for()
    assert "".join(page.locator("mark.kb-hit-here").all_text_contents()) == "后台的跨境订单"
    assert page.locator("mark.kb-hit-here").count() == 3


# --- where things are missing -------------------------------------------------------------------------------


def test_without_scripts_the_button_leads_to_a_page_that_leads_on(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("about/")
    page.locator(".kb-search-button").click()
    assert urlsplit(page.url).path == "/search/"
    content = page.locator(".md-content")
    assert "JavaScript" in content.inner_text()
    content.get_by_role("link", name="词条").click()
    assert urlsplit(page.url).path == "/topics/"
    context.close()


def test_a_browser_without_dialogs_goes_to_the_page(desk: Visit) -> None:
    desk.page.add_init_script("delete HTMLDialogElement.prototype.showModal")
    desk.page.goto("about/")
    desk.page.locator(".kb-search-button").click()
    desk.page.wait_for_url("**/search/")
    assert desk.console == []


def test_a_browser_that_cuts_no_words_finds_them_too(desk: Visit) -> None:
    desk.page.add_init_script("delete Intl.Segmenter")
    desk.page.goto("search/")
    type_query(desk.page, "老板为什么不愿意投钱")
    assert total(desk.page, "related") > 5
    expect(desk.page.locator(".kb-group-related p").first).to_contain_text("“老板”")
    assert desk.console == []


def test_when_the_index_does_not_come_the_reader_can_try_again(desk: Visit) -> None:
    page = desk.page
    page.route("**/assets/search/engine.js*", lambda route: route.abort())
    page.goto("search/?q=产业")
    expect(page.locator(".kb-nothing h2")).to_have_text("搜索没有载入")
    page.unroute("**/assets/search/engine.js*")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(_HIT).first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "coding", "format_of"),
    [
        ("assets/search/engine.js", "utf-8", r"FORMAT = (\d+)"),
        ("data/search/manifest.js", "utf-16", r'"format":(\d+)'),
    ],
)
def test_what_the_browser_kept_of_an_older_site_is_loaded_anew(
    desk: Visit, name: str, coding: str, format_of: str
) -> None:
    def aged(route: Route) -> None:
        response = route.fetch()
        written = config.DOCS / name
        text = (
            written.read_bytes() if written.suffix == ".js" and "assets" in name else response.body()
        ).decode(coding)
        old, times = re.subn(format_of, lambda found: found[0].replace(found[1], "1"), text)
        assert times == 1
        route.fulfill(response=response, body=old.encode(coding))

    page = desk.page
    page.route(f"**/{name}", aged)  # not with `?…`, which no browser has kept
    page.goto("search/?q=产业")
    expect(page.locator(_HIT).first).to_be_visible()
    asked = [urlsplit(url) for _, url in desk.requests if urlsplit(url).path.endswith(name)]
    assert [bool(one.query) for one in asked] == [False, True]
    assert desk.console == []


def test_a_folder_on_the_disk_is_searched_alike(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    seen = watch(context.new_page())
    page = seen.page
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    type_query(page, "柔性制造")
    page.locator(f".kb-group-exact {_HIT} a").first.click()
    page.wait_for_url("**/index.html?mark=*#p-*")
    expect(page.locator(".kb-marks-count")).to_have_text("1 / 1")
    page.keyboard.press("s")
    type_query(page, "利润")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/index.html?q=*")
    page.locator("[data-kb-facet=source]").select_option("zhihu")
    expect(page.locator(".kb-filter-on")).to_be_visible()
    page.reload()
    expect(page.locator(_HIT).first).to_be_visible()
    assert query_of(page) == {"q": ["利润"], "source": ["zhihu"]}
    page.go_back()
    expect(page.locator(".kb-filter-on")).to_have_count(0)
    assert (seen.console, seen.outside()) == ([], [])
    context.close()
