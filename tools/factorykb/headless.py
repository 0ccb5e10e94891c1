"""The site's own search engine, run in a headless browser: what readers get is what is measured."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from factorykb.errors import UsageError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# For a machine without a screen, a user or a way out: nothing is fetched, synced or updated.
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

_BLANK = '<!doctype html><meta charset="utf-8"><script src="assets/search/engine.js"></script>'
_OPEN = "root => kbSearch.openIndex(root).then(index => { globalThis.index = index; })"
_SEARCH = """([query, limit]) => index.search(query, {limit}).then(({exact, related}) =>
  [...exact.hits, ...related.hits].map(hit => hit.id))"""


def find_browser() -> str | None:
    """The path of a browser: $KB_BROWSER, else the first one installed; None when there is none.

    Raises:
        UsageError: $KB_BROWSER is no program.
    """
    named = os.environ.get("KB_BROWSER")
    found = next(filter(None, map(shutil.which, (named,) if named else _NAMES)), None)
    if named and not found:
        raise UsageError(
            f"KB_BROWSER is {named}, which is no program. Give it a browser's path, or unset it."
        )
    return found or next((place for place in _PLACES if Path(place).exists()), None)


@contextmanager
def searching(root: Path) -> Iterator[Callable[[str, int], list[str]]]:
    """A function from query and number of hits to the ids of hits, exact ones first.

    Args:
        root: a folder with `assets/search/engine.js` and `data/search`.

    Raises:
        UsageError: no browser, as `find_browser`, or Playwright is not installed.
    """
    path = find_browser()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise UsageError("the engine runs in a browser by Playwright. Run `make test` once.") from error
    if path is None:
        raise UsageError("no Chrome or Chromium was found. Install one, or name it in KB_BROWSER.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page()
        page.route("**/blank.html", lambda route: route.fulfill(body=_BLANK, content_type="text/html"))
        page.goto((root / "blank.html").as_uri())
        page.evaluate(_OPEN, root.as_uri())
        yield lambda query, limit: list(page.evaluate(_SEARCH, [query, limit]))
        browser.close()
