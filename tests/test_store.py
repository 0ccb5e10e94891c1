"""Writing: whole files or none, only what is owned, and the next run mends what a killed one left."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from factorykb import store

OWNED = ("index.md", "articles/")


def test_writes_updates_and_removes_only_what_it_owns(tmp_path: Path) -> None:
    (tmp_path / "about.md").write_text("by hand")
    store.sync({"index.md": "1", "articles/a.md": "a", "articles/b.md": "b"}, tmp_path, OWNED)
    changes = store.sync({"index.md": "1", "articles/a.md": "A"}, tmp_path, OWNED)
    assert changes == store.Changes(("articles/a.md",), ("articles/b.md",))
    assert {p.name: p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {"about.md": "by hand", "index.md": "1", "a.md": "A"}  # fmt: skip


def test_unchanged_files_are_not_touched(tmp_path: Path) -> None:
    store.sync({"index.md": "1"}, tmp_path, OWNED)
    before = (tmp_path / "index.md").stat().st_mtime_ns
    assert not store.sync({"index.md": "1"}, tmp_path, OWNED)
    assert (tmp_path / "index.md").stat().st_mtime_ns == before


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for left in ("articles/a.md.kb-new", "index.md.kb-new"):
        (tmp_path / left).write_text("half")
    store.sync({"index.md": "1"}, tmp_path, OWNED)
    assert [p.name for p in tmp_path.iterdir()] == ["index.md"]


def test_a_failed_write_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync({"index.md": "old"}, tmp_path, OWNED)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", "index.md")

    monkeypatch.setattr("factorykb.store.os.replace", refuse)
    with pytest.raises(store.StoreError, match=r"No space left on device.*run the same command again"):
        store.sync({"index.md": "new"}, tmp_path, OWNED)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("index.md", "old")]


def test_removing_that_is_stopped_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync({f"articles/{folder}/{name}": "" for folder in "abc" for name in "12"}, tmp_path, OWNED)
    unlink, left = Path.unlink, iter(range(3))

    def stopped(path: Path, missing_ok: bool = False) -> None:
        next(left)  # after three files no more
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stopped)
    with pytest.raises(StopIteration):
        store.sync({}, tmp_path, OWNED)
    monkeypatch.undo()
    store.sync({}, tmp_path, OWNED)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("owned", [(), ("data/",)])
def test_a_streamed_file_that_is_as_before_stays_the_same_file(
    tmp_path: Path, owned: tuple[str, ...]
) -> None:
    numbers = []
    for content in (b"1", b"1", b"2"):
        store.stream([("data/a.js", content)], tmp_path, owned)
        numbers.append((tmp_path / "data/a.js").stat().st_ino)
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.parametrize("is_apart", [True, False])
def test_a_streamed_file_that_cannot_be_finished_leaves_nothing(tmp_path: Path, *, is_apart: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"1"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(store.StoreError, match="No space"):
        store.stream([("data/a.js", pieces())], tmp_path, ("data/",), lambda name: is_apart)
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []


@pytest.mark.parametrize(
    ("is_apart", "said"), [(True, pytest.raises(store.StoreError)), (False, nullcontext())]
)
def test_a_streamed_file_never_goes_through_a_link(
    tmp_path: Path, *, is_apart: bool, said: AbstractContextManager[object]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.js").symlink_to(tmp_path / "elsewhere")
    with said:
        store.stream([("data/a.js", b"1")], tmp_path, (), lambda name: is_apart)
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_killed_run_left_in_a_file_of_its_own_is_written_anew(tmp_path: Path) -> None:
    left, other = tmp_path / "data/new/a.js", tmp_path / "data/new/b.js"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"a long fragm")
    other.write_bytes(b"of no use")
    store.stream([("data/new/a.js", b"whole")], tmp_path, ("data/",), lambda name: True)
    assert (left.read_bytes(), other.exists()) == (b"whole", False)


@pytest.mark.parametrize("name", ["articles/a.md", "articles/b/c/a.md"])
def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "articles").write_text("in the way")
    with pytest.raises(store.StoreError, match=r"/articles(/b/c)?: .*Move the file away"):
        store.sync({name: ""}, tmp_path, OWNED)


def test_compare_writes_nothing(tmp_path: Path) -> None:
    assert store.compare({"index.md": "1"}, tmp_path, OWNED) == store.Changes(("index.md",), ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["../x", "/x", "articles/../../x"])
def test_nothing_is_written_outside(tmp_path: Path, path: str) -> None:
    with pytest.raises(store.StoreError, match="outside"):
        store.sync({path: ""}, tmp_path / "docs", OWNED)


def test_copy_changed_brings_what_is_by_hand(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    (source / "assets").mkdir(parents=True)
    (source / "assets" / "x.css").write_text("x")
    (source / "about.md").write_text("y")
    store.copy_changed(source, target, ["assets", "about.md"])
    assert sorted(p.relative_to(target).as_posix() for p in target.rglob("*")) == [
        "about.md",
        "assets",
        "assets/x.css",
    ]


def test_one_letter_in_two_spellings_is_one_name() -> None:
    assert store.one_name("caf\u00e9.md") == store.one_name("cafe\u0301.MD")
