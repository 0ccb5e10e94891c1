"""The site is the one that `mkdocs build` makes, by any number of processes and from any earlier site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.commands import build as mkdocs
from mkdocs.config import load_config

from factorykb import config, parallel
from factorykb import site as sites
from factorykb.errors import BuildError, UsageError

NAVIGATION = ("index", "themes/index", "topics/index", "articles/index", "timeline", "about")


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.name != sites.MARKER
    }


def by_mkdocs(docs: Path, site: Path) -> dict[str, bytes]:
    mkdocs.build(load_config(str(config.MKDOCS_YML), docs_dir=str(docs), site_dir=str(site), strict=True))
    sites.lighten(site)
    return files(site)


def test_the_site_is_the_one_that_mkdocs_builds(site: Path, tmp_path: Path) -> None:
    docs = site.parent / "docs"
    assert len(list(docs.rglob("*.md"))) > parallel.PAGES  # so several processes made it
    ours, theirs = files(site), by_mkdocs(docs, tmp_path / "site")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


# --- an earlier site ---------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project of its own: its settings, its theme, ten articles in a ring that link to places in each other."""
    shutil.copy(config.MKDOCS_YML, tmp_path / "mkdocs.yml")
    shutil.copytree(config.THEME, tmp_path / "tools" / "theme")
    for name in NAVIGATION:
        write(tmp_path, name, f"# {name}\n")
    for number in range(10):
        next_one = f"[下一篇]({(number + 1) % 10}.md#place)"
        write(
            tmp_path,
            f"articles/{number}",
            f'<div id="place" markdown="1">\n\n第 {number} 篇。{next_one}\n\n</div>\n',
        )
    (tmp_path / "docs" / "data").mkdir()
    (tmp_path / "docs" / "data" / "catalogue.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(config, "MKDOCS_YML", tmp_path / "mkdocs.yml")
    monkeypatch.setattr(config, "CACHE", tmp_path / "cache")
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    path = project / "docs" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def built(project: Path, jobs: int = 1) -> set[str]:
    """Build; the names of the pages that were made anew. The site is the one a plain MkDocs makes from nothing."""
    anew = sites.build(project / "docs", project / "site", jobs=jobs)
    assert files(project / "site") == by_mkdocs(project / "docs", project / "plain")
    return {name.removesuffix(".md") for name in anew}


def test_only_what_changed_is_made_anew(project: Path) -> None:
    everything = {*NAVIGATION, *(f"articles/{number}" for number in range(10))}
    docs = project / "docs"
    assert built(project) == everything
    assert built(project) == set()
    replace(docs / "articles" / "3.md", "第 3 篇", "改过的第 3 篇")
    assert built(project) == {"articles/3"}
    replace(docs / "articles" / "4.md", "5.md", "6.md")
    (docs / "articles" / "5.md").unlink()
    assert built(project) == {"articles/4"}
    write(project, "articles/10", "新的一篇，见[第 7 篇](7.md)。\n")
    (docs / "data" / "catalogue.json").write_text('{"articles": []}', encoding="utf-8")
    assert built(project) == {"articles/10"}
    replace(project / "tools" / "theme" / "main.html", "关于本站与权利说明", "关于")
    assert built(project) == everything - {"articles/5"} | {"articles/10"}
    replace(project / "mkdocs.yml", "site_name: ", "site_name: 另一个")
    assert built(project) == everything - {"articles/5"} | {"articles/10"}
    assert built(project) == set()


def break_record(project: Path) -> None:
    for path in (project / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:-20])


def lose_record(project: Path) -> None:
    shutil.rmtree(project / "cache")


def lose_site(project: Path) -> None:
    shutil.rmtree(project / "site")


def damage_site(project: Path) -> None:
    for path in (project / "site").rglob("*.html"):
        path.write_text("damaged", encoding="utf-8")


@pytest.mark.parametrize("happens", [break_record, lose_record, lose_site, damage_site])
def test_an_earlier_site_is_never_trusted_blindly(project: Path, happens: Callable[[Path], None]) -> None:
    everything = built(project)
    happens(project)
    assert built(project) == everything


def test_a_page_for_the_preview_is_none_of_the_site(project: Path) -> None:
    everything = built(project)
    sites.build(project / "docs", project / "site", live=True)
    assert "Content-Security-Policy" not in (project / "site" / "index.html").read_text(encoding="utf-8")
    assert built(project) == everything


def lose_target(project: Path) -> None:
    (project / "docs" / "articles" / "9.md").unlink()


def lose_place(project: Path) -> None:
    replace(project / "docs" / "articles" / "9.md", 'id="place" ', "")


@pytest.mark.parametrize("happens", [lose_target, lose_place])
def test_a_link_that_leads_nowhere_now_is_found_on_a_page_that_did_not_change(
    project: Path, happens: Callable[[Path], None]
) -> None:
    built(project)
    before = files(project / "site")
    happens(project)
    with pytest.raises(BuildError, match=r"'articles/8\.md' contains a link '9\.md#place'"):
        sites.build(project / "docs", project / "site")
    assert files(project / "site") == before


def test_a_page_that_is_in_no_list_is_refused_with_the_remedy(project: Path) -> None:
    write(project, "notes", "# 笔记\n")
    with pytest.raises(
        BuildError, match=r"(?s)notes\.md.*Add each of them in mkdocs\.yml: to `nav:`.*`not_in_nav:`"
    ):
        sites.build(project / "docs", project / "site")
    replace(project / "mkdocs.yml", "  /search.md\n", "  /search.md\n  /notes.md\n")
    assert "notes" in built(project)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_mkdocs_warns_of_in_any_process_is_told_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(parallel, "PAGES", 2)
    write(project, "articles/0", "[nowhere](gone.md)\n")
    with pytest.raises(BuildError) as caught:
        sites.build(project / "docs", project / "site", jobs=jobs)
    assert str(caught.value).count("'gone.md'") == 1
    assert not (project / "site").exists()


@pytest.mark.parametrize("line", ["plugins: [search]", "plugins: []\nhooks: [hook.py]"])
def test_plugins_and_hooks_are_refused_and_not_passed_over(project: Path, line: str) -> None:
    (project / "hook.py").write_text("def on_page_markdown(markdown, **_):\n    return markdown\n")
    replace(project / "mkdocs.yml", "plugins: []", line)
    with pytest.raises(UsageError, match="plugins or hooks"):
        sites.build(project / "docs", project / "site")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("plugins: []", "plugins: []\nbogus: 1", "mkdocs.yml: Config value 'bogus': Unrecognised configuration name: bogus. Mend"),
        ("name: material", "name: nonsuch", "mkdocs.yml: Config value 'theme': Unrecognised theme name: 'nonsuch'. The available"),
        ("- tables", "- tablez", "mkdocs.yml: Config value 'markdown_extensions': Failed to load extension 'tablez'. Mend"),
        ("site_name: ", "- [", "mkdocs.yml:2: this is not YAML: "),
        ("plugins: []", "plugins: [search]", "mkdocs.yml names plugins or hooks"),
    ],
    ids=["key", "theme", "extension", "YAML", "plugins"],
)  # fmt: skip
def test_settings_that_mkdocs_does_not_take_are_told_in_one_line_beforehand(
    project: Path, capfd: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    sites.check_settings()
    replace(project / "mkdocs.yml", old, new)
    for step in (sites.check_settings, lambda: sites.build(project / "docs", project / "site")):
        with pytest.raises(UsageError) as told:
            step()
        assert str(told.value).startswith(said)
        assert "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")
    assert not (project / "site").exists()
