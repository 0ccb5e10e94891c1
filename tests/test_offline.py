"""The site carried away: unpacked from its zip into a folder with a difficult name and opened from the disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from factorykb import markup, offline
from tests.browsing import Visit, until, watch
from tests.test_cli import GOOD, kb


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("../", "../index.html"),
        ("..", "../index.html"),
        (".", "./index.html"),
        ("themes/a/?q=1#p-2", "themes/a/index.html?q=1#p-2"),
        ("../../articles/x/#p", "../../articles/x/index.html#p"),
        ("词条/", "词条/index.html"),
        ("#p-1", "#p-1"),
        ("?q=x", "?q=x"),
        ("", ""),
        ("a.html", "a.html"),
        ("data/x.json", "data/x.json"),
        ("https://example.com/", "https://example.com/"),
        ("//example.com/", "//example.com/"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("/abs/", "/abs/"),
    ],
)
def test_only_links_to_folders_change(address: str, wanted: str) -> None:
    assert offline.to_file(address) == wanted


def test_nothing_but_the_link_changes_in_a_page() -> None:
    before = (
        "<!doctype html>\n<p title='<a href=\"x/\">' class=a>甲 &amp; 乙<br/>\n"
        '<script>var s = \'<a href="x/">\';</script><!-- <a href="x/"> -->\n'
        '<a id=b data-x="href=\'y/\'" HREF=x/ hidden>1</a><form action="../search/"><img src="x/">'
    )
    after = before.replace("HREF=x/ ", 'HREF="x/index.html" ').replace(
        '"../search/"', '"../search/index.html"'
    )
    assert offline.page(before) == after


def test_new_attributes_come_last_and_are_escaped() -> None:
    text = markup.changed(
        '<img src="a" alt="1 > 0"/>x', lambda tag, attributes: {"src": "b", "data-o": 'a"&'}
    )
    assert text == '<img src="b" alt="1 > 0" data-o="a&quot;&amp;"/>x'


@pytest.fixture(scope="module")
def carried(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, unpacked elsewhere."""
    folder, packed = offline.make(site)
    first = packed.read_bytes()
    offline.make(site)
    assert packed.read_bytes() == first
    target = tmp_path_factory.mktemp("我的 资料 100%")
    with zipfile.ZipFile(packed) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
        archive.extractall(target)
    return target / folder.name


@pytest.fixture
def disk(browser: Browser, carried: Path) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = watch(context.new_page())
    visit.page.goto((carried / "index.html").as_uri())
    yield visit
    context.close()


def left_the_disk(visit: Visit) -> list[str]:
    """What was fetched from elsewhere, but pictures in an article."""
    return [url for kind, url in visit.requests if urlsplit(url).scheme not in ("file", "data", "blob") and kind != "image"]  # fmt: skip


def test_every_link_of_every_page_leads_to_a_file(carried: Path) -> None:
    broken = []
    for path in sorted(carried.rglob("*.html")):
        for link in BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").select("a[href], form[action], link[href], script[src], img[src]"):  # fmt: skip
            address = str(link.get("href") or link.get("action") or link.get("src"))
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            if not (path.parent / unquote(parts.path)).is_file():
                broken.append((path.relative_to(carried).as_posix(), address))
    assert broken == []


def test_from_home_by_a_theme_to_a_passage(disk: Visit) -> None:
    page = disk.page
    page.get_by_role("link", name="智能制造与数字化").first.click()
    page.wait_for_url("**/themes/smart-manufacturing/index.html*")
    link = page.locator(".kb-entry h3 a").first
    link.click()
    page.wait_for_url("**/articles/*/index.html*#p-*")
    assert page.locator(f"#{urlsplit(page.url).fragment}").is_visible()
    page.locator(".kb-brand").click()
    page.wait_for_url(lambda url: url.endswith("-offline/index.html"))
    assert (disk.console, left_the_disk(disk)) == ([], [])


def test_the_search_and_its_filters_work_from_the_disk(disk: Visit) -> None:
    page = disk.page
    page.keyboard.press("/")
    field = page.locator("dialog input[type=search], dialog input[name=q]").first
    field.fill("数字化")
    page.locator("dialog a[href*='#p-']").first.wait_for()
    page.get_by_role("link", name="查看全部结果").click()
    page.wait_for_url("**/search/index.html?q=*")
    hits = page.locator("[data-kb-search-page] a[href*='#p-']")
    hits.first.wait_for()
    page.locator("[data-kb-facet=source]").select_option("36kr")
    until(page, "() => location.search.includes('36kr')")
    hits.first.wait_for()
    hits.first.click()
    page.wait_for_url("**/articles/36kr-*/index.html*#p-*")
    assert page.locator(f"#{urlsplit(page.url).fragment}").is_visible()
    assert (disk.console, left_the_disk(disk)) == ([], [])


def test_nobody_elses_folder_or_zip_is_replaced(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "good.md").write_bytes(GOOD.read_bytes())
    options = ("--seeds", seeds, "--docs", tmp_path / "docs", "--site", tmp_path / "site", "--offline")
    folder, packed = offline.places(tmp_path / "site")
    packed.write_text("mine")
    result = kb("build", *options)
    assert (result.returncode, "not known from where" in result.stderr) == (2, True)
    packed.unlink()
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    result = kb("build", *options)
    assert (result.returncode, "did not write" in result.stderr) == (2, True)
    assert not (tmp_path / "docs").exists()
    (folder / "letter.txt").unlink()
    for _ in range(2):
        result = kb("build", *options)
        assert (result.returncode, f"open {folder / 'index.html'}" in result.stdout) == (0, True), (
            result.stderr
        )
    with zipfile.ZipFile(packed) as archive:
        assert "site-offline/index.html" in archive.namelist()
        assert not [
            name for name in archive.namelist() if "/." in name or name.endswith((".map", "404.html"))
        ]
