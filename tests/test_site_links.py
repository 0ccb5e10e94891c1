"""Every link, anchor and asset of the built site is there; the links out of it are listed, and asked on request."""

from __future__ import annotations

import json
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag
from typer.testing import CliRunner

from factorykb import fetching, outward
from factorykb.cli import app
from factorykb.fetching import Limits, UnreachableError

LIMITS = Limits(seconds=1, redirects=3, local=True)
_ADDRESSES = {
    "a": ("href",), "link": ("href",), "area": ("href",), "img": ("src", "srcset"), "script": ("src",), "source": ("src", "srcset"),
    "iframe": ("src",), "object": ("data",), "embed": ("src",), "video": ("src", "poster"), "audio": ("src",), "form": ("action",),
    "use": ("href", "xlink:href"), "image": ("href", "xlink:href"), "input": ("src",), "track": ("src",),
}  # fmt: skip


@lru_cache(maxsize=1)
def soups(site: Path) -> dict[Path, BeautifulSoup]:
    return {
        page: BeautifulSoup(page.read_text(encoding="utf-8"), "lxml") for page in sorted(site.rglob("*.html"))
    }


def addresses(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for tag in soup.find_all(list(_ADDRESSES)):
        for name in _ADDRESSES[tag.name]:
            value = str(tag.get(name) or "")
            parts = [part.split()[0] for part in value.split(", ")] if name == "srcset" and value else [value]
            yield from ((tag, part) for part in parts if tag.has_attr(name))


def problems(site: Path) -> list[str]:
    """What is wrong with the inner links of a site: one line each."""
    pages = soups(site)
    ids = {page: [str(tag["id"]) for tag in soup.find_all(id=True)] for page, soup in pages.items()}
    found = [
        f"{page}: the id {name} stands twice"
        for page, names in ids.items()
        for name, n in Counter(names).items()
        if n > 1
    ]
    for page, soup in pages.items():
        # Links of the page for wrong addresses begin at the root of whatever address it is served under.
        base = site if page.name == "404.html" else page.parent
        for tag, address in addresses(soup):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (base / unquote(parts.path).removeprefix("/")).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            fragment = unquote(parts.fragment)
            if not address and tag.name != "form":
                found.append(f"{page}: an empty address: {tag}")
            elif not target.is_relative_to(site.resolve()) or not target.is_file():
                found.append(f"{page}: {address} leads nowhere")
            elif (
                fragment
                and fragment not in ids.get(target, ())
                and not (tag.name != "a" or fragment.startswith("__"))
            ):
                found.append(f"{page}: {address} names no place on its page")
    for sheet in site.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            if (
                not re.match(r"data:|#|%23", address)
                and not (sheet.parent / urlsplit(address).path).resolve().is_file()
            ):
                found.append(f"{sheet}: {address} leads nowhere")
    return found


def test_every_inner_link_anchor_and_asset_is_there(site: Path) -> None:
    assert problems(site) == []
    assert len(soups(site)) > 100


def test_the_check_finds_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<p id="x"></p><p id="x"></p><a href="a/">1</a><a href="a/#y">2</a><a href="b/">3</a><a href="#z">4</a><a href="">5</a>'
        '<img src="no.png"><script src="no.js"></script><a href="../secret">6</a><a href="a/#ok">7</a><img srcset="no2.png 2x">'
    )
    (tmp_path / "a" / "index.html").write_text('<p id="ok"></p>')
    (tmp_path / "a.css").write_text("p { background: url('no.woff2') }")
    text = "\n".join(problems(tmp_path))
    wanted = ["x stands twice", "a/#y names no", "b/ leads", "#z names no", "an empty address", "no.png leads", "no.js leads", "../secret leads", "no2.png", "no.woff2"]  # fmt: skip
    assert [part for part in wanted if part not in text] == []
    assert text.count("\n") + 1 == len(wanted)


def test_the_links_of_feeds_and_of_the_map_lead_to_pages(site: Path) -> None:
    feeds = sorted((site / "data").rglob("*.xml"))
    assert feeds
    for feed in feeds:
        for link in ElementTree.parse(feed).getroot().iter("{http://www.w3.org/2005/Atom}link"):
            parts = urlsplit(link.attrib["href"])
            if not parts.netloc:
                target = (feed.parent / parts.path).resolve() if parts.path else feed
                assert (target / "index.html" if target.is_dir() else target).is_file(), (
                    f"{feed}: {link.attrib}"
                )


def test_nothing_is_fetched_from_elsewhere_but_pictures(site: Path) -> None:
    for page, soup in soups(site).items():
        for tag, address in addresses(soup):
            if tag.name not in ("a", "area", "img"):
                assert not urlsplit(address).netloc, f"{page}: {tag}"


# --- the links out of the site -----------------------------------------------------------------------------


class Sometimes(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]]
    at_once = 0
    most_at_once = 0
    lock = Lock()

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_GET(self) -> None:
        self.answer("GET")

    def answer(self, method: str) -> None:
        kind = type(self)
        with kind.lock:
            kind.at_once += 1
            kind.most_at_once = max(kind.most_at_once, kind.at_once)
            kind.asked.append((method, self.path))
        is_slow = self.path.startswith("/slow") or (self.path, method) == ("/only-get", "HEAD")
        time.sleep(3 if is_slow else 0.01)
        with kind.lock:
            kind.at_once -= 1
        fine = self.path == "/good" or (self.path in ("/no-head", "/only-get") and method == "GET")
        moved = {"/moved": "/good", "/round": "/round"}.get(self.path)
        self.send_response(301 if moved else 200 if fine else 404 if method == "GET" else 405)
        if moved:
            self.send_header("Location", moved)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def host() -> Iterator[str]:
    Sometimes.asked, Sometimes.most_at_once, Sometimes.at_once = [], 0, 0
    running = ThreadingHTTPServer(("127.0.0.1", 0), Sometimes)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_addresses_are_asked_by_head_and_then_by_get(host: str) -> None:
    names = ("good", "no-head", "moved", "gone", "round")
    found = outward.troubles([f"{host}/{name}" for name in names], LIMITS)
    assert found == {f"{host}/gone": "status 404", f"{host}/round": "more than 3 redirects"}
    assert ("GET", "/good") not in Sometimes.asked
    assert [method for method, path in Sometimes.asked if path == "/no-head"] == ["HEAD", "GET"]
    assert Sometimes.most_at_once == 1


def test_a_host_that_does_not_answer_is_left_alone(host: str) -> None:
    found = outward.troubles([f"{host}/slow{n}" for n in range(6)], Limits(seconds=0.2, local=True))
    assert len(found) == 6
    assert len({path for _, path in Sometimes.asked}) == 3


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word; its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_takes_no_longer_than_the_limit_in_all(silent: str, scheme: str) -> None:
    start = time.monotonic()
    with pytest.raises(UnreachableError, match="took longer than 1 seconds"):
        fetching.ask(f"{scheme}://{silent}/", Limits(seconds=1, local=True))
    assert time.monotonic() - start < 1.5, "HEAD and GET together, with what a handshake waits"


def test_connecting_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two numbers, the first of which is dead: the second still has its share, and no wait is longer than the limit."""
    waits: list[float] = []

    def connect(_: object, timeout: float) -> socket.socket:
        waits.append(timeout)
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(fetching, "_numbers", lambda *_, **__: ["192.0.2.1", "192.0.2.2"])
    monkeypatch.setattr(socket, "create_connection", connect)
    start = time.monotonic()
    with pytest.raises(UnreachableError, match=r"took longer than 0\.4 seconds"):
        fetching.fetch("http://e.com/", Limits(seconds=0.4))
    assert time.monotonic() - start < 0.8
    assert waits == [pytest.approx(0.2, abs=0.05), pytest.approx(0.2, abs=0.05)]


def test_a_server_that_leaves_head_without_an_answer_has_time_for_get(host: str) -> None:
    fetching.ask(f"{host}/only-get", Limits(seconds=1, local=True))
    assert [method for method, _ in Sometimes.asked] == ["HEAD", "GET"]


def test_no_private_address_is_asked(host: str) -> None:
    assert outward.troubles([f"{host}/good"], Limits(seconds=1)) == {
        f"{host}/good": "127.0.0.1 is on a private network"
    }
    assert Sometimes.asked == []


def a_site(folder: Path, host: str) -> Path:
    (folder / "a").mkdir(parents=True)
    (folder / "index.html").write_text("<a href='a/'>内</a>")
    (folder / "a" / "index.html").write_text(
        f"<a href='{host}/good'>好</a> <a href='{host}/gone'>坏 <b>了</b></a> <a href='{host}/gone'>再</a> <a href='mailto:a@e.com'>信</a>"
    )
    return folder


def test_links_are_listed_and_nothing_is_asked(host: str, tmp_path: Path) -> None:
    site = a_site(tmp_path / "site", host)
    done = CliRunner().invoke(app, ["links", "--site", str(site), "--json"])
    assert json.loads(done.output) == [
        {"page": "a/", "text": "好", "address": f"{host}/good"},
        {"page": "a/", "text": "坏 了", "address": f"{host}/gone"},
    ]
    assert (done.exit_code, Sometimes.asked) == (0, [])


def test_links_are_asked_on_request(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "LIMITS", LIMITS)
    done = CliRunner().invoke(app, ["links", "--site", str(a_site(tmp_path / "site", host)), "--check"])
    assert done.exit_code == 1
    assert f"a/: 坏 了 {host}/gone (status 404)" in done.output
    assert "/good" not in done.output
    assert "2 links lead out of the site, 1 fails." in done.output


def test_the_links_of_the_real_site(site: Path) -> None:
    found = list(outward.links(site))
    assert any(link.page.startswith("articles/") and link.text == "查看原文" for link in found)
    assert all(link.address.startswith("http") for link in found)
