"""Sources that attack the site: nothing of them runs or asks the network, and their words are still there.

One real build of `tests/hostile` serves all tests. The browser ignores the pages' Content-Security-Policy while it
looks for what runs, so that the policy hides no fault of the converter; the policy is tested by itself.
"""

from __future__ import annotations

import html
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
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from mkdocs.utils.meta import get_data
from playwright.sync_api import Browser, expect

from factorykb import pages, pipeline, publishers, store
from factorykb.analysis import Knowledge
from factorykb.model import Article, Library, Refusal
from factorykb.pages.front import as_yaml
from factorykb.text import plain
from tests.browsing import QUESTION, article, watch
from tests.rendering import commonmark, without_space
from tests.test_cli import kb

HOSTILE = Path(__file__).parent / "hostile"
BODIES: dict[str, dict[str, tuple[str, str]]] = tomllib.loads((HOSTILE / "bodies.toml").read_text("utf-8"))
FIELDS: dict[str, Any] = tomllib.loads((HOSTILE / "fields.toml").read_text("utf-8"))
SWALLOWING = "swallowing"


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
    front: dict[str, object] = {
        "title": f"{group} {written}",
        "author": "知乎",
        "date": "2024-01-01",
        "url": url,
    }
    if written == "html":
        answers = (
            f"{case.name}的回答<br><br><p>{case.before}</p>\n{case.body}\n<p>{case.after}</p>\n"
            for case in cases
        )
        return f"---\n{as_yaml({**front, 'headimg': 'x'})}---\n<div>\n{''.join(answers)}</div>\n"
    answers = (
        f"### 知乎用户 {case.name} 发表\n\n{case.before}\n\n{case.body}\n\n{case.after}\n\n" for case in cases
    )
    return f"---\n{as_yaml({**front, 'layout': 'default'})}---\n{''.join(answers)}"


TEXTS: dict[str, str] = {
    text: plain(text) for group in ("markdown", "html", "letters") for text in FIELDS[group]
} | FIELDS["invisible"]
REFERENCE = "甲乙丙"  # a text that means nothing anywhere


def everywhere(text: str, number: int) -> str:
    """A source that holds `text` in every field and at every place of a body."""
    front: dict[str, object] = {
        "title": text,
        "author": [text, "作者乙"],
        "source": text,
        "categories": [text],
        "tags": [text],
        "date": f"2024-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}",
        "url": f"https://web{number}.example/a",
    }
    t = html.escape(text)
    body = (
        f"<p>开头。</p><p>{t}</p><p>甲<br>{t}<br>乙</p><ul><li>{t}</li><li>二</li></ul><blockquote><p>{t}"
        f"</p></blockquote><table><tr><th>{t}</th><th>列</th></tr><tr><td>{t}</td><td>值</td></tr></table><figure>"
        f'<img src="https://pictures.example/{number}.png" alt="{t}"></figure><p>隔开。</p><figure>'
        f'<img src="https://pictures.example/{number}b.png"><figcaption>{t}</figcaption></figure>'
        f'<p><a href="https://example.com/">{t}</a>链</p><p><b>{t}</b>后</p><pre>{t}</pre><h2>{t}</h2><p>结尾。</p>'
    )
    return f"---\n{as_yaml(front)}---\n<div>{body}</div>\n"


def endless() -> str:
    """A source with 100,000 characters without a break at every place."""
    long, line = "x" * 100_000, "y" * 1_000
    body = f"<p>{long}</p><h2>{line}</h2><ul><li>{long}</li></ul><table><tr><td>{line}</td><td>乙</td></tr></table><blockquote>{line}</blockquote>"
    front = as_yaml({"title": line, "date": "2024-01-01", "url": f"https://long.example/{line}"})
    return f"---\n{front}---\n<div>{body}<pre>{long}</pre></div>\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site of all hostile sources, and its offline folder."""
    folder = tmp_path_factory.mktemp("hostile")
    seeds = folder / "seeds"
    seeds.mkdir()
    for group in BODIES:
        for written in ("html", "markdown"):
            (seeds / f"{group}-{written}.md").write_text(question(group, written), "utf-8")
    for number, text in enumerate([*TEXTS, REFERENCE]):
        (seeds / f"text-{number}.md").write_text(everywhere(text, number), "utf-8")
    (seeds / "long.md").write_text(endless(), "utf-8")
    command = [sys.executable, "-c", "from factorykb.cli import main; main()", "build", "--offline"]
    for name in ("seeds", "docs", "site"):
        command += [f"--{name}", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # 1: some of these are so broken that a second reading of the source does not see the same as the first.
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def catalogue(built: Path) -> list[dict[str, Any]]:
    return list(json.loads((built / "data" / "catalogue.json").read_text("utf-8"))["articles"])


@pytest.fixture(scope="module")
def numbered(catalogue: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The articles of `TEXTS` by the number in their original's address."""
    by_url = {article["source_url"]: article for article in catalogue}
    return {number: by_url[f"https://web{number}.example/a"] for number in range(len(TEXTS) + 1)}


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
    if (case.group, case.written) != ("markdown", "html"):  # Markdown that is read as HTML may be half a tag
        assert case.after in text or case.group == SWALLOWING
        assert without_space(case.shows) in text, articles[case.name]


# --- nothing runs, nothing is asked for -----------------------------------------------------------------------

# What an article's text is made of. Anything else was smuggled in; so was any attribute that is not here.
_FOREIGN = """() => {
  const elements = new Set(("a b blockquote br code del div em figcaption figure h1 h2 h3 h4 h5 h6 hr img li ol p pre "
    + "section span strong sub sup table tbody td th thead tr ul nav details summary button mark label input svg path "
    + "select option datalist output i g dl dt dd caption").split(" "));
  const attributes = new RegExp("^(?:href|src|alt|class|id|title|loading|referrerpolicy|colspan|rowspan|start|lang|role|style"
    + "|hidden|open|type|value|tabindex|label|list|scope|placeholder|autocomplete|enterkeyhint|viewBox|d|(?:data|aria)-[a-z-]+)$");
  const found = [];
  for (const element of document.querySelectorAll("article *, article")) {
    const name = element.localName;
    if (name !== "article" && !elements.has(name)) found.push(name);
    for (const { name: attribute, value } of element.attributes) {
      if (!attributes.test(attribute)) found.push(`${name} ${attribute}`);
      if (attribute === "style" && !/^flex-grow:\\s?[0-9]+;?$|^--part:/.test(value)) found.push(`${name} style ${value}`);
      if (attribute === "id" && /^__(?!code_)|^kb-main/.test(value) && element.closest("h1, .kb-passage")) found.push(`id ${value}`);
    }
    const address = element.href ?? element.src;
    if (address && !/^(?:https?|file|mailto):/.test(address)) found.push(address);
  }
  const ids = [...document.querySelectorAll(".kb-passage")].map((passage) => passage.id);
  for (const id of ids) if (document.querySelectorAll(`[id="${id}"]`).length > 1) found.push(`twice ${id}`);
  return found;
}"""
_PROBE = """for (const name of ["alert", "confirm", "prompt", "msgbox", "print", "open"])
  window[name] = () => console.error(`ran ${name}`);"""


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    running = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built)))
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/"
    running.shutdown()


def test_nothing_runs_and_nothing_is_asked_for(
    browser: Browser, built: Path, server: str, catalogue: list[dict[str, Any]]
) -> None:
    """The pages of the hostile bodies over http and from the disk, of the texts that are HTML, and every list of
    articles; the policy is ignored."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    visit = watch(context.new_page())
    page = visit.page
    page.add_init_script(_PROBE)
    articles = {article["source_url"]: article["url"] for article in catalogue}
    bodies = [url for source, url in articles.items() if "zhihu" in source]
    assert len(bodies) == 2 * len(BODIES)
    bodies += [url for source, url in articles.items() if "long.example" in source]
    texts = [articles[f"https://web{n}.example/a"] for n, text in enumerate(TEXTS) if text in FIELDS["html"]]
    lists = ["", "articles/", "sources/", "timeline/", "years/2024/", "years/2024--2/", "themes/core-tech/"]
    addresses = [server + url for url in (*bodies, *texts, *lists)]
    addresses += [(built.with_name("site-offline") / url / "index.html").as_uri() for url in bodies]
    foreign: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(address)
        assert page.url == address
        foreign[address] = page.evaluate(_FOREIGN)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            foreign[address].append("too wide")
    assert {address: found for address, found in foreign.items() if found} == {}
    assert visit.console == []
    asked = {url for kind, url in visit.requests if urlsplit(url).hostname not in ("127.0.0.1", None)}
    assert {urlsplit(url).hostname for url in asked} <= {
        "pictures.example",
        "www.zhihu.com",
        "example.com",
    } | {f"web{number}.example" for number in range(len(TEXTS) + 1)}
    assert not visit.outside()
    context.close()


# --- every text shows as itself, everywhere -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(built: Path, numbered: dict[int, dict[str, Any]]) -> dict[str, BeautifulSoup]:
    return {
        text: BeautifulSoup((built / numbered[number]["url"] / "index.html").read_text("utf-8"), "lxml")
        for number, text in enumerate([*TEXTS, REFERENCE])
    }


def texts_of(soup: BeautifulSoup, selector: str) -> list[str]:
    return [tag.get_text().strip() for tag in soup.select(selector)]


_PLACES = (
    "h1", "section h2", "section p", "section li", "section blockquote p", "section th", "section td",
    "section figcaption", "section p a[href='https://example.com/']", "section strong", "section pre",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_itself_at_every_place_of_its_page(shown: dict[str, BeautifulSoup], text: str) -> None:
    soup, reference, wanted = shown[text], shown[REFERENCE], TEXTS[text]
    for aside in [
        *soup.select(".kb-passage-foot, .kb-passage-meta"),
        *reference.select(".kb-passage-foot, .kb-passage-meta"),
    ]:
        aside.extract()
    for place in _PLACES:
        expected = [found.replace(REFERENCE, wanted) for found in texts_of(reference, place)]
        assert texts_of(soup, place) == expected, place
    alts = [str(image["alt"]) for image in soup.select("section img")]
    assert alts == [wanted, wanted]
    kinds = [[tag.name for tag in page.select("section *")] for page in (soup, reference)]
    assert kinds[0] == kinds[1]


def publisher_of(text: str) -> str:
    """A text as a publisher's name: the brackets of a note around it are no part of that."""
    return re.sub(r"^\[\[([^\[\]|]+)\]\]$", r"\1", text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_itself_in_the_head_of_its_page(shown: dict[str, BeautifulSoup], text: str) -> None:
    soup, wanted = shown[text], TEXTS[text]
    site_name = "中国工厂与产业升级知识库"
    assert plain(texts_of(soup, "title")[0]) == f"{wanted} - {site_name}"
    assert [str(meta["content"]) for meta in soup.select("meta[property='og:title']")] == [wanted]
    data = [json.loads(script.get_text()) for script in soup.select("script[type='application/ld+json']")]
    told = next(one for one in data if one["@type"] == "Article")
    assert told["headline"] == wanted
    assert [author["name"] for author in told["author"]][-1] == "作者乙"
    assert told["publisher"]["name"] == publisher_of(wanted)
    assert data[-1]["itemListElement"][-1]["name"] == wanted


def test_texts_are_themselves_on_every_list(built: Path, numbered: dict[int, dict[str, Any]]) -> None:
    lists = [built / "timeline", built / "years" / "2024", built / "years" / "2024--2", built / "articles"]
    said: dict[str, set[str]] = {}
    for folder in lists:
        soup = BeautifulSoup((folder / "index.html").read_text("utf-8"), "lxml")
        for link in soup.select("article a[href*='articles/'], article h2 a, article h3 a"):
            name = str(link["href"]).rstrip("/").rpartition("/")[2]
            said.setdefault(name, set()).add(plain(link.get_text()))
    sources = BeautifulSoup((built / "sources" / "index.html").read_text("utf-8"), "lxml")
    publishers = {plain(name) for name in texts_of(sources, "article h2 a")}
    for number, wanted in enumerate(TEXTS.values()):
        article = numbered[number]
        assert (article["title"], article["source_name"]) == (wanted, publisher_of(wanted))
        assert said[article["id"]] == {wanted}
        assert publisher_of(wanted) in publishers
        page = BeautifulSoup(
            (built / "sources" / article["source"] / "index.html").read_text("utf-8"), "lxml"
        )
        assert texts_of(page, "h1") == [f"来自{publisher_of(wanted)}的文章"]


def test_texts_are_themselves_to_machines(built: Path, numbered: dict[int, dict[str, Any]]) -> None:
    by_url = {article["url"]: article["title"] for article in numbered.values()}
    entries = ET.parse(built / "data" / "feed.xml").getroot().iterfind("{*}entry")
    titles = {
        str(link.get("href")).removeprefix("../"): entry.findtext("{*}title")
        for entry in entries
        for link in entry.iterfind("{*}link[@rel='alternate']")
    }
    assert len(set(titles) & set(by_url)) > 20
    assert {url: title for url, title in titles.items() if by_url.get(url, title) != title} == {}
    guide = BeautifulSoup(commonmark((built / "llms.txt").read_text("utf-8")), "lxml")
    names = {str(link["href"]): link.get_text() for link in guide.select("li a[href^='data/articles/']")}
    listed = {f"data/articles/{article['id']}.txt": article["title"] for article in numbered.values()}
    assert len(set(names) & set(listed)) > 20
    assert {place: name for place, name in names.items() if listed.get(place, name) != name} == {}
    for told_of in numbered.values():
        content = (built / "data" / "articles" / f"{told_of['id']}.txt").read_text("utf-8")
        front, _, body = content.removeprefix("---\n").partition("\n---\n")
        told = yaml.safe_load(front)
        assert (told["title"], told["source_name"]) == (told_of["title"], publisher_of(told_of["title"]))
        heading = BeautifulSoup(commonmark(body), "lxml").h1
        assert heading is not None
        assert plain(heading.get_text()) == told_of["title"]


# --- the policy -----------------------------------------------------------------------------------------------

_WATCH = """window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(`${event.effectiveDirective} ${event.blockedURI}`));"""


@pytest.mark.parametrize("on_disk", [False, True], ids=["http", "file"])
def test_every_kind_of_page_keeps_its_policy(
    browser: Browser, site: Path, address: str, library: Library, on_disk: bool
) -> None:
    """Search, previews, large pictures, the light's switch: all of it within the policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = watch(context.new_page())
    page = visit.page
    page.add_init_script(_WATCH)
    question = article(library, QUESTION)
    pictured = next(found for found in library.articles if found.images)
    kinds = ["", "themes/", "themes/smart-manufacturing/", "topics/", "articles/", "timeline/", "sources/", "about/",
             "downloads/", "search/", f"articles/{question.id}/", f"articles/{pictured.id}/"]  # fmt: skip

    def open_page(path: str) -> None:
        name = f"{path}index.html"
        page.goto((site / name).as_uri() if on_disk else address + path)
        assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1

    for kind in kinds:
        open_page(kind)
        assert page.evaluate("refused") == [], kind
    page.locator("article img").first.click()
    expect(page.locator("dialog img")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("机器人")
    expect(page.locator(".kb-result").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".kb-light").click()
    open_page("about/")
    expect(page.locator("html")).to_have_attribute("data-light", "dark")
    open_page("themes/smart-manufacturing/")
    page.locator("article a[href*='articles/']").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert page.evaluate("refused") == []
    assert (visit.console, visit.outside()) == ([], [])
    context.close()


@pytest.mark.parametrize("on_disk", [False, True], ids=["http", "file"])
def test_the_policy_stops_what_would_get_through(
    browser: Browser, site: Path, address: str, on_disk: bool
) -> None:
    smuggled = {
        "script-src-attr inline": "<img src=x onerror=ran()>",
        "script-src-elem inline": "<script>ran()</script>",
        "script-src-elem https://evil.example/x.js": "<script src=https://evil.example/x.js></script>",
        "style-src-elem inline": "<style>body{color:red}</style>",
        "style-src-elem https://evil.example/x.css": "<link rel=stylesheet href=https://evil.example/x.css>",
        "frame-src https://evil.example": "<iframe src=https://evil.example/></iframe>",
        "frame-src ": "<iframe src='data:text/html,x'></iframe>",
        "object-src https://evil.example": "<object data=https://evil.example/o></object>",
        "media-src https://evil.example/a": "<audio src=https://evil.example/a></audio>",
        "base-uri https://evil.example/": "<base href=https://evil.example/>",
        "connect-src https://evil.example/": "",
    }
    context = browser.new_context()
    visit = watch(context.new_page())
    page = visit.page
    page.add_init_script(_WATCH + "window.ran = () => console.info('ran');")
    page.goto((site / "about" / "index.html").as_uri() if on_disk else f"{address}about/")
    page.evaluate(
        """async (pieces) => {
          for (const piece of pieces) {
            const made = document.createRange().createContextualFragment(piece);
            document.querySelector("article").append(made);
          }
          await fetch("https://evil.example/").catch(() => {});
          await new Promise((wait) => setTimeout(wait, 300));
        }""",
        list(smuggled.values()),
    )
    refused = set(page.evaluate("refused"))
    assert {wanted for wanted in smuggled if wanted not in refused} == set(), refused
    assert not [line for line in visit.console if "ran" in line.split()]
    context.close()


# --- files and names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("date: !!timestamp 2024-01-01", "uses a tag"),
        ("author: !!python/object/apply:os.system [id]", "uses a tag"),
        ("author: !x y", "uses a tag"),
        ("tags: &a [x]\nauthor: *a", "by an alias"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "by an alias"),
        ("tags: " + "[" * 40_000, "nested more than"),
        ("tags:\n- " + "- " * 40_000 + "x", "nested more than"),
        ("tags: " + "{a: " * 10_000, "nested more than"),
        ("author: " + "x" * 30_000, "value of more than"),
        ("tags:\n" + "- x\n" * 40_000, "larger than any"),
    ],
    ids=lambda value: value[:24],
)
def test_front_matter_is_plain_text(tmp_path: Path, front: str, problem: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: 题\n{front}\n---\n正文。\n")
    outcome = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(outcome, Refusal)
    assert problem in outcome.problem
    assert outcome.line is not None
    assert outcome.line >= 2


@pytest.mark.parametrize(
    "title", ["2024-01-01", "true", "No", "null", "~", "1e3", "0x1F", "12:30:00", ".inf", "1_000"]
)
def test_dates_and_booleans_in_titles_stay_text(tmp_path: Path, title: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: {title}\n---\n正文。\n")
    outcome = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(outcome, Article)
    assert outcome.title == title
    page = pages.files(Knowledge(Library((outcome,))))[f"articles/{outcome.id}.md"]
    assert get_data(page)[1]["title"] == title  # as MkDocs reads it


def test_escapes_in_front_matter_bring_in_nothing_invisible(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('---\ntitle: "甲\\0乙\\u202E丙丁\\x07\\n## 戊"\n---\n正文。\n')
    outcome = pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert isinstance(outcome, Article)
    assert outcome.title == "甲乙丙丁 ## 戊"


def test_links_that_lead_out_of_the_seeds_are_not_followed(tmp_path: Path) -> None:
    outside, seeds = tmp_path / "outside", tmp_path / "seeds"
    outside.mkdir()
    seeds.mkdir()
    (outside / "secret.md").write_text("---\ntitle: 秘密\n---\n秘密。\n")
    (seeds / "a.md").write_text("---\ntitle: 题\n---\n正文。\n")
    (seeds / "file.md").symlink_to(outside / "secret.md")
    (seeds / "folder").symlink_to(outside)
    (seeds / "up").symlink_to("..")
    (seeds / "device.md").symlink_to("/dev/zero")
    library = pipeline.read_folder(seeds).library
    assert [found.title for found in library.articles] == ["题"]
    assert {refusal.path for refusal in library.refused} == {
        f"seeds/{n}" for n in ("file.md", "folder", "up", "device.md")
    }
    assert all("link" in refusal.problem for refusal in library.refused)


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../../x", "CON.md", "aux", "nul.txt", "com1", "x\0", "a:b", "a\\b", "x.", "x ", "", "a//b", "x" * 300, "\ud800"],
    ids=ascii,
)  # fmt: skip
def test_no_file_gets_a_name_that_some_system_cannot_take(tmp_path: Path, name: str) -> None:
    with pytest.raises(store.StoreError):
        store.sync(
            {f"articles/{name}" if name[:1] not in "./" else name: ""}, tmp_path / "docs", ["articles/"]
        )
    with pytest.raises(store.StoreError):
        store.stream(
            [(f"articles/{name}" if name[:1] not in "./" else name, b"")], tmp_path / "docs", ["articles/"]
        )
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize(
    ("one", "other"), [("a.md", "A.md"), ("é.md", "e\u0301.md"), ("straße.md", "STRASSE.md")]
)
def test_no_two_files_are_one_on_some_disk(tmp_path: Path, one: str, other: str) -> None:
    with pytest.raises(store.StoreError, match="one file on some disks"):
        store.sync({one: "", other: ""}, tmp_path, ["./"])
    seeds = tmp_path / "seeds"
    for number, name in enumerate((one, other)):
        (tmp_path / name).write_text(f"---\ntitle: 题{number}\n---\n正文{number}。\n")
    assert kb("add", tmp_path / one, "--seeds", seeds).returncode == 0
    refused = kb("add", tmp_path / other, "--seeds", seeds)
    assert refused.returncode == 1
    assert "one file on disks" in refused.stderr
    assert [path.name for path in seeds.iterdir()] == [one]


@pytest.mark.parametrize("name", ["con.md", "AUX.txt", "a?.md", "a:b.md", "x" * 210 + ".md"])
def test_names_that_some_system_cannot_take_are_not_added(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("---\ntitle: 题\n---\n正文。\n")
    refused = kb("add", tmp_path / name, "--seeds", tmp_path / "seeds")
    assert refused.returncode == 1
    assert "not every system takes" in refused.stderr
    assert not (tmp_path / "seeds").exists()


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "con",
        "aux",
        "web",
        "zhihu!",
        "a" * 300,
        "A,B",
        "机器人AI",
        "../x",
        "x\u202ey",
        "NUL",
    ],
)
def test_a_publishers_page_has_a_name_of_its_own(name: str) -> None:
    for key in (publishers.find(None, [name]).key, publishers.find(f"https://{name}/1", []).key):
        assert re.fullmatch(r"[a-z0-9-]{1,31}", key)
        assert not store.is_odd(f"{key}.md")
        assert key not in ("index", "web", "zhihu")
