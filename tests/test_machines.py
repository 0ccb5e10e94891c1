"""What the site tells machines: feeds, Open Graph, JSON-LD, `llms.txt`, articles as Markdown, the sitemap."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from factorykb import config, editorial, exports, pages, pipeline, publication
from factorykb import site as builder
from factorykb.analysis import Knowledge
from factorykb.editorial import Rule
from factorykb.errors import UsageError
from factorykb.exports import feeds
from factorykb.model import Library
from factorykb.publication import Publication
from factorykb.search.units import groups_of
from factorykb.text import shortened
from tests.browsing import QUESTION, article
from tests.rendering import without_space

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.org/kb/"
HERE = Publication("库", "一句话", "权利归作者", "")
THERE = replace(HERE, url=ADDRESS)
EVIL = '</script><script>alert(1)</script>"\\]]><x>&amp;\x0b'


@pytest.fixture(scope="module")
def knowledge(library: Library) -> Knowledge:
    return pipeline.know(library, editorial.load(config.EDITORIAL))


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with an address and hostile words in every field."""
    folder = tmp_path_factory.mktemp("addressed")
    seeds = folder / "seeds"
    seeds.mkdir()
    evil = json.dumps(EVIL)
    body = f"{EVIL}中国工厂的智能制造与芯片，产业升级。\n"
    front = f"title: {evil}\nauthor: {evil}\nsource: {evil}\ndate: 2024-01-01\n"
    (seeds / "evil.md").write_text(f"---\n{front}---\n{body}")
    asked = f"---\nlayout: post\ntitle: {evil}\ndate: 2023-05-05 10:00:00 +0800\n---\n"
    answers = "\n".join(f"### 知乎用户 {EVIL[:-1]}{n} 发表\n\n{body}" for n in range(2))
    (seeds / "asked.md").write_text(asked + answers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "MKDOCS_YML", _addressed_configuration(folder))
        builder.prepare(folder / "docs")
        found = pipeline.know(pipeline.read_folder(seeds).library, editorial.load(config.EDITORIAL))
        pipeline.write(found, folder / "docs")
        builder.build(folder / "docs", folder / "site")
    return folder / "site"


def _addressed_configuration(folder: Path) -> Path:
    text = config.MKDOCS_YML.read_text(encoding="utf-8")
    text = text.replace("custom_dir: tools/theme", f"custom_dir: {config.THEME}")
    path = folder / "mkdocs.yml"
    path.write_text(f"site_url: {ADDRESS.rstrip('/')}\n{text}", encoding="utf-8")
    return path


def head(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")


def linked_data(page: Path) -> dict[str, Any]:
    """The page's JSON-LD, by type."""
    found = [json.loads(s.get_text()) for s in head(page).select('script[type="application/ld+json"]')]
    assert all(data["@context"] == "https://schema.org" for data in found)
    return {data["@type"]: data for data in found}


def everywhere(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("index.html")) if "assets" not in page.parts]


def resolves(site: Path, document: str, link: str, base: str = "") -> bool:
    """Whether a link in a document of the site leads to a file of it, and to an anchor if it names one."""
    root = base or "http://host/"
    whole = urlsplit(urljoin(root + document, link))
    path = site / whole.path.removeprefix(urlsplit(root).path)
    path = path / "index.html" if path.is_dir() else path
    return path.is_file() and (not whole.fragment or f'id="{whole.fragment}"' in path.read_text())


# --- feeds ------------------------------------------------------------------------------------------------


def links(element: ET.Element, rel: str) -> list[str]:
    return [link.attrib["href"] for link in element.findall(f"{ATOM}link") if link.attrib["rel"] == rel]


def test_feeds_parse_and_their_links_lead_to_the_passages(site: Path) -> None:
    files = [site / "data" / "feed.xml", *sorted((site / "data" / "feeds").iterdir())]
    assert len(files) == 17
    ids: list[str] = []
    for file in files:
        name = file.relative_to(site).as_posix()
        feed = ET.parse(file).getroot()
        assert feed.tag == f"{ATOM}feed"
        entries = feed.findall(f"{ATOM}entry")
        days = [datetime.fromisoformat(str(entry.findtext(f"{ATOM}updated"))) for entry in entries]
        assert datetime.fromisoformat(str(feed.findtext(f"{ATOM}updated"))) == max(days)
        assert 0 < len(entries) <= 30
        assert all(resolves(site, name, link) for link in links(feed, "self") + links(feed, "alternate"))
        for entry in entries:
            assert all(resolves(site, name, link) for link in links(entry, "alternate"))
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d", str(entry.findtext(f"{ATOM}updated"))
            )
            assert entry.findtext(f"{ATOM}author/{ATOM}name")
            assert entry.findtext(f"{ATOM}summary")
        own = [str(element.findtext(f"{ATOM}id")) for element in (feed, *entries)]
        assert len(set(own)) == len(own)
        assert all(re.fullmatch(r"tag:[a-z.]+,\d{4}:[a-z0-9/-]+", name) for name in own)
        ids.append(own[0])
    assert len(set(ids)) == len(ids)


def test_an_address_changes_links_and_no_ids(knowledge: Knowledge) -> None:
    here, there = feeds.files(knowledge, HERE), feeds.files(knowledge, THERE)
    for path in here:
        one, other = ET.fromstring(here[path]), ET.fromstring(there[path])
        assert [e.text for e in one.iter(f"{ATOM}id")] == [e.text for e in other.iter(f"{ATOM}id")]
        pairs = zip(one.iter(f"{ATOM}link"), other.iter(f"{ATOM}link"), strict=True)
        for near, far in pairs:
            assert urljoin(ADDRESS + path, near.attrib["href"]) == far.attrib["href"]


def test_undated_articles_are_in_no_feed_and_an_empty_feed_is_valid(knowledge: Knowledge) -> None:
    undated = tuple(replace(a, published=None, modified=None) for a in knowledge.library.articles)
    found = feeds.files(replace(knowledge, library=Library(undated)), HERE)
    assert all(ET.fromstring(text).find(f"{ATOM}entry") is None for text in found.values())
    assert all(ET.fromstring(text).findtext(f"{ATOM}updated") for text in found.values())


def test_a_hidden_article_is_in_no_list_and_keeps_its_page(library: Library) -> None:
    words = replace(editorial.load(config.EDITORIAL), path=())
    for found in library.articles:
        rule = Rule(found.id, "试", 1, hidden=True)
        known = pipeline.know(library, replace(words, rules={found.id: rule}))
        made = {**pages.files(known), **exports.files(known, HERE)}
        own = f"articles/{found.id}.md"
        assert [path for path, text in made.items() if found.id in text] == [own]
        linked = (os.path.normpath(f"articles/{link.partition('#')[0]}") for link in hrefs(made[own]))
        assert {path for path in linked if path.endswith(".md")} <= made.keys()
        assert any(found.id in group.front for group in groups_of(known, ())[0])  # search finds it
        assert f"{len(library.articles) - 1} 篇" in made["articles/index.md"]


def test_a_topic_s_slug_leads_to_its_page(site: Path) -> None:
    told = json.loads((site / "data" / "topics.json").read_text("utf-8"))
    slugs = {topic["name"]: topic["slug"] for topic in told}
    assert len(slugs) == len(told)
    there = {path.parent.name for path in site.glob("topics/*/index.html") if "--" not in path.parent.name}
    assert {slug for slug in slugs.values() if slug} == there
    assert None in slugs.values()
    name = next(name for name, slug in slugs.items() if slug)
    page = BeautifulSoup((site / "topics" / slugs[name] / "index.html").read_text("utf-8"), "lxml")
    assert [title.get_text() for title in page.select("h1")] == [name]


def test_summaries_are_cut_at_their_length() -> None:
    assert shortened("厂" * 200, 200) == "厂" * 200
    assert shortened("厂" * 201, 200) == "厂" * 199 + "…"
    assert shortened("厂" * 198 + "  长", 200) == "厂" * 198 + "…"


# --- heads of pages ---------------------------------------------------------------------------------------


def test_every_page_has_open_graph_and_linked_data(site: Path) -> None:
    for page in everywhere(site):
        soup = head(page)
        found = {str(tag["property"]): str(tag["content"]) for tag in soup.select("meta[property^=og]")}
        pictures = soup.select("article figure img") if found["og:type"] == "article" else []
        named = [str(picture.get("data-original", picture["src"])) for picture in pictures]
        assert found.pop("og:image", None) == next(iter(named), None), page
        assert found.keys() == {
            f"og:{key}" for key in ("type", "title", "description", "site_name", "locale")
        }
        assert all(found.values()), page
        assert found["og:locale"] == "zh_CN"
        assert linked_data(page), page
        for link in soup.select("link[rel~=alternate]"):
            assert resolves(site, page.relative_to(site).as_posix(), str(link["href"])), link


def test_home_and_themes_lead_to_their_feeds(site: Path) -> None:
    def found(page: str) -> list[str]:
        return [str(link["href"]) for link in head(site / page).select('link[type="application/atom+xml"]')]

    assert found("index.html") == ["data/feed.xml"]
    assert found("themes/index.html") == ["../data/feed.xml"]
    for page in sorted(site.glob("themes/*/index.html")):
        slug = re.sub(r"-\d+$", "", page.parent.name)
        assert found(page.relative_to(site).as_posix()) == [
            "../../data/feed.xml",
            f"../../data/feeds/{slug}.xml",
        ]


def test_home_is_a_website(site: Path) -> None:
    assert linked_data(site / "index.html")["WebSite"]["name"] == "中国工厂与产业升级知识库"


def test_an_article_says_whose_it_is(site: Path, library: Library) -> None:
    found = article(library, "seeds/001_8f9d7073b44c8bbb.txt")
    data = linked_data(site / "articles" / found.id / "index.html")
    told = data["Article"]
    assert told["headline"] == found.title
    assert [author["name"] for author in told["author"]] == list(found.bylines.authors)
    assert [editor["name"] for editor in told["editor"]] == list(found.bylines.editors)
    assert found.published
    assert told["datePublished"] == found.published.when.isoformat()
    assert told["publisher"]["name"] == "36氪"
    assert [item["name"] for item in data["BreadcrumbList"]["itemListElement"]] == [
        "首页",
        "文章",
        found.title,
    ]


def test_a_question_names_its_answers(site: Path, library: Library) -> None:
    found = article(library, QUESTION)
    page = site / "articles" / found.id / "index.html"
    question = linked_data(page)["QAPage"]["mainEntity"]
    assert question["name"] == found.title
    assert question["answerCount"] == len(found.answers) == 245
    assert len(question["suggestedAnswer"]) == 50
    assert "datePublished" not in question, "the file only knows when the answers were collected"
    for told, answer in zip(question["suggestedAnswer"], found.answers[:50], strict=True):
        assert told["url"] == f"#{answer.anchor}"
        assert told["author"]["name"] == answer.author
        said = without_space(told["text"].removesuffix("…"))
        assert without_space(answer.text).startswith(said), answer.author
        assert said or not answer.characters
    script = next(
        s for s in head(page).select('script[type="application/ld+json"]') if "QAPage" in s.get_text()
    )
    assert len(script.get_text().encode()) <= 50_000


def test_a_single_answer_is_told_at_length_and_dated(site: Path, library: Library) -> None:
    found = article(library, "seeds/003_9f4ae482bd1f3ddd.txt")
    question = linked_data(site / "articles" / found.id / "index.html")["QAPage"]["mainEntity"]
    (told,) = question["suggestedAnswer"]
    assert told["author"]["name"] == found.answers[0].author
    assert told["datePublished"].startswith("2022-01-15")
    assert 250 < len(told["text"]) <= 300


def test_breadcrumbs_lead_somewhere(site: Path) -> None:
    for page in everywhere(site):
        for item in linked_data(page).get("BreadcrumbList", {}).get("itemListElement", []):
            assert resolves(site, page.relative_to(site).as_posix(), item["item"]), (page, item)


# --- llms.txt, articles as Markdown, the page about it ----------------------------------------------------


def test_every_link_of_llms_txt_leads_somewhere(site: Path, knowledge: Knowledge) -> None:
    found = hrefs((site / "llms.txt").read_text(encoding="utf-8"))
    assert len(found) > 25
    assert [link for link in found if not resolves(site, "llms.txt", link)] == []
    assert all(link.startswith(ADDRESS) for link in hrefs(exports.files(knowledge, THERE)["llms.txt"]))


def test_llms_txt_names_the_newest_fifty_articles(knowledge: Knowledge) -> None:
    first = knowledge.library.articles[0]
    for total, shown in ((50, "共 50 篇"), (51, "最新的 50 篇，共 51 篇")):
        articles = tuple(replace(first, id=f"zhihu-20240101-{n:06d}") for n in range(total))
        many = replace(knowledge, library=replace(knowledge.library, articles=articles))
        text = exports.files(many, THERE)["llms.txt"]
        named = [link for link in hrefs(text) if "/data/articles/" in link]
        assert named == [f"{ADDRESS}data/articles/{article.id}.txt" for article in articles[:50]]
        assert f"## 文章（{shown}，Markdown）" in text


def hrefs(markdown: str) -> list[str]:
    soup = BeautifulSoup(MarkdownIt("commonmark").render(markdown), "lxml")
    return [str(link["href"]) for link in soup.select("a[href]")]


def test_each_article_is_there_as_markdown(site: Path, library: Library) -> None:
    for found in library.articles:
        name = f"data/articles/{found.id}.txt"
        text = (site / name).read_text(encoding="utf-8")
        _, front, body = text.split("---\n", 2)
        assert f"seed: {found.source.path}\n" in front
        assert resolves(site, name, str(re.findall('^page: "(.*)"$', front, re.M)[0]))
        shown = BeautifulSoup(MarkdownIt("commonmark", {"html": True}).enable("table").render(body), "lxml")
        assert [str(tag["id"]) for tag in shown.select("a[id]")] == [p.anchor for p in found.passages]
        letters = re.sub(r"\s", "", shown.get_text())
        for passage in found.passages:
            assert re.sub(r"\s", "", passage.text.split("\n")[0]) in letters, passage.anchor
        assert bool(found.bylines.disclosure) == ("本文由机器改写或生成" in body)


def test_a_text_names_its_page_in_full_when_the_site_has_an_address(knowledge: Knowledge) -> None:
    made = dict(exports.texts(knowledge.library, pages.files(knowledge), THERE))
    first = knowledge.library.articles[0]
    assert f'\npage: "{ADDRESS}articles/{first.id}/"\n' in made[f"data/articles/{first.id}.txt"].decode()


def test_the_page_on_data_names_every_file(site: Path) -> None:
    text = (config.DOCS / "downloads.md").read_text(encoding="utf-8")
    for path in (site / "data").iterdir():
        assert f"data/{path.name}" in text, path.name
    footer = head(site / "index.html").select("footer a")
    assert "downloads/" in [str(link["href"]) for link in footer]


# --- with an address, and against hostile words -----------------------------------------------------------


def test_without_an_address_there_is_no_empty_sitemap(site: Path) -> None:
    assert not list(site.glob("sitemap*"))
    assert not (site / "robots.txt").exists()


def test_with_an_address_everything_is_absolute(addressed: Path) -> None:
    names = [page.relative_to(addressed).as_posix() for page in everywhere(addressed)]
    wanted = {ADDRESS + name.removesuffix("index.html") for name in names}
    sitemap = ET.parse(addressed / "sitemap.xml").getroot()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert {str(loc.text) for loc in sitemap.iter(f"{space}loc")} == wanted
    assert {str(day.text)[:4] for day in sitemap.iter(f"{space}lastmod")} == {"2023", "2024"}
    for name in names:
        own = ADDRESS + name.removesuffix("index.html")
        soup = head(addressed / name)
        assert [str(tag["content"]) for tag in soup.select('meta[property="og:url"]')] == [own]
        for data in linked_data(addressed / name).values():
            for item in data.get("itemListElement", []):
                assert item["item"].startswith(ADDRESS)
                assert resolves(addressed, name, item["item"], ADDRESS)
            for answer in data.get("mainEntity", {}).get("suggestedAnswer", []):
                assert answer["url"].startswith(f"{own}#p-")
                assert resolves(addressed, name, answer["url"], ADDRESS)
            assert data.get("url", own) == own
    search = linked_data(addressed / "index.html")["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert search == f"{ADDRESS}search/?q={{search_term_string}}"
    for entry in ET.parse(addressed / "data" / "feed.xml").getroot().iter(f"{ATOM}entry"):
        assert all(resolves(addressed, "data/feed.xml", link, ADDRESS) for link in links(entry, "alternate"))


def test_hostile_words_stay_words(addressed: Path) -> None:
    kinds: set[str] = set()
    for page in everywhere(addressed):
        soup = head(page)
        assert not [s for s in soup.select("script") if s.get_text().strip().startswith("alert")], page
        data = linked_data(page)
        kinds |= data.keys()
        for answer in data.get("QAPage", {}).get("mainEntity", {}).get("suggestedAnswer", []):
            assert answer["author"]["name"].startswith('</script><script>alert(1)</script>"'), page
            assert "芯片" in answer["text"]
        for tag in soup.select("meta[property]"):
            assert tag.parent is not None
            assert tag.parent.name == "head", page
    assert {"Article", "QAPage", "BreadcrumbList", "WebSite"} <= kinds
    feed = ET.parse(addressed / "data" / "feed.xml").getroot()
    titles = [str(entry.findtext(f"{ATOM}title")) for entry in feed.iter(f"{ATOM}entry")]
    assert len(titles) == 2
    assert all(title.startswith('</script><script>alert(1)</script>"') for title in titles)
    assert not list(feed.iter(f"{ATOM}script"))
    found = hrefs((addressed / "llms.txt").read_text(encoding="utf-8"))
    assert all(resolves(addressed, "llms.txt", link, ADDRESS) for link in found)


# --- the configuration ------------------------------------------------------------------------------------


def test_the_address_is_read_as_mkdocs_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mkdocs.yml"

    def read(line: str) -> str:
        path.write_text(f"site_name: 库\nextra: !!python/name:os.x\n{line}\n", encoding="utf-8")
        return publication.read(path).url

    monkeypatch.setenv("KB_URL", "https://set.example")
    assert read("") == read("site_url:") == read('site_url: ""') == read("site_url: !ENV KB_UNSET") == ""
    assert read("site_url: https://a.example/kb") == "https://a.example/kb/"
    assert read("site_url: !ENV KB_URL") == "https://set.example/"
    assert read("site_url: !ENV [KB_UNSET, KB_URL, 'https://last.example']") == "https://set.example/"
    assert read("site_url: !ENV [KB_UNSET, 'https://last.example/']") == "https://last.example/"
    assert read("site_url: !ENV [KB_UNSET]") == read("site_url: !ENV []") == ""
    with pytest.raises(UsageError, match="whole address"):
        read("site_url: a.example/kb")
    with pytest.raises(UsageError, match="Write the whole address"):
        read("site_url: 'https://[a.example'")
    with pytest.raises(UsageError, match="cannot be read"):
        publication.read(tmp_path / "missing.yml")


def test_the_projects_own_configuration_has_a_name() -> None:
    found = publication.read(config.MKDOCS_YML)
    assert found.name
    assert found.description
    assert found.rights


def test_robots_are_told_of_the_sitemap_where_they_look_for_it(knowledge: Knowledge) -> None:
    at_root = replace(HERE, url="https://example.org/")
    assert "robots.txt" not in exports.files(knowledge, HERE) | exports.files(knowledge, THERE)
    told = exports.files(knowledge, at_root)["robots.txt"]
    assert "Sitemap: https://example.org/sitemap.xml\n" in told


def test_an_empty_library_has_its_files_too() -> None:
    found = exports.files(Knowledge(Library(())), HERE)
    assert found.keys() == {"data/feed.xml", "llms.txt"}
    ET.fromstring(found["data/feed.xml"])
