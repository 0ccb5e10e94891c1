"""Sources that attack the site: nothing of them runs or asks the network, and their words are still there.

One real build of `tests/hostile` serves all tests. The browser ignores the pages' Content-Security-Policy while it
looks for what runs, so that the policy hides no fault of the converter; the policy is tested by itself.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

from factorykb import pages
from tests.browsing import watch
from tests.rendering import without_space

HOSTILE = Path(__file__).parent / "hostile"
BODIES: dict[str, dict[str, tuple[str, str]]] = tomllib.loads((HOSTILE / "bodies.toml").read_text("utf-8"))
SWALLOWING = "swallowing"

# All that a page's text is made of. Whatever else stands in an article was smuggled in.
ELEMENTS = set(
    "a article b blockquote br button code del dd details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img "
    "input label li mark nav ol option p pre section select span strong sub summary sup svg table tbody td th thead "
    "tr ul time kbd path title text line circle g rect caption".split()
)


@dataclass(frozen=True)
class Case:
    """A body of `bodies.toml` as it is read in one of the two ways. `name` is the answerer's on the page."""

    group: str
    name: str
    body: str
    shows: str
    written: str  # html or markdown

    @property
    def before(self) -> str:
        return f"前文{self.name}"

    @property
    def after(self) -> str:
        return f"后文{self.name}"


CASES = [
    Case(group, f"{written}.{group}.{name}", body, shows, written)
    for written in ("html", "markdown")
    for group, bodies in BODIES.items()
    for name, (body, shows) in bodies.items()
]


def question(group: str, written: str) -> str:
    """A source whose answers are the cases of a group: each is read by itself, whatever the one before leaves open."""
    cases = [case for case in CASES if (case.group, case.written) == (group, written)]
    url = f"https://www.zhihu.com/question/{group}-{written}"
    front = {"title": f"{group} {written}", "author": "知乎", "date": "2024-01-01", "url": url}
    if written == "html":
        answers = (
            f"{case.name}的回答<br><br><p>{case.before}</p>\n{case.body}\n<p>{case.after}</p>\n" for case in cases
        )
        return f"---\n{pages.front_matter({**front, 'headimg': 'x'})}---\n<div>\n{''.join(answers)}</div>\n"
    answers = (
        f"### 知乎用户 {case.name} 发表\n\n{case.before}\n\n{case.body}\n\n{case.after}\n\n" for case in cases
    )
    return f"---\n{pages.front_matter({**front, 'layout': 'default'})}---\n{''.join(answers)}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site of all hostile sources, and its offline folder."""
    folder = tmp_path_factory.mktemp("hostile")
    seeds = folder / "seeds"
    seeds.mkdir()
    for group in BODIES:
        for written in ("html", "markdown"):
            (seeds / f"{group}-{written}.md").write_text(question(group, written), "utf-8")
    command = [sys.executable, "-c", "from factorykb.cli import main; main()", "build", "--offline"]
    for name in ("seeds", "docs", "site"):
        command += [f"--{name}", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def articles(built: Path) -> dict[str, Tag]:
    """The sections of the cases by the answerer's name."""
    found: dict[str, Tag] = {}
    for path in sorted((built / "articles").glob("*/index.html")):
        soup = BeautifulSoup(path.read_text("utf-8"), "lxml")
        found |= {str(section["data-author"]): section for section in soup.select("section[data-author]")}
    return found


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 2 * 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_words_are_still_there(articles: dict[str, Tag], case: Case) -> None:
    text = without_space(articles[case.name].get_text())
    assert case.before in text
    if case.group != SWALLOWING:
        assert text.count(case.after) == 1
    if case.group != "markdown" or case.written == "markdown":
        assert without_space(case.shows) in text, articles[case.name]
