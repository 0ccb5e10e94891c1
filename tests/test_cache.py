"""What earlier runs made: asked for again it is the same, and a run that has it writes what one without it writes."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache as once
from pathlib import Path

import pytest

from factorykb import analysis, cache, config, editorial, pipeline, segment
from factorykb.analysis import Knowledge
from factorykb.cache import NOTHING, Cache
from factorykb.editorial import Vocabulary
from factorykb.lexicon import Lexicon
from factorykb.model import Article, Library
from factorykb.overview import overview
from factorykb.pages.places import Places
from factorykb.pages.seen import Seen
from tests.bench import corpus

# --- the cache by itself --------------------------------------------------------------------------------------


class Worker:
    """Counts what it is asked to make."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, item: str, suffix: str) -> str:
        self.made.append(item)
        return item + suffix


def asked(path: Path, items: list[str], key: Callable[[str], bytes | None] = str.encode) -> list[str]:
    """What had to be made for `items`; the results are looked at."""
    work = Worker()
    with Cache(path) as kept:
        assert list(kept.mapped("words", key, work, items, 1, "!", changing=True)) == [
            item + "!" for item in items
        ]
    return work.made


@pytest.mark.parametrize("at_a_time", [1, 2, 200])
def test_what_was_made_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(cache, "_AT_A_TIME", at_a_time)
    path = tmp_path / "folder" / "kept"
    assert asked(path, ["a", "b"]) == ["a", "b"]
    assert asked(path, ["b", "c", "a", "d", "b"]) == ["c", "d"]
    assert asked(path, ["a", "d", "c", "a", "b"]) == []


@pytest.mark.parametrize(
    ("damage", "entries"),
    [
        ("UPDATE entries SET data = x'00000000'", 2),
        ("UPDATE entries SET data = (SELECT min(data) FROM entries)", 1),
        ("UPDATE entries SET data = substr(data, 1, length(data) - 1)", 2),
    ],
)
def test_an_entry_that_is_damaged_or_another_s_is_made_anew(
    tmp_path: Path, damage: str, entries: int
) -> None:
    path = tmp_path / "kept"
    asked(path, ["a", "b"])
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(damage)
    assert len(asked(path, ["a", "b"])) == entries
    assert asked(path, ["a", "b"]) == []


def test_what_a_run_did_not_ask_for_is_forgotten(tmp_path: Path) -> None:
    asked(tmp_path / "kept", ["a", "b"])
    asked(tmp_path / "kept", ["a"])
    assert asked(tmp_path / "kept", ["a", "b"]) == ["b"]


def test_a_run_that_failed_forgets_nothing_and_keeps_what_it_made(tmp_path: Path) -> None:
    asked(tmp_path / "kept", ["a"])

    def failing() -> None:
        with Cache(tmp_path / "kept") as kept:
            list(kept.mapped("words", str.encode, Worker(), ["b"], 1, "!"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert asked(tmp_path / "kept", ["a", "b"]) == []


def test_what_another_key_has_is_taken_where_it_is_the_same(tmp_path: Path) -> None:
    asked(tmp_path / "kept", ["a", "b"])
    work = Worker()
    former = {"A": b"a", "B": None, "C": b"c"}
    for made in (["B", "C"], []):
        work.made.clear()
        with Cache(tmp_path / "kept") as kept:
            results = kept.mapped("words", str.encode, work, ["A", "B", "C"], 1, "!", formerly=former.get)
            assert list(results) == ["a!", "B!", "C!"]
        assert work.made == made


def test_the_last_run_of_the_same_program_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(tmp_path / "kept", ["a", "b"])
    with Cache(tmp_path / "kept") as kept:
        assert sorted(kept.last("words")) == ["a!", "b!"]
        assert kept.last("others") == []
    monkeypatch.setattr(cache, "code", lambda: b"another")
    with Cache(tmp_path / "kept") as kept:
        assert kept.last("words") == []
    assert NOTHING.last("words") == []


def test_after_a_change_of_the_vocabulary_only_those_texts_are_read_that_it_concerns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name in ("机床", "纺织"):
        (seeds / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n工厂里的{name}。\n", "utf-8")
    library, words = pipeline.read_folder(seeds).library, editorial.load(config.EDITORIAL)
    read: list[str] = []
    real = analysis.read

    def noted(heading: str, text: str, lexicon: Lexicon) -> analysis.Reading:
        read.append(text)
        return real(heading, text, lexicon)

    monkeypatch.setattr(analysis, "read", noted)

    def know(vocabulary: Vocabulary) -> Knowledge:
        read.clear()
        with Cache(tmp_path / "kept") as kept:
            return pipeline.know(library, vocabulary, cache=kept)

    know(words)
    assert sorted(read) == ["工厂里的机床。", "工厂里的纺织。"]
    first, *others = words.themes
    more = replace(words, themes=(replace(first, terms={**first.terms, "的机床": 5}), *others))
    known = know(more)
    assert read == ["工厂里的机床。"]
    assert known.analyses == pipeline.know(library, more).analyses
    know(replace(more, topics=more.topics[::-1]))
    assert read == [], "the topics have other numbers and say the same"
    know(words)
    assert read == ["工厂里的机床。"]


def test_without_a_key_nothing_is_kept(tmp_path: Path) -> None:
    assert asked(tmp_path / "kept", ["a"], lambda item: None) == ["a"]
    assert asked(tmp_path / "kept", ["a"], lambda item: None) == ["a"]


def test_what_changed_while_it_was_read_is_not_kept(tmp_path: Path) -> None:
    moments = iter("12345")
    assert asked(tmp_path / "kept", ["a"], lambda item: next(moments).encode()) == ["a"]
    assert asked(tmp_path / "kept", ["a"], lambda item: b"1") == ["a"]


def test_other_code_has_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(tmp_path / "kept", ["a"])
    monkeypatch.setattr(cache, "code", lambda: b"another")
    assert asked(tmp_path / "kept", ["a"]) == ["a"]


def test_a_template_that_changes_while_a_preview_runs_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.code()  # what is loaded stays what it is
    monkeypatch.setattr(config, "TOOLS", tmp_path)
    template = tmp_path / "page.j2"
    template.write_text("one")
    asked(tmp_path / "kept", ["a"])
    assert asked(tmp_path / "kept", ["a"]) == []
    template.write_text("another")
    assert asked(tmp_path / "kept", ["a"]) == ["a"]


def change_an_entry(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE entries SET data = CAST(data || x'00' AS BLOB)")


@pytest.mark.parametrize(
    "damage",
    [
        change_an_entry,
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"none of SQLite's"),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_damage_costs_the_time_to_make_things_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    path = tmp_path / "kept"
    asked(path, ["a", "b"])
    damage(path)
    assert asked(path, ["a", "b"]) == ["a", "b"]
    assert asked(path, ["a", "b"]) == ([] if path.is_file() else ["a", "b"])


def test_digests_do_not_hang_on_the_order_of_a_set() -> None:
    """Which differs from process to process: keys made from texts must not."""
    program = "from factorykb.model import MARKS, Span; print(repr(Span('甲', frozenset(MARKS))))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123456"
    }
    assert len(said) == 1


def test_a_place_that_cannot_be_written_to_costs_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert asked(tmp_path / "file" / "kept", ["a"]) == ["a"]


# --- whole runs -----------------------------------------------------------------------------------------------

_ARTICLES = 11  # in the folder to draw from; the eighth is a question with many answers


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Sources that share paragraphs, so that a change of one is seen on the pages of others."""
    folder = tmp_path_factory.mktemp("drawn")
    corpus.make(folder, _ARTICLES)
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def _quick() -> Iterator[None]:
    """The dictionary is loaded once for all runs."""
    with pytest.MonkeyPatch.context() as patch:
        real = once(segment.frequencies)
        patch.setattr(segment, "frequencies", lambda words: real(tuple(words)))
        yield


class Project:
    """A folder of sources with the editors' files, and the changes that people make to them."""

    def __init__(self, root: Path, drawn: list[str]) -> None:
        self.root, self.drawn = root, drawn
        self.seeds, self.editorial, self.kept = root / "seeds", root / "editorial", root / "kept"
        self.seeds.mkdir(parents=True)
        shutil.copytree(config.EDITORIAL, self.editorial)
        for number in range(0, len(drawn), 2):
            self._write(number, number)

    def put(self, number: int) -> None:
        """Add a source, or write one over with another."""
        self._write(number, number + 1)

    def _write(self, place: int, number: int) -> None:
        (self.seeds / f"{place % len(self.drawn)}.md").write_text(
            self.drawn[number % len(self.drawn)], "utf-8"
        )

    def one(self, number: int) -> Path | None:
        there = sorted(self.seeds.iterdir())
        return there[number % len(there)] if there else None

    def remove(self, number: int) -> None:
        found = self.one(number)
        if found is not None:
            found.unlink()

    def edit(self, number: int) -> None:
        found = self.one(number)
        if found is not None:
            text = found.read_text("utf-8")
            found.write_text(
                f"{text.rstrip()}\n\n第{number}家工厂把生产线改成了自动化，华为也在用。\n", "utf-8"
            )

    def retitle(self, number: int) -> None:
        found = self.one(number)
        if found is not None:
            text = found.read_text("utf-8")
            found.write_text(re.sub("(title: ['\"])", rf"\1又{number}", text, count=1), "utf-8")

    def repost(self, number: int) -> None:
        found = self.one(number)
        if found is not None:
            text = found.read_text("utf-8").replace("date: ", "date:  ", 1).replace("2", "1", 1)
            (self.seeds / "repost.md").write_text(text, "utf-8")

    def word(self, number: int) -> None:
        self._replace(
            "themes.yml", "    5: [", f"    5: [生产线{number}, 工人, " if number % 2 else "    5: ["
        )

    def topic(self, number: int) -> None:
        text = (
            f"- name: 做维护\n  type: concept\n  page: full\n  description: 第{number}\n  aliases: [转岗]\n\n"
        )
        self._replace("topics.yml", "- name: '1688'", text + "- name: '1688'")

    def rule(self, number: int) -> None:
        articles = pipeline.read_folder(self.seeds).library.articles
        if articles:
            article = articles[number % len(articles)]
            name = article.id if number % 2 else f"{article.id}#{article.passages[0].anchor}"
            rule = f"- target: {name}\n  hidden: true\n  reason: 试一试\n"
            (self.editorial / "curation.yml").write_text(rule, "utf-8")

    def damage(self, number: int) -> None:
        if self.kept.exists():
            chance, data = random.Random(number), bytearray(self.kept.read_bytes())
            for _ in range(50):
                data[chance.randrange(len(data))] = chance.randrange(256)
            self.kept.write_bytes(data[: len(data) // (1 + number % 2)])

    def _replace(self, name: str, old: str, new: str) -> None:
        original = (config.EDITORIAL / name).read_text("utf-8")
        (self.editorial / name).write_text(original.replace(old, new, 1), "utf-8")

    def run(self, docs: Path, kept: Cache) -> dict[str, bytes]:
        """Convert into `docs`; all that is then there."""
        with kept:
            library: Library = pipeline.read_folder(self.seeds, cache=kept).library
            known = pipeline.know(library, editorial.load(self.editorial), cache=kept)
            pipeline.write(known, docs, cache=kept)
        return {p.relative_to(docs).as_posix(): p.read_bytes() for p in docs.rglob("*") if p.is_file()}


CHANGES = ("put", "remove", "edit", "retitle", "repost", "word", "topic", "rule", "damage")


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("seed", range(2))
def test_an_incremental_run_writes_what_a_clean_one_writes(
    drawn: list[str], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    project = Project(tmp_path / "project", drawn)
    for change in (None, *chance.sample(CHANGES, len(CHANGES))):
        if change is not None:
            getattr(project, change)(chance.randrange(60))
        incremental = project.run(tmp_path / "docs", Cache(project.kept))
        clean = project.run(tmp_path / "clean", NOTHING)
        shutil.rmtree(tmp_path / "clean")
        assert incremental.keys() == clean.keys(), change
        assert [name for name in clean if incremental[name] != clean[name]] == [], change


def digests(known: Knowledge) -> list[bytes]:
    """What decides the page of each article."""
    seen = Seen(known, overview(known), Places(known))
    return [seen.of_article(number) for number in range(len(known.library.articles))]


def test_a_page_is_made_anew_when_the_file_of_a_related_passage_changes(library: Library) -> None:
    known = pipeline.know(library, editorial.load(config.EDITORIAL))
    number, other = next(
        (number, name.partition("#")[0])
        for number, article in enumerate(known.library.articles)
        for passage in article.passages
        for name in known.of(article, passage).related
        if not name.startswith(article.id)
    )

    def edited(article: Article) -> Article:
        return replace(article, source=replace(article.source, sha256="0" * 64))

    articles = tuple(edited(a) if a.id == other else a for a in known.library.articles)
    changed = replace(known, library=replace(known.library, articles=articles))
    one, another = (digests(what)[number] for what in (known, changed))
    assert one != another


def test_a_word_that_stands_nowhere_makes_no_page_of_an_article_anew(library: Library) -> None:
    words = editorial.load(config.EDITORIAL)
    first, *others = words.themes
    more = replace(first, terms={**first.terms, "无处可见的词": 5})
    renamed = replace(first, name="另一个名字")
    nowhere = replace(words.topics[0], name="无处可见的词条", aliases=(), slug="nowhere")
    keys = []
    for theme, topics in (
        (first, words.topics),
        (more, (nowhere, *words.topics)),
        (renamed, words.topics),
    ):
        known = pipeline.know(library, replace(words, themes=(theme, *others), topics=topics))
        keys.append(digests(known))
    assert keys[0] == keys[1]
    assert not set(keys[0]) & set(keys[2])
