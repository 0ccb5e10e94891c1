"""The bytes of a source as text, and its front matter, for the second reading.

Knows nothing of the converter but the names of fields.
"""

from __future__ import annotations

import json
import re

from factorykb.fields import BODY_KEYS, KEYS, TITLE_KEYS, UNUSED_KEYS

# Lines of `key: value` with nothing around them, a rule below them.
_FIELD = re.compile(
    r"\s*(?:[-*+>]\s+)?(?:【([^【】]{2,6})】|(?:\*\*)?([A-Za-z][\w -]*|[^\W\d_a-zA-Z]{2,6})(?:\*\*)?\s*[:：](?!//))"
)
_PAGE = re.compile(r"\s*(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype html|html\b)", re.DOTALL | re.IGNORECASE)
_YAML = re.compile(r"\s*---[ \t]*\n(.*?)^(?:-{3,}|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_WITHOUT_OPENING = re.compile(r"\s*(title[ \t]*:(?:[^\n]+\n)+?)^-{3,}[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^\s*["']?title["']?\s*[:=]\s*(.+)$""", re.MULTILINE | re.IGNORECASE)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, UTF-32 or GB 18030. Never raises: what is no text becomes replacement
    characters."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return data.decode("utf-32", "replace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if re.match(rb"[^\0]\0[^\0]\0|\0[^\0]\0[^\0]", data):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def matter(text: str) -> tuple[int, str]:
    """Where the front matter ends, and what is in it: 0 and nothing where there is none. A saved page's head counts
    as front matter that says nothing."""
    found = _YAML.match(text) or _TOML.match(text) or _WITHOUT_OPENING.match(text)
    if found:
        return found.end(), found[1]
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "{":
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            return 0, ""
        return end, text[start:end]
    if _PAGE.match(text):
        apart = r"<!--.*?(?:-->|\Z)|<(script|style|template|title)\b.*?(?:</\1\b|\Z)"
        starts = re.finditer(rf"(?is){apart}|</head\s*>|(?=<body\b)", text)
        return next((one.end() for one in starts if one[0][:6].lower() in ("", "</head")), 0), ""
    return _without_fences(text)


def title_of(front: str) -> str:
    """The title as front matter writes it, with its quotation marks; empty where there is none."""
    title = _TITLE.search(front)
    return title[1] if title else ""


def _without_fences(text: str) -> tuple[int, str]:
    """Where lines of fields end that nothing marks as such: two that are known, a title among them."""
    known: set[str] = set()
    at = end = 0
    for line in text[:100_000].splitlines(keepends=True):
        field = _FIELD.match(line)
        key = re.sub(r"[\s-]", "_", (field[1] or field[2]).strip()).lower() if field else ""
        said = line[field.end() :].strip(" \t\n*\"'") if field else ""
        if field and known and key in BODY_KEYS and not said:
            end = at + len(line)
            break
        listed = key in KEYS or key in UNUSED_KEYS
        beside = bool(known) and not text[:at].endswith("\n\n")
        again = key in known or (key in TITLE_KEYS and not known.isdisjoint(TITLE_KEYS))
        sentence = key in KEYS and key not in TITLE_KEYS and re.search(r"[。！？；…!?]$", said)
        at += len(line)
        if listed and (key in KEYS or beside) and not again and not sentence:
            known.add(key)
            end = at
        elif line.strip() and (listed or not beside or not key.isascii() or not key):
            break
    named = known & KEYS
    has_title = named & set(TITLE_KEYS)
    below = re.compile(r"(?:[ \t]*\n)*[ \t]*[-=*_]{3,}[ \t]*(?:\n|\Z)").match(text, end)
    return (below.end() if below else end, text[:end]) if len(named) > 1 and has_title else (0, "")
