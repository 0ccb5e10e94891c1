"""A second, simple reading of a source file: what of it a reader should see. Knows nothing of the converter.

HTML goes through the standard library's parser, Markdown through CommonMark with tables and strikethrough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.token import Token

from factorykb.verify.visible import VOID, Address, Line, Visible, once

_HTML_NAMES = frozenset(defs.tags) | {"bdi", "main", "picture", "rtc", "search", "template"}
_STARTS_AS_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:article|body|div|figure|h[1-6]|html|ol|p|section|ul)\b", re.DOTALL
)
_YAML = re.compile(r"\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^\s*["']?title["']?\s*[:=]\s*(.+)$""", re.MULTILINE | re.IGNORECASE)
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader should see of a source: lines of text, pictures and players, each in order.

    `title` is the front matter's; `closing` the last line where that is one link and nothing else.
    """

    title: str
    markdown: bool
    closing: str
    lines: tuple[Line, ...]
    pictures: tuple[Address, ...]
    players: tuple[Address, ...]


def of_file(data: bytes) -> Reading:
    """Read the bytes of a source file. Never raises: what is no text shows as replacement characters."""
    text = re.sub("\r\n?|\x85|\u2028|\u2029", "\n", _decoded(data))
    end, front = _front(text)
    body, number = text[end:], text.count("\n", 0, end) + 1
    markdown = not _is_html(body)
    seen = _of_markdown(body, number) if markdown else _of_html(body, number)
    pictures = once(seen.pictures)
    title = _TITLE.search(front)
    return Reading(
        title=title[1] if title else "",
        markdown=markdown,
        closing=_closing(body, seen.lines) if markdown else "",
        lines=tuple(seen.lines),
        pictures=tuple(pictures),
        players=tuple(seen.players),
    )


def _closing(body: str, lines: Sequence[Line]) -> str:
    last = body.rstrip().rpartition("\n")[2].strip()
    return lines[-1].text.strip() if lines and re.fullmatch(r"\[[^\[\]]{1,40}\]\(\S+\)", last) else ""


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _front(text: str) -> tuple[int, str]:
    """Where the front matter ends, and what is in it."""
    found = _YAML.match(text) or _TOML.match(text)
    if found:
        return found.end(), found[1]
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "{":
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            return 0, ""
        return end, text[start:end]
    return 0, ""


def _is_html(body: str) -> bool:
    """It begins as HTML, and no text stands outside of all elements."""
    if not _STARTS_AS_HTML.match(body):
        return False
    depth = 0
    for found in re.finditer(r"<!--.*?-->|<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>|[^<]+|<", body, re.DOTALL):
        name = (found[2] or "").lower()
        if name and name not in VOID:
            depth += -1 if found[1] else 0 if found[3] else 1
        elif not name and not found[0].startswith("<!--") and depth <= 0 and found[0].strip():
            return False
    return True


def _of_html(body: str, number: int) -> Visible:
    seen = Visible()
    seen.feed("\n" * (number - 1) + body)
    seen.close()
    return seen


# --- Markdown ----------------------------------------------------------------------------------------------

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PARSER.disable("text_join")  # keeps escaped characters apart, which the source shows literally
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]


def _of_markdown(body: str, number: int) -> Visible:
    seen = Visible(known=_HTML_NAMES, literal=False)
    env: dict[str, dict[str, dict[str, str]]] = {}
    source = body.split("\n")
    tokens = _PARSER.parse(body, env)
    in_table = False
    for token in tokens:
        if token.map:
            seen.number = number + token.map[0]
        if token.type == "table_open" and token.map:
            in_table = True
            _table(seen, source[token.map[0] : token.map[1]], env)
        elif token.type == "table_close":
            in_table = False
        elif not in_table:
            _block(seen, token)
    seen.close()
    return seen


def _block(seen: Visible, token: Token) -> None:
    match token.type:
        case "inline":
            _inline(seen, token.children or ())
        case "html_block":
            seen.literal = True
            seen.feed(token.content)
            seen.literal = False
        case "fence" | "code_block":
            seen.boundary()
            seen.say(token.content, literal=True, code=True)
            seen.boundary()
        case _:
            seen.boundary()


def _inline(seen: Visible, children: Sequence[Token]) -> None:
    for child in children:
        match child.type:
            case "text":
                seen.say(child.content)
            case "text_special":
                seen.say(child.content, literal=True)
            case "code_inline":
                seen.say(child.content, literal=True, code=True)
            case "softbreak" | "hardbreak":
                seen.boundary()
                seen.number = (seen.number or 0) + 1
            case "html_inline":
                seen.feed(child.content)
            case "image":
                seen.picture({"src": str(child.attrs.get("src", ""))})


def _table(seen: Visible, rows: list[str], env: dict[str, dict[str, dict[str, str]]]) -> None:
    """Every cell of every row; the specification drops those that the head has no column for."""
    for index, row in enumerate(rows):
        cells = _CELL_END.split(row.strip().lstrip("> "))
        for cell in () if index == 1 else cells:
            seen.boundary()
            for token in _PARSER.parseInline(cell.strip().replace("\\|", "|"), env):
                _block(seen, token)
        if seen.number is not None:
            seen.number += 1
    seen.boundary()
