"""The same pages and configuration, built by MkDocs' successor. `make test` sets it up."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from factorykb import config
from factorykb.site import lighten
from tests.browsing import watch
from tests.rendering import without_space

ZENSICAL = config.PROJECT / ".venv-zensical" / "bin" / "zensical"


@pytest.fixture(scope="module")
def successor(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the seeds, built as the Makefile does it."""
    root = tmp_path_factory.mktemp("zensical")
    shutil.copy(config.MKDOCS_YML, root)
    shutil.copytree(config.THEME, root / "tools" / "theme")
    shutil.copytree(site.parent / "docs", root / "docs")
    (root / ".zensical.yml").write_text("INHERIT: mkdocs.yml\nsite_dir: site-zensical\n")
    command = [str(ZENSICAL), "build", "--clean", "--strict", "--config-file", ".zensical.yml"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site-zensical"


def test_every_page_says_the_same_and_links_to_the_same(site: Path, successor: Path) -> None:
    pages = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    assert len(pages) > 100
    for name in pages:
        ours, theirs = (BeautifulSoup((root / name).read_text("utf-8"), "lxml") for root in (site, successor))
        for part in ("title", "article", "header nav", "footer"):
            texts = [
                without_space(" ".join(tag.get_text() for tag in soup.select(part)))
                for soup in (ours, theirs)
            ]
            assert texts[0] == texts[1], (name, part)
        base = f"http://kb/{name.as_posix()}"
        links = [
            [urljoin(base, str(a["href"])) for a in soup.select("article a[href]")] for soup in (ours, theirs)
        ]
        assert links[0] == links[1], name


def test_machines_are_told_the_same_names(site: Path, successor: Path) -> None:
    for name in sorted(path.relative_to(site) for path in site.rglob("*.html")):
        ours, theirs = (names_told((root / name).read_text("utf-8")) for root in (site, successor))
        assert theirs == ours, name
        assert ours or name == Path("404.html")


def names_told(page: str) -> set[str]:
    """What JSON-LD calls the page and those above it; a question's answers are told by ours alone."""
    scripts = BeautifulSoup(page, "lxml").select('script[type="application/ld+json"]')
    told = [json.loads(script.get_text()) for script in scripts]
    return {
        str(one.get("headline") or one.get("name"))
        for found in told
        for one in (found, found.get("mainEntity", {}), *found.get("itemListElement", ()))
        if one.get("headline") or one.get("name")
    }


def test_data_and_scripts_are_the_same_files(site: Path, successor: Path, tmp_path: Path) -> None:
    shutil.copytree(successor / "assets", tmp_path / "assets")
    lighten(tmp_path)  # the successor's site keeps the comments
    for folder, theirs in (
        ("data", successor),
        ("assets/search", tmp_path),
        ("assets/js", tmp_path),
        ("assets/css", tmp_path),
    ):
        found = [path for path in (site / folder).rglob("*") if path.is_file()]
        assert found
        differing = [
            path for path in found if (theirs / path.relative_to(site)).read_bytes() != path.read_bytes()
        ]
        assert differing == []


def test_themes_and_search_work(successor: Path, browser: Browser) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    def serving() -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(successor)))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()

    address = serving()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=next(address))
    visit = watch(context.new_page())
    page = visit.page
    page.goto("")
    page.get_by_role("link", name="智能制造与数字化").first.click()
    page.wait_for_url("**/themes/smart-manufacturing/*")
    page.locator(".kb-entry h3 a").first.click()
    page.wait_for_url("**/articles/**#p-*")
    page.goto("search/?q=数字化")
    page.locator("[data-kb-search-page] a[href*='#p-']").first.click()
    page.wait_for_url("**/articles/**#p-*")
    assert (visit.console, visit.outside()) == ([], [])
    context.close()
    next(address, None)
