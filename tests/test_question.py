"""A question with many answers as readers use it: filters, order, folds, keys, its address; and without scripts."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from factorykb.analysis import Knowledge
from factorykb.model import Analysis, Article, Evidence, Library, Passage, ThemeHit
from factorykb.pages.question import question_of, telling_line
from tests.browsing import QUESTION, Visit, article, until, watch

_ANSWER = ".kb-passage[data-order]"
_SHOWN = f"{_ANSWER}:not([hidden])"
_TOLD = ".kb-answers-told"


@pytest.fixture
def question(library: Library) -> Article:
    return article(library, QUESTION)


def open_question(visit: Visit, question: Article, rest: str = "") -> Page:
    visit.page.goto(f"articles/{question.id}/{rest}")
    expect(visit.page.locator(".kb-controls")).to_be_visible()
    return visit.page


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def top(page: Page, anchor: str) -> float:
    return float(page.locator(f"#{anchor}").evaluate("e => e.getBoundingClientRect().top"))


def lengths(page: Page) -> list[int]:
    lines = page.locator(f"{_SHOWN} > .kb-passage-meta a:first-child").all_text_contents()
    return [int(line.split()[0]) if line.endswith("字") else 0 for line in lines]


def main_themes(page: Page, answers: str = _SHOWN) -> list[str]:
    """The main theme of each answer, "" where it has none."""
    first = "e => e.querySelector('.kb-passage-meta a[href*=\"themes/\"]')?.getAttribute('href').split('/').at(-2) ?? ''"
    return [str(slug) for slug in page.locator(answers).evaluate_all(f"all => all.map({first})")]


# --- overview -----------------------------------------------------------------------------------------------


def test_the_overview_says_how_many_how_long_and_on_what(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    overview = page.locator(".kb-overview")
    told = " ".join(overview.inner_text().split())
    assert re.search(r"\d+ 个回答有内容，另外 \d+ 个只有寥寥几句。", told)
    assert page.locator(".kb-strip > *").count() == 16
    assert page.locator(".kb-strip > *").first.get_attribute("aria-label") == "体制、利益与观念，59 个回答"
    first = page.locator(".kb-first li")
    assert 5 <= first.count() <= 8
    for line in first.all_inner_texts():
        head, _, sentence = line.partition("\n")
        assert re.search(r"\s\d+\s字$", head)
        assert re.fullmatch("“.{14,56}”", sentence)
        assert sentence[1:-1].rstrip("…") in "".join(re.sub(r"\s*\n", "\n", a.text) for a in question.answers)
    assert (desk.console, desk.outside()) == ([], [])


def test_the_first_answers_speak_of_several_themes_and_are_not_only_the_longest(
    desk: Visit, question: Article
) -> None:
    page = open_question(desk, question)
    anchors = page.locator(".kb-first a").evaluate_all("all => all.map(a => a.hash.slice(1))")
    main = [main_themes(page, f"#{anchor}")[0] for anchor in anchors]
    assert len(set(main)) >= len(main) // 2
    longest = sorted(question.answers, key=lambda passage: -passage.characters)[: len(anchors)]
    assert set(anchors) != {passage.anchor for passage in longest}


def test_the_telling_line_is_the_sentence_with_the_evidence() -> None:
    text = "先说一句不相干的开场白，没有别的意思。芯片和光刻机的研发才是真正的短板。谢谢大家看到这里，再见。"
    passage = Passage("p-1", (), "", "甲", b"", text, len(text), 0)
    hit = ThemeHit("core-tech", 8.0, (Evidence("芯片", 1, 5.0), Evidence("光刻机", 1, 3.0)))
    assert telling_line(passage, Analysis(themes=(hit,))) == "芯片和光刻机的研发才是真正的短板。"
    short = Passage("p-2", (), "", "乙", b"", "没有", 2, 0)
    assert telling_line(short, Analysis()) == "没有"


def test_hidden_answers_and_one_liners_are_not_proposed(library: Library, question: Article) -> None:
    hit = ThemeHit("core-tech", 8.0)
    names = [f"{question.id}#{passage.anchor}" for passage in question.answers[:3]]
    analyses = {
        names[0]: Analysis(themes=(hit,), substantive=True),
        names[1]: Analysis(themes=(hit,), substantive=True, hidden=True),
        names[2]: Analysis(themes=(hit,), substantive=False),
    }
    found = question_of(question, Knowledge(library, analyses=analyses)).first
    assert [one.passage.anchor for one in found] == [question.answers[0].anchor]


def test_the_strip_is_one_stop_of_the_keyboard(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    parts = page.locator(".kb-strip > button")
    parts.first.focus()
    page.keyboard.press("ArrowRight")
    expect(parts.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(parts.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(parts.last).to_have_attribute("aria-pressed", "true")
    assert page.locator(_SHOWN).count() == int(
        str(parts.last.get_attribute("aria-label")).split("，")[1].split()[0]
    )
    assert parts.evaluate_all("all => all.filter(e => e.tabIndex === 0).length") == 1


def test_from_a_theme_the_next_stop_leads_to_its_answers(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.locator(".kb-switch").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".kb-switch").nth(1)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=re.compile(r"查看这 \d+ 个回答"))).to_be_focused()
    page.keyboard.press("Enter")
    until(page, _ARRIVED, page.locator(_SHOWN).first.get_attribute("id"))


def test_on_a_phone_the_arrows_pass_over_what_is_not_shown(visit: Visit, question: Article) -> None:
    page = open_question(visit, question)
    page.locator(".kb-switch").nth(5).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="还有 10 个主题")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".kb-switch").nth(6)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".kb-switch").nth(5)).to_be_focused()


# --- filter and order -----------------------------------------------------------------------------------------


def test_a_theme_filters_and_is_told_and_stands_in_the_address(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.locator('.kb-switch[data-theme="core-tech"]').click()
    shown = page.locator(_SHOWN)
    wanted = page.locator(f'{_ANSWER}:has(.kb-passage-meta a[href$="/core-tech/"])').count()
    assert 0 < wanted < 245
    expect(shown).to_have_count(wanted)
    expect(page.locator(_TOLD)).to_have_text(f"谈“核心技术与研发”的回答：{wanted} 个（全部 245 个）")
    assert page.locator(_TOLD).get_attribute("role") == "status"
    assert page.get_by_label("主题", exact=True).input_value() == "core-tech"
    assert asked(page) == {"theme": ["core-tech"]}
    page.locator('.kb-switch[data-theme="core-tech"]').click()
    expect(shown).to_have_count(245)
    assert asked(page) == {}


def first_shown(page: Page) -> str:
    """The first answer that the page shows, if the reader has it before the eyes."""
    answer = page.locator(_SHOWN).first
    expect(answer.locator("h2")).to_be_in_viewport()
    return str(answer.get_attribute("id"))


@pytest.mark.parametrize("height", [8_000, 30_000, 60_000])
def test_a_filter_chosen_while_reading_leads_to_what_it_shows(
    desk: Visit, question: Article, height: int
) -> None:
    page = open_question(desk, question)
    for theme in ("talent-education", "industrial-belts", "blockade"):
        page.get_by_label("主题", exact=True).select_option("")
        page.evaluate("y => scrollTo(0, y)", height)
        page.wait_for_timeout(300)
        page.get_by_label("主题", exact=True).select_option(theme)
        page.wait_for_timeout(300)
        assert page.locator(f"{_SHOWN} > h2").evaluate_all(
            "all => all.some(e => e.getBoundingClientRect().bottom > 0 && e.getBoundingClientRect().top < innerHeight)"
        ), theme


def test_another_order_is_read_from_its_beginning(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.evaluate("scrollTo(0, 20000)")
    page.get_by_label("顺序").select_option("由长到短")
    assert first_shown(page) == max(question.answers, key=lambda answer: answer.characters).anchor


def test_going_back_past_a_cancelled_filter_filters_again(desk: Visit, question: Article) -> None:
    page = open_question(desk, question, "?theme=industrial-belts")
    few = page.locator(_SHOWN).count()
    hidden = page.locator(f"{_ANSWER}[hidden]").first.get_attribute("id")
    page.evaluate("id => { location.hash = id }", hidden)
    expect(page.locator(_SHOWN)).to_have_count(245)
    expect(page.locator(".kb-answers-cancelled")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(_SHOWN)).to_have_count(few)
    expect(page.get_by_label("主题", exact=True)).to_have_value("industrial-belts")
    assert page.locator(".kb-answers-cancelled").count() == 0
    assert asked(page) == {"theme": ["industrial-belts"]}


@pytest.mark.parametrize("seen", ["visit", "desk"])
@pytest.mark.parametrize(
    ("theme", "reading", "related"),
    [("workers-rights", "p-2678b463", "p-e282c236"), ("core-tech", "p-8296b3d0", "p-6b1d3874")],
)
def test_going_back_past_a_cancelled_filter_finds_the_line(
    request: pytest.FixtureRequest, seen: str, theme: str, reading: str, related: str, question: Article
) -> None:
    page = open_question(request.getfixturevalue(seen), question, f"?theme={theme}")
    few = page.locator(_SHOWN).count()
    expect(page.locator(f"#{related}")).to_be_hidden()
    link = page.locator(f"#{reading} a[href='#{related}']")
    page.locator(f"#{reading}").evaluate("e => e.scrollIntoView()")
    link.evaluate("e => e.scrollIntoView({ block: 'nearest' })")
    page.wait_for_timeout(400)  # longer than the pause after which the page writes down where one reads
    assert urlsplit(page.url).fragment == reading
    before = top(page, reading)
    link.click()
    expect(page.locator(_SHOWN)).to_have_count(245)
    expect(page.locator(f"#{related} > h2")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(_SHOWN)).to_have_count(few)
    page.wait_for_timeout(400)
    assert abs(top(page, reading) - before) < 5
    assert (asked(page), urlsplit(page.url).fragment) == ({"theme": [theme]}, reading)
    page.go_forward()
    expect(page.locator(_SHOWN)).to_have_count(245)
    expect(page.locator(f"#{related} > h2")).to_be_in_viewport()


def test_paper_says_what_was_left_out(desk: Visit, question: Article) -> None:
    page = open_question(desk, question, "?theme=industrial-belts")
    page.emulate_media(media="print")
    expect(page.locator(_TOLD)).to_be_visible()
    expect(page.locator(_TOLD)).to_contain_text(
        re.compile(r"谈“产业带与供应链”的回答：\d+ 个（全部 245 个）")
    )
    expect(page.locator(".kb-answers-filter")).to_be_hidden()


@pytest.mark.parametrize("seen", ["visit", "desk"])
def test_a_link_to_a_line_in_a_folded_answer_arrives_there(
    seen: str, question: Article, request: pytest.FixtureRequest
) -> None:
    page = open_question(request.getfixturevalue(seen), question)
    anchor, line = page.locator(".kb-folded").evaluate_all(
        """all => all.map((fold) => [fold, [...fold.querySelectorAll(":scope > p")].at(-1)])
          .filter(([fold, p]) => p?.offsetTop > fold.clientHeight + 100 && p.textContent.length > 40)
          .map(([fold, p]) => [fold.id, p.textContent.slice(0, 20)])[3]"""
    )
    page.goto("about:blank")
    page.goto(f"articles/{question.id}/#:~:text={quote(line)}")
    said = page.locator(f"#{anchor} > p", has_text=line)
    page.wait_for_timeout(600)  # longer than the pause after which the page writes down where one reads
    expect(said).to_be_in_viewport()
    assert urlsplit(page.url).fragment.split(":")[0] in ("", anchor)


def test_on_a_phone_the_controls_come_to_where_one_reads(visit: Visit, question: Article) -> None:
    page = open_question(visit, question)
    controls, call = page.locator(".kb-controls"), page.locator(".kb-answers-filter")
    reading = page.locator(f"{_ANSWER}:not([data-thin])").nth(100).get_attribute("id") or ""
    page.locator(f"#{reading}").evaluate("e => e.scrollIntoView()")
    page.wait_for_timeout(400)  # longer than the pause after which the page writes down where one reads
    before = top(page, reading)
    expect(controls).not_to_be_in_viewport()
    box = call.bounding_box()
    assert box is not None
    page.mouse.click(
        box["x"] + 5, box["y"] + 20
    )  # `click` would scroll to where the line stood before it stayed
    expect(controls).to_be_in_viewport(ratio=1)
    expect(call).to_have_attribute("aria-expanded", "true")
    assert abs(top(page, reading) - before) < 5
    page.get_by_role("button", name=re.compile("^有内容的")).click()
    assert page.locator(f"{_SHOWN}[data-thin]").count() == 0
    page.keyboard.press("Escape")
    expect(controls).not_to_be_in_viewport()
    expect(call).to_be_focused()
    assert abs(top(page, reading) - before) < 5
    assert visit.console == []


def test_one_liners_can_be_hidden(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.get_by_role("button", name=re.compile("^有内容的")).click()
    thin = page.locator(f"{_ANSWER}[data-thin]").count()
    assert 0 < thin < 245
    expect(page.locator(_SHOWN)).to_have_count(245 - thin)
    assert page.locator(f"{_SHOWN}[data-thin]").count() == 0
    page.reload()
    expect(page.get_by_role("button", name=re.compile("^有内容的"))).to_have_attribute("aria-pressed", "true")
    assert page.locator(f"{_SHOWN}[data-thin]").count() == 0


def test_the_two_buttons_count_what_each_shows(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    both = page.locator(".kb-both button")
    whole = both.all_inner_texts()
    theme = page.get_by_label("主题", exact=True)
    theme.select_option("cheap-labour")
    for number in (1, 0):
        both.nth(number).click()
        expect(both.nth(number)).to_have_text(re.compile(rf"^\D+ {page.locator(_SHOWN).count()}$"))
        assert page.locator(_SHOWN).count() < int(whole[number].split()[1])
    page.reload()
    assert both.first.inner_text() == f"全部 {page.locator(_SHOWN).count()}"
    theme.select_option("")
    assert both.all_inner_texts() == whole


def test_order_by_length_theme_and_back(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    original = page.locator(_ANSWER).evaluate_all("all => all.map(e => e.id)")
    order = page.get_by_label("顺序")
    order.select_option("由长到短")
    assert lengths(page) == sorted(lengths(page), reverse=True)
    order.select_option("按主题")
    main = main_themes(page)
    assert len([1 for one, other in pairwise(main) if one != other]) == len(set(main)) - 1
    assert page.locator(".kb-answers-of").count() == len(set(main))
    order.select_option("原来的顺序")
    assert page.locator(_ANSWER).evaluate_all("all => all.map(e => e.id)") == original
    assert page.locator(".kb-answers-of").count() == 0
    assert desk.console == []


@pytest.mark.parametrize("seen", ["visit", "desk"])
def test_by_theme_one_arrives_at_the_name_of_the_first_group(
    request: pytest.FixtureRequest, seen: str, question: Article
) -> None:
    page = open_question(request.getfixturevalue(seen), question)
    page.evaluate("scrollTo(0, 20000)")
    page.get_by_label("顺序").select_option("按主题")
    labels = page.locator(".kb-answers-of")
    uncovered = """() => {
      const label = document.querySelector('.kb-answers-of'), { left, top, bottom } = label.getBoundingClientRect();
      return [top + 1, bottom - 5].every(y => document.elementFromPoint(left + 20, y) === label) && bottom < innerHeight / 3;
    }"""
    until(page, uncovered)
    assert first_shown(page)
    for name in labels.all_inner_texts():
        expect(page.get_by_role("heading", name=name, exact=True, level=2)).to_have_count(1)
    page.evaluate("scrollTo(0, 60000)")
    page.wait_for_timeout(400)
    page.get_by_label("主题", exact=True).select_option(
        "blockade"
    )  # which the answer before the eyes is not on
    until(page, uncovered)


def test_nothing_left_says_so_and_offers_a_way_out(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.locator(_ANSWER).evaluate_all("all => all.forEach(answer => answer.dataset.thin = '')")
    page.get_by_role("button", name="有内容的").click()
    expect(page.locator(_SHOWN)).to_have_count(0)
    expect(page.locator(_TOLD)).to_have_text("没有符合条件的回答")
    page.get_by_role("button", name="看全部回答").click()
    expect(page.locator(_SHOWN)).to_have_count(245)
    expect(page.get_by_role("button", name="全部 245")).to_be_focused()
    assert asked(page) == {}


@pytest.mark.parametrize(
    "rest", ["?theme=gone-theme&order=gone", "?theme=constructor", "#%", "?open=1#%E4%A"]
)
def test_an_address_that_names_what_is_not_there_shows_all(desk: Visit, question: Article, rest: str) -> None:
    page = open_question(desk, question, rest)
    expect(page.locator(_SHOWN)).to_have_count(245)
    expect(page.locator(_TOLD)).to_have_text("245 个回答")
    expect(page.get_by_label("主题", exact=True)).to_have_value("")
    assert "theme" not in asked(page)
    assert desk.console == []


def test_going_back_finds_the_settings_and_the_place(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.get_by_label("主题", exact=True).select_option("institutions")
    page.get_by_label("顺序").select_option("由长到短")
    for _ in range(5):
        page.keyboard.press("Tab")
    page.locator("body").click(position={"x": 5, "y": 400})
    for _ in range(4):
        page.keyboard.press("j")
    here = urlsplit(page.url)
    shown = page.locator(_SHOWN).count()
    page.locator(f"#{here.fragment} .kb-passage-meta a[href*='/themes/']").first.click()
    page.wait_for_url("**/themes/**")
    page.go_back()
    expect(page.locator(_SHOWN)).to_have_count(shown)
    assert urlsplit(page.url) == here
    assert lengths(page) == sorted(lengths(page), reverse=True)
    until(
        page, "id => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 500", here.fragment
    )


def test_going_back_into_a_long_answer_finds_the_line(desk: Visit, question: Article) -> None:
    longest = max(question.answers, key=lambda answer: answer.characters)
    page = open_question(desk, question, f"#{longest.anchor}")
    top = "id => Math.round(document.getElementById(id).getBoundingClientRect().top)"
    page.mouse.wheel(0, 1500)
    until(page, "() => history.state?.inside > 1000")
    before = page.evaluate(top, longest.anchor)
    page.evaluate("() => location.assign('../../themes/')")
    page.wait_for_url("**/themes/")
    page.go_back()
    page.wait_for_load_state()
    until(page, f"([id, before]) => Math.abs(({top})(id) - before) < 5", [longest.anchor, before])
    assert desk.console == []


# --- folding ----------------------------------------------------------------------------------------------------


def test_long_answers_are_folded_and_open(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    longest = max(question.answers, key=lambda passage: passage.characters)
    section = page.locator(f"#{longest.anchor}")
    section.scroll_into_view_if_needed()
    assert section.evaluate("e => e.offsetHeight") < 500
    section.get_by_role("button", name="展开全文").click()
    assert section.evaluate("e => e.offsetHeight") > 1500
    expect(section.get_by_role("button", name="收起")).to_have_attribute("aria-expanded", "true")
    section.get_by_role("button", name="收起").click()
    assert section.evaluate("e => e.offsetHeight") < 500
    short = next(p for p in question.answers if 20 < p.characters < 60)
    assert page.locator(f"#{short.anchor} .kb-unfold").count() == 0


def test_on_paper_nothing_is_folded_nor_to_be_clicked(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    expect(page.locator(".kb-unfold").first).to_be_visible()
    folded = page.locator(".kb-folded").first
    page.emulate_media(media="print")
    assert page.locator(".kb-unfold").evaluate_all("all => all.every(e => !e.checkVisibility())")
    assert folded.evaluate("e => e.scrollHeight <= e.clientHeight + 1")


def test_all_unfold_at_once_and_it_stands_in_the_address(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    assert page.locator(".kb-folded").count() > 20
    page.get_by_role("button", name="展开全部").click()
    expect(page.locator(".kb-folded")).to_have_count(0)
    assert asked(page) == {"open": ["1"]}
    page.reload()
    expect(page.get_by_role("button", name="收起长文")).to_be_visible()
    assert page.locator(".kb-folded").count() == 0


def test_the_answer_aimed_at_is_never_folded_nor_hidden(desk: Visit, question: Article) -> None:
    longest = max(question.answers, key=lambda passage: passage.characters)
    short = min(question.answers, key=lambda passage: passage.characters)
    page = open_question(desk, question, f"#{longest.anchor}")
    assert "kb-folded" not in str(page.locator(f"#{longest.anchor}").get_attribute("class"))
    page.goto("about:blank")
    page = open_question(desk, question, f"?only=1#{short.anchor}")
    expect(page.locator(f"#{short.anchor}")).to_be_visible()
    expect(page.locator(".kb-answers-cancelled")).to_be_in_viewport()


def test_what_is_found_in_a_folded_answer_opens_it(desk: Visit, question: Article) -> None:
    """As a browser's search for a word does: it scrolls inside what is folded."""
    page = open_question(desk, question)
    section = page.locator(".kb-folded").nth(5)
    anchor = str(section.get_attribute("id"))
    page.locator(f"#{anchor} > :is(p, ul, ol)").last.evaluate("e => e.scrollIntoView({block: 'center'})")
    expect(page.locator(f"#{anchor}.kb-folded")).to_have_count(0)
    expect(page.locator(f"#{anchor} > :is(p, ul, ol)").last).to_be_in_viewport()


def test_marks_deep_in_a_folded_answer_are_seen(desk: Visit, question: Article) -> None:
    longest = max(question.answers, key=lambda passage: passage.characters)
    word = longest.text[-60:-54].replace("\n", "")
    page = open_question(desk, question, f"?mark={word}#{longest.anchor}")
    expect(page.locator("mark.kb-hit-here").first).to_be_in_viewport(timeout=10_000)
    page.get_by_label("顺序").select_option("由长到短")
    assert asked(page) == {"mark": [word], "order": ["length"]}


# --- going about --------------------------------------------------------------------------------------------------


_ARRIVED = """id => {
  const { top } = document.getElementById(id).getBoundingClientRect();
  return location.hash === '#' + id && top >= 0 && top < 300 && document.activeElement.closest('.kb-passage')?.id === id;
}"""


def test_j_and_k_go_from_answer_to_answer(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    ids = [passage.anchor for passage in question.answers]
    for step, wanted in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("j", 2)):
        page.keyboard.press(step)
        until(page, _ARRIVED, ids[wanted])  # the layout settles in the browser's own time
    page.get_by_label("查找答主").focus()
    page.keyboard.type("jk")
    assert page.get_by_label("查找答主").input_value() == "jk"
    until(page, "id => location.hash === `#${id}`", ids[2])
    assert desk.console == []


def test_j_goes_on_among_those_that_are_shown(desk: Visit, question: Article) -> None:
    page = open_question(desk, question, "?theme=blockade&order=length")
    shown = page.locator(_SHOWN).evaluate_all("all => all.map(e => e.id)")
    assert len(shown) > 6
    for wanted in shown[:6]:
        page.keyboard.press("j")
        until(page, _ARRIVED, wanted)


def test_j_goes_on_after_a_theme_was_chosen_from_the_list(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    themes = page.get_by_label("主题", exact=True)
    themes.focus()
    themes.select_option("blockade")
    first, second = page.locator(_SHOWN).evaluate_all("all => all.slice(0, 2).map(e => e.id)")
    for wanted in (first, second):
        page.keyboard.press("j")
        until(page, _ARRIVED, wanted)


@pytest.mark.parametrize("seen", ["visit", "desk"])
def test_who_comes_to_a_part_of_the_answers_sees_of_which_question(
    request: pytest.FixtureRequest, seen: str, question: Article
) -> None:
    page = open_question(request.getfixturevalue(seen), question, "?theme=blockade")
    expect(page.locator("h1")).not_to_be_in_viewport()
    title = page.get_by_role("button", name=question.title)
    expect(title).to_be_in_viewport()
    title.click()
    expect(page.locator("h1")).to_be_in_viewport()
    page.get_by_label("主题", exact=True).select_option("")
    bar = page.locator(".kb-answers-bar")
    expect(bar).to_have_css(
        "opacity", "1" if seen == "visit" else "0"
    )  # on a desk while the title is out of sight
    page.locator(_ANSWER).nth(120).evaluate("e => e.scrollIntoView()")
    expect(bar).to_have_css("opacity", "1")
    expect(title).to_be_in_viewport()
    expect(page.locator(".kb-place")).to_have_attribute("data-place", re.compile("^12[12] / 245$"))


def test_jumping_to_an_author(desk: Visit, question: Article) -> None:
    page = open_question(desk, question, "?theme=blockade")
    wanted = question.answers[120]
    field = page.get_by_label("查找答主")
    field.click()
    page.keyboard.type(wanted.author)
    page.keyboard.press("Enter")
    until(page, _ARRIVED, wanted.anchor)
    page.wait_for_timeout(500)  # longer than the pause after which the page writes down where one reads
    # The answer is short: the next one reaches the upper third of the window.
    assert urlsplit(page.url).fragment == wanted.anchor
    field.fill("绝无此人")
    field.press("Enter")
    expect(page.locator(_TOLD)).to_have_text("没有名字里有“绝无此人”的答主")
    options = page.locator("#kb-authors option").evaluate_all("all => all.map(o => o.value)")
    assert len(set(options)) == len(options) == 245


def test_a_jump_arrives_where_the_browser_does_not_hold_the_place(desk: Visit, question: Article) -> None:
    """What comes near the window gets its height then; of the three engines one never holds what stands below it."""
    page = open_question(desk, question)
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")
    edge = float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)"))
    for number in (30, 200, 120, 60, 240, 150):
        anchor = question.answers[number].anchor
        page.evaluate("id => (location.hash = id)", anchor)
        page.wait_for_timeout(400)
        assert abs(top(page, anchor) - edge) < 2, anchor


def test_the_reader_is_never_held_back(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    anchor = question.answers[30].anchor
    page.evaluate(
        """id => {
          addEventListener('hashchange', () => {
            dispatchEvent(new WheelEvent('wheel'));
            scrollBy(0, 500);
          });
          location.hash = id;
        }""",
        anchor,
    )
    page.wait_for_timeout(400)
    assert top(page, anchor) < -300


def test_the_place_follows_reading_without_moving_it(desk: Visit, question: Article) -> None:
    page = open_question(desk, question)
    page.mouse.move(640, 500)
    page.mouse.wheel(0, 6000)
    until(page, "() => location.hash.startsWith('#p-')")
    before = page.evaluate("scrollY")
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == before
    anchor = urlsplit(page.url).fragment
    assert top(page, anchor) < 320
    page.evaluate("scrollTo(0, 0)")
    until(page, "() => location.hash === ''")


def test_a_link_to_a_short_answer_stays_a_link_to_it(desk: Visit, question: Article) -> None:
    desk.page.set_viewport_size({"width": 1280, "height": 1400})
    short, following = question.answers[120:122]
    page = open_question(desk, question, f"#{short.anchor}")
    page.wait_for_timeout(900)  # the browser scrolls, then the page writes down where one reads
    assert urlsplit(page.url).fragment == short.anchor
    assert page.evaluate("history.scrollRestoration") == "manual"
    page.keyboard.press("j")
    until(page, _ARRIVED, following.anchor)


def test_the_address_of_an_answer_can_be_copied(desk: Visit, question: Article) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_question(desk, question, "?only=1")
    answer = page.locator(_SHOWN).nth(2)
    answer.get_by_role("button", name="复制链接").click()
    expect(answer.get_by_role("button", name="已复制")).to_be_visible()
    copied = urlsplit(str(page.evaluate("navigator.clipboard.readText()")))
    assert (copied.query, copied.fragment) == ("", answer.get_attribute("id"))


def test_an_answer_can_be_quoted_with_its_origin(desk: Visit, question: Article) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_question(desk, question)
    answer = page.locator(_SHOWN).nth(2)
    name = answer.locator("h2").inner_text()
    paragraph = answer.locator("> p").first
    paragraph.evaluate("element => getSelection().selectAllChildren(element)")
    answer.get_by_role("button", name="引用").click()
    expect(answer.get_by_role("button", name="已复制")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(
        f"“{paragraph.inner_text()}”（{name}的回答，《{question.title}》，知乎问题，采集于 "
    )
    assert copied.endswith(f"/articles/{question.id}/#{answer.get_attribute('id')}）")


def test_an_answerer_may_be_called_by_a_number(desk: Visit, question: Article) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_question(desk, question)
    [numbered] = [answer for answer in question.answers if answer.author == "十五"]
    page.locator(f"#{numbered.anchor}").get_by_role("button", name="引用").click()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"十五的回答，《{question.title}》，")


def test_a_text_of_one_passage_is_quoted_with_author_and_address(desk: Visit, library: Library) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    [whole, *_] = [a for a in library.articles if len(a.passages) == 1]
    desk.page.goto(f"articles/{whole.id}/")
    desk.page.get_by_role("button", name="引用").click()
    copied = str(desk.page.evaluate("navigator.clipboard.readText()"))
    authors = "、".join(whole.bylines.authors)
    assert authors
    assert copied.startswith(f"《{whole.title}》，{authors}，36氪，发表于 ")
    assert copied.endswith(f"/articles/{whole.id}/")


# --- everywhere ---------------------------------------------------------------------------------------------------


def test_without_scripts_it_is_one_plain_page(browser: Browser, address: str, question: Article) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=address, java_script_enabled=False
    )
    visit = watch(context.new_page())
    visit.page.goto(f"articles/{question.id}/")
    names = [" ".join(text.split()) for text in visit.page.locator(f"{_SHOWN} > h2").all_text_contents()]
    assert names == [" ".join(passage.author.split()) for passage in question.answers]
    assert visit.page.locator(_SHOWN).count() == 245
    assert visit.page.locator(".kb-controls, .kb-folded, .kb-unfold, .kb-copy").count() == 0
    assert visit.page.locator('.kb-legend a[href="../../themes/core-tech/"]').count() == 1
    context.close()


def test_from_a_folder_on_a_disk(browser: Browser, site: Path, question: Article) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = watch(context.new_page())
    visit.page.goto((site / "articles" / question.id / "index.html").as_uri() + "?theme=blockade")
    expect(visit.page.locator(_TOLD)).to_contain_text("封锁与大国博弈")
    visit.page.keyboard.press("j")
    assert re.search(r"\?theme=blockade#p-", visit.page.url)
    assert [line for line in visit.console if "sitemap" not in line and "ERR_FAILED" not in line] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_all_fits_a_thumb(browser: Browser, address: str, question: Article, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        base_url=address,
        has_touch=True,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    visit = watch(context.new_page())
    page = open_question(visit, question)
    for control in page.locator(".kb-control:visible, .kb-switch:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 43, control.inner_text()
    assert page.locator(".kb-switch:visible").count() == 6
    page.get_by_role("button", name=re.compile("还有 10 个主题")).click()
    assert page.locator(".kb-switch:visible").count() == 16
    for query in ("", "?order=theme&open=1", "?theme=none"):
        page.goto(f"articles/{question.id}/{query}")
        inside = "all => all.every(e => e.getBoundingClientRect().right <= 391)"
        assert page.locator(".kb-overview *, .kb-controls *, .kb-passage-meta *").evaluate_all(inside)
    context.close()


def test_a_long_question_is_ready_soon(desk: Visit, question: Article) -> None:
    """Settings change within a frame or two, whatever stands outside the window."""
    page = open_question(desk, question)
    script = """() => { const select = document.querySelector('select[aria-label=顺序]'); const start = performance.now();
        select.value = 'length'; select.dispatchEvent(new Event('change')); document.body.offsetHeight; return performance.now() - start }"""
    assert page.evaluate(script) < 400
