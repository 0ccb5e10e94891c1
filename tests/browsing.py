"""What the browser tests share: a page with what happened on it, and ways to ask about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

from factorykb.model import Article, Library

QUESTION = "seeds/004_f24a12f6a3520c42.txt"
_DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@dataclass
class Visit:
    """A page with what happened on it."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def outside(self) -> list[tuple[str, str]]:
        """What was fetched from elsewhere, but pictures."""
        return [(kind, url) for kind, url in self.requests if not _own(url) and kind != "image"]


def _own(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname == "127.0.0.1" or parts.scheme == "file"


def watch(page: Page) -> Visit:
    """Write down what happens; article pictures are answered with a dot, so that no test needs the network."""
    seen = Visit(page)
    page.on("console", lambda message: seen.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.console.append(f"error: {error}"))
    page.on("request", lambda request: seen.requests.append((request.resource_type, request.url)))
    page.route(
        lambda url: not _own(url),
        lambda route: (
            route.fulfill(body=_DOT, content_type="image/svg+xml")
            if route.request.resource_type == "image"
            else route.abort()
        ),
    )
    return seen


def until(page: Page, script: str, arg: object = None) -> None:
    """Wait until the script says something true.

    Not `wait_for_function`: that asks again from inside the page, where the site's Content-Security-Policy forbids it.
    """
    for _ in range(200):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within ten seconds: {script} ({arg!r})")


def article(library: Library, path: str) -> Article:
    return next(found for found in library.articles if found.source.path == path)
