"""Previews of links: of themes, topics and passages, here and elsewhere; what they cost; when they keep away."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from factorykb.model import Library
from tests.browsing import QUESTION, Visit, article, watch

_CARD = ".kb-preview"
_CHIP = '.kb-passage-meta a[href*="/themes/"]'


def data_requests(visit: Visit) -> list[str]:
    return [urlsplit(url).path for _, url in visit.requests if "/data/previews/" in url]


def rests_on(page: Page, link: Locator) -> Locator:
    link.scroll_into_view_if_needed()
    page.mouse.move(2, 300)
    link.hover()
    card = page.locator(_CARD)
    expect(card).to_be_visible()
    return card


def covers(card: Locator, link: Locator) -> bool:
    a, b = card.bounding_box(), link.bounding_box()
    assert a is not None
    assert b is not None
    return a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]


def test_a_theme(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, QUESTION).id}/", wait_until="networkidle")
    assert data_requests(desk) == []
    link = page.locator(_CHIP).first
    card = rests_on(page, link)
    assert card.locator(".kb-preview-title").inner_text() == link.inner_text()
    assert card.locator(".kb-preview-facts").inner_text() == "主题"
    assert len(card.locator(".kb-preview-text").inner_text()) > 20
    assert not covers(card, link)
    assert card.get_attribute("role") == "tooltip"
    assert link.get_attribute("aria-describedby") == card.get_attribute("id")
    assert len(data_requests(desk)) == 2
    assert (desk.console, desk.outside()) == ([], [])


def test_a_topic_in_the_text(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, 'seeds/002_2d21c99dfbe3b310.txt').id}/")
    card = rests_on(page, page.locator('.kb-passage > p a[href*="/topics/1688/"]').first)
    assert card.locator(".kb-preview-title").inner_text() == "1688"
    assert card.locator(".kb-preview-facts").inner_text() == "词条"


def test_a_passage_of_the_same_page_costs_nothing(desk: Visit, library: Library) -> None:
    question = article(library, QUESTION)
    page = desk.page
    page.goto(f"articles/{question.id}/")
    link = page.locator(".kb-first a").nth(1)
    anchor = str(link.get_attribute("href")).removeprefix("#")
    card = rests_on(page, link)
    passage = next(p for p in question.answers if p.anchor == anchor)
    assert card.locator(".kb-preview-title").inner_text() == passage.author
    assert f"{passage.characters}\N{NO-BREAK SPACE}字" in card.locator(".kb-preview-facts").inner_text()
    assert passage.text[:6] in card.locator(".kb-preview-text").inner_text()
    assert data_requests(desk) == []


def test_a_passage_of_another_page(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto("themes/core-tech/")
    link = page.locator('.kb-entry h3 a[href*="#p-"]').first
    name, _, anchor = str(link.get_attribute("href")).partition("#")
    found = next(a for a in library.articles if a.id in name)
    passage = next(p for p in found.passages if p.anchor == anchor)
    card = rests_on(page, link)
    assert card.locator(".kb-preview-title").inner_text() == (passage.title or passage.author or found.title)
    assert found.publisher.name in card.locator(".kb-preview-facts").inner_text()
    assert passage.text[:12].split("\n")[0] in card.locator(".kb-preview-text").inner_text()
    assert desk.console == []


def test_an_article_of_a_single_passage(desk: Visit, library: Library) -> None:
    single = next(a for a in library.articles if len(a.passages) == 1)
    page = desk.page
    page.goto(f"sources/{single.publisher.key}/")
    card = rests_on(page, page.locator(f'.md-content a[href*="{single.id}/"]').first)
    assert card.locator(".kb-preview-title").inner_text().rstrip("…") in single.title


def test_an_anchor_that_is_not_well_formed_is_none(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto("themes/core-tech/")
    link = page.locator('.kb-entry h3 a[href*="#p-"]').first
    link.evaluate("e => e.hash = '#%E4%A'")
    rests_on(page, link)
    assert desk.console == []


def test_the_focus_opens_it_and_escape_closes_it(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, QUESTION).id}/")
    link = page.locator(".kb-first a").first
    page.locator(".kb-first a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(_CARD)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(_CARD)).to_be_hidden()
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None


def test_it_stays_while_the_pointer_is_on_it_and_goes_after(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, QUESTION).id}/")
    card = rests_on(page, page.locator(".kb-first a").first)
    card.hover()
    page.wait_for_timeout(500)
    expect(card).to_be_visible()
    page.mouse.move(2, 300)
    expect(card).to_be_hidden()


def test_a_pointer_that_passes_opens_nothing(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, QUESTION).id}/")
    page.locator(_CHIP).first.hover()
    page.mouse.move(2, 300)
    page.wait_for_timeout(500)
    assert page.locator(f"{_CARD}:visible").count() == 0
    assert data_requests(desk) == []


def test_near_the_lower_edge_it_opens_above(desk: Visit, library: Library) -> None:
    page = desk.page
    page.goto(f"articles/{article(library, QUESTION).id}/")
    link = page.locator(".kb-first a").last
    link.evaluate("e => scrollBy(0, e.getBoundingClientRect().bottom - innerHeight + 4)")
    page.mouse.move(2, 300)
    box = link.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    card = page.locator(_CARD)
    expect(card).to_be_visible()
    shown = card.bounding_box()
    assert shown is not None
    assert shown["y"] >= 0
    assert shown["y"] + shown["height"] <= box["y"]


def test_fingers_get_nothing(browser: Browser, address: str, library: Library) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=address, has_touch=True)
    visit = watch(context.new_page())
    visit.page.goto(f"articles/{article(library, QUESTION).id}/")
    link = visit.page.locator(".kb-first a").first
    link.scroll_into_view_if_needed()
    for kind in ("pointerover", "pointerenter", "pointerdown"):
        link.dispatch_event(kind, {"pointerType": "touch", "bubbles": True})
    prevented = link.evaluate(
        "e => !e.dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))"
    )
    visit.page.wait_for_timeout(500)
    assert not prevented, "a long press has the browser's own menu"
    assert visit.page.locator(f"{_CARD}:visible").count() == 0
    context.close()


def test_from_a_folder_on_a_disk(browser: Browser, site: Path, library: Library) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = watch(context.new_page())
    page = visit.page
    page.goto((site / "themes" / "core-tech" / "index.html").as_uri())
    card = rests_on(page, page.locator('.kb-entry h3 a[href*="#p-"]').first)
    assert len(card.locator(".kb-preview-text").inner_text()) > 10
    page.goto((site / "articles" / article(library, QUESTION).id / "index.html").as_uri())
    rests_on(page, page.locator(_CHIP).first)
    rests_on(page, page.locator(".kb-first a").first)
    context.close()


def test_on_a_narrow_window_it_fits(visit: Visit, library: Library) -> None:
    page = visit.page
    page.goto(f"articles/{article(library, QUESTION).id}/")
    for link in (page.locator(_CHIP).nth(1), page.locator(".kb-first a").nth(2)):
        card = rests_on(page, link)
        box = card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert not covers(card, link)


def test_search_and_previews_share_a_page(desk: Visit) -> None:
    """Both load data by scripts of their own; neither takes what the other asked for."""
    page = desk.page
    page.goto("themes/core-tech/")
    page.keyboard.press("/")
    page.keyboard.type("工厂")
    expect(page.locator("[data-kb-group=exact]")).to_be_visible()
    page.keyboard.press("Escape")
    rests_on(page, page.locator('.kb-entry h3 a[href*="#p-"]').first)
    assert desk.console == []


# --- the files ----------------------------------------------------------------------------------------------------


def read_script(path: Path) -> list[object]:
    text = path.read_text(encoding="utf-16")
    return list(json.loads(f"[{text.strip().removeprefix('kbPreviews.receive(').removesuffix(');')}]"))


@pytest.fixture(scope="module")
def shown(site: Path) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for path in (site / "data" / "previews").glob("*/*.js"):
        _, data = read_script(path)
        assert isinstance(data, dict)
        out |= data
    return out


def test_every_page_and_passage_has_one(shown: dict[str, list[str]], library: Library, site: Path) -> None:
    wanted = {f"articles/{a.id}/" for a in library.articles}
    wanted |= {f"articles/{a.id}/#{p.anchor}" for a in library.articles for p in a.passages}
    for folder in ("themes", "topics"):
        wanted |= {f"{folder}/{path.parent.name}/" for path in (site / folder).glob("*/index.html")}
    assert wanted <= shown.keys()
    assert all(title for title, _, _ in shown.values())


def test_a_look_costs_little(site: Path) -> None:
    folder = site / "data" / "previews"
    manifest = (folder / "manifest.js").stat().st_size
    assert manifest < 300
    assert max(path.stat().st_size for path in folder.glob("*/*.js")) + manifest <= 10_000
