"""The editors' files: read, checked with file and line, and in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from factorykb import config, dates, editorial, pipeline
from factorykb.cli import app
from factorykb.editorial import EditorialError
from factorykb.model import Library

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
FIVE = "".join(THEME.replace("a-theme", f"t{n}").replace("一个主题", f"主题{n}") for n in range(5))
TOPIC = "- name: 华为\n  type: org\n  page: full\n  aliases: [Huawei]\n"
RULE = "- target: x-1#p-1\n  themes: [a-theme]\n  reason: 因为\n"
ARTICLE_RULE = "- target: x-1\n  reason: 因为\n"
STEPS = "".join(f"- target: gone-1#p-{n}\n  why: 因为\n" for n in range(5))


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
        ({"themes": THEME.replace("5: [", "4: [")}, "themes.yml:7", "'4' is no weight"),
        ({"themes": THEME.replace("介绍" * 60, "太短")}, "themes.yml:5", "has 2 characters"),
        ({"themes": THEME + THEME}, "themes.yml:9", "slug 'a-theme' is given already on line 1"),
        ({"themes": THEME.replace("乙词", "甲 词")}, "themes.yml:7", "stands twice"),
        ({"topics": TOPIC + TOPIC.replace("华为", "别的")}, "topics.yml:5", "'huawei' is given already on line 1"),
        ({"topics": TOPIC + "  not: [别的]\n"}, "topics.yml:5", "contains neither the name nor an alias"),
        ({"topics": TOPIC.replace("org", "thing")}, "topics.yml:2", "type is 'thing'"),
        ({"themes": THEME, "curation": RULE.replace("a-theme", "b-theme")}, "curation.yml:2", "there is no theme 'b-theme'"),
        ({"themes": THEME, "curation": RULE.replace("  reason: 因为\n", "")}, "curation.yml:1", "reason is missing"),
        ({"themes": THEME, "topics": TOPIC, "curation": RULE + "  not_topics: [没有]\n"}, "curation.yml:4", "there is no topic '没有'"),
        ({"themes": "slug: x\n"}, "themes.yml:1", "not a list"),
        ({"themes": "- slug: [\n"}, "themes.yml", "not valid YAML"),
        ({"themes": THEME.replace("甲词,", "[甲词],")}, "themes.yml:7", "['甲词'] is no word"),
        ({"themes": THEME.replace("甲词,", "{a: b},")}, "themes.yml:7", "{'a': 'b'} is no word"),
        ({"themes": THEME.replace("甲词,", "'',")}, "themes.yml:7", "an empty word"),
        ({"themes": THEME.replace("甲词,", "甲词， 丙词,")}, "themes.yml:7", "'甲词， 丙词' looks like several words"),
        ({"themes": THEME.replace("甲词,", "甲词、丙词,")}, "themes.yml:7", "looks like several words"),
        ({"themes": THEME.replace("甲词,", "' 甲词',")}, "themes.yml:7", "has blanks around it"),
        ({"themes": THEME.replace("甲词组", "''")}, "themes.yml:8", "an empty word"),
        ({"themes": THEME.replace("一个主题", "'\u200b'")}, "themes.yml:2", "name is missing"),
        ({"themes": THEME.replace("a-theme", "index")}, "themes.yml:1", "slug is 'index'"),
        ({"themes": THEME.replace("a-theme", "../../x")}, "themes.yml:1", "slug is '../../x'"),
        ({"themes": THEME.replace("  family", "  name: 又一个\n  family")}, "themes.yml:3", "the key 'name' is given already on line 2"),
        ({"themes": THEME.replace("  not", "    5: [丙词]\n  not")}, "themes.yml:8", "the key '5' is given already on line 7"),
        ({"topics": TOPIC.replace("[Huawei]", "[诚信通, '']")}, "topics.yml:4", "an empty word"),
        ({"topics": TOPIC.replace("[Huawei]", "[任正非，海思]")}, "topics.yml:4", "looks like several words"),
        ({"topics": TOPIC.replace("[Huawei]", "")}, "topics.yml:4", "aliases is empty"),
        ({"topics": TOPIC.replace("华为", "'　'")}, "topics.yml:1", "name is missing"),
        ({"topics": TOPIC + "  slug: index\n"}, "topics.yml:5", "slug is 'index'"),
        ({"topics": TOPIC + "  slug: 工 厂\n"}, "topics.yml:5", "slug is '工 厂'"),
        ({"topics": TOPIC + "  slug: ../../x\n"}, "topics.yml:5", "slug is '../../x'"),
        ({"topics": TOPIC + f"  slug: {'a' * 81}\n"}, "topics.yml:5", "slug is 'aaa"),
        ({"topics": TOPIC + "  slug: a\n- name: 腾讯\n  type: org\n  page: stub\n  slug: a\n"}, "topics.yml:6", "the slug 'a' is given already on line 1"),
        ({"topics": TOPIC + "- name: 小米\n  type: org\n  page: stub\n  slug: hua-wei\n"}, "topics.yml:5", "the slug 'hua-wei' is what the name '华为' on line 1 gives"),
        ({"topics": TOPIC + "  slug: con\n"}, "topics.yml:5", "slug is 'con'"),
        ({"themes": THEME.replace("a-theme", "lpt1")}, "themes.yml:1", "slug is 'lpt1'"),
        ({"topics": TOPIC.replace("Huawei", "海思, 華為")}, "topics.yml:4", "the alias '華為' is the name itself"),
        ({"topics": TOPIC.replace("Huawei", "Huawei, 海思, huawei")}, "topics.yml:4", "'huawei' stands twice under aliases"),
        ({"topics": TOPIC + "  not: [HUAWEI]\n"}, "topics.yml:5", "'huawei' is the name or an alias as well"),
        ({"topics": TOPIC + "  not: [升华为, 升华為]\n"}, "topics.yml:5", "'升华為' stands twice under not"),
        ({"themes": THEME.replace("甲词组", "甲词组, 乙词")}, "themes.yml:8", "'乙词' is a term of the theme as well"),
        ({"themes": THEME, "curation": RULE.replace("[a-theme]", "[a-theme, a-theme]")}, "curation.yml:2", "'a-theme' stands twice under themes"),
        ({"synonyms": "- ['', 乙]\n"}, "synonyms.yml:1", "an empty word"),
        ({"synonyms": "- [甲, 乙]\n- ''\n"}, "synonyms.yml:2", "no list of at least two words"),
        ({"synonyms": "- [甲， 乙, 丙]\n"}, "synonyms.yml:1", "looks like several words"),
        ({"synonyms": "- [甲, [乙]]\n"}, "synonyms.yml:1", "['乙'] is no word"),
        ({"curation": ARTICLE_RULE + "  date: tomorrow\n"}, "curation.yml:3", "date is 'tomorrow'"),
        ({"curation": ARTICLE_RULE + "  date: 2024-02-30\n"}, "curation.yml:3", "date is '2024-02-30'"),
        ({"curation": ARTICLE_RULE + "  url: foo\n"}, "curation.yml:3", "url is 'foo'"),
        ({"curation": ARTICLE_RULE}, "curation.yml:1", "the rule changes nothing"),
        ({"curation": ARTICLE_RULE + "  hidden: false\n"}, "curation.yml:1", "the rule changes nothing"),
        ({"curation": ARTICLE_RULE + "  substantive: false\n"}, "curation.yml:3", "substantive is for a passage alone"),
        ({"curation": ARTICLE_RULE.replace("x-1", "x-1#p-1") + "  title: 题\n"}, "curation.yml:3", "title is for an article alone"),
        ({"curation": ARTICLE_RULE.replace("x-1", "x-1#p-1") + "  date: 2024-01-01\n"}, "curation.yml:3", "date is for an article alone"),
        ({"themes": THEME, "curation": RULE.replace("themes", "add") + "  remove: [a-theme]\n"}, "curation.yml:4", "a-theme stands under add and under remove"),
        ({"themes": THEME, "curation": RULE + "  remove: [a-theme]\n"}, "curation.yml:2", "themes sets all of them"),
        ({"themes": THEME, "curation": RULE.replace("themes", "add") + "  add: []\n"}, "curation.yml:4", "the key 'add' is given already on line 2"),
        ({"themes": FIVE, "curation": RULE.replace("[a-theme]", "[t0, t1, t2, t3, t4]")}, "curation.yml:2", "themes names 5 themes. Keep 4 at most"),
        ({"themes": FIVE, "curation": RULE.replace("themes: [a-theme]", "add: [t0, t1, t2, t3, t4]")}, "curation.yml:2", "add names 5 themes. Keep 4 at most"),
        ({"themes": THEME, "curation": RULE + "  not_topics: [华为]\n", "topics": "# \n"}, "topics.yml:1", "there are no topics, but curation.yml:4 names the topic '华为'"),
        ({"curation": RULE}, "themes.yml:1", "there are no themes, but curation.yml:2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, files: dict[str, str], place: str, problem: str
) -> None:
    with pytest.raises(EditorialError) as raised:
        editorial.load(written(tmp_path, **files))
    assert f"{tmp_path.name}/{place}" in str(raised.value)
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("- name: 甲\n  aliases: [乙, 丙\n\n- name: 丁\n", 2, "Close the bracket that opens here"),
        ("- name: 甲\n  aliases: {乙: 丙\n\n- name: 丁\n", 2, "Close the brace that opens here"),
        ("- name: 甲\n  description: '乙\n\n- name: 丁\n", 2, "Close the quotation mark that opens here"),
        ("- name: 甲\n  aliases: [乙,, 丙]\n", 2, "take out a comma too many"),
        ("- name: 甲\n  aliases: [乙]]\n", 2, "for a bracket or quotation mark too many"),
        ("- name: 甲\n  description: 乙: 丙\n", 2, "needs quotation marks"),
        ("- name: 甲\n  description: @乙\n", 2, "Put the text into quotation marks"),
        ("- name: 甲\ntype: org\n", 2, "indent its other lines by two blanks"),
        ("- name: 甲\n  type: \x01\n", 2, "Delete it"),
        ("- name: 甲\n  type: *乙\n", 2, "Mend the line"),
        ("- name: 甲\n  type：org\n  page: stub\n", 2, "Write a plain colon and a blank"),
        ("- name: 甲\n  type:org\n  page: stub\n", 2, "Write a plain colon and a blank"),
        ("- name: 甲\n  aliases：[乙]\n\n- name: 丁\n", 2, "Write a plain colon and a blank"),
        ("- name: 甲\n\n- name：丁\n\n  type: org\n", 3, "Write a plain colon and a blank"),
        ("- terms:\n    5：[乙]\n    3: [丙]\n", 2, "Write a plain colon and a blank"),
        ("- name：甲\n- name: 丁\n  description: 乙: 丙\n", 3, "needs quotation marks"),
        ("- name：甲\n  type：org\n", 1, "with a plain colon and a blank after each key"),
    ],
)
def test_what_is_no_yaml_is_named_where_it_began_with_what_to_do(
    tmp_path: Path, text: str, line: int, remedy: str
) -> None:
    with pytest.raises(EditorialError) as raised:
        editorial.load(written(tmp_path, topics=text))
    assert f"topics.yml:{line}: " in str(raised.value)
    assert remedy in str(raised.value)


def test_the_reason_for_a_theme_is_what_of_a_rule_s_reason_names_it(tmp_path: Path) -> None:
    reason = "顺带提到；一个主题是着眼处；上海：不是产业之地；说的正是一个主题。"
    vocabulary = editorial.load(written(tmp_path, themes=THEME, curation=RULE.replace("因为", reason)))
    rule = vocabulary.rules["x-1#p-1"]
    assert rule.reasons == {"a-theme": "一个主题是着眼处；说的正是一个主题。"}
    assert rule.reason == reason


@pytest.mark.parametrize("name", ["themes", "topics", "curation", "synonyms", "path"])
def test_a_file_that_is_not_in_utf_8_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.yml").write_bytes(b"# \n" + "- 华为\n".encode("gb18030"))
    with pytest.raises(
        EditorialError, match=rf"{name}\.yml:2: the file is not in UTF-8\. Save it in UTF-8\."
    ):
        editorial.load(tmp_path)


@pytest.mark.parametrize("date", ["2024-02-29", "2024-02-10 08:30"])
def test_a_date_that_a_rule_may_set_is_one(tmp_path: Path, date: str) -> None:
    rule = ARTICLE_RULE + f"  date: {date}\n  url: https://example.com/a?b=1\n  title: 题\n"
    vocabulary = editorial.load(written(tmp_path, curation=rule))
    assert (
        dates.moment(vocabulary.rules["x-1"].date or "").when.isoformat().startswith(date.replace(" ", "T"))
    )


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


def library_of(folder: Path, answers: str) -> Library:
    """A question with these answers, each named by one character, which it also says."""
    folder.mkdir()
    body = "".join(f"### 知乎用户 {name}者 发表\n\n{name}说工厂。\n\n" for name in answers)
    front = "title: 题\ndate: 2024-01-01\nurl: https://www.zhihu.com/question/1\nlayout: post"
    (folder / "a.md").write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")
    return pipeline.read_folder(folder).library


def stale(folder: Path, library: Library, **files: str) -> list[str]:
    """The lines of what is said about files that name what `library` has not."""
    with pytest.raises(EditorialError) as raised:
        pipeline.know(library, editorial.load(written(folder, **files)), complete=True)
    return str(raised.value).splitlines()


def hidden(*targets: str) -> str:
    return "".join(f"- target: {target}\n  hidden: true\n  reason: 因为\n" for target in targets)


@pytest.mark.parametrize("whole", [True, False])
def test_the_path_leads_to_nothing_hidden(tmp_path: Path, whole: bool) -> None:
    library = library_of(tmp_path / "in", "甲乙丙丁戊")
    [article] = library.articles
    targets = [f"{article.id}#{passage.anchor}" for passage in article.passages]
    steps = "".join(f"- target: {target}\n  why: 因为\n" for target in targets)
    rule = hidden(article.id if whole else targets[2])
    lines = stale(tmp_path, library, curation=rule, path=steps)
    places = [1, 3, 5, 7, 9] if whole else [5]
    assert [line.partition(" ")[0] for line in lines] == [f"tools/editorial/path.yml:{n}:" for n in places]
    assert all("is hidden by a rule of curation.yml" in line for line in lines)


def test_all_that_matches_nothing_is_named_at_once(tmp_path: Path) -> None:
    library = library_of(tmp_path / "in", "甲乙丙丁")
    lines = stale(tmp_path, library, curation=hidden("gone-1", "gone-2"), path=STEPS)
    assert [line.partition(" ")[0] for line in lines] == [
        *(f"tools/editorial/curation.yml:{line}:" for line in (1, 4)),
        *(f"tools/editorial/path.yml:{line}:" for line in (1, 3, 5, 7, 9)),
    ]
    assert lines[0].endswith(": nothing is called 'gone-1'. Remove the rule or mend its target.")
    many = stale(tmp_path, library, curation=hidden(*map("gone-{}".format, range(13))), path="")
    assert len(many) == 11
    assert many[-1] == "and 3 more"


def test_what_is_gone_may_be_called_otherwise_now(tmp_path: Path) -> None:
    library = library_of(tmp_path / "in", "甲乙丙丁")
    article = library.articles[0]
    ids = {passage.author: f"{article.id}#{passage.anchor}" for passage in article.passages}
    redated = article.id.replace("20240101", "20230101")
    readdressed = article.id[:-6] + "000000"
    assert article.id not in (redated, readdressed)
    targets = {
        f"{article.id}#p-0  # 乙者": f"It may be called now: {ids['乙者']}.",
        f"{article.id}#p-1  # 戊者": "then see FOLDER/data/passages.jsonl.",
        f"{article.id}#p-2": "then see FOLDER/data/passages.jsonl.",
        redated: f"It may be called now: {article.id}.",
        ids["丙者"].replace(article.id, redated): f"It may be called now: {ids['丙者']}.",
        ids["甲者"].replace(article.id, readdressed): f"It may be called now: {ids['甲者']}.",
    }
    lines = stale(tmp_path, library, curation=hidden(*targets))
    assert len(lines) == len(targets)
    for line, end in zip(lines, targets.values(), strict=True):
        assert line.endswith(end)


def test_passages_that_no_rule_names_are_offered_first(tmp_path: Path) -> None:
    library = library_of(tmp_path / "in", "甲乙")
    article = library.articles[0]
    first, second = (f"{article.id}#{passage.anchor}" for passage in article.passages)
    (line,) = stale(tmp_path, library, curation=hidden(first, f"{article.id}#p-0"))
    assert line.endswith(f"It may be called now: {second}, {first}.")


def test_a_rule_that_takes_away_what_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `kb vocabulary` in full, by `kb convert` in short, also when there is nothing to do."""
    article = library_of(tmp_path / "in", "甲乙").articles[0]
    first, second = (f"{article.id}#{passage.anchor}" for passage in article.passages)
    rules = (
        f"- target: {second}\n  remove: [a-theme]\n  not_topics: [华为]\n  reason: 因为\n"
        f"- target: {first}\n  not_topics: [甲说工厂]\n  reason: 因为\n"
    )
    topics = TOPIC + TOPIC.replace("华为", "甲说工厂").replace("[Huawei]", "[甲厂]")
    (tmp_path / "editorial").mkdir()
    monkeypatch.setattr(
        config, "EDITORIAL", written(tmp_path / "editorial", themes=THEME, topics=topics, curation=rules)
    )
    monkeypatch.setattr(config, "CACHE", tmp_path / "cache")
    folders = [f"--seeds={tmp_path / 'in'}", f"--docs={tmp_path / 'docs'}"]
    told = CliRunner().invoke(app, ["vocabulary", folders[0]])
    place = "warning: tools/editorial/curation.yml:1:"
    assert told.stderr == (
        f"{place} not_topics: the passage has no topic 华为 to take away. Remove it from the rule.\n"
        f"{place} remove: the passage has no theme a-theme to take away. Remove it from the rule.\n"
    )
    assert told.stdout.startswith("1 theme, 2 topics, 2 rules: no errors.\n")
    for options in ([], [], ["--check"]):
        told = CliRunner().invoke(app, ["convert", *folders, *options])
        assert told.exit_code == 0, told.output
        assert told.stdout.startswith(
            "2 entries of curation.yml take away what is not there; see: kb vocabulary\n"
        )


def test_terms_that_stand_nowhere_are_listed_as_far_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_of(tmp_path / "in", "甲")
    text = THEME.replace("乙词]", "乙词, 丙词]\n    3: [丁词]")
    monkeypatch.setattr(config, "EDITORIAL", written(tmp_path, themes=text))
    lists = {"1": "甲词, and 2 more", "2": "甲词, 乙词, and 1 more", "3": "甲词, 乙词, 丙词"}
    seeds = f"--seeds={tmp_path / 'in'}"
    place = "warning: tools/editorial/themes.yml"
    for most, listed in lists.items():
        told = CliRunner().invoke(app, ["vocabulary", "--unused", "--most", most, seeds])
        assert told.exit_code == 0
        assert told.stdout.endswith(
            f"\n{place}:7: a-theme: in no source: {listed}\n{place}:8: a-theme: in no source: 丁词\n"
        )
    told = CliRunner().invoke(app, ["vocabulary", seeds])
    assert told.stdout.endswith("\n4 terms of themes.yml stand in no source; see: kb vocabulary --unused\n")


def test_the_projects_own_vocabulary_is_in_order() -> None:
    vocabulary = editorial.load(config.EDITORIAL)
    assert len(vocabulary.themes) == 16
    assert [theme.family for theme in vocabulary.themes if theme.family not in editorial.FAMILIES] == []
    assert len(vocabulary.topics) >= 182
    assert all(topic.description for topic in vocabulary.topics if topic.full)
    banned = {"国产", "材料", "分配", "理想", "现代", "美的"}
    assert not banned & {word for topic in vocabulary.topics for word in topic.words}
