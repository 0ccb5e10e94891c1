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
    (tmp_path / building.MARKER).touch()
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
    result = run(config.SEEDS, tmp_path)
    assert [(f.kind, f.path) for f in result.findings] == [(Kind.NO_PAGE, first.source.path)]
    assert 0.1 < result.kept < 0.99


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


FRONT = "---\ntitle: 题\ndate: 2024-02-10\nurl: https://36kr.com/p/123\n---\n"
BEFORE = "这是一段足够长的正文，工厂的产能与工人的日常都在这里写明。\n\n"
AFTER = "\n\n后面还有一段话。\n"
# What a page shows as it was meant, each with words of it that the second reading must look for.
MEANT = [
    pytest.param("产能\0005\0成。", "产能5成。", id="NUL around a number"),
    pytest.param("产能\0000\0成。\n\n```\n第一行\n```", "产能0成。", id="NUL around a number, and code"),
    pytest.param("第二\0段话在这里。", "第二段话在这里。", id="NUL in a word"),
    pytest.param("![图](https://e.com/a\0b.png)", None, id="NUL in an address"),
    pytest.param("\u200b## 小标题", "小标题", id="a zero-width space before a heading"),
    pytest.param("\ufeff- 项一\n\u200b- 项二", "项二", id="invisible characters before items"),
    pytest.param("\u200c## 小标题", "## 小标题", id="a joiner stays and makes it no heading"),
    pytest.param('??? question "为何"\n\n    因为所以。', "为何", id="a note, an empty line, its text"),
    pytest.param('??? question "为何"\n    因为。\n\n    所以。', "所以。", id="a note and two paragraphs"),
    pytest.param('!!! note "为何"\n\n没有缩进。', '!!! note "为何"', id="a note that has no text"),
    pytest.param("文字<Badge>徽</Badge>后。", "</Badge>", id="a tag nobody knows"),
    pytest.param("<MyTag>\n徽章\n</MyTag >", "</MyTag >", id="a block nobody knows"),
    pytest.param("> " * 60 + "深处的话。", "深处的话。", id="60 quotations"),
    pytest.param("".join("  " * i + f"- 第{i}层\n" for i in range(30)), "第29层", id="30 lists"),
    pytest.param("{{< gist user id >}}", "https://gist.github.com/user/id", id="a gist of Hugo"),
    pytest.param("{% gist 7896402 %}", "https://gist.github.com/7896402", id="a gist of Jekyll"),
    pytest.param("前<textarea><b>粗</b></textarea>后。", "</b>", id="tags in a field, in a line"),
    pytest.param("<textarea>\n<b>粗</b>\n\n第二行\n</textarea>", "</b>", id="tags in a field, a block"),
]  # fmt: skip
MEANT_IN_HTML = [
    pytest.param("<textarea><b>粗</b>在框里</textarea>", "<b>", id="tags"),
    pytest.param('<textarea rows="3">甲<br>乙&lt;i&gt;<img src="https://e.com/a.png"></textarea>', "<i>", id="a picture"),
    pytest.param("<TEXTAREA><div><script>框</script></div></TEXTAREA>", "</script>", id="a script"),
    pytest.param("<textarea></p><!-- 注 --></textarea>", "<!-- 注 -->", id="a comment"),
    pytest.param("<!-- <textarea> --><p>一<b>粗</b></p><textarea>框</textarea>", "一", id="a field in a comment"),
    pytest.param("<textarea>没有结尾的<b>框</b>", "没有结尾的", id="a field without an end"),
    pytest.param("<p>第二<\0b>段</b>文\0字。</p>", "第二", id="NUL in a tag"),
]  # fmt: skip


def of_bytes(data: bytes, folder: Path) -> tuple[reading.Reading, str]:
    """A source's second reading and its page."""
    path = folder / "a.md"
    path.write_bytes(data)
    outcome = pipeline.read_file(path, "seeds/a.md")
    assert isinstance(outcome, Article)
    return reading.of_file(data), shown(outcome)


def check(data: bytes, words: str | None, folder: Path) -> None:
    """The page is found right, and wrong when it lacks `words`."""
    source, html = of_bytes(data, folder)
    assert [str(f) for f in compare("a.md", source, page.of_html(html))] == []
    if words is not None:
        seen = words.replace("<", "&lt;").replace(">", "&gt;")
        found = seen if seen in html else words.replace("<", "&lt;")
        assert found in html
        assert list(compare("a.md", source, page.of_html(html.replace(found, ""))))


@pytest.mark.parametrize(("body", "words"), MEANT)
def test_markdown_is_read_as_it_was_meant(body: str, words: str | None, tmp_path: Path) -> None:
    check((FRONT + BEFORE + body + AFTER).encode(), words, tmp_path)


@pytest.mark.parametrize(
    "left_open", ["```\n甲的代码", "甲\n\n~~~\n乙的\n", "```\n### 知乎用户 丙 发表\n码\n```\n后"]
)
def test_what_an_answer_leaves_open_ends_with_it(left_open: str, tmp_path: Path) -> None:
    front = "---\nlayout: post\ntitle: 题\ndate: 2024-02-10\n---\n"
    answers = f"### 知乎用户 甲 发表\n\n{left_open}\n\n### 知乎用户 乙 发表\n\n**乙**说[链](https://e.com/)[^1]&amp;。\n\n- 项\n\n[^1]: 注\n"
    check((front + answers).encode(), "项", tmp_path)


@pytest.mark.parametrize(("body", "words"), MEANT_IN_HTML)
def test_html_is_read_as_it_was_meant(body: str, words: str | None, tmp_path: Path) -> None:
    check(f"{FRONT}<div><p>{BEFORE}</p>{body}<p>{AFTER}</p></div>\n".encode(), words, tmp_path)


def test_marks_of_the_encoding_are_no_text(tmp_path: Path) -> None:
    text = f"{FRONT}{BEFORE}产能5成。\n\n```\n第一行\n```\n"
    check(b"\xef\xbb\xbf" * 2 + text.encode(), "产能5成。", tmp_path)
    check(text.encode("utf-32"), "产能5成。", tmp_path)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16-le", "utf-8"])
def test_nothing_raises(encoding: str) -> None:
    for body in (
        "产能\0005\0成。",
        "```\n1\n```\n\0001\0",
        "> " * 3000 + "深",
        "[" * 3000,
        "<textarea>" * 3000,
    ):
        reading.of_file((FRONT + body).encode(encoding))
        reading.of_file((FRONT + body).encode(encoding)[:-1])


def test_a_note_may_stand_some_empty_lines_above_its_text() -> None:
    source = reading.of_file(f'{FRONT}??? question "为何"\n\n\n    因为所以。\n'.encode())
    assert [line.text for line in source.lines] == ["为何", "因为所以。"]


def test_the_file_of_a_gist_is_part_of_its_address() -> None:
    source = reading.of_file(f'{FRONT}{{{{< gist user 12 "a_b.html" >}}}}\n'.encode())
    assert [player.candidates for player in source.players] == [
        ("https://gist.github.com/user/12#file-a_b-html",)
    ]
