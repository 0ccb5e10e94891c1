"""A web server on this machine that counts what it serves, and Chromium to ask it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from factorykb.headless import ARGUMENTS, find_browser

_BARE = "bare.html"  # a page that loads nothing


@dataclass
class Site:
    """A served folder. `log`: path and body bytes of each answer since it was last taken."""

    root: Path
    address: str
    log: list[tuple[str, int]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)  # path → its file's size compressed

    def take(self) -> list[tuple[str, int]]:
        """The log, which begins anew."""
        taken, self.log[:] = list(self.log), []
        return taken

    def packed(self, path: str) -> int:
        """What a server with gzip would send for a path."""
        if path not in self.known:
            data = (self.root / unquote(urlsplit(path).path).lstrip("/")).read_bytes()
            self.known[path] = min(len(data), len(gzip.compress(data, 6)))
        return self.known[path]


@contextmanager
def served(root: Path, encoding: str = "") -> Iterator[Site]:
    """Serve a folder as it is; the bare page is added to it. `encoding`: what its files are compressed with."""
    (root / _BARE).write_text('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">\n')

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits for the acknowledgement of its head

        def do_GET(self) -> None:
            source = self.send_head()
            if source is not None:
                with source:
                    body = source.read()
                site.log.append((self.path, len(body)))
                self.wfile.write(body)

        def end_headers(self) -> None:
            if encoding:
                self.send_header("Content-Encoding", encoding)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root))) as server:
        site = Site(root, f"http://127.0.0.1:{server.server_port}/")
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def fresh(browser: Browser, site: Site) -> Iterator[Page]:
    """The bare page in a context with nothing cached; what is served from here on is in the log."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.address + _BARE)
    site.take()
    yield page
    context.close()
