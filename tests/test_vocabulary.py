"""The editors' files: read, checked with file and line, and in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from factorykb import config, editorial, pipeline
from factorykb.editorial import EditorialError

THEME = """\
- slug: a-theme
  name: 一个主题
  family: 生产
  description: 一句话。
  introduction: {introduction}
  terms:
    5: [甲词, 乙词]
  not: [甲词组]
""".format(introduction="介绍" * 60)
TOPIC = "- name: 华为\n  type: org\n  page: full\n  aliases: [Huawei]\n"
RULE = "- target: x-1#p-1\n  themes: [a-theme]\n  reason: 因为\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_vocabulary_is_read_folded(tmp_path: Path) -> None:
    vocabulary = editorial.load(written(tmp_path, themes=THEME, topics=TOPIC, curation=RULE))
    assert vocabulary.themes[0].terms == {"甲词": 5, "乙词": 5}
    assert vocabulary.topics[0].words == ("华为", "huawei")
    assert vocabulary.rules["x-1#p-1"].themes == ("a-theme",)


def test_missing_files_count_as_empty(tmp_path: Path) -> None:
    assert editorial.load(tmp_path) == editorial.Vocabulary()


@pytest.mark.parametrize(
    ("files", "place", "problem"),
    [
        ({"themes": THEME + "  colour: red\n"}, "themes.yml:9", "unknown key 'colour'"),
        ({"themes": THEME.replace("  family: 生产\n", "")}, "themes.yml:1", "family is missing"),
        ({"themes": THEME.replace("生产", "别的")}, "themes.yml:3", "family is '别的'"),
        ({"themes": THEME.replace("5: [", "4: [")}, "themes.yml:6", "'4' is no weight"),
        ({"themes": THEME.replace("介绍" * 60, "太短")}, "themes.yml:5", "has 2 characters"),
        ({"themes": THEME + THEME}, "themes.yml:9", "slug 'a-theme' is given already on line 1"),
        ({"themes": THEME.replace("乙词", "甲 词")}, "themes.yml:6", "stands twice"),
        ({"topics": TOPIC + TOPIC.replace("华为", "别的")}, "topics.yml:5", "'huawei' is given already on line 1"),
        ({"topics": TOPIC + "  not: [别的]\n"}, "topics.yml:5", "contains neither the name nor an alias"),
        ({"topics": TOPIC.replace("org", "thing")}, "topics.yml:2", "type is 'thing'"),
        ({"curation": RULE}, "curation.yml:2", "there is no theme 'a-theme'"),
        ({"themes": THEME, "curation": RULE.replace("  reason: 因为\n", "")}, "curation.yml:1", "reason is missing"),
        ({"themes": THEME, "curation": RULE + "  not_topics: [没有]\n"}, "curation.yml:4", "there is no topic '没有'"),
        ({"themes": "slug: x\n"}, "themes.yml:1", "not a list"),
        ({"themes": "- slug: [\n"}, "themes.yml", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, files: dict[str, str], place: str, problem: str
) -> None:
    with pytest.raises(EditorialError) as raised:
        editorial.load(written(tmp_path, **files))
    assert place in str(raised.value)
    assert problem in str(raised.value)


def test_a_rule_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text(
        "---\ntitle: 题\ndate: 2024-01-01\nurl: https://example.com/1\n---\n正文。\n"
    )
    library = pipeline.read_folder(tmp_path / "in").library
    article = library.articles[0].id
    rule = RULE.replace("x-1#p-1", f"{article}#p-gone")
    vocabulary = editorial.load(written(tmp_path, themes=THEME, curation=rule))
    with pytest.raises(EditorialError, match=r"curation\.yml:1: nothing is called"):
        pipeline.know(library, vocabulary)
    elsewhere = editorial.load(written(tmp_path, themes=THEME, curation=RULE))
    assert pipeline.know(library, elsewhere).library.articles
    with pytest.raises(EditorialError, match="nothing is called"):
        pipeline.know(library, elsewhere, complete=True)


def test_the_projects_own_vocabulary_is_in_order() -> None:
    vocabulary = editorial.load(config.EDITORIAL)
    assert len(vocabulary.themes) == 16
    assert [theme.family for theme in vocabulary.themes if theme.family not in editorial.FAMILIES] == []
    assert len(vocabulary.topics) >= 182
    assert all(topic.description for topic in vocabulary.topics if topic.full)
    banned = {"国产", "材料", "分配", "理想", "现代", "美的"}
    assert not banned & {word for topic in vocabulary.topics for word in topic.words}
