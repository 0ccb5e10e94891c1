"""Keeping pictures: a server on this machine that fails in every way, and pages that show what was kept."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import pytest
from PIL import Image

from factorykb import config, fetching, pictures, pipeline, store
from factorykb.errors import UsageError
from factorykb.fetching import Limits
from factorykb.pictures import Plan, Record, Status
from tests.test_cli import KB, kb

LIMITS = Limits(most_bytes=300_000, seconds=1.5, redirects=3, local=True)
PLENTY = 10**9


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def noise(side: int) -> bytes:
    out = BytesIO()
    Image.frombytes("L", (side, side), random.Random(1).randbytes(side * side)).save(out, "PNG")
    return out.getvalue()


def moving() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=[50, 70, 90])
    return out.getvalue()


EMBEDDED = "data:image/png;base64," + base64.b64encode(picture()).decode()
BODIES: dict[str, tuple[str, bytes]] = {
    "/good.png": ("image/png", picture()),
    "/good.jpg": ("image/jpeg; charset=binary", picture("JPEG", (4000, 1000))),
    "/moving.gif": ("image/gif", moving()),
    "/plain.bin": ("application/octet-stream", picture("BMP")),
    "/图 1.png": ("image/png", picture(size=(7, 7))),
    "/html.png": ("image/png", b"<html><body>please log in</body></html>"),
    "/page.png": ("text/html; charset=utf-8", picture()),
    "/drawing.svg": ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    "/disguised.png": ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "/half.png": ("image/png", noise(200)[:20_000]),
    "/large.png": ("image/png", noise(700)),
    "/empty.png": ("image/png", b""),
}


class Trouble(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str]
    down: bool

    def do_GET(self) -> None:
        path = unquote(self.path)
        type(self).asked.append(path)
        if type(self).down:
            self.send_error(503)
        elif path in BODIES:
            self.answer(*BODIES[path])
        elif path.startswith("/to-"):
            self.lead(path)
        elif hasattr(self, path.strip("/")):
            getattr(self, path.strip("/"))()
        else:
            self.send_error(410 if path == "/410" else 403 if path == "/403" else 404)

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def lead(self, path: str) -> None:
        to = {
            "/to-good": "good.png",
            "/to-loop": "/to-loop",
            "/to-file": "file:///etc/passwd",
            "/to-private": "http://10.0.0.1/x.png",
        }
        self.send_response(302)
        self.send_header("Location", to[path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def endless(self) -> None:
        self.begin("Transfer-Encoding", "chunked")
        while self.push(b"10000\r\n" + bytes(65536) + b"\r\n"):
            pass

    def drip(self) -> None:
        self.begin("Content-Length", "1000")
        while self.push(b"x"):
            time.sleep(0.1)

    def headers_drip(self) -> None:
        self.push(b"HTTP/1.1 200 OK\r\n")
        while self.push(b"X-A: b\r\n"):
            time.sleep(0.1)

    def silent(self) -> None:
        time.sleep(3)

    def cut(self) -> None:
        self.begin("Content-Length", "100000")
        self.push(picture())
        self.close_connection = True

    def huge(self) -> None:
        self.begin("Content-Length", str(10**12))
        self.push(b"x" * 1000)

    def begin(self, name: str, value: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header(name, value)
        self.end_headers()

    def push(self, data: bytes) -> bool:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
            return False
        return True

    def log_message(self, *_: object) -> None:
        return


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        return  # the other side hung up, which is what is tested


@pytest.fixture
def server() -> Iterator[str]:
    Trouble.asked, Trouble.down = [], False
    running = Quiet(("127.0.0.1", 0), Trouble)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def todo(*addresses: str, docs: Path | None = None) -> Plan:
    index = pictures.load(docs) if docs else {}
    return Plan(addresses, pictures.waiting(addresses, index), index)


def one(address: str, docs: Path, limits: Limits = LIMITS) -> Record:
    return pictures.keep(todo(address), docs, limits, PLENTY)[address]


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/404", Status.GONE, "status 404"),
        ("/410", Status.GONE, "status 410"),
        ("/403", Status.REFUSED, "status 403"),
        ("/to-loop", Status.REFUSED, "more than 3 redirects"),
        ("/to-file", Status.REFUSED, "not an address of http or https"),
        ("/html.png", Status.REFUSED, "not a picture that can be decoded"),
        ("/page.png", Status.REFUSED, "declared as text/html"),
        ("/drawing.svg", Status.REFUSED, "declared as image/svg+xml"),
        ("/disguised.png", Status.REFUSED, "not a picture that can be decoded"),
        ("/half.png", Status.REFUSED, "not a picture that can be decoded"),
        ("/empty.png", Status.REFUSED, "not a picture that can be decoded"),
        ("/large.png", Status.REFUSED, "larger than 0.3 MB"),
        ("/huge", Status.REFUSED, "larger than 0.3 MB"),
        ("/endless", Status.REFUSED, "larger than 0.3 MB"),
        ("/drip", Status.FAILED, "took longer than 1.5 seconds"),
        ("/headers_drip", Status.FAILED, ""),
        ("/silent", Status.FAILED, "took longer than 1.5 seconds"),
        ("/cut", Status.FAILED, "the answer was cut short"),
    ],
)
def test_what_cannot_be_kept_is_written_down(
    server: str, tmp_path: Path, path: str, status: Status, reason: str
) -> None:
    start = time.monotonic()
    record = one(server + path, tmp_path)
    assert time.monotonic() - start < 3
    assert (record.status, record.reason[: len(reason)]) == (status, reason)
    assert len(record.date) == len("2026-01-01")
    assert pictures.load(tmp_path)[server + path] == record
    assert [file.name for file in (tmp_path / pictures.FOLDER).iterdir()] == ["index.json"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "http://localhost/x.png",
        "http://[::1]/x.png",
        "http://[::ffff:127.0.0.1]/x.png",
        "http://10.1.2.3/x.png",
        "http://169.254.169.254/latest",
        "http://2130706433/x.png",
        "http://0/x.png",
        "http://user:word@example.com/x.png",
        "ftp://example.com/x.png",
        "file:///etc/passwd",
        "http:///x.png",
        "http://[broken/x.png",
    ],
)
def test_private_and_strange_addresses_are_never_asked(address: str, tmp_path: Path) -> None:
    assert one(address, tmp_path, Limits(seconds=2)).status is Status.REFUSED


def test_a_redirect_to_a_private_address_is_not_followed(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_is_public", lambda number: number == "127.0.0.1")
    record = one(f"{server}/to-private", tmp_path, replace(LIMITS, local=False))
    assert (record.status, record.reason) == (Status.REFUSED, "10.0.0.1 is on a private network")


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/good.png", (30, 20)),
        ("/good.jpg", (1600, 400)),
        ("/plain.bin", (30, 20)),
        ("/图 1.png", (7, 7)),
        ("/%E5%9B%BE%201.png?x=1&y=甲", (7, 7)),
        ("/to-good", (30, 20)),
    ],
)
def test_a_picture_is_kept_as_webp(server: str, tmp_path: Path, path: str, size: tuple[int, int]) -> None:
    BODIES["/图 1.png?x=1&y=甲"] = BODIES["/图 1.png"]
    record = one(server + path, tmp_path)
    assert (record.status, record.reason) == (Status.KEPT, "")
    assert (record.width, record.height) == size
    with Image.open(tmp_path / pictures.FOLDER / record.file) as kept:
        assert (kept.format, kept.size) == ("WEBP", size)


def test_a_moving_picture_still_moves(server: str, tmp_path: Path) -> None:
    with Image.open(tmp_path / pictures.FOLDER / one(f"{server}/moving.gif", tmp_path).file) as kept:
        assert getattr(kept, "n_frames", 1) == 3


def test_a_picture_says_nothing_of_camera_and_place(server: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x0112] = 6  # lies on its side
    BODIES["/exif.jpg"] = ("image/jpeg", picture("JPEG", (40, 10), exif=exif))
    record = one(f"{server}/exif.jpg", tmp_path)
    data = (tmp_path / pictures.FOLDER / record.file).read_bytes()
    assert (record.width, record.height, b"camera" in data) == (10, 40, False)


def test_pixels_are_counted_before_they_are_unpacked(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 500)
    assert one(f"{server}/good.png", tmp_path).reason == "more than 0.0005 million pixels"


def test_a_second_run_asks_only_for_what_failed(server: str, tmp_path: Path) -> None:
    addresses = [server + path for path in ("/good.png", "/404", "/403", "/cut")]
    pictures.keep(todo(*addresses), tmp_path, LIMITS, PLENTY)
    Trouble.asked = []
    again = todo(*addresses, docs=tmp_path)
    pictures.keep(again, tmp_path, LIMITS, PLENTY)
    assert Trouble.asked == ["/cut"]
    index = pictures.load(tmp_path)
    assert pictures.waiting(addresses, index, again=True) == tuple(addresses[1:])
    (tmp_path / pictures.FOLDER / index[addresses[0]].file).unlink()
    assert addresses[0] in todo(*addresses, docs=tmp_path).waiting


def test_a_run_that_was_stopped_goes_on(server: str, tmp_path: Path) -> None:
    addresses = [f"{server}/good.png?{n}" for n in range(5)]
    BODIES.update({f"/good.png?{n}": BODIES["/good.png"] for n in range(5)})
    seen: list[str] = []

    def stop_at_three(address: str, record: Record) -> None:
        seen.append(address)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pictures.keep(todo(*addresses), tmp_path, LIMITS, PLENTY, stop_at_three)
    assert todo(*addresses, docs=tmp_path).waiting == tuple(addresses[3:])
    index = pictures.keep(todo(*addresses, docs=tmp_path), tmp_path, LIMITS, PLENTY)
    assert {record.status for record in index.values()} == {Status.KEPT}
    assert len({record.file for record in index.values()}) == 1  # one content, one file
    assert len(Trouble.asked) == 5


def test_a_run_ends_at_its_limit_and_leaves_a_dead_host_alone(server: str, tmp_path: Path) -> None:
    addresses = [f"{server}/{name}" for name in ("good.png", "good.jpg", "moving.gif")]
    assert len(pictures.keep(todo(*addresses), tmp_path, LIMITS, 1)) == 1
    Trouble.asked, Trouble.down = [], True
    dead = [f"{server}/{n}.png" for n in range(9)]
    index = pictures.keep(todo(*dead), tmp_path, LIMITS, PLENTY)
    assert len(Trouble.asked) == 3
    assert {record.status for record in index.values()} == {Status.FAILED}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(pictures, "monotonic", lambda: self.now)


def test_a_killed_run_loses_little(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed says no farewell: what counts is what lies on the disk at any moment."""
    clock = Clock(monkeypatch)
    addresses = [f"{server}/good.png?{n}" for n in range(12)]
    BODIES.update({f"/good.png?{n}": BODIES["/good.png"] for n in range(12)})
    unsaved: list[int] = []

    def look(address: str, record: Record) -> None:
        clock.now += 4
        unsaved.append(addresses.index(address) - len(pictures.load(tmp_path)))

    pictures.keep(todo(*addresses), tmp_path, LIMITS, PLENTY, look)
    assert max(unsaved) == 2, "no more than came in ten seconds"
    assert len(pictures.load(tmp_path)) == 12


def test_pictures_that_are_skipped_do_not_write_the_index_again_and_again(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)
    saved: list[int] = []
    save = pictures._save

    def counted(index: pictures.Index, docs: Path) -> None:
        saved.append(len(index))
        save(index, docs)

    monkeypatch.setattr(pictures, "_save", counted)
    Trouble.down = True
    pictures.keep(todo(*(f"{server}/{n}.png" for n in range(500))), tmp_path, LIMITS, PLENTY)
    assert saved == [500]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"pictures": {"a": {"status": "kept", "date": "", "file": "../../x.webp"}}}',
        '{"pictures": {"a": {"status": "new"}}}',
    ],
)
def test_an_index_that_is_broken_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / pictures.FOLDER).mkdir(parents=True)
    (tmp_path / pictures.FOLDER / "index.json").write_text(text)
    with pytest.raises(UsageError, match="kb images makes it anew"):
        pictures.load(tmp_path)


# --- pages --------------------------------------------------------------------------------------------------


def test_pages_show_the_copy_and_keep_the_address() -> None:
    index = {
        "https://a.cn/1.png?x=1&y=2": Record(Status.KEPT, "2026-01-02", file="ab.webp", width=3, height=4),
        "https://a.cn/2.png": Record(Status.GONE, "2026-01-03"),
        "https://a.cn/3.png": Record(Status.FAILED, "2026-01-03"),
    }
    text = (
        '<a href="https://a.cn/1.png?x=1&amp;y=2"><img src="https://a.cn/1.png?x=1&amp;y=2" alt="甲"></a>'
        '<img src="https://a.cn/2.png"><img src="https://a.cn/3.png"><img src="assets/own.png">'
    )
    assert pictures.page(text, "../../", index) == (
        '<a href="https://a.cn/1.png?x=1&amp;y=2"><img src="../../assets/pictures/ab.webp" alt="甲" '
        'data-original="https://a.cn/1.png?x=1&amp;y=2" width="3" height="4"></a>'
        '<img src="https://a.cn/2.png" data-gone="2026-01-03"><img src="https://a.cn/3.png"><img src="assets/own.png">'
    )


@pytest.fixture
def seeds(tmp_path: Path) -> Callable[[str], Path]:
    def write(server: str) -> Path:
        (tmp_path / "seeds").mkdir()
        source = f"---\ntitle: 两张图片\ndate: 2025-01-02\n---\n\n一段话，说的是工厂。\n\n![甲]({server}/good.png)\n\n又一段话。\n\n![乙]({server}/404)\n\n![丙]({EMBEDDED})\n"
        (tmp_path / "seeds" / "a.md").write_text(source, encoding="utf-8")
        return tmp_path / "seeds"

    return write


def test_the_site_shows_what_was_kept_and_the_pages_in_docs_do_not(
    server: str, tmp_path: Path, seeds: Callable[[str], Path]
) -> None:
    folder, docs = seeds(server), tmp_path / "docs"
    options = ("--seeds", folder, "--docs", docs)
    assert kb("convert", *options).returncode == 0
    dry = kb("images", *options, "--dry-run")
    assert (dry.returncode, "2 pictures: 0 kept (0.0 MB as fetched), 0 gone, 0 refused, 2 to fetch." in dry.stdout) == (0, True)  # fmt: skip
    assert not (docs / pictures.FOLDER / "index.json").exists()
    assert Trouble.asked == []
    plan = pictures.plan(pipeline.read_folder(folder).library, docs)
    assert plan.addresses == (f"{server}/good.png", f"{server}/404")
    index = pictures.keep(plan, docs, LIMITS, PLENTY)
    built = kb("build", *options, "--site", tmp_path / "site")
    assert built.returncode == 0, built.stderr
    page = next((tmp_path / "site" / "articles").glob("*/index.html")).read_text(encoding="utf-8")
    kept = index[f"{server}/good.png"]
    assert f'src="../../{pictures.FOLDER}/{kept.file}"' in page
    assert f'data-original="{server}/good.png"' in page
    assert f'src="{EMBEDDED}"' in page
    assert f'data-gone="{index[f"{server}/404"].date}"' in page
    assert (tmp_path / "site" / pictures.FOLDER / kept.file).is_file()
    assert kb("convert", *options, "--check").returncode == 0
    # The command itself asks no private address; of what was kept it asks nothing again.
    refused = kb("images", *options, "--again", "--max-mb", "1")
    assert (refused.returncode, "is on a private network" in refused.stdout) == (0, True)
    entries = json.loads((docs / pictures.FOLDER / "index.json").read_text(encoding="utf-8"))["pictures"]
    assert [entries[a]["status"] for a in plan.addresses] == ["kept", "refused"]


def test_a_run_that_waits_keeps_what_the_other_one_kept(
    server: str, tmp_path: Path, seeds: Callable[[str], Path]
) -> None:
    folder, docs = seeds(server), tmp_path / "docs"
    options = ("--seeds", folder, "--docs", docs)
    assert kb("convert", *options).returncode == 0
    command = [*KB, "images", *map(str, options)]
    with store.locked(docs):
        second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert f"Another kb is writing to {docs}; waiting" in second.stderr.readline()
        plan = pictures.plan(pipeline.read_folder(folder).library, docs)
        first = pictures.keep(plan, docs, LIMITS, PLENTY)
    told, _ = second.communicate()
    assert second.returncode == 0
    assert told == "2 pictures: 1 kept (0.0 MB as fetched), 1 gone, 0 refused, 0 to fetch.\n"
    assert pictures.load(docs) == first


def test_the_project_itself_keeps_no_pictures() -> None:
    assert "/docs/assets/pictures/" in (config.PROJECT / ".gitignore").read_text()
