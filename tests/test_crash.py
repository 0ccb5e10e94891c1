"""Killed, refused or doubled, a run leaves pages that are as they were or as they will be, and the next one repairs.

`make bench-kill` does the same two hundred times.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from factorykb import pictures, store
from tests import crashing, sabotage
from tests.crashing import Lab

KB = [sys.executable, "-c", "from factorykb.cli import command; command()"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, int]:
    """Two states of a small library, and how many changes `kb convert` makes from one to the other."""
    made = Lab(tmp_path_factory.mktemp("convert").resolve())
    return made, made.prepare("convert")


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, int]:
    """The same for `kb build`."""
    made = Lab(tmp_path_factory.mktemp("build").resolve())
    return made, made.prepare("build")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_a_killed_run_leaves_whole_pages_and_the_next_one_repairs(lab: tuple[Lab, int], share: float) -> None:
    _kill_and_repair(*lab, "convert", share)


@pytest.mark.parametrize("share", [0.7, 0.995])
def test_a_killed_build_leaves_a_whole_site_and_the_next_one_repairs(
    building: tuple[Lab, int], share: float
) -> None:
    _kill_and_repair(*building, "build", share)


def _kill_and_repair(made: Lab, changes: int, command: str, share: float) -> None:
    made.reset("old")
    assert made.kb(command, "new", "kill", max(1, int(share * changes))).returncode == -signal.SIGKILL
    assert made.broken() == []
    made.kb(command, "new")
    assert made.differing("new") == []


@pytest.mark.parametrize(("trouble", "share"), [("ENOSPC", 0.05), ("EACCES", 0.0), ("EROFS", 0.7)])
def test_a_disk_that_refuses_is_named(lab: tuple[Lab, int], trouble: str, share: float) -> None:
    made, changes = lab
    made.reset("old")
    done = made.kb("convert", "new", trouble, max(1, int(share * changes)))
    assert done.returncode == 1
    assert "run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert made.broken() == []


def test_two_runs_at_once_come_one_after_the_other(lab: tuple[Lab, int]) -> None:
    made, _ = lab
    made.reset("old")
    runs = [
        subprocess.Popen([*KB, *made.arguments("convert", "new")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    said = [run.communicate()[1] for run in runs]
    assert sum("waiting until it is done" in words for words in said) == 1
    assert [run.returncode for run in runs] == [1, 1]  # the golden cases hold some to be refused
    reference, now = (crashing.contents(made.root / name / "docs") for name in ("reference-new", "out"))
    assert now == reference


def test_a_lock_ends_with_its_process_and_is_not_kept_by_its_children(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from factorykb import store\n"
        "with store.locked(Path(sys.argv[1])):\n"
        "    if os.fork() == 0: print('held', flush=True); time.sleep(60); os._exit(0)\n"
        "    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    told: list[str] = []
    holder.kill()  # its child lives on
    holder.wait()
    with store.locked(tmp_path, told.append):
        pass
    os.killpg(holder.pid, signal.SIGKILL)
    assert told == []


def test_without_locks_a_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "fcntl", None)
    told: list[str] = []
    with store.locked(tmp_path, told.append):
        pass
    assert "only one at a time" in told[0]


def test_a_killed_replacement_is_put_back(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name, text in (("site.kb-old", "whole"), ("site.kb-new", "half")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(text)
    with suppress(RuntimeError), store.replacing(site) as new:
        assert list(new.iterdir()) == []
        raise RuntimeError
    assert crashing.contents(tmp_path) == {"site/index.html": b"whole"}


def test_what_a_killed_fetch_of_pictures_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / pictures.FOLDER
    folder.mkdir(parents=True)
    (folder / "0.webp.kb-new").write_bytes(b"half")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (tmp_path / "docs" / "data").mkdir()
    (tmp_path / "docs" / "data" / "catalogue.json").write_text("{}")  # what tells a folder of ours
    subprocess.run([*KB, "images", "--seeds", str(seeds), "--docs", str(tmp_path / "docs")], check=True, capture_output=True)  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["index.json"]


@pytest.mark.parametrize("trouble", ["ENOSPC", "EACCES", "EROFS"])
def test_taking_in_a_source_is_all_or_nothing(tmp_path: Path, trouble: str) -> None:
    (tmp_path / "in.md").write_text("---\ntitle: 题\n---\n正文。\n")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    done = sabotage.run(seeds, trouble, 1, "add", str(tmp_path / "in.md"), "--seeds", str(seeds))
    assert done.returncode == 1
    assert f"kb: {seeds / 'in.md'}" in done.stderr
    assert "then run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(seeds.iterdir()) == []


def _kb(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KB, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_folders_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "seeds").mkdir()
    for arguments in (
        ("convert", "--seeds", tmp_path / "none", "--docs", tmp_path / "docs"),
        ("convert", "--seeds", tmp_path / "seeds", "--docs", tmp_path / "file"),
        ("build", "--seeds", tmp_path / "seeds", "--docs", tmp_path / "docs", "--site", tmp_path / "file"),
    ):
        done = _kb(*arguments)
        assert done.returncode == 2
        assert "not a folder" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "seeds"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_folders_without_permission_are_named(tmp_path: Path) -> None:
    closed = tmp_path / "seeds" / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0)
    assert (
        "cannot be read" in _kb("convert", "--seeds", tmp_path / "seeds", "--docs", tmp_path / "docs").stderr
    )
    closed.chmod(0o700)
    (tmp_path / "docs").mkdir(mode=0o500)
    assert (
        "write permission"
        in _kb("convert", "--seeds", tmp_path / "seeds", "--docs", tmp_path / "docs").stderr
    )


def test_an_output_that_nobody_can_take_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    with open("/dev/full", "w") as full:
        done = subprocess.run([*KB, "convert", "--seeds", str(tmp_path / "seeds"), "--docs", str(tmp_path / "docs")], stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert done.returncode in (1, 2)
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
