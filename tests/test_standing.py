"""A run with nothing to do does nothing, says the same, and is never mistaken."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from factorykb import cache, config, pipeline, site
from factorykb.cli import app
from factorykb.pipeline import Conversion

Run = Callable[..., tuple[str, bool]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`kb convert` on a folder of two sources: what it printed, and whether it read the sources."""
    (tmp_path / "seeds").mkdir()
    for name in ("甲", "乙"):
        (tmp_path / "seeds" / f"{name}.md").write_text(
            f"---\ntitle: {name}\n---\n工厂里的{name}。\n", "utf-8"
        )
    monkeypatch.setattr(config, "CACHE", tmp_path / "cache")
    reads: list[Path] = []
    real = pipeline.read_folder

    def read(root: Path, *rest: Any, **named: Any) -> Conversion:
        reads.append(root)
        return real(root, *rest, **named)

    monkeypatch.setattr(pipeline, "read_folder", read)

    def convert(*options: str) -> tuple[str, bool]:
        reads.clear()
        folders = [f"--{name}={tmp_path / name}" for name in ("seeds", "docs")]
        done = CliRunner().invoke(app, ["convert", *folders, *options])
        assert done.exit_code == 0, done.output
        return done.output, bool(reads)

    return convert


def pages(folder: Path) -> dict[str, bytes]:
    docs = folder / "docs"
    return {p.relative_to(docs).as_posix(): p.read_bytes() for p in docs.rglob("*") if p.is_file()}


def test_a_second_run_only_repeats_the_report(run: Run, tmp_path: Path) -> None:
    first, read = run()
    assert read
    before = pages(tmp_path)
    again, read = run()
    assert not read
    assert again.endswith("The pages are current.\n")
    assert again.splitlines()[:2] == first.splitlines()[:2]
    assert pages(tmp_path) == before
    assert run("--json=-")[0].count('"converted": 2') == 1


def test_a_folder_of_its_own_gets_the_pages_written_by_hand(run: Run, tmp_path: Path) -> None:
    """So that MkDocs can build it, and `kb build` finds nothing to convert anew."""
    run()
    site.prepare(tmp_path / "docs")
    assert {"search.md", "assets/search/engine.js"} <= pages(tmp_path).keys()
    assert not run()[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "seeds" / "甲.md").write_text(
            "---\ntitle: 甲\n---\n工厂里的丙。\n", "utf-8"
        ),
        lambda folder: (folder / "seeds" / "丙.md").write_text("---\ntitle: 丙\n---\n工厂。\n", "utf-8"),
        lambda folder: (folder / "seeds" / "乙.md").unlink(),
        lambda folder: next((folder / "docs" / "articles").glob("*.md")).write_text("改过", "utf-8"),
        lambda folder: next((folder / "docs" / "data" / "search").rglob("*.js")).unlink(),
        lambda folder: (folder / "docs" / "hand.md").write_text("# 手写", "utf-8"),
        lambda folder: next((folder / "cache").glob("*.record")).write_bytes(b"\x80\x05half a record"),
        lambda folder: shutil.rmtree(folder / "cache"),
    ],
)
def test_whatever_changed_is_seen(run: Run, tmp_path: Path, change: Callable[[Path], object]) -> None:
    run()
    change(tmp_path)
    _, read = run()
    assert read
    incremental = pages(tmp_path)
    shutil.rmtree(tmp_path / "cache")
    run()
    assert pages(tmp_path) == incremental


def test_a_source_with_the_time_and_size_of_another_is_seen(run: Run, tmp_path: Path) -> None:
    run()
    path = tmp_path / "seeds" / "甲.md"
    looks = path.stat()
    path.write_text(path.read_text("utf-8").replace("甲。", "丁。"), "utf-8")
    os.utime(path, ns=(looks.st_atime_ns, looks.st_mtime_ns))
    assert run()[1]


def test_another_option_is_another_run(run: Run) -> None:
    run()
    assert run("--no-curation")[1]


def test_other_libraries_are_another_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run()[1]
    assert not run()[1]
    monkeypatch.setattr(cache, "_program", lambda: b"another version of a library")
    assert run()[1]


def test_checking_never_trusts_the_record(run: Run) -> None:
    run()
    assert run("--check")[1]
