"""Loads and checks what editors write: tools/editorial/{themes,topics,curation,synonyms,path}.yml."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from factorykb import config
from factorykb.errors import KbError
from factorykb.fold import folded, pinyin, unmasked
from factorykb.model import MAX_THEMES

FAMILIES = ("生产", "市场与资金", "人", "制度与技术")
TYPES = {"org": "机构", "place": "地方", "industry": "行业", "concept": "概念", "person": "人物"}
_SHORTEST_PATH, _LONGEST_PATH, _LONGEST_WHY = 5, 7, 60
_NAMED_AT_ONCE = 10  # errors in one message
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PORTS = (f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))
# No slugs: the lists of themes and of topics are index.md, and Windows keeps the others for devices.
TAKEN = frozenset(("index", "con", "prn", "aux", "nul", *_PORTS))
_LONGEST_SLUG = 80
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d:\d\d)?", re.ASCII)
_URL = re.compile(r"""https?://[^\s/<>"]+[^\s<>"]*""")
# `- target: id  # its heading or author`
_NOTE = re.compile(r"^[- ] *target: *(\S+) +# *(.*\S)", re.MULTILINE)

# What stands between words where somebody forgot that YAML's comma is the plain one. Names may hold a 、.
_BETWEEN_NAMES, _BETWEEN_WORDS = "，；;", "、，；;"

_PASSAGES_ALONE = ("themes", "add", "remove", "not_topics", "substantive")
_ARTICLES_ALONE = ("title", "date", "url")

_COLON = "Write a plain colon and a blank after each key: `key: value`"
_KEY = re.compile(r"[- ]*(?:[a-z_]+|\d) *(?:：|:(?=[^\s/]))")  # with another colon, or without the blank

# Words of YAML's complaint, whether the mistake is where it began to read that, and the remedy.
_YAML_REMEDIES = (
    ("flow sequence", True, "Close the bracket that opens here, and write a comma between its words"),
    ("flow mapping", True, "Close the brace that opens here, or put the text into quotation marks"),
    ("scanning a quoted scalar", True, "Close the quotation mark that opens here"),
    ("scanning a simple key", True, _COLON),
    ("flow node", False, "Close the bracket, or take out a comma too many"),
    (
        "mapping values",
        False,
        "Indent the line like its neighbours; a text with `: ` in it needs quotation marks",
    ),
    ("start any token", False, "Put the text into quotation marks; indent with blanks, not with tabs"),
    ("block mapping", False, "Look here and above for a bracket or quotation mark too many or too few"),
    ("block collection", False, "Begin each entry with `- ` and indent its other lines by two blanks"),
    ("", False, "Mend the line"),
)


class EditorialError(KbError):
    """Something in the editors' files is wrong; says file, line and what to do."""

    def __init__(self, path: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {problem}. {remedy}.")

    @classmethod
    def joined(cls, errors: Sequence[EditorialError]) -> EditorialError:
        """All `errors`, of which there must be one, as one whose message gives the first ten a line each."""
        lines = [str(error) for error in errors[:_NAMED_AT_ONCE]]
        left = len(errors) - len(lines)
        joined = errors[0]
        joined.args = ("\n".join([*lines, f"and {left} more"] if left else lines),)
        return joined


@dataclass(frozen=True, slots=True)
class Theme:
    """`terms`: folded word → weight 1-5. `exclusions`: folded strings with a term in them that do not mean it. `lines`:
    of the terms' lists in the file, by term."""

    slug: str
    name: str
    family: str
    description: str
    introduction: str
    terms: Mapping[str, int]
    exclusions: tuple[str, ...]
    line: int
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)


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
    """The editor's last word on a passage (`id#anchor`) or article (`id`). None leaves things as they are.

    `date`: such that `dates.moment` reads it. `note`: the comment beside the target, as a rule its heading or author.
    `reasons`: for themes that it gives, by slug, the part of the reason that names them; the others have all of it.
    """

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
    note: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)

    def sets(self) -> dict[str, object]:
        """What the rule sets, by key; empty where it changes nothing."""
        plain = Rule(self.target, self.reason, self.line)
        values = {key: getattr(self, key) for key in (*_PASSAGES_ALONE, "hidden", *_ARTICLES_ALONE)}
        return {key: value for key, value in values.items() if value != getattr(plain, key)}


@dataclass(frozen=True, slots=True)
class Step:
    """A passage (`id#anchor`) of the reading path for newcomers, and in one line why to read it. `note`: as a rule's."""

    target: str
    why: str
    line: int
    note: str = ""


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
        EditorialError: a file that is not YAML in UTF-8, unknown, missing or repeated keys, wrong or empty values, a
            slug, name or alias given twice, a word given twice in one set of synonyms, a rule that does nothing or
            contradicts itself, a reading path that is too long or too short.
    """
    themes = tuple(_theme(entry) for entry in _entries(folder / "themes.yml"))
    topics = tuple(_topic(entry) for entry in _entries(folder / "topics.yml"))
    _unique("slug", ((t.slug, t.line) for t in themes), folder / "themes.yml")
    _unique("name", ((t.name, t.line) for t in themes), folder / "themes.yml")
    _unique("slug", ((t.slug, t.line) for t in topics if t.slug), folder / "topics.yml")
    _unique("name or alias", ((w, t.line) for t in topics for w in t.words), folder / "topics.yml")
    _check_addresses(topics, folder / "topics.yml")
    slugs = {theme.slug: theme.name for theme in themes}
    names = {topic.name for topic in topics}
    rules = [_rule(entry, slugs, names) for entry in _entries(folder / "curation.yml")]
    _unique("target", ((rule.target, rule.line) for rule in rules), folder / "curation.yml")
    synonyms = tuple(_synonyms(folder / "synonyms.yml"))
    path = tuple(_step(entry) for entry in _entries(folder / "path.yml"))
    _unique("target", ((step.target, step.line) for step in path), folder / "path.yml")
    if path and not _SHORTEST_PATH <= len(path) <= _LONGEST_PATH:
        raise _error(folder / "path.yml", path[-1].line, f"the path has {len(path)} steps", "Give it 5 to 7")
    return Vocabulary(themes, topics, {rule.target: rule for rule in rules}, synonyms, path)


def slug_of(name: str) -> str:
    """The address that a topic's name gives: its pinyin."""
    stem = re.sub(r"[^a-z0-9]+", "-", "-".join(pinyin(name)).lower())
    return stem.strip("-")[:_LONGEST_SLUG].rstrip("-") or "topic"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of a file's list, with the lines of its keys (`terms.5` of the key 5 under terms) and the comment beside
    its target; hands out values and remembers what is allowed."""

    path: Path
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]
    note: str

    def error(self, key: str, problem: str, remedy: str) -> EditorialError:
        return _error(self.path, self.lines.get(key, self.line), problem, remedy)

    def only(self, required: str, optional: str = "") -> None:
        known = {*required.split(), *optional.split()}
        for key in self.values:
            if key not in known:
                raise self.error(key, f"unknown key {key!r}", f"Use one of: {', '.join(sorted(known))}")
        for key in required.split():
            if not self.values.get(key) or _is_blank(self.values[key]):
                raise self.error(key, f"{key} is missing", f"Add `{key}: …`")
        for key, value in self.values.items():
            if _is_blank(value):
                raise self.error(key, f"{key} is empty", "Write it out or take out the line")

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(key, f"{key} must be a text", "Put it on one line, in quotes if need be")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"{key} must be a list of words", f"Write `{key}: [甲, 乙]`")
        seen: set[str] = set()
        for item in value:
            if folded(item) in seen:
                raise self.error(key, f"{item!r} stands twice under {key}", "Keep one of them")
            seen.add(folded(item))
        return tuple(item.strip() for item in value)

    def words(self, key: str) -> tuple[str, ...]:
        """As `texts`, of names and other words alone."""
        words = self.texts(key)
        for word in words:
            self.check_word(key, word, _BETWEEN_NAMES)
        return words

    def check_word(self, key: str, word: object, separators: str) -> None:
        flaw = _flaw(word, separators)
        if flaw is not None:
            raise self.error(key, *flaw)

    def slug(self) -> str:
        value = self.text("slug")
        if not _SLUG.fullmatch(value) or len(value) > _LONGEST_SLUG or value in TAKEN:
            remedy = f"Use a-z, 0-9 and single hyphens between them, up to {_LONGEST_SLUG}"
            remedy += "; `index`, `con` and other names of devices are taken"
            raise self.error("slug", f"slug is {value[:80]!r}", remedy)
        return value

    def yes(self, key: str) -> bool | None:
        value = self.text(key)
        if value not in ("", "true", "false"):
            raise self.error(key, f"{key} is {value!r}", "Write true or false")
        return None if not value else value == "true"

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.error(key, f"{key} is {value!r}", f"Use one of: {', '.join(allowed)}")
        return value


def _is_blank(value: object) -> bool:
    """Whether a text says nothing; also one of characters that nobody sees."""
    return isinstance(value, str) and not unmasked(value).strip()


def _flaw(word: object, separators: str) -> tuple[str, str] | None:
    """Why something in a list is not one word, and what to do about it; None where it is."""
    if not isinstance(word, str):
        return f"{word!r} is no word", "Take the inner brackets out, or put the word into quotation marks"
    if _is_blank(word):
        return "an empty word stands in the list", "Write it out or take it out"
    if word != word.strip():
        return f"the word {word!r} has blanks around it", "Take them out"
    if any(mark in word for mark in separators):
        return f"{word!r} looks like several words", "Write plain commas between words: `甲, 乙`"
    return None


def _items(path: Path) -> Iterator[tuple[yaml.Node, object]]:
    """The items of a file's list, each as YAML's node, which knows its lines, and as its value."""
    text = _text(path)
    try:
        node, data = yaml.compose(text, Loader=_LOADER), yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _no_yaml(path, text, error) from error
    if data is None:
        return
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        raise _error(path, 1, "the file is not a list", "Begin each entry with `- `")
    for item in node.value:
        _check_keys(path, item)
    yield from zip(node.value, data, strict=True)


def _text(path: Path) -> str:
    """What a file holds; "" where there is none."""
    content = path.read_bytes() if path.exists() else b""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _error(path, line, "the file is not in UTF-8", "Save it in UTF-8") from error


def _no_yaml(path: Path, text: str, error: yaml.YAMLError) -> EditorialError:
    """What YAML's parser says, for editors: where the mistake is, which may be long before it was noticed."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text[: text.find(chr(error.character))].count("\n") + 1
        return _error(path, line, f"a character U+{error.character:04X} stands here", "Delete it")
    noticed, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    said = f"{getattr(error, 'context', None)} {problem}"
    begins, remedy = next((begins, remedy) for words, begins, remedy in _YAML_REMEDIES if words in said)
    mark = began if begins and began is not None else noticed
    line = mark.line + 1 if mark is not None else 1
    colon = _line_of_colon(text.splitlines()[:line]) if "mapping values" in said else 0
    return _error(path, colon or line, f"not valid YAML ({problem})", _COLON if colon else remedy)


def _line_of_colon(lines: Sequence[str]) -> int:
    """The number of the last of these lines, in the last entry, that has a key without a plain colon and a blank; or 0."""
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        if _KEY.match(line):
            return number
        if line.startswith("- "):
            break
    return 0


def _check_keys(path: Path, item: yaml.Node) -> None:
    """Refuse keys that stand twice in an entry or in what is below a key of it: YAML takes the last without a word."""
    below = [value for _, value in item.value] if isinstance(item, yaml.MappingNode) else []
    for node in (item, *below):
        if isinstance(node, yaml.MappingNode):
            keys = ((str(key.value), key.start_mark.line + 1) for key, _ in node.value)
            _unique("key", keys, path)


def _error(path: Path, line: int, problem: str, remedy: str) -> EditorialError:
    inside = path.is_relative_to(config.PROJECT)
    shown = path.relative_to(config.PROJECT).as_posix() if inside else f"{path.parent.name}/{path.name}"
    return EditorialError(shown, line, problem, remedy)


def _entries(path: Path) -> Iterator[_Entry]:
    notes = dict(_NOTE.findall(_text(path)))
    for item, value in _items(path):
        line = item.start_mark.line + 1
        if not isinstance(value, dict):
            raise _error(
                path,
                line,
                "the entry is no list of `key: value` lines",
                "Write it like its neighbours, with a plain colon and a blank after each key",
            )
        yield _Entry(path, line, value, dict(_lines(item)), notes.get(str(value.get("target")), ""))


def _lines(item: yaml.Node) -> Iterator[tuple[str, int]]:
    """The lines of an entry's keys, and of the keys below them."""
    for key, value in item.value:
        yield str(key.value), key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            yield from ((f"{key.value}.{name}", line) for name, line in _lines(value))


def _synonyms(path: Path) -> Iterator[tuple[str, ...]]:
    for item, value in _items(path):
        line = item.start_mark.line + 1
        if not isinstance(value, list) or len(value) < 2:
            raise _error(path, line, "no list of at least two words", "Write `- [甲, 乙]`")
        for flaw in filter(None, (_flaw(word, _BETWEEN_WORDS) for word in value)):
            raise _error(path, line, *flaw)
        words = tuple(map(unmasked, value))
        for word in words:
            if words.count(word) > 1:
                raise _error(path, line, f"{word!r} stands twice in the set", "Keep one of them")
        yield words


def _terms(entry: _Entry) -> tuple[dict[str, int], dict[str, int]]:
    """A theme's terms with their weights, and with their lines."""
    terms, lines = dict[str, int](), dict[str, int]()
    weights = entry.values["terms"]
    if not isinstance(weights, dict):
        raise entry.error(
            "terms",
            "terms must name weights",
            "Write `5: [词, 词]` on lines below it, with a plain colon and a blank",
        )
    for weight, words in weights.items():
        key = f"terms.{weight}"
        if weight not in ("1", "2", "3", "5") or not isinstance(words, list):
            raise entry.error(key, f"{weight!r} is no weight with a list of words", "Use 5, 3, 2 and 1")
        for word in words:
            entry.check_word(key, word, _BETWEEN_WORDS)
            if unmasked(word) in terms:
                raise entry.error(key, f"the term {word!r} stands twice", "Keep it under one weight")
            terms[unmasked(word)] = int(weight)
            lines[unmasked(word)] = entry.lines[key]
    return terms, lines


def _theme(entry: _Entry) -> Theme:
    entry.only("slug name family description introduction terms", "not")
    terms, lines = _terms(entry)
    length = len(entry.text("introduction"))
    if not 100 <= length <= 300:
        raise entry.error("introduction", f"the introduction has {length} characters", "Write 100 to 300")
    exclusions = tuple(map(unmasked, entry.words("not")))
    for both in (string for string in exclusions if string in terms):
        raise entry.error("not", f"{both!r} is a term of the theme as well", "Keep one of them")
    return Theme(
        slug=entry.slug(),
        name=entry.text("name"),
        family=entry.one_of("family", FAMILIES),
        description=entry.text("description"),
        introduction=entry.text("introduction"),
        terms=terms,
        exclusions=exclusions,
        line=entry.line,
        lines=lines,
    )


def _topic(entry: _Entry) -> Topic:
    entry.only("name type page", "description aliases not slug")
    name, aliases = entry.text("name"), entry.words("aliases")
    for alias in aliases:
        if folded(alias) == folded(name):
            raise entry.error("aliases", f"the alias {alias!r} is the name itself", "Take it out")
    words = tuple(dict.fromkeys(map(unmasked, (name, *aliases))))
    exclusions = tuple(map(unmasked, entry.words("not")))
    for look_alike in exclusions:
        if not any(word in look_alike for word in words):
            raise entry.error("not", f"{look_alike!r} contains neither the name nor an alias", "Remove it")
        if look_alike in words:
            raise entry.error("not", f"{look_alike!r} is the name or an alias as well", "Keep one of them")
    return Topic(
        name=name,
        type=entry.one_of("type", TYPES),
        full=entry.one_of("page", ("full", "stub")) == "full",
        description=entry.text("description"),
        aliases=aliases,
        words=words,
        exclusions=exclusions,
        slug=entry.slug() if "slug" in entry.values else None,
        line=entry.line,
    )


def _rule(entry: _Entry, slugs: Mapping[str, str], names: Collection[str]) -> Rule:
    """A rule; `slugs`: of the themes, with their names."""
    entry.only("target reason", " ".join((*_PASSAGES_ALONE, "hidden", *_ARTICLES_ALONE)))
    for key in ("themes", "add", "remove"):
        _check_named(entry, key, "theme", slugs, f"Use one of: {', '.join(sorted(slugs))}")
    _check_named(entry, "not_topics", "topic", names, "Use its name in topics.yml")
    rule = Rule(
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
        note=entry.note,
        reasons=_reasons(entry.text("reason"), slugs),
    )
    for key, is_wrong, problem, remedy in _rule_checks(rule):
        if is_wrong:
            raise entry.error(key, problem, remedy)
    others, kind = (_ARTICLES_ALONE, "an article") if "#" in rule.target else (_PASSAGES_ALONE, "a passage")
    for key in others:
        if key in entry.values:
            raise entry.error(key, f"{key} is for {kind} alone", f"Take it out, or make {kind} the target")
    return rule


def _reasons(reason: str, names: Mapping[str, str]) -> dict[str, str]:
    """By slug, those parts of a reason, between `；`, that name a theme."""
    parts = reason.split("；")
    named = {slug: [part for part in parts if name in part] for slug, name in names.items()}
    return {slug: "；".join(own) for slug, own in named.items() if own}


def _check_named(entry: _Entry, key: str, kind: str, known: Collection[str], remedy: str) -> None:
    """Refuse names that are not `known`, those of the themes or topics. Where there are none, their file is at fault."""
    for name in entry.texts(key):
        if not known:
            place = f"{entry.path.name}:{entry.lines[key]}"
            raise _error(
                entry.path.with_name(f"{kind}s.yml"),
                1,
                f"there are no {kind}s, but {place} names the {kind} {name!r}",
                "Bring the entries of the file back, or take out what names them",
            )
        if name not in known:
            raise entry.error(key, f"there is no {kind} {name!r}", remedy)


def _rule_checks(rule: Rule) -> Iterator[tuple[str, bool, str, str]]:
    """What a rule must not be: the key at fault, whether it is so, the problem and the remedy."""
    keys = ", ".join((*_PASSAGES_ALONE, "hidden", *_ARTICLES_ALONE))
    yield "target", not rule.sets(), "the rule changes nothing", f"Give it one of: {keys}; or remove it"
    both = ", ".join(sorted({*rule.add} & {*rule.remove}))
    yield "remove", bool(both), f"{both} stands under add and under remove", "Keep one of them"
    is_set = rule.themes is not None and bool(rule.add or rule.remove)
    yield "themes", is_set, "themes sets all of them, beside add or remove", "Keep themes, or add and remove"
    for key, slugs in (("themes", rule.themes or ()), ("add", rule.add)):
        yield key, len(slugs) > MAX_THEMES, f"{key} names {len(slugs)} themes", f"Keep {MAX_THEMES} at most"
    date, url = rule.date or "", rule.url or ""
    yield (
        "date",
        bool(date) and not _is_date(date),
        f"date is {date!r}",
        "Write it as 2024-02-10 or 2024-02-10 08:30",
    )
    whole = "Write it with all that a browser shows, https:// or http:// first"
    yield "url", bool(url) and not _URL.fullmatch(url), f"url is {url!r}", whole


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:  # the 30th of February
        return False


def _step(entry: _Entry) -> Step:
    entry.only("target why")
    target, why = entry.text("target"), entry.text("why")
    article, _, anchor = target.partition("#")
    if not article or not anchor:
        raise entry.error("target", f"{target!r} is no passage", "Write `article#anchor`")
    if "\n" in why or len(why) > _LONGEST_WHY:
        raise entry.error("why", f"why has {len(why)} characters", f"Say it in one line of {_LONGEST_WHY}")
    return Step(target, why, entry.line, entry.note)


def _check_addresses(topics: Sequence[Topic], path: Path) -> None:
    """Refuse a slug that is the address of another topic, which has none of its own: its page would move."""
    given = {topic.slug: topic for topic in topics}
    for topic in topics:
        other = None if topic.slug else given.get(slug_of(topic.name))
        if other:
            problem = f"the slug {other.slug!r} is what the name {topic.name!r} on line {topic.line} gives"
            raise _error(path, other.line, problem, "Choose another one, or give that topic a slug, too")


def _unique(what: str, values: Iterable[tuple[str, int]], path: Path) -> None:
    seen: dict[str, int] = {}
    for value, line in values:
        if value in seen:
            raise _error(
                path,
                line,
                f"the {what} {value!r} is given already on line {seen[value]}",
                "Keep one of them",
            )
        seen[value] = line
