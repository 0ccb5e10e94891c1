"""Cuts a source into front matter and body. The only place that reads YAML of a source."""

from __future__ import annotations

import re

import yaml

from factorykb.errors import SourceError
from factorykb.model import Document, Source

_MAX_LENGTH = 100_000  # characters
_MAX_SCALAR = 20_000
_MAX_DEPTH = 20
_OPEN = re.compile(r"\s*---[ \t]*\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

# All scalars stay text (no dates, no booleans out of titles), and no tag can build an object.
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def split(source: Source) -> Document:
    """Cut `source` into front matter and body.

    A leading blank line is fine. Keys are folded to lower case; of a key given twice the last counts.

    Raises:
        SourceError: no front matter, no closing line, invalid YAML, front matter that is not a mapping, or more than
            an article needs: tags, aliases, deep nesting, enormous values.
    """
    text, path = source.text, source.path
    if not text.strip():
        raise SourceError(path, None, "the file is empty", "Fetch the article again or remove the file")
    start = _OPEN.match(text)
    if start is None:
        raise SourceError(
            path,
            1,
            "there is no front matter: the first line is not ---",
            "Put the article's title and date between two lines of --- at the top",
        )
    first_line = text.count("\n", 0, start.end()) + 1
    end = _CLOSE.search(text, start.end())
    if end is None:
        raise SourceError(
            path,
            first_line - 1,
            "the front matter that begins here is never closed",
            "Add a line of --- before the body",
        )
    front, lines = _load(path, text[start.end() : end.start()], first_line)
    body_start = min(end.end() + 1, len(text))
    return Document(source, front, lines, text[body_start:], text.count("\n", 0, body_start) + 1)


def _load(path: str, block: str, first_line: int) -> tuple[dict[str, object], dict[str, int]]:
    if len(block) > _MAX_LENGTH:
        raise SourceError(
            path,
            first_line,
            "the front matter is larger than any article's",
            "Keep only title, date and author in it",
        )
    try:
        _check(path, block, first_line)
        # `compose` gives the keys' lines, `load` the values; both read the same few lines.
        node = yaml.compose(block, Loader=_LOADER)
        data = yaml.load(block, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError(
            path,
            line,
            f"the front matter is not valid YAML ({problem})",
            "Quote the value, or fix the indentation, and try again",
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(
            path, first_line, "the front matter cannot be read", "Keep only title, date and author in it"
        ) from error
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise SourceError(
            path,
            first_line,
            "the front matter is not a list of `key: value` lines",
            "Write at least `title: …`",
        )
    lines = {str(key.value).lower(): first_line + key.start_mark.line for key, _ in node.value}
    return {str(key).lower(): value for key, value in data.items()}, lines


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
