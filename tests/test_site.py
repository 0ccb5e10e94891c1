"""The built site, opened in a real browser, and its pages read as files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from factorykb.model import Library
from tests import golden
from tests.browsing import QUESTION, Visit, article, until


def comes_into_view(page: Page, anchor: str) -> None:
    """Fails unless the browser, in its own time, brings the element into the upper half of the window."""
    script = "id => { const box = document.getElementById(id)?.getBoundingClientRect(); return box && box.top >= 0 && box.top < innerHeight / 2 }"
    until(page, script, anchor)


# --- in the browser ---------------------------------------------------------------------------------------


def test_from_home_to_an_answer(visit: Visit, library: Library) -> None:
    question = article(library, QUESTION)
    page = visit.page
    page.goto("")
    page.get_by_role("link", name=question.title).click()
    page.wait_for_url(f"**/articles/{question.id}/")
    assert page.get_by_role("heading", level=1).inner_text() == question.title
    wanted = question.passages[120]
    page.get_by_text("全部 245 个回答").click()
    page.locator(f'.kb-overview details a[href="#{wanted.anchor}"]').click()
    until(page, "id => location.hash === '#' + id", wanted.anchor)
    comes_into_view(page, wanted.anchor)
    assert page.locator(f"#{wanted.anchor} h2").inner_text() == wanted.author
    assert (visit.console, visit.outside()) == ([], [])


def test_from_home_by_a_theme_to_a_passage(visit: Visit) -> None:
    page = visit.page
    page.goto("")
    page.locator(".kb-themes").get_by_role("link", name="智能制造与数字化").click()
    page.wait_for_url("**/themes/smart-manufacturing/")
    assert page.get_by_role("heading", level=1).inner_text() == "智能制造与数字化"
    page.get_by_text("归类依据").first.click()
    assert "智能制造" in page.locator(".kb-why").first.inner_text()
    link = page.locator(".kb-entry h3 a").first
    anchor = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    until(page, "id => location.hash === '#' + id", anchor)
    comes_into_view(page, anchor)
    assert (visit.console, visit.outside()) == ([], [])


def test_from_a_topic_in_the_text_to_its_page_and_back(visit: Visit, library: Library) -> None:
    page = visit.page
    address = f"articles/{article(library, 'seeds/002_2d21c99dfbe3b310.txt').id}/"
    page.goto(address)
    page.locator('.kb-passage > p a[href*="/topics/1688/"]').first.click()
    page.wait_for_url("**/topics/1688/")
    assert "阿里巴巴" in page.locator(".md-content").inner_text()
    assert page.locator(".kb-excerpt mark", has_text="1688").count() >= 3
    page.go_back()
    page.wait_for_url(f"**/{address}")


def test_the_picture_of_themes_speaks_and_fits(visit: Visit) -> None:
    visit.page.goto("themes/")
    picture = visit.page.locator("svg.kb-map")
    assert picture.get_attribute("role") == "img"
    assert "16 个主题" in str(visit.page.locator("svg.kb-map desc").text_content())
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] <= 390


def test_an_answers_address_opens_at_the_answer(visit: Visit, library: Library) -> None:
    question = article(library, QUESTION)
    last = question.passages[-1]
    visit.page.goto(f"articles/{question.id}/#{last.anchor}")
    comes_into_view(visit.page, last.anchor)


def test_a_long_page_opens_at_once(visit: Visit, library: Library) -> None:
    """Of 245 answers only those near the window are laid out."""
    visit.page.goto(f"articles/{article(library, QUESTION).id}/")
    script = "() => [...document.querySelectorAll('.kb-passage')].filter(p => p.firstElementChild.checkVisibility({contentVisibilityAuto: true})).length"
    assert 0 < visit.page.evaluate(script) < 40


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_is_quiet_and_fits(
    browser: Browser, address: str, library: Library, width: int, scheme: Literal["light", "dark"]
) -> None:
    paths = [
        "",
        "about/",
        "search/",
        "search/?q=产业升级",
        "articles/",
        "sources/zhihu/",
        "years/2022/",
        "themes/",
        "themes/core-tech/",
        "topics/",
        "topics/1688/",
        *(f"articles/{a.id}/" for a in library.articles),
    ]
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address
    )
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    for path in paths:
        page.goto(path)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide at {width} px"
        assert page.get_by_role("heading", level=1).count() == 1
    assert trouble == []
    context.close()


def test_a_picture_that_fails_says_so_and_leads_to_the_original(
    browser: Browser, address: str, library: Library
) -> None:
    found = article(library, "seeds/002_2d21c99dfbe3b310.txt")
    page = browser.new_page(base_url=address)
    page.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    page.goto(f"articles/{found.id}/")
    note = page.locator("a.kb-missing").first
    note.wait_for()
    assert note.inner_text() == "图片没有载入，点此打开原图"
    assert note.get_attribute("href") == found.opening[0].src
    page.emulate_media(media="print")
    assert note.evaluate("e => [getComputedStyle(e).fontSize, getComputedStyle(e, '::after').content]") == [
        "0px",
        '"［图：未载入］"',
    ]
    page.close()


def test_a_picture_that_fails_says_nothing_that_its_caption_says(
    browser: Browser, address: str, site: Path, library: Library
) -> None:
    found = article(library, "seeds/000_9031bd88ae671add.txt")
    page = browser.new_page(base_url=address)
    page.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    built = (site / "articles" / found.id / "index.html").read_text(encoding="utf-8")
    other = built.replace("digital36kr</figcaption>", "</figcaption>").replace('loading="lazy"', "")
    page.route(
        "**/articles/*/", lambda route: route.fulfill(body=other, content_type="text/html; charset=utf-8")
    )
    page.goto(f"articles/{found.id}/")
    expect(page.locator("a.kb-missing")).to_have_text(
        ["图片没有载入，点此打开原图", "图片没有载入，点此打开原图：数字时氪ID：digital36kr"]
    )
    assert page.locator("a.kb-missing").evaluate_all("all => all.every(e => e.offsetHeight < 45)")
    page.close()


def test_the_search_page_says_what_to_do_without_it_only_when_it_does_not_come(
    browser: Browser, address: str
) -> None:
    for scripts in (True, False):
        context = browser.new_context(base_url=address, java_script_enabled=scripts)
        page = context.new_page()
        page.route("**/search/view.js", lambda route: route.abort())
        page.goto("search/")
        words = page.get_by_text("不用它也可以这样找")
        expect(words).to_be_attached()
        assert words.is_visible() != scripts
        expect(words).to_be_visible(timeout=6_000)
        context.close()


def test_a_wrong_address_says_what_to_do(visit: Visit) -> None:
    visit.page.goto("404.html")
    assert visit.page.get_by_role("heading", level=1).inner_text() == "没有这一页"
    assert visit.page.locator(".md-content a").count() >= 2


# --- other engines, as far as the style sheets tell -----------------------------------------------------------

_UNSAFE = {
    r"hanging-punctuation": "in Safari a passage's edge cuts off what hangs over it: whole quotation marks and stops",
    r"font-feature-settings": "“kern” makes Firefox set Chinese punctuation half as wide",
    r"text-decoration:\s*\w+\s[^;!]": "Safari knows only the line in the shorthand, and drops the rule",
    r"\bhtml[^{}]*\{[^{}]*scroll-padding[^;}]*rem": "on the root Safari takes rem for 16 px",
}


@pytest.mark.parametrize("pattern", _UNSAFE, ids=["hanging", "kern", "shorthand", "rem"])
def test_styles_are_safe_in_other_engines(site: Path, pattern: str) -> None:
    """Found by hand in Firefox and WebKit; the tests' own browser shows no difference."""
    sheets = sorted((site / "assets" / "css").glob("*.css"))
    assert sheets
    found = [
        f"{sheet.name}: {match[0]}" for sheet in sheets for match in re.finditer(pattern, sheet.read_text())
    ]
    assert not found, _UNSAFE[pattern]


# --- as files ---------------------------------------------------------------------------------------------


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_the_navigation_does_not_grow_with_the_articles(site: Path) -> None:
    home = BeautifulSoup((site / "index.html").read_text(), "lxml")
    navigation = [str(link["href"]) for link in home.select("nav a")]
    assert navigation == ["themes/", "topics/", "articles/", "timeline/", "about/"]


def test_a_year_says_what_its_passages_speak_of_most(site: Path) -> None:
    catalogue = json.loads((site / "data" / "catalogue.json").read_text(encoding="utf-8"))
    names = {
        theme["slug"]: theme["name"] for theme in json.loads((site / "data" / "themes.json").read_bytes())
    }
    told = Counter(
        theme["slug"]
        for article in catalogue["articles"]
        for passage in article["passages"]
        for theme in passage["themes"]
        if article["date"].startswith("2022") and passage["substantive"] and not passage["repeats"]
    )
    page = BeautifulSoup((site / "years" / "2022" / "index.html").read_text(encoding="utf-8"), "lxml")
    (line,) = [text for p in page.select(".kb-head p") if (text := p.get_text()).startswith("谈得最多的：")]
    counts = [(told[slug], name) for slug, name in names.items() if f"{name}\xa0{told[slug]}\xa0段" in line]
    assert len(counts) == line.count("段") == 6
    assert min(counts)[0] >= sorted(told.values())[-6]


def test_the_catalogue_is_on_the_site(site: Path) -> None:
    assert (site / "data" / "catalogue.json").stat().st_size > 100_000


def test_hostile_titles_and_texts_stay_text(tmp_path: Path) -> None:
    """Titles pass through the theme's head, header and lists; nothing of them may become markup."""
    evil = '"></title><script>alert(1)</script><img src=x onerror=alert(1)>{{ config }}'
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    body = f"{evil}\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) <a href='javascript:alert(1)'>y</a>\n"
    (seeds / "evil.md").write_text(
        f"---\ntitle: '{evil}'\nauthor: '{evil}'\nsource: '{evil}'\ndate: 2024-01-01\n---\n{body}"
    )
    (seeds / "plain.md").write_bytes((golden.CASES / "general-html" / "source.md").read_bytes())
    command = [sys.executable, "-c", "from factorykb.cli import main; main()", "build", "--seeds", str(seeds)]
    command += ["--docs", str(tmp_path / "docs"), "--site", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in pages(tmp_path / "site"):
        soup = BeautifulSoup(page.read_text(), "lxml")
        data = soup.select('script[type="application/ld+json"]')  # may quote the words, but never as markup
        assert not [script for script in data if "<" in script.get_text()], page
        running = [script for script in soup.find_all("script") if script not in data]
        assert not [script for script in running if "alert" in script.get_text()], page
        assert not soup.select("[onerror], [onload], [onclick], a[href^=javascript]"), page
    titles = [page for page in pages(tmp_path / "site") if "{{ config }}" in page.read_text()]
    assert titles, "the title itself must still be readable"
