"""Loads and checks what editors write: tools/editorial/{themes,topics,curation,synonyms,path}.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from factorykb import config
from factorykb.errors import KbError
from factorykb.fold import folded

FAMILIES = ("生产", "市场与资金", "人", "制度与技术")
TYPES = {"org": "机构", "place": "地方", "industry": "行业", "concept": "概念", "person": "人物"}
_SHORTEST_PATH, _LONGEST_PATH, _LONGEST_WHY = 5, 7, 60
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class EditorialError(KbError):
    """Something in the editors' files is wrong; says file, line and what to do."""

    def __init__(self, path: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {problem}. {remedy}.")


@dataclass(frozen=True, slots=True)
class Theme:
    """`terms`: folded word → weight 1-5. `exclusions`: folded strings with a term in them that do not mean it."""

    slug: str
    name: str
    family: str
    description: str
    introduction: str
    terms: Mapping[str, int]
    exclusions: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Topic:
    """`words`: folded name and aliases. `exclusions`: folded look-alikes. `full`: deserves its own page."""

    name: str
    type: str
    full: bool
    description: str
    aliases: tuple[str, ...]
    words: tuple[str, ...]
    exclusions: tuple[str, ...]
    slug: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """The editor's last word on a passage (`id#anchor`) or article (`id`). None leaves things as they are."""

    target: str
    reason: str
    line: int
    themes: tuple[str, ...] | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    substantive: bool | None = None
    hidden: bool = False
    title: str | None = None
    date: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A passage (`id#anchor`) of the reading path for newcomers, and in one line why to read it."""

    target: str
    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the editors decided."""

    themes: tuple[Theme, ...] = ()
    topics: tuple[Topic, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()  # sets of folded words, for search
    path: tuple[Step, ...] = ()  # in reading order

    def theme(self, slug: str) -> Theme:
        return next(theme for theme in self.themes if theme.slug == slug)


def load(folder: Path) -> Vocabulary:
    """Read the five files in `folder`; a missing one counts as empty.

    Raises:
        EditorialError: unknown or missing keys, wrong values, a slug, name or alias given twice, a word given
            twice in one set of synonyms, a reading path that is too long or too short.
    """
    themes = tuple(_theme(entry) for entry in _entries(folder / "themes.yml"))
    topics = tuple(_topic(entry) for entry in _entries(folder / "topics.yml"))
    _unique("slug", ((t.slug, t.line) for t in themes), folder / "themes.yml")
    _unique("name", ((t.name, t.line) for t in themes), folder / "themes.yml")
    _unique("name or alias", ((w, t.line) for t in topics for w in t.words), folder / "topics.yml")
    slugs = {theme.slug for theme in themes}
    names = {topic.name for topic in topics}
    rules = [_rule(entry, slugs, names) for entry in _entries(folder / "curation.yml")]
    _unique("target", ((rule.target, rule.line) for rule in rules), folder / "curation.yml")
    synonyms = tuple(_synonyms(folder / "synonyms.yml"))
    path = tuple(_step(entry) for entry in _entries(folder / "path.yml"))
    _unique("target", ((step.target, step.line) for step in path), folder / "path.yml")
    if path and not _SHORTEST_PATH <= len(path) <= _LONGEST_PATH:
        raise EditorialError(
            _shown(folder / "path.yml"), path[-1].line, f"the path has {len(path)} steps", "Give it 5 to 7"
        )
    return Vocabulary(themes, topics, {rule.target: rule for rule in rules}, synonyms, path)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of a file's list, with the lines of its keys; hands out values and remembers what is allowed."""

    path: Path
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]

    def error(self, key: str, problem: str, remedy: str) -> EditorialError:
        return EditorialError(_shown(self.path), self.lines.get(key, self.line), problem, remedy)

    def only(self, required: str, optional: str = "") -> None:
        known = {*required.split(), *optional.split()}
        for key in self.values:
            if key not in known:
                raise self.error(key, f"unknown key {key!r}", f"Use one of: {', '.join(sorted(known))}")
        for key in required.split():
            if not self.values.get(key):
                raise self.error(key, f"{key} is missing", f"Add `{key}: …`")

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(key, f"{key} must be a text", "Put it on one line, in quotes if need be")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"{key} must be a list of words", f"Write `{key}: [甲, 乙]`")
        return tuple(item.strip() for item in value)

    def yes(self, key: str) -> bool | None:
        value = self.text(key)
        if value not in ("", "true", "false"):
            raise self.error(key, f"{key} is {value!r}", "Write true or false")
        return None if not value else value == "true"

    def one_of(self, key: str, allowed: Iterator[str] | tuple[str, ...] | list[str]) -> str:
        value = self.text(key)
        if value not in tuple(allowed):
            raise self.error(key, f"{key} is {value!r}", f"Use one of: {', '.join(allowed)}")
        return value


def _items(path: Path) -> Iterator[tuple[yaml.Node, object]]:
    """The items of a file's list, each as YAML's node, which knows its lines, and as its value."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    name = _shown(path)
    try:
        node, data = yaml.compose(text, Loader=_LOADER), yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise EditorialError(
            name, line, f"not valid YAML ({getattr(error, 'problem', error)})", "Mend the line"
        ) from error
    if data is None:
        return
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        raise EditorialError(name, 1, "the file is not a list", "Begin each entry with `- `")
    yield from zip(node.value, data, strict=True)


def _shown(path: Path) -> str:
    inside = path.is_relative_to(config.PROJECT)
    return path.relative_to(config.PROJECT).as_posix() if inside else f"{path.parent.name}/{path.name}"


def _entries(path: Path) -> Iterator[_Entry]:
    for item, value in _items(path):
        line = item.start_mark.line + 1
        if not isinstance(value, dict):
            raise EditorialError(
                _shown(path),
                line,
                "the entry is no list of `key: value` lines",
                "Write it like its neighbours",
            )
        lines = {str(key.value): key.start_mark.line + 1 for key, _ in item.value}
        yield _Entry(path, line, value, lines)


def _synonyms(path: Path) -> Iterator[tuple[str, ...]]:
    for item, value in _items(path):
        line = item.start_mark.line + 1
        if not isinstance(value, list) or len(value) < 2 or not all(isinstance(word, str) for word in value):
            raise EditorialError(_shown(path), line, "no list of at least two words", "Write `- [甲, 乙]`")
        words = tuple(map(folded, value))
        for word in words:
            if words.count(word) > 1:
                raise EditorialError(
                    _shown(path), line, f"{word!r} stands twice in the set", "Keep one of them"
                )
        yield words


def _theme(entry: _Entry) -> Theme:
    entry.only("slug name family description introduction terms", "not")
    terms: dict[str, int] = {}
    weights = entry.values["terms"]
    if not isinstance(weights, dict):
        raise entry.error("terms", "terms must name weights", "Write `5: [词, 词]` on lines below it")
    for weight, words in weights.items():
        if weight not in ("1", "2", "3", "5") or not isinstance(words, list):
            raise entry.error("terms", f"{weight!r} is no weight with a list of words", "Use 5, 3, 2 and 1")
        for word in words:
            if folded(word) in terms:
                raise entry.error("terms", f"the term {word!r} stands twice", "Keep it under one weight")
            terms[folded(word)] = int(weight)
    length = len(entry.text("introduction"))
    if not 100 <= length <= 300:
        raise entry.error("introduction", f"the introduction has {length} characters", "Write 100 to 300")
    return Theme(
        slug=entry.text("slug"),
        name=entry.text("name"),
        family=entry.one_of("family", FAMILIES),
        description=entry.text("description"),
        introduction=entry.text("introduction"),
        terms=terms,
        exclusions=tuple(map(folded, entry.texts("not"))),
        line=entry.line,
    )


def _topic(entry: _Entry) -> Topic:
    entry.only("name type page", "description aliases not slug")
    name, aliases = entry.text("name"), entry.texts("aliases")
    words = tuple(dict.fromkeys(map(folded, (name, *aliases))))
    exclusions = tuple(map(folded, entry.texts("not")))
    for look_alike in exclusions:
        if not any(word in look_alike for word in words):
            raise entry.error("not", f"{look_alike!r} contains neither the name nor an alias", "Remove it")
    return Topic(
        name=name,
        type=entry.one_of("type", list(TYPES)),
        full=entry.one_of("page", ["full", "stub"]) == "full",
        description=entry.text("description"),
        aliases=aliases,
        words=words,
        exclusions=exclusions,
        slug=entry.text("slug") or None,
        line=entry.line,
    )


def _rule(entry: _Entry, slugs: set[str], names: set[str]) -> Rule:
    entry.only("target reason", "themes add remove not_topics substantive hidden title date url")
    for key in ("themes", "add", "remove"):
        for slug in entry.texts(key):
            if slug not in slugs:
                raise entry.error(
                    key, f"there is no theme {slug!r}", f"Use one of: {', '.join(sorted(slugs))}"
                )
    for name in entry.texts("not_topics"):
        if name not in names:
            raise entry.error("not_topics", f"there is no topic {name!r}", "Use its name in topics.yml")
    return Rule(
        target=entry.text("target"),
        reason=entry.text("reason"),
        line=entry.line,
        themes=entry.texts("themes") if "themes" in entry.values else None,
        add=entry.texts("add"),
        remove=entry.texts("remove"),
        not_topics=entry.texts("not_topics"),
        substantive=entry.yes("substantive"),
        hidden=bool(entry.yes("hidden")),
        title=entry.text("title") or None,
        date=entry.text("date") or None,
        url=entry.text("url") or None,
    )


def _step(entry: _Entry) -> Step:
    entry.only("target why")
    target, why = entry.text("target"), entry.text("why")
    article, _, anchor = target.partition("#")
    if not article or not anchor:
        raise entry.error("target", f"{target!r} is no passage", "Write `article#anchor`")
    if "\n" in why or len(why) > _LONGEST_WHY:
        raise entry.error("why", f"why has {len(why)} characters", f"Say it in one line of {_LONGEST_WHY}")
    return Step(target, why, entry.line)


def _unique(what: str, values: Iterator[tuple[str, int]], path: Path) -> None:
    seen: dict[str, int] = {}
    for value, line in values:
        if value in seen:
            raise EditorialError(
                _shown(path),
                line,
                f"the {what} {value!r} is given already on line {seen[value]}",
                "Keep one of them",
            )
        seen[value] = line
