"""The command as a person uses it: messages, exit statuses, and that nothing is touched that should not be."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from mkdocs.livereload import LiveReloadServer

from factorykb import adding, config, evaluate, explain, headless, site
from factorykb.adding import Status
from factorykb.analysis import Knowledge
from factorykb.errors import UsageError
from factorykb.model import Library
from factorykb.report import counted
from tests import find_browser, golden
from tests.browsing import QUESTION, article

GOOD = golden.CASES / "hugo-qq" / "source.md"
BAD = golden.CASES / "refused-unclosed" / "source.md"
KB = [sys.executable, "-c", "from factorykb.__main__ import command; command()"]


def kb(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KB, *map(str, arguments)],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        cwd=config.PROJECT,
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_run_whose_output_nobody_wants_ends_well(closed: str) -> None:
    program = [*KB, "audit", str(GOOD)]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *program], capture_output=True, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


STOPPED = {
    "imports": "sys.meta_path.insert(0, type('', (), {'find_spec': lambda name, *_: stop() if name == 'rich' else None}))",
    "typer": "from factorykb import pipeline; pipeline.read_file = stop",
    "report": "from factorykb import cli; cli.app = stop",
}


@pytest.mark.parametrize("moment", STOPPED.values(), ids=STOPPED)
def test_ctrl_c_ends_a_run_with_a_sentence_at_any_moment(moment: str) -> None:
    program = f"import sys\ndef stop(*_): raise KeyboardInterrupt\n{moment}\n{KB[-1]}"
    done = subprocess.run(
        [sys.executable, "-c", program, "audit", str(GOOD)], capture_output=True, text=True, check=False
    )
    said = "Stopped. Nothing half-written is left; run the same command again.\n"
    assert (done.returncode, done.stdout, done.stderr) == (130, "", said)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    root = tmp_path / "seeds"
    root.mkdir()
    (root / "good.md").write_bytes(GOOD.read_bytes())
    return root


def test_convert_writes_reports_and_is_then_current(seeds: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    check = kb("convert", "--seeds", seeds, "--docs", docs, "--check")
    assert check.returncode == 1
    assert "would be written: articles/" in check.stdout
    assert not docs.exists()
    first = kb("convert", "--seeds", seeds, "--docs", docs)
    assert first.returncode == 0, first.stderr
    assert "seeds/good.md: 一把“椅子”的远征 (hugo-markdown, 2025-02-11, 3 passages" in first.stdout
    assert "closing link moved to the head" in first.stdout
    again = kb("convert", "--seeds", seeds, "--docs", docs, "--check")
    assert (again.returncode, "The pages are current." in again.stdout) == (0, True)


def test_refused_input_exits_with_1_and_the_rest_is_converted(seeds: Path, tmp_path: Path) -> None:
    (seeds / "bad.md").write_bytes(BAD.read_bytes())
    result = kb("convert", "--seeds", seeds, "--docs", tmp_path / "docs", "--json", "-")
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert [entry["status"] for entry in report["sources"]] == ["refused", "converted"]
    assert report["sources"][0]["line"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert", "--seeds", "nowhere"],
        ["convert", "--nonsense"],
        ["nonsense"],
        ["convert", "--jobs", "0"],
        ["audit"],
    ],
)
def test_misuse_exits_with_2(arguments: list[str]) -> None:
    result = kb(*arguments)
    assert result.returncode == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_audit_says_what_would_become_of_files_and_writes_nothing(seeds: Path) -> None:
    before = sorted(config.PROJECT.glob("docs/**/*"))
    result = kb("audit", seeds, BAD)
    assert result.returncode == 1
    assert "good.md: 一把“椅子”的远征" in result.stdout
    assert "never closed" in result.stdout
    (seeds / "notes.pdf").write_bytes(b"%PDF")
    data = json.loads(kb("audit", seeds, "--json", "-").stdout)
    aside = {"path": "seeds/notes.pdf", "reason": "not a .txt, .md, .markdown, .html or .htm file"}
    assert (data["counts"]["left_aside"], data["left_aside"]) == (1, [aside])
    assert sorted(config.PROJECT.glob("docs/**/*")) == before


def test_add_copies_once_and_never_overwrites(seeds: Path, tmp_path: Path) -> None:
    source = golden.CASES / "general-html" / "source.md"
    new = tmp_path / "new.md"
    new.write_bytes(source.read_bytes())
    first = kb("add", new, "--seeds", seeds)
    assert (first.returncode, "手写的一页" in first.stdout) == (0, True)
    assert (seeds / "new.md").read_bytes() == source.read_bytes()
    again = kb("add", new, "--seeds", seeds)
    assert (again.returncode, "is there already" in again.stdout, "Next:" in again.stdout) == (0, True, False)
    new.write_text(source.read_text() + "改")
    other = kb("add", new, "--seeds", seeds)
    assert (other.returncode, "other content" in other.stderr) == (1, True)
    assert (seeds / "new.md").read_bytes() == source.read_bytes()
    renamed = tmp_path / "again.md"
    renamed.write_bytes(source.read_bytes())
    assert "there already as seeds/new.md" in kb("add", renamed, "--seeds", seeds).stderr
    refused = kb("add", BAD, "--seeds", seeds)
    assert (refused.returncode, "never closed" in refused.stderr) == (1, True)
    assert not (seeds / BAD.name).exists()


@pytest.mark.parametrize("name", ["README.md", "readme", ".hidden.md", "a.docx"])
def test_a_name_that_the_converter_does_not_read_is_not_added_and_not_audited_as_a_page(
    seeds: Path, tmp_path: Path, name: str
) -> None:
    new = tmp_path / name
    new.write_bytes(GOOD.read_bytes())
    added = kb("add", new, "--seeds", seeds)
    assert (added.returncode, f"refused: {new}: " in added.stderr, "Rename it" in added.stderr) == (
        1,
        True,
        True,
    )
    audited = kb("audit", new)
    assert f"left aside: {new}: " in audited.stdout
    assert "0 sources: 0 with a page, 0 without text, 0 refused; 1 other file left aside." in audited.stdout
    assert [path.name for path in seeds.iterdir()] == ["good.md"]


UNDATED = "---\ntitle: 题\n---\n工厂里的甲。\n"


@pytest.mark.parametrize(
    ("there", "new", "said"),
    [
        ("sub/a.md", UNDATED, "this file is there already as seeds/sub/a.md. Nothing is to be done."),
        ("b.md", UNDATED + "改", "this work is there already as seeds/b.md, with other content. To change it, edit that file. Another"),
        ("a.md", UNDATED + "改", "needs a line `url: …` in its front matter.\n"),
    ],
)  # fmt: skip
def test_a_work_is_added_once(tmp_path: Path, there: str, new: str, said: str) -> None:
    old = tmp_path / "seeds" / there
    old.parent.mkdir(parents=True)
    old.write_text(UNDATED, encoding="utf-8")
    (tmp_path / "a.md").write_text(new, encoding="utf-8")
    told = kb("add", tmp_path / "a.md", "--seeds", tmp_path / "seeds")
    assert (told.returncode, said in told.stderr) == (1, True)
    assert [path for path in (tmp_path / "seeds").rglob("*.md") if path != old] == []
    other = new.replace("题", "题\nurl: https://e.com/2")
    (tmp_path / "c.md").write_text(other, encoding="utf-8")
    assert kb("add", tmp_path / "c.md", "--seeds", tmp_path / "seeds").returncode == 0


def test_an_edited_work_with_an_address_is_to_be_edited_where_it_is(seeds: Path, tmp_path: Path) -> None:
    edited = GOOD.read_text(encoding="utf-8").replace("下一把", "改动，下一把")
    (tmp_path / "good.md").write_text(edited, encoding="utf-8")
    told = kb("add", tmp_path / "good.md", "--seeds", seeds)
    assert told.returncode == 1
    assert told.stderr.endswith(" with other content. To change it, edit that file.\n")


def test_a_copy_replaces_no_file_on_any_disk(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    new, other = tmp_path / "new.md", tmp_path / "other.md"
    new.write_text("甲")
    other.write_text("乙")
    for path, target, status in (
        (new, "a.md", Status.ADDED),
        (new, "a.md", Status.THERE),
        (other, "a.md", Status.REFUSED),
        (other, "A.md", Status.REFUSED),
    ):
        copied = adding.copied(path, seeds / target)
        assert (copied.status, str(seeds / target) in copied.said) == (status, True)
    assert [(path.name, path.read_text()) for path in seeds.iterdir()] == [("a.md", "甲")]


def test_what_names_and_texts_say_is_no_markup(tmp_path: Path) -> None:
    """Of rich's two languages: brackets, and words between colons."""
    (tmp_path / "index.html").write_text(
        "<a href='https://e.com/[b]/:cn:'>[red]甲[/red] :smile:</a>", encoding="utf-8"
    )
    assert ": [red]甲[/red] :smile: https://e.com/[b]/:cn:\n" in kb("links", "--site", tmp_path).stdout


@pytest.mark.parametrize(
    ("place", "said"), [(".", "is a folder"), ("pipe", "no plain file"), ("none/x.json", ""), ("x", "")]
)
def test_the_report_is_a_file(tmp_path: Path, place: str, said: str) -> None:
    os.mkfifo(tmp_path / "pipe")  # as a device; it would be replaced
    done = kb("audit", GOOD, "--json", tmp_path / place)
    assert (done.returncode, said in done.stderr) == (2 if said else 0, True)
    assert (tmp_path / place).is_file() == (not said)


@pytest.mark.parametrize("folder", ["seeds", "docs", "site", "site-offline"])
def test_the_report_is_in_no_folder_that_is_replaced_or_published(
    seeds: Path, tmp_path: Path, folder: str
) -> None:
    places = [f"--{name}={tmp_path / name}" for name in ("seeds", "docs", "site")]
    place = tmp_path / folder / "sub" / "r.json"
    done = kb("build", *places, "--offline", "--json", place)
    assert (done.returncode, done.stderr) == (
        2,
        f"kb: {place} lies inside {tmp_path / folder}. Give the report another place.\n",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seeds"]


def test_a_report_under_a_link_s_name_is_where_the_link_leads(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "there.json")
    assert kb("audit", GOOD, "--json", tmp_path / "link.json").returncode == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "there.json").read_text("utf-8"))["sources"]


def test_a_disk_that_refuses_is_told_in_words(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("a file where the folder must go")
    result = kb("convert", "--seeds", seeds, "--docs", tmp_path / "docs")
    assert result.returncode == 2
    assert "is not a folder" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_site_may_not_lie_in_the_docs(seeds: Path, tmp_path: Path) -> None:
    result = kb("build", "--seeds", seeds, "--docs", tmp_path / "d", "--site", tmp_path / "d" / "site")
    assert result.returncode == 2
    assert "lies inside" in result.stderr


@pytest.mark.parametrize("option", ["--site", "--docs"])
def test_a_folder_with_other_files_is_never_emptied(seeds: Path, tmp_path: Path, option: str) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear")
    folders = {"--docs": tmp_path / "docs", "--site": tmp_path / "site", option: precious}
    result = kb("build", "--seeds", seeds, *(part for pair in folders.items() for part in pair))
    assert (result.returncode, "did not write" in result.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if path.name in ("docs", "site")] == []
    assert (precious / "letter.txt").read_text() == "dear"


def test_other_pages_in_the_place_of_the_committed_ones_are_told(seeds: Path, tmp_path: Path) -> None:
    """In a copy of the project, whose own folders are the defaults."""
    for name in ("seeds", "docs"):
        (tmp_path / "project" / name).mkdir(parents=True)
    program = (
        "import pathlib, sys; from factorykb import config; root = pathlib.Path(sys.argv.pop(1))\n"
        "config.SEEDS, config.DOCS, config.EDITORIAL = (root / name for name in ('seeds', 'docs', 'editorial'))\n"
        "from factorykb import cli; cli.command()"
    )
    project = str(tmp_path / "project")
    command = [sys.executable, "-c", program, project, "convert"]
    other, elsewhere, alone = ["--seeds", str(seeds)], ["--docs", str(tmp_path / "x")], ["--no-curation"]
    cases: list[tuple[list[str], str]] = [
        (other, f" become those of {seeds}. Give --docs another folder"),
        (alone, " become those without the editors' rules. Give --docs another folder"),
        (
            [*other, *alone],
            f" become those of {seeds} without the editors' rules. Give --docs another folder",
        ),
        ([*other, *alone, *elsewhere], ""),
        ([], ""),
        ([*alone, "--check"], ""),
    ]
    for options, warned in cases:
        told = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
        assert ("the committed pages" in told.stderr) == bool(warned)
        assert warned in told.stderr


def test_a_folder_without_sources_is_told(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.pdf").write_bytes(b"%PDF")
    done = kb("convert", "--seeds", tmp_path / "none", "--docs", tmp_path / "docs")
    assert f"warning: there are no sources in {tmp_path / 'none'}." in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("option", ["--site", "--docs"])
def test_the_seeds_are_never_written_to(seeds: Path, tmp_path: Path, option: str) -> None:
    folders = {"--docs": tmp_path / "docs", "--site": tmp_path / "site", option: seeds}
    result = kb("build", "--seeds", seeds, *(part for pair in folders.items() for part in pair))
    assert (result.returncode, "lies inside" in result.stderr) == (2, True)
    assert [path.name for path in seeds.iterdir()] == ["good.md"]


def test_a_busy_port_is_told_with_both_ways_to_choose_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy, pytest.raises(UsageError) as told:
        site.serve(lambda: None, tmp_path, [], busy.getsockname()[:2])
    assert "kb serve --port N" in str(told.value)
    assert "make serve PORT=N" in str(told.value)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A copy of mkdocs.yml with the theme beside it, to be broken."""
    (tmp_path / "project" / "tools").mkdir(parents=True)
    (tmp_path / "project" / "tools" / "theme").symlink_to(config.THEME)
    copy = tmp_path / "project" / "mkdocs.yml"
    copy.write_bytes(config.MKDOCS_YML.read_bytes())
    return copy


def with_settings(path: Path) -> list[str]:
    """The command with another mkdocs.yml than the project's."""
    program = "import pathlib, sys; from factorykb import cli, config; config.MKDOCS_YML = pathlib.Path(sys.argv.pop(1)); cli.command()"
    return [sys.executable, "-c", program, str(path)]


def test_a_build_with_wrong_settings_ends_before_it_converts(
    seeds: Path, settings: Path, tmp_path: Path
) -> None:
    with settings.open("a") as file:
        file.write("bogus: 1\n")
    places = [f"--{name}={tmp_path / name}" for name in ("docs", "site")]
    command = [*with_settings(settings), "build", f"--seeds={seeds}", *places]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("kb: mkdocs.yml: Config value 'bogus': ")
    assert not (tmp_path / "docs").exists()


def test_a_preview_survives_wrong_settings(seeds: Path, settings: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = [f"--{name}={tmp_path / name}" for name in ("docs", "site")]
    command = [*with_settings(settings), "serve", f"--seeds={seeds}", *places, f"--port={port}"]
    told, right = tmp_path / "told", settings.read_text(encoding="utf-8")
    with told.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as preview:

        def wait_for(words: str) -> None:
            end = time.monotonic() + 60
            while words not in told.read_text(encoding="utf-8"):
                assert time.monotonic() < end, told.read_text(encoding="utf-8")[-2000:]
                time.sleep(0.05)

        def serving() -> bool:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/"):
                return True
            return False

        try:
            wait_for("Preview at")
            while not serving():
                time.sleep(0.05)
            settings.write_text(right + "bogus: 1\n", encoding="utf-8")
            wait_for("Unrecognised configuration name: bogus")
            settings.write_text(right, encoding="utf-8")
            wait_for("The preview is up to date.")
            said = told.read_text(encoding="utf-8")
            assert (said.count("kb: mkdocs.yml: "), said.count("bogus'"), "Traceback" in said) == (
                1,
                1,
                False,
            )
        finally:
            preview.terminate()


def test_ctrl_c_ends_a_preview_as_it_ends_any_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(server: LiveReloadServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LiveReloadServer, "_build_loop", stop)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(KeyboardInterrupt):
        site.serve(lambda: None, tmp_path, [tmp_path], ("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)):  # nothing serves there any more
        pass


def test_what_to_do_next_can_be_typed_as_it_is_said(tmp_path: Path) -> None:
    """A shell takes each folder for one word, and no command is named that would work on others."""
    folders = {name: tmp_path / f"my {name}" for name in ("seeds", "docs", "site")}
    added = kb("add", GOOD, "--seeds", folders["seeds"])
    assert f"kb convert --seeds '{folders['seeds']}' --docs FOLDER, then" in added.stdout
    options = [part for name, folder in folders.items() for part in (f"--{name}", folder)]
    built = kb("build", *options)
    assert built.returncode == 0, built.stderr
    assert f"Look at it: python3 -m http.server -d '{folders['site']}'\n" in built.stdout
    assert "make serve" not in built.stdout
    (folders["docs"] / "index.md").write_text("changed", encoding="utf-8")
    check = kb("convert", *options[:4], "--check")
    again = f"`kb convert --seeds '{folders['seeds']}' --docs '{folders['docs']}'`."
    assert f"The pages are not current. Run {again}" in check.stderr
    none = kb("images", "--seeds", folders["seeds"], "--docs", tmp_path / "no docs")
    assert f"kb convert --seeds '{folders['seeds']}' --docs '{tmp_path / 'no docs'}'" in none.stderr
    assert f"kb build --site '{tmp_path / 'no site'}'" in kb("verify", "--site", tmp_path / "no site").stderr


def test_only_a_site_is_compared(seeds: Path, tmp_path: Path) -> None:
    for folder in (config.DOCS, tmp_path / "none"):
        done = kb("verify", "--seeds", seeds, "--site", folder)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"{folder} holds " in done.stderr
    (tmp_path / "site" / "articles").mkdir(parents=True)
    (tmp_path / "site" / "articles" / "index.html").touch()
    (seeds / "picture.md").write_text("---\ntitle: 图\n---\n![](https://e.com/a.png)\n", encoding="utf-8")
    done = kb("verify", "--seeds", seeds, "--site", tmp_path / "site")
    assert "compared with their sources: 0.00 % of " in done.stdout
    assert ".." not in done.stderr
    assert "。." not in done.stderr
    (seeds / "good.md").unlink()
    done = kb("verify", "--seeds", seeds, "--site", tmp_path / "site")
    assert "compared with their sources: no characters and 0 pictures; " in done.stdout


def test_a_preview_follows_edits_in_pages_and_data(seeds: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = [f"--{name}={tmp_path / name}" for name in ("docs", "site")]
    command = [*KB, "serve", f"--seeds={seeds}", *places, f"--port={port}"]
    told = tmp_path / "told"
    with told.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as preview:

        def shown(address: str) -> str:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/{address}") as answer:
                return str(answer.read().decode())
            return ""

        def edit(old: str, new: str) -> None:
            source = seeds / "good.md"
            source.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

        def wait_for(words: str, address: str) -> None:
            end = time.monotonic() + 60
            while words not in shown(address):
                assert time.monotonic() < end, told.read_text(encoding="utf-8")[-2000:]
                shown("no-such-page/")  # what readers ask for in vain is no fault of the pages
                time.sleep(0.05)

        try:
            wait_for("</html>", "")
            (article,) = (tmp_path / "site" / "articles").glob("*-*")
            page = f"articles/{article.name}/"
            edit("下一把", "头一次改动，下一把")
            wait_for("头一次改动", page)
            wait_for("头一次改动", "data/catalogue.json")
            assert "kb: " not in told.read_text(encoding="utf-8")
            # The pages do not wait for the data, which cannot be written now.
            manifest = tmp_path / "docs" / "data" / "search" / "manifest.js"
            manifest.unlink()
            (manifest / "in the way").mkdir(parents=True)
            edit("头一次改动", "第二次改动")
            wait_for("第二次改动", page)
        finally:
            preview.terminate()


def test_a_folder_or_an_article_is_not_explained_and_not_added(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "my files"
    folder.mkdir()
    told = kb("explain", folder)
    assert (told.returncode, told.stderr.startswith(f"kb: {folder} is a folder.")) == (2, True)
    assert told.stderr.endswith(f": kb audit '{folder}'\n")
    told = kb("add", folder, "--seeds", tmp_path / "seeds")
    assert told.returncode == 1
    assert f"{folder}: this is a folder. Name the files in it; " in told.stderr
    assert f": kb audit '{folder}'." in told.stderr
    name = article(library, QUESTION).id
    told = kb("explain", name)
    head, *ids, more = told.stderr.splitlines()
    assert told.returncode == 2
    assert head == f"kb: {name} is an article, of 245 passages. Name one of them:"
    assert (len(ids), more[:12]) == (10, "and 235 more")
    assert ids[0] in {f"{name}#{passage.anchor}" for passage in article(library, QUESTION).passages}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, " cannot be read (No such file or directory). Give a file of judgements, "),
        (b"\xff\xfe", " cannot be read (it is not UTF-8 text). Give a file of judgements, "),
        (b'{}\n{"of": 1,}\n', ":2: this line is no JSON (Expecting property name enclosed in double quotes"),
        ('{"seed": "甲\u2028乙"}\n[]'.encode(), ":1: a judgement must have "),
    ],
)
@pytest.mark.parametrize("what", ["labels", "related"])
def test_judgements_that_cannot_be_read_are_named_with_their_line(
    tmp_path: Path, what: str, text: bytes | None, said: str
) -> None:
    file = tmp_path / "judgements"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(UsageError) as raised:
        getattr(evaluate, what)(file, Knowledge(Library(())))
    assert str(raised.value).startswith(f"{file}{said}")
    assert "Errno" not in str(raised.value)


PASSAGE = {"seed": "a.md", "starts": "甲"}
LABEL = {**PASSAGE, "themes": ["core-tech"], "substantive": True}
QUERY = {"query": "芯片", "relevant": [{**PASSAGE, "grade": 2}], "first": PASSAGE}


@pytest.mark.parametrize(
    ("what", "judgement", "said"),
    [
        ("labels", {**LABEL, "starts": 5}, "starts must be a text, unlike 5"),
        ("labels", {**LABEL, "author": None}, "author must be a text, unlike null"),
        ("labels", {**LABEL, "themes": "core-tech"}, 'themes must be a list, unlike "core-tech"'),
        ("labels", {**LABEL, "themes": ["core-tech", 1]}, "themes, entry 2 must be a text, unlike 1"),
        ("labels", {**LABEL, "also_ok": 1}, "also_ok must be a list, unlike 1"),
        ("labels", {**LABEL, "substantive": "no"}, 'substantive must be true or false, unlike "no"'),
        ("related", {"of": "甲", "related": []}, 'of must have seed, starts, unlike "甲"'),
        ("related", {"of": PASSAGE, "related": {}}, "related must be a list, unlike {}"),
        ("related", {"of": PASSAGE, "related": [PASSAGE, {**PASSAGE, "seed": []}]}, "related, entry 2: seed must be a text, unlike []"),
        ("queries", {**QUERY, "query": ["芯片"]}, 'query must be a text, unlike ["芯片"]'),
        ("queries", {**QUERY, "relevant": [{**PASSAGE, "grade": "2"}]}, 'relevant, entry 1: grade must be a whole number, unlike "2"'),
        ("queries", {**QUERY, "relevant": [{**PASSAGE, "grade": True}]}, "relevant, entry 1: grade must be a whole number, unlike true"),
        ("queries", {**QUERY, "first": {"seed": "a.md"}}, 'first must have seed, starts, unlike {"seed": "a.md"}'),
        ("queries", {**QUERY, "query": "芯" * 300, "first": []}, "first must have seed, starts, unlike []"),
    ],
)  # fmt: skip
def test_judgements_of_another_type_are_named_with_file_line_and_remedy(
    tmp_path: Path, what: str, judgement: object, said: str
) -> None:
    file = tmp_path / "judgements"
    file.write_text(f"\n{json.dumps(judgement, ensure_ascii=False)}\n", encoding="utf-8")
    search: list[object] = [lambda query, number: []] if what == "queries" else []
    with pytest.raises(UsageError) as raised:
        getattr(evaluate, what)(file, Knowledge(Library(())), *search)
    assert str(raised.value) == f"{file}:2: a judgement: {said}. Mend that line."


def test_a_browser_that_is_named_and_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_BROWSER", sys.executable)
    assert headless.find_browser() == sys.executable
    monkeypatch.setenv("KB_BROWSER", "/no/chrome")
    with pytest.raises(UsageError, match="KB_BROWSER is /no/chrome, which is no program"):
        headless.find_browser()
    assert find_browser.main() == 1


def test_one_is_no_plural(tmp_path: Path) -> None:
    text = "---\ntitle: 题\ndate: 2024-02-10\n---\n工\n\n![](https://e.com/a.png)\n"
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    told = kb("audit", tmp_path).stdout
    assert "(general, 2024-02-10, 1 passage, 1 character, 1 image; cleaned: nothing)" in told
    assert "\n1 source: 1 with a page, " in told
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<a href='https://e.com/'>甲</a>", encoding="utf-8")
    assert kb("links", "--site", tmp_path / "site").stdout.endswith("\n1 link leads out of the site.\n")
    assert "closing link moved to the head ×1" in kb("audit", GOOD).stdout
    assert [counted(n, "thing") for n in (0, 1, 2, 1000)] == [
        "0 things",
        "1 thing",
        "2 things",
        "1,000 things",
    ]


def test_help_teaches() -> None:
    assert "Exit status" in kb("--help").stdout
    for command in ("convert", "build", "serve", "audit", "add"):
        assert len(kb(command, "--help").stdout) > 300


def test_the_report_adds_up_and_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    root = tmp_path / "seeds"
    root.mkdir()
    for number in range(70):
        text = GOOD.read_text(encoding="utf-8").replace("rain/a/", f"rain/a/{number:02}")
        (root / f"{number:02}.md").write_text(text, encoding="utf-8")
    (root / "same.md").write_bytes((root / "00.md").read_bytes())
    (root / "bad.md").write_bytes(BAD.read_bytes())
    (root / "empty.md").write_text("---\ntitle: 空\n---\n", encoding="utf-8")
    (root / "picture.png").write_bytes(b"")
    reports = [
        kb("convert", "--seeds", root, "--docs", tmp_path / f"docs-{jobs}", "--json", "-", "--jobs", jobs)
        for jobs in (1, 2)
    ]
    assert reports[0].stdout == reports[1].stdout
    report = json.loads(reports[0].stdout)
    counts = report["counts"]
    statuses = [entry["status"] for entry in report["sources"]]
    assert {name: counts[name] for name in ("converted", "without_text", "refused", "left_aside")} == {
        "converted": 70, "without_text": 1, "refused": 2, "left_aside": 1,
    }  # fmt: skip
    assert all(statuses.count(name) == counts[name] for name in ("converted", "without_text", "refused"))
    assert counts["files"] == len(list(root.iterdir())) == 74
    assert [entry["path"] for entry in report["left_aside"]] == ["seeds/picture.png"]
    assert list(report) == sorted(report)
    ids = {entry["id"] for entry in report["sources"] if entry["status"] == "converted"}
    assert {entry["id"] for entry in report["same_content"]} < ids
    assert counts["same_content"] == len(report["same_content"]) == 69
    assert len(list((tmp_path / "docs-1" / "articles").iterdir())) == 71  # and the list of all
    about = (tmp_path / "docs-1" / "about.md").read_text(encoding="utf-8")
    assert "来源文件 73 份：70 份成为文章，1 份里没有正文，2 份不能使用或与别的文件是同一篇" in about
    assert "69 处与库里另一处内容相同" in about


def test_a_text_of_any_length_is_explained_and_a_wrong_name_is_not_taken_for_a_text(library: Library) -> None:
    told = kb("explain", "工业互联网把车间里的机床连起来，数据用来排产。" * 20)
    assert told.returncode == 0
    assert told.stdout.startswith("smart-manufacturing ")
    assert "\nnot reached: " in told.stdout
    told = kb(
        "explain", "工人、政策、人才、出口、品牌、专利、贷款、制裁、工厂、机器人、智能、体制、转型，" * 2
    )
    assert told.stdout.count("\nnot reached: ") == 5, "the nearest will do"
    told = kb("explain", "zhihu-20220630-000000")
    assert told.returncode == 2
    assert "There is no passage and no file zhihu-20220630-000000." in told.stderr
    for wrong in (
        "zhihu-20220630-2c58f5#p-00000000",
        "https://e.com/articles/zhihu-20220630-2c58f5/#p-0",
        "seeds/none.md",
    ):
        with pytest.raises(UsageError, match=f"There is no passage and no file {re.escape(wrong)}"):
            list(explain.as_lines(wrong, Knowledge(library)))
