"""A whole folder: the same bytes every time, bad input named while the rest goes on, one page a work."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from factorykb import catalogue, config, editorial, pages, parallel, pipeline, search, sources
from factorykb.analysis import Knowledge
from factorykb.errors import UsageError
from factorykb.model import Article, Library
from factorykb.pages import lists, timeline
from tests import golden

SEEDS = {
    "seeds/000_9031bd88ae671add.txt": (1, 2, []),
    "seeds/001_8f9d7073b44c8bbb.txt": (1, 2, ["王耐", "杨俊"]),
    "seeds/002_2d21c99dfbe3b310.txt": (5, 5, []),
    "seeds/003_9f4ae482bd1f3ddd.txt": (1, 1, ["良久"]),
    "seeds/004_f24a12f6a3520c42.txt": (245, 30, []),
}


@pytest.fixture(scope="module")
def seeds() -> Library:
    return pipeline.read_folder(config.SEEDS).library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All golden sources in one folder."""
    root = tmp_path / "in"
    root.mkdir()
    for name in golden.names():
        shutil.copy(golden.CASES / name / "source.md", root / f"{name}.md")
    return root


def rendered(library: Library, jobs: int = 1) -> dict[str, str | bytes]:
    """Pages, catalogue and search index."""
    knowledge = pipeline.know(library, editorial.load(config.EDITORIAL), jobs=jobs)
    index = dict(search.files(knowledge, [], jobs))
    return {
        **pages.files(knowledge, jobs),
        **{name: b"".join(data) for name, data in catalogue.files(knowledge, jobs)},
        **index,
    }


def source(**front: str) -> str:
    lines = "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in front.items() if key != "body"
    )
    return f"---\n{lines}---\n{front.get('body', '正文一段。')}\n"


def _where(number: int) -> tuple[int, int]:
    return number, os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="one process does all")
def test_processes_that_are_born_anew_lose_nothing() -> None:
    made = list(parallel.mapped(_where, range(4500), 2, chunk=7))
    assert [number for number, _ in made] == list(range(4500))
    assert len({process for _, process in made}) > 2


def test_the_seeds_give_what_their_editors_expect(seeds: Library) -> None:
    found = {a.source.path: (len(a.passages), a.images, list(a.bylines.authors)) for a in seeds.articles}
    assert found == SEEDS
    question = next(a for a in seeds.articles if len(a.passages) == 245)
    assert len(question.cleaning.keywords) == 470
    assert all(passage.author for passage in question.passages)
    assert sum(passage.author == "匿名用户" for passage in question.passages) > 20


def test_two_runs_and_several_processes_give_the_same_bytes(folder: Path) -> None:
    once = pipeline.read_folder(folder)
    twice = pipeline.read_folder(folder, jobs=2)
    assert once == twice
    assert rendered(once.library) == rendered(twice.library, jobs=2)


def test_the_order_of_files_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline.read_folder(folder)
    found, aside = sources.find(folder)
    random.Random(7).shuffle(found)
    monkeypatch.setattr(sources, "find", lambda root: (found, aside))
    assert pipeline.read_folder(folder) == before


def test_bad_input_is_named_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "folder.md").mkdir()
    (folder / "picture.png").write_bytes(b"x")
    for name in ("README", "README.md", "Readme.txt", ".hidden.md"):
        (folder / name).write_text("not a source")
    (folder / "away.md").symlink_to("/etc/hostname")
    conversion = pipeline.read_folder(folder)
    refused = {Path(r.path).stem for r in conversion.library.refused}
    assert refused == {name for name in golden.names() if name.startswith("refused-")} | {"folder", "away"}
    assert all(r.problem and r.remedy for r in conversion.library.refused)
    assert conversion.left_aside == ("in/picture.png",)
    assert [e.path for e in conversion.library.without_text] == ["in/hugo-empty.md"]
    assert len(conversion.library.articles) == sum(
        (golden.CASES / n / "expected.md").exists() for n in golden.names()
    )


def test_a_name_that_begins_like_readme_is_one_of_a_source(tmp_path: Path) -> None:
    for name in ("Readme-浙江.md", "README.zh.md", "readme.md"):
        (tmp_path / name).touch()
    assert [path.name for path in sources.find(tmp_path)[0]] == ["README.zh.md", "Readme-浙江.md"]


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    outcome = pipeline.read_file(tmp_path / "gone.md", "in/gone.md")
    assert not isinstance(outcome, Article)
    assert "No such file" in str(outcome)


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ({"date": "2024-01-01"}, {"date": "2024-01-01"}, "in/a.md"),
        (
            {"date": "2024-01-01"},
            {"date": "2024-01-01", "lastmod": "2024-03-01", "body": "改过的正文。"},
            "in/b.md",
        ),
    ],
)
def test_two_files_of_one_work_have_one_page(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], shown: str
) -> None:
    root = tmp_path / "in"
    root.mkdir()
    for name, front in (("a", first), ("b", second)):
        text = source(title=f"题{name}", url="https://example.com/1", **front)
        (root / f"{name}.md").write_text(text)
    library = pipeline.read_folder(root).library
    (article,) = library.articles
    (refusal,) = library.refused
    assert article.source.path == shown
    assert article.also_at == (refusal.path,)
    assert shown in refusal.problem


def test_one_work_under_several_spellings_of_its_address_has_one_page(tmp_path: Path) -> None:
    spellings = ("https://e.com/a", "http://e.com/a/", "https://e.com/a?utm_source=x#f", "https://e.com/b")
    for number, url in enumerate(spellings):
        (tmp_path / f"{number}.md").write_text(source(title="题", url=url, date=f"2024-01-0{number + 1}"))
    library = pipeline.read_folder(tmp_path).library
    assert [article.url for article in library.articles] == [
        "https://e.com/b",
        "https://e.com/a?utm_source=x#f",
    ]
    assert len(library.refused) == 2
    (alone,) = (a for a in library.articles if a.url == "https://e.com/b")
    assert alone.identity == "https://e.com/b"  # its id is the one of the address as it was always taken


def test_clashing_short_ids_get_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(source(title=name, url=f"https://example.com/{name}"))
    monkeypatch.setattr("factorykb.articles._short_id", lambda draft, identity: "web-undated-000000")
    ids = [article.id for article in pipeline.read_folder(tmp_path).library.articles]
    assert len(set(ids)) == 2
    assert all(len(name) == len("web-undated-") + 12 for name in ids)


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        pipeline.read_folder(tmp_path / "none")


def test_an_empty_folder_gives_pages_that_say_what_to_do(tmp_path: Path) -> None:
    files = pages.files(Knowledge(pipeline.read_folder(tmp_path).library))
    assert "还没有文章" in files["index.md"]
    assert "还没有文章" in files["articles/index.md"]


def test_many_articles_are_listed_in_pages(seeds: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_PAGE_SIZE", 2)
    files = pages.files(Knowledge(seeds))
    assert {"years/2022.md", "years/2022--2.md"} <= files.keys()
    assert "[2](2022--2.md)" in files["years/2022.md"]
    assert "[下一页](2022--2.md)" in files["years/2022.md"]
    assert files["years/2022--2.md"].count("[上一页](2022.md)") == 2, "above the list and below it"
    assert files["years/2022.md"].count("[下一页]") == 1
    assert "\ntitle: 2022 年的文章\n" in files["years/2022.md"]
    assert "\ntitle: 2022 年的文章（第 2 页）\n" in files["years/2022--2.md"]


def test_a_month_is_found_on_whichever_page_of_its_year_it_begins(
    seeds: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_PAGE_SIZE", 2)
    monkeypatch.setattr(timeline, "_NAMED_A_MONTH", 1)
    files = pages.files(Knowledge(seeds))
    first, second = files["years/2022.md"], files["years/2022--2.md"]
    places = [re.findall(r'<section class="kb-month" id="(m\d+)"', page) for page in (first, second)]
    assert places == [["m6", "m2"], ["m2", "m1"]]
    assert "\n## 2 月\n" in first
    assert "\n## 2 月（续）\n" in second
    assert re.findall(r"\[\d+\s月\]\((.*?)\)", first) == ["#m6", "#m2", "2022--2.md#m1"]
    assert re.findall(r"\[\d+\s月\]\((.*?)\)", second) == ["2022.md#m6", "2022.md#m2", "#m1"]
    assert re.findall(r'"\.\./(years/2022.*?)"', files["timeline.md"]) == [
        "years/2022--2/#m1",
        "years/2022/#m2",
        "years/2022/#m6",
    ]
    assert "[这个月还有 1 篇](years/2022.md#m2)" in files["timeline.md"]


def test_undated_articles_have_no_month_and_no_day(seeds: Library) -> None:
    undated = tuple(replace(article, published=None) for article in seeds.articles)
    files = pages.files(Knowledge(replace(seeds, articles=undated)))
    assert "kb-day" not in files["timeline.md"]
    assert "kb-month" not in files["timeline.md"] + files["years/undated.md"]
    assert "\n## [" in files["years/undated.md"]


def test_the_further_pages_of_a_theme_and_a_topic_say_so_in_the_browsers_title(
    seeds: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_ENTRIES", 10)
    monkeypatch.setattr(lists, "_LINES", 10)
    files = pages.files(pipeline.know(seeds, editorial.load(config.EDITORIAL)))
    further = {path: text for path, text in files.items() if "--" in path}
    assert {path.partition("/")[0] for path in further} == {"themes", "topics"}
    for path, text in further.items():
        folder, _, name = path.partition("/")
        stem, _, number = name.removesuffix(".md").partition("--")
        title = re.search(r"^title: (.*)$", text, re.MULTILINE)
        assert title
        assert title[1].endswith(f"（第 {number} 页）")
        assert f"\n# {title[1].partition('（')[0]}" in text
        assert text.count("[上一页]") == 2
        assert files[f"{folder}/{stem}.md"].count("[下一页]") == 1


def test_the_last_of_the_listed_articles_leads_on_to_the_older(
    seeds: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_NEWEST_IN_LIST", 2)
    assert "更早的请[按年份](../timeline.md)查看" in pages.files(Knowledge(seeds))["articles/index.md"]


def test_the_catalogue_is_what_the_readme_says(folder: Path) -> None:
    library = pipeline.read_folder(folder).library
    files = {name: b"".join(data) for name, data in catalogue.files(Knowledge(library))}
    data = json.loads(files["data/catalogue.json"])
    assert set(data) == {"generated_by", "articles", "without_text", "refused"}
    for article in data["articles"]:
        assert set(article) == {
            "id", "title", "source", "source_name", "date", "url", "source_url", "source_path", "sha256", "dialect",
            "characters", "keywords", "repeats", "passages",
        }  # fmt: skip
        assert article["url"] == f"articles/{article['id']}/"
        assert article["source_path"].startswith("in/")
        for passage in article["passages"]:
            assert set(passage) == {
                "anchor", "heading", "author", "characters", "text", "themes", "topics", "keywords", "substantive", "related",
                "repeats",
            }  # fmt: skip
    documented = (config.PROJECT / "README.md").read_text(encoding="utf-8")
    assert all(
        f"`{key}`" in documented for key in (*data["articles"][0], *data["articles"][0]["passages"][0])
    )


def test_the_undated_come_last_whatever_the_others_dates(tmp_path: Path) -> None:
    for name, front in (("a", "date: 1949-10-01"), ("b", "author: 甲"), ("c", "date: 2024-01-01")):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: {name}\n{front}\n---\n正文{name}。\n", encoding="utf-8"
        )
    assert [article.title for article in pipeline.read_folder(tmp_path).library.articles] == ["c", "a", "b"]
