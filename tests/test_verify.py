"""The comparison of pages with their sources finds every kind of damage, and none where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from factorykb import config, pages, pipeline, store
from factorykb import site as building
from factorykb.analysis import Knowledge
from factorykb.cli import app
from factorykb.model import Article, Library
from factorykb.verify import Kind, compare, page, reading
from factorykb.verify.run import run
from tests import golden
from tests.browsing import article
from tests.rendering import python_markdown

SEED = "seeds/000_9031bd88ae671add.txt"
PARAGRAPH = re.compile(r"<p>([^<>]{40,})</p>\n<p>([^<>]{40,})</p>")


def test_the_seeds_are_whole_on_the_built_site(site: Path) -> None:
    result = run(config.SEEDS, site)
    assert result.findings == ()
    assert (result.articles, result.pictures) == (5, 40)
    assert result.letters > 80_000


# --- damage ------------------------------------------------------------------------------------------------


def _without_sentence(html: str, found: re.Match[str]) -> str:
    return html[: found.start(1)] + html[html.index("。", found.start(1)) + 1 :]


def _without_character(html: str, found: re.Match[str]) -> str:
    return html[: found.start(1) + 5] + html[found.start(1) + 6 :]


def _swapped(html: str, found: re.Match[str]) -> str:
    return html[: found.start()] + f"<p>{found[2]}</p>\n<p>{found[1]}</p>" + html[found.end() :]


def _twice(html: str, found: re.Match[str]) -> str:
    return html[: found.start()] + f"<p>{found[1]}</p>\n" + html[found.start() :]


def _without_picture(html: str, _found: re.Match[str]) -> str:
    pictures = list(re.finditer(r"<img[^>]*>", html))
    return html[: pictures[-1].start()] + html[pictures[-1].end() :]


def _with(mark: str) -> Callable[[str, re.Match[str]], str]:
    return lambda html, found: html[: found.start(1)] + mark.format(found[1][:4]) + html[found.start(1) + 4 :]


DAMAGE = [
    pytest.param(_without_sentence, Kind.MISSING, id="a sentence is gone"),
    pytest.param(_without_character, Kind.MISSING, id="a character is gone"),
    pytest.param(_without_picture, Kind.PICTURE, id="a picture is gone"),
    pytest.param(_swapped, Kind.MOVED, id="two paragraphs change places"),
    pytest.param(_twice, Kind.EXTRA, id="a paragraph stands twice"),
    pytest.param(_with("{}此处是原文没有的话"), Kind.EXTRA, id="words that nobody wrote"),
    pytest.param(_with("**{}**"), Kind.MARK, id="raw bold"),
    pytest.param(_with("[{}](https://e.com/)"), Kind.MARK, id="a raw link"),
    pytest.param(_with("{}\\_"), Kind.MARK, id="a raw escape"),
    pytest.param(_with("&lt;b&gt;{}&lt;/b&gt;"), Kind.MARK, id="a raw tag"),
    pytest.param(_with("{}&amp;nbsp;"), Kind.MARK, id="a raw entity"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "kind"), DAMAGE)
def test_damage_is_named(
    site: Path, library: Library, tmp_path: Path, damage: Callable[[str, re.Match[str]], str], kind: Kind
) -> None:
    name = article(library, SEED).id
    html = (site / "articles" / name / "index.html").read_text(encoding="utf-8")
    found = PARAGRAPH.search(html, html.index('<section class="kb-passage"'))
    assert found is not None
    damaged = tmp_path / "articles" / name / "index.html"
    damaged.parent.mkdir(parents=True)
    damaged.write_text(damage(html, found), encoding="utf-8")
    findings = run(config.SEEDS, tmp_path, only={name}).findings
    assert kind in {finding.kind for finding in findings}
    assert all(finding.path == SEED for finding in findings)
    if kind in (Kind.MISSING, Kind.MOVED, Kind.PICTURE):
        line = next(finding.line for finding in findings if finding.kind is kind)
        text = (config.PROJECT / SEED).read_text(encoding="utf-8").split("\n")[(line or 0) - 1]
        assert found[1][:4] in text or found[2][:4] in text or "<img" in text


def test_the_command_names_what_is_missing_and_fails(site: Path, library: Library, tmp_path: Path) -> None:
    for found in library.articles:
        (tmp_path / "articles" / found.id).mkdir(parents=True)
        html = (site / "articles" / found.id / "index.html").read_text(encoding="utf-8")
        html = html.replace("工厂，是中国制造成长史的投射与缩影。", "")
        (tmp_path / "articles" / found.id / "index.html").write_text(html, encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", "--site", str(tmp_path)])
    assert done.exit_code == 1
    assert (
        "seeds/000_9031bd88ae671add.txt:16: missing on the page: 工厂，是中国制造成长史的投射与缩影。"
        in done.output
    )
    assert "99.9" in done.output
    assert CliRunner().invoke(app, ["verify", "--site", str(site)]).exit_code == 0


def test_a_source_without_a_page_is_named(site: Path, library: Library, tmp_path: Path) -> None:
    first = library.articles[0]
    for found in library.articles[1:]:
        (tmp_path / "articles" / found.id).mkdir(parents=True)
        html = (site / "articles" / found.id / "index.html").read_bytes()
        (tmp_path / "articles" / found.id / "index.html").write_bytes(html)
    assert [(f.kind, f.path) for f in run(config.SEEDS, tmp_path).findings] == [
        (Kind.NO_PAGE, first.source.path)
    ]


def test_a_build_compares_and_fails_until_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.md").write_text(
        "---\ntitle: 题\n---\n第一段话在这里。\n\n第二段话在这里。\n", encoding="utf-8"
    )
    command = ["build", *(f"--{name}={tmp_path / name}" for name in ("seeds", "docs", "site"))]
    real = building.build

    def damaging(docs: Path, folder: Path, tell: store.Tell, *, jobs: int) -> frozenset[str]:
        anew = real(docs, folder, tell, jobs=jobs)
        path = next((folder / "articles").glob("*/index.html"))
        path.write_text(path.read_text(encoding="utf-8").replace("第二段话在这里。", ""), encoding="utf-8")
        return anew

    with monkeypatch.context() as patch:
        patch.setattr("factorykb.site.build", damaging)
        outputs = [CliRunner().invoke(app, command) for _ in range(2)]
    for done in outputs:  # the second time no page changed, and yet it is not forgotten
        assert done.exit_code == 1
        assert "seeds/a.md:6: missing on the page: 第二段话在这里。" in done.output
    assert CliRunner().invoke(app, command).exit_code == 0
    assert "nothing to compare" in CliRunner().invoke(app, command).output


# --- no damage ---------------------------------------------------------------------------------------------


def shown(outcome: Article) -> str:
    """The page of an article as MkDocs would build it, without the theme around."""
    text = pages.files(Knowledge(Library((outcome,))))[f"articles/{outcome.id}.md"]
    html = python_markdown(text.partition("\n---\n")[2])
    return f'<article class="md-content__inner">{html}</article>'


@pytest.mark.parametrize("name", golden.names())
def test_no_golden_case_is_damaged(name: str) -> None:
    path = golden.CASES / name / "source.md"
    outcome = pipeline.read_file(path, f"seeds/{name}.md")
    if isinstance(outcome, Article):
        source = reading.of_file(path.read_bytes())
        assert [str(f) for f in compare(name, source, page.of_html(shown(outcome)))] == []
