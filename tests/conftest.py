"""Settings shared by all tests, and the built site with a browser: made once, for those that ask."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from factorykb import config, pipeline
from factorykb.headless import ARGUMENTS, find_browser
from factorykb.model import Library
from tests.browsing import Visit, watch

# CI looks at the same examples each time; a developer's machine looks at new ones.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "dev", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def library() -> Library:
    return pipeline.read_folder(config.SEEDS).library


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site of the seeds, built by the real command."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-c", "from factorykb.cli import main; main()", "build"]
    command += ["--docs", str(folder / "docs"), "--site", str(folder / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    assert path is not None, "run `make test`, which says how to get a browser"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A phone-sized page."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=address)
    yield watch(context.new_page())
    context.close()


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Visit]:
    """A page of a desktop's width."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    yield watch(context.new_page())
    context.close()
