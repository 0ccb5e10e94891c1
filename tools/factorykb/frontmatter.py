"""Cuts a source into front matter and body. The only place that reads YAML of a source.

Hugo also takes TOML between two lines of `+++` and JSON in braces; Hexo needs no opening line. Crawlers write lines
of `key: value` (`标题：…`) with no line around them, exporters such lines below a heading, and a saved page says in its
head what it is. Values are text in all of them.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time

import yaml

from factorykb import fields, webpage
from factorykb.dates import is_date
from factorykb.errors import SourceError
from factorykb.model import Document, Source, SourceWarning

_MAX_LENGTH = 100_000  # characters
_MAX_BRACKETS = 500
_MAX_SCALAR = 20_000
_MAX_DEPTH = 20
_OPEN = re.compile(r"\s*---[ \t]*\n")
_CLOSE = re.compile(r"^(?:-{3,}|\.\.\.)[ \t]*$", re.MULTILINE)
_KEYS = re.compile(r"\s*(?=(?:title|date|author|categories|tags|layout)[ \t]*:)", re.IGNORECASE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n")
_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_JSON = re.compile(r"\s*(?=\{\s*\")")
# What YAML, JavaScript and Python write for nothing; and a character that JSON writes as two escapes.
_NOTHING = frozenset(("~", "null", "none", "undefined", "nan"))
_SURROGATES = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_PLAIN_LINE = re.compile(r"^([^\W\d][\w-]*):[ \t]+([^\s|>&!].*?)[ \t]*$", re.MULTILINE)

# A line of a header without fences: `作者：甲`, `- Author: 甲`, `> **来源**: 乙`, `【时间】…`.
_FIELD = re.compile(
    r"[ \t]*(?:[-*+>][ \t]+)?(?:【(?P<bracketed>[\u4e00-\u9fff]{2,6})】[ \t]*[:：]?"
    r"|(?:\*\*)?(?P<key>[A-Za-z][\w -]{0,30}|[\u4e00-\u9fff]{2,6})(?:\*\*)?[ \t]*[:：](?!//)(?:\*\*)?)(?P<value>[^\n]{0,2000})"
)
_HEADING = re.compile(r"\s*#[ \t]+\S[^\n]*\n")
_STOPS = ("。", "！", "？", "；", "…", "!", "?")  # of a sentence; no name and no date ends in one
_LINE_BELOW = re.compile(r"(?:[ \t]*\n)*[ \t]*[-=*_]{3,}[ \t]*(?:\n|\Z)")
_WIDE_COLON = re.compile(r"^([^\W\d][\w-]*)：[ \t]*(?=\S)", re.MULTILINE)
# A title in one line that may have a # in it, which YAML takes for a comment. Without a quotation mark nobody means one
# there, unless a blank follows and nothing stands before.
_PLAIN_TITLE = re.compile(
    rf"^({'|'.join(fields.TITLE_KEYS)})([ \t]*:[ \t]+)(?![\"'|>\[{{&*!\s]|#[ \t])([^\n]*\S)[ \t]*$(?!\n[ \t]+\S)",
    re.MULTILINE | re.IGNORECASE,
)
_HASH = re.compile(r"(?:^|[ \t])#(?=\S)")
# All scalars stay text (no dates, no booleans out of titles), and no tag can build an object.
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def split(source: Source) -> Document:
    """Cut `source` into front matter and body.

    A leading blank line is fine. Keys are in `snake_case`; of a key given twice the last counts, and in YAML a warning
    says so. What Hugo keeps under `params` counts where the same key does not stand outside.

    Raises:
        SourceError: no front matter, no closing line, invalid YAML, front matter that is not a mapping, or more than
            an article needs: tags, aliases, deep nesting, enormous values.
    """
    text, path = source.text, source.path
    if not text.strip():
        raise SourceError(path, None, "the file is empty", "Fetch the article again or remove the file")
    if _TOML.match(text):
        return _of_toml(source)
    if _JSON.match(text):
        return _of_json(source)
    start = _OPEN.match(text) or _without_opening(text)
    if start is None:
        without_fences = _of_page(source) or _of_header(source)
        if without_fences:
            return without_fences
        raise SourceError(
            path,
            1,
            "there is no front matter: the first line is not ---",
            "Put the article's title and date between two lines of --- at the top",
        )
    end = _closing(source, _CLOSE, start, "---")
    first_line = text.count("\n", 0, start.end()) + 1
    front, lines, warnings = _load(path, text[start.end() : end.start()], first_line)
    return replace(_document(source, front, lines, end.end() + 1), warnings=warnings)


def _without_opening(text: str) -> re.Match[str] | None:
    """The place before the first key, where the opening line was left out and the closing one was not."""
    start = _KEYS.match(text)
    end = _CLOSE.search(text) if start else None
    return start if end and "\n\n" not in text[start.end() : end.start()] else None  # type: ignore[union-attr]


def of_body(document: Document) -> Document:
    """The document with what lines of `key: value` at the top of its body say (`作者：甲`, as Zhihu writes below what
    one copies) in the place of its front matter."""
    heading = _HEADING.match(document.body)
    front, lines, _ = _header(document.body, heading.end() if heading else 0)
    return replace(document, front=front if len(front.keys() & fields.KEYS) > 1 else {}, lines=lines)


def _of_page(source: Source) -> Document | None:
    """A saved web page. A date in its head that is none is left out: nobody wrote that by hand."""
    if not webpage.is_document(source.text):
        return None
    said = webpage.fields_of(source.text)
    front: dict[str, object] = {name: values[0] for name, values in said.items()}
    dates = [date for date in said.get("published", ()) if is_date(date)]
    return _document(
        source, {**front, "published": next(iter(dates), "")}, {}, webpage.body_start(source.text)
    )


def _of_header(source: Source) -> Document | None:
    """Lines of `key: value` at the top, a title and one more known field among them. Below a heading, which is then
    the title, the lines are text as well and stay in the body."""
    heading = _HEADING.match(source.text)
    front, lines, end = _header(source.text, heading.end() if heading else 0)
    if heading:
        front = {key: value for key, value in front.items() if key not in fields.TITLE_KEYS}
    if len(front.keys() & fields.KEYS) < 2:
        return None
    if heading:
        return _document(source, front, lines, 0)
    if not fields.has_title(front):
        return None
    below = _LINE_BELOW.match(source.text, end)
    return _document(source, front, lines, below.end() if below else end)


def _header(text: str, start: int) -> tuple[dict[str, object], dict[str, int], int]:
    """The fields of a header that begins at `start`, their lines, and where it ends: below its last known line.

    Nothing marks its end, and an interview has lines of the same look: what says a thing again or in sentences is text.
    """
    front: dict[str, object] = {}
    lines: dict[str, int] = {}
    number, at = text.count("\n", 0, start) + 1, start
    end, apart = start, False
    for line in text[start : start + _MAX_LENGTH].splitlines(keepends=True):
        found = _FIELD.fullmatch(line.rstrip("\n"))
        key = snake_case(found["key"] or found["bracketed"]) if found else ""
        value = found["value"].strip(" \t*\"'") if found else ""
        if front and key in fields.BODY_KEYS and not value:
            return front, lines, at + len(line)
        known = key in fields.KEYS or key in fields.UNUSED_KEYS
        goes_on = bool(found and front) and not apart
        if (key in fields.KEYS or (known and goes_on)) and not _is_text(key, value, front):
            front[key], lines[key] = value, number
            end = at + len(line)
        elif line.strip() and (known or not goes_on or not key.isascii()):
            break
        apart = not line.strip()
        at, number = at + len(line), number + 1
    return front, lines, end


def _is_text(key: str, value: str, front: Mapping[str, object]) -> bool:
    """Whether a line that looks like a field is one of the text: a question in the place of a second title too."""
    if key in fields.TITLE_KEYS:
        return fields.has_title(front)
    return key in front or (key in fields.KEYS and value.endswith(_STOPS))


def _closing(source: Source, line: re.Pattern[str], start: re.Match[str], written: str) -> re.Match[str]:
    end = line.search(source.text, start.end())
    if end is None:
        raise SourceError(
            source.path,
            max(1, source.text.count("\n", 0, start.end())),
            "the front matter that begins here is never closed",
            f"Add a line of {written} before the body",
        )
    return end


def _document(
    source: Source, front: Mapping[str, object], lines: Mapping[str, int], body_start: int
) -> Document:
    body_start = min(body_start, len(source.text))
    inner = front.get("params") or front.get("extra")
    if isinstance(inner, dict):
        front = {**{snake_case(str(key)): value for key, value in inner.items()}, **front}
    body = webpage.unescaped(source.text[body_start:])
    held = (key for key in fields.TEXT_KEYS if isinstance(front.get(key), str) and front[key])
    key = next(held, "") if not body.strip() else ""
    if key:
        raise SourceError(
            source.path,
            lines.get(key),
            f"the text stands under {key}, in the front matter, and nothing below it",
            "Move it below the front matter",
        )
    return Document(source, front, lines, body, source.text.count("\n", 0, body_start) + 1)


def snake_case(key: str) -> str:
    """A key in one spelling: `publishTime`, `publish-time` and `Publish time` are `publish_time`."""
    return re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", key.strip())).lower()


def _of_toml(source: Source) -> Document:
    start = _TOML.match(source.text)
    assert start is not None
    end = _closing(source, _TOML_END, start, "+++")
    first_line = source.text.count("\n", 0, start.end()) + 1
    block = source.text[start.end() : end.start()]
    try:
        front = tomllib.loads(_bounded(source.path, block, first_line))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem, at, place = str(error).rpartition(" (at line ")  # counted from the block's first
        line = first_line + int(place.partition(",")[0]) - 1 if at else first_line
        raise SourceError(
            source.path,
            line,
            f"the front matter is not valid TOML ({problem if at else error})",
            "Mend that line",
        ) from error
    keys = re.finditer(r"^[ \t]*[\"']?([\w-]+)[\"']?[ \t]*=", block, re.MULTILINE)
    lines = {snake_case(key[1]): first_line + block.count("\n", 0, key.start()) for key in keys}
    return _document(source, _as_text(front), lines, end.end() + 1)


def _of_json(source: Source) -> Document:
    start = _JSON.match(source.text)
    assert start is not None
    first_line = source.text.count("\n", 0, start.end()) + 1
    _bounded(source.path, source.text[start.end() : start.end() + _MAX_LENGTH], first_line)
    try:
        front, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(source.text, start.end())
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", first_line)  # of the whole file
        raise SourceError(
            source.path, line, f"the front matter is not valid JSON ({error})", "Mend that line"
        ) from error
    return _document(source, _as_text(front), {}, end)


def _as_text(front: Mapping[str, object]) -> dict[str, object]:
    """The values as text, as they stand in YAML; the outermost keys in `snake_case`."""
    return {snake_case(key): _texts(value) for key, value in front.items()}


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    return list(map(_texts, value)) if isinstance(value, list) else _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _bounded(path: str, block: str, first_line: int, brackets: float = _MAX_BRACKETS) -> str:
    if len(block) > _MAX_LENGTH or block.count("[") + block.count("{") > brackets:
        # The parsers of TOML and JSON have no bound of their own on nesting.
        raise SourceError(
            path,
            first_line,
            "the front matter is larger than any article's",
            "Keep only title, date and author in it",
        )
    return block


def _load(
    path: str, block: str, first_line: int
) -> tuple[dict[str, object], dict[str, int], tuple[SourceWarning, ...]]:
    _bounded(path, block, first_line, math.inf)
    block = _PLAIN_TITLE.sub(_with_hash, block)
    try:
        node, data = _parsed(path, block, first_line)
        if isinstance(data, str):  # `标题：…` with the colon of Chinese is one long text to YAML
            node, data = _parsed(path, _WIDE_COLON.sub(r"\1: ", block), first_line)
    except yaml.YAMLError as error:
        raise _no_yaml(path, block, first_line, error) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(
            path, first_line, "the front matter cannot be read", "Keep only title, date and author in it"
        ) from error
    if node is None and not block.strip():
        return {}, {}, ()
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise SourceError(
            path,
            first_line,
            "the front matter is not a list of `key: value` lines",
            "Write a colon of ASCII and a blank, `title: …`"
            if "：" in block
            else "Write at least `title: …`",
        )
    given = [
        (snake_case(str(key.value)), first_line + key.start_mark.line, value) for key, value in node.value
    ]
    nodes = {name: (line, value) for name, line, value in given}
    lines = {name: line for name, (line, _) in nodes.items()}
    empty = {name for name, (_, value) in nodes.items() if _says_nothing(value)} - {*fields.TITLE_KEYS}
    front = {snake_case(str(key)): value for key, value in data.items()}
    return front | dict.fromkeys(empty, ""), lines, _lost(given)


def _with_hash(line: re.Match[str]) -> str:
    """A line with a title, quoted if YAML would take a part of it for a comment."""
    if not _HASH.search(line[3]):
        return line[0]
    return f"{line[1]}{line[2]}'{line[3].replace(chr(39), chr(39) * 2)}'"


def _lost(given: Iterable[tuple[str, int, yaml.Node]]) -> tuple[SourceWarning, ...]:
    """A warning for each key that pages show and that stands there again with another value."""
    first: dict[str, tuple[int, yaml.Node]] = {}
    warnings: dict[str, SourceWarning] = {}
    for name, line, value in given:
        above, other = first.setdefault(name, (line, value))
        if name in fields.KEYS and other.value != value.value:
            problem = f"{name} stands also in line {line}, with another value, and only the last one counts"
            warnings[name] = SourceWarning(above, problem, "Keep the one line that is right")
    return tuple(warnings.values())


def _no_yaml(path: str, block: str, first_line: int, error: yaml.YAMLError) -> SourceError:
    """What YAML's parser says, with the place where the mistake is."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark is not None else 0
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    remedy = "Quote the value, or fix the indentation, and try again"
    opened = _opened(block, line)
    if opened is not None:
        line, problem = opened, "a quotation mark opens here and the value does not end with one"
        remedy = "Close the quotation mark where the value ends"
    return SourceError(path, first_line + line, f"the front matter is not valid YAML ({problem})", remedy)


def _says_nothing(value: yaml.Node) -> bool:
    """Whether a value is what programs write, without quotation marks, for none. A title may be such a word."""
    return isinstance(value, yaml.ScalarNode) and not value.style and value.value.casefold() in _NOTHING


def _opened(block: str, line: int) -> int | None:
    """The line where a quotation opens that ends nowhere, or only at the next one's opening mark, which is where a
    parser then finds fault (`line`); None where that is not what is wrong. Lines are counted from 0."""
    try:
        for token in yaml.scan(block, Loader=_LOADER):
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                start, end = token.start_mark.line, token.end_mark.line
                if start < end == line:
                    return int(start)
    except yaml.YAMLError as error:
        if getattr(error, "context", None) == "while scanning a quoted scalar":
            return int(error.context_mark.line)  # type: ignore[attr-defined]
    return None


def _parsed(path: str, block: str, first_line: int) -> tuple[yaml.Node | None, object]:
    """The tree, for the keys' lines, and the values. What is no YAML only because of plain text that would need
    quotation marks (`title: 甲: 乙`, `title: "甲"乙`, a tab before a list's item) is read as that text.

    Raises:
        yaml.YAMLError: it cannot be read so either.
        SourceError: it holds more than an article needs.
    """
    try:
        return _tree(path, block, first_line)
    except yaml.YAMLError:
        spaced = _WIDE_COLON.sub(r"\1: ", re.sub(r"^\t+", "  ", block, flags=re.MULTILINE))
        quoted = _PLAIN_LINE.sub(_quoted, _SURROGATES.sub(_one_character, spaced))
        try:
            return _tree(path, quoted, first_line)
        except yaml.YAMLError:
            pass
        raise


def _one_character(pair: re.Match[str]) -> str:
    """What JSON writes as two escapes and YAML as one."""
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF):08x}"


def _tree(path: str, block: str, first_line: int) -> tuple[yaml.Node | None, object]:
    _check(path, block, first_line)
    # `compose` gives the keys' lines, `load` the values; both read the same few lines.
    return yaml.compose(block, Loader=_LOADER), yaml.load(block, Loader=_LOADER)


def _quoted(line: re.Match[str]) -> str:
    """A line whose value is no YAML by itself, its value quoted; one that may go on below stays."""
    key, value = line[1], line[2]
    try:
        _tree("", line[0], 0)
    except SourceError:
        return line[0]  # more than an article needs: refused with the whole, whose lines are counted
    except yaml.YAMLError:
        if _is_closed(value):
            text = value[1:-1] if value[0] in "\"'" and value[-1] == value[0] else value
            return f"{key}: '{text.replace(chr(39), chr(39) * 2)}'"
    return line[0]


def _is_closed(value: str) -> bool:
    """Whether the quotation or the brackets that a value begins with, if any, end in it."""
    if value[0] in "\"'" and value[-1] != value[0]:
        return value.count(value[0]) % 2 == 0
    opening, closing = (sum(map(value.count, brackets)) for brackets in ("[{", "]}"))
    return value[0] not in "[{" or opening == closing


def _check(path: str, block: str, first_line: int) -> None:
    """Refuse what an article's front matter has no use for and a parser may choke on. Looks at events only: nothing
    is built, and the C parser, which has no bound on nesting, makes them without recursion."""
    depth = 0
    for event in yaml.parse(block, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        problem = _problem(event, depth)
        if problem:
            line = first_line + (event.start_mark.line if event.start_mark else 0)
            raise SourceError(path, line, problem, "Keep only title, date and author in it, as plain text")


def _problem(event: yaml.Event, depth: int) -> str:
    if isinstance(event, yaml.AliasEvent):
        return "the front matter repeats a value by an alias (*)"
    if getattr(event, "tag", None) not in (None, "!"):
        return "the front matter uses a tag (!)"
    if depth > _MAX_DEPTH:
        return f"the front matter is nested more than {_MAX_DEPTH} levels deep"
    if isinstance(event, yaml.ScalarEvent) and len(event.value) > _MAX_SCALAR:
        return f"the front matter has a value of more than {_MAX_SCALAR:,} characters"
    return ""
