"""A second, simple reading of a source file: what of it a reader should see. Knows nothing of the converter.

HTML goes through the standard library's parser, Markdown through CommonMark with tables and strikethrough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import takewhile
from typing import Any

from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.token import Token

from factorykb.fields import BODY_KEYS, KEYS, TITLE_KEYS, UNUSED_KEYS
from factorykb.verify import tags
from factorykb.verify.tags import CODE_SPAN
from factorykb.verify.visible import VOID, Address, Line, Visible, letters, once, written

_HTML_NAMES = frozenset(defs.tags) | frozenset(
    """annotation bdi datalist dialog main math menclose mfrac mi mn mo mover mpadded mroot mrow ms mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover picture rtc search semantics template""".split()
)
_STARTS_AS_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype|article|aside|blockquote|body|center|div|dl|figure|footer"
    r"|h[1-6]|header|hr|html|iframe|main|nav|noscript|ol|p|picture|section|table|ul)\b",
    re.DOTALL | re.IGNORECASE,
)
# Lines of `key: value` with nothing around them, a rule below them.
_FIELD = re.compile(
    r"\s*(?:[-*+>]\s+)?(?:【([^【】]{2,6})】|(?:\*\*)?([A-Za-z][\w -]*|[^\W\d_a-zA-Z]{2,6})(?:\*\*)?\s*[:：](?!//))"
)
_PAGE = re.compile(r"\s*(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype html|html\b)", re.DOTALL | re.IGNORECASE)
_YAML = re.compile(r"\s*---[ \t]*\n(.*?)^(?:-{3,}|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_WITHOUT_OPENING = re.compile(r"\s*(title[ \t]*:(?:[^\n]+\n)+?)^-{3,}[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^\s*["']?title["']?\s*[:=]\s*(.+)$""", re.MULTILINE | re.IGNORECASE)
_CELL_END = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(
    r"^([ \t>]*)((`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*\n(?:[^\n]*+\n)*?[ \t>]*+\3[^\n]*)$", re.MULTILINE
)
_BARS = re.compile(r"\|(?:[^|]*+\|){2,}+[ \t]*+")
_DASHES = re.compile(r"[ \t>]*+(?=[^-]*-)[ \t|:-]+")
# A field for text, which shows tags as they are written; not one that a comment or a script speaks of.
_FIELD_OF_TEXT = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?(?:</\1\b|\Z)"
    r"|(?P<opening><textarea\b[^<>]*>)(?P<inside>.*?)(?P<end></textarea\b|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(
    r"""(?P<kept><!--.*?-->|<[A-Za-z/](?:[^<>'"]++|'[^']*+'|"[^"]*+")*+>)|(?P<torn><[A-Za-z/][^<>]*+>)"""
    r"""|(?P<unseen><[!?][^<>]*+>)|<(?=[A-Za-z/!?])""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader should see of a source: lines of text, pictures and players, each in order.

    `title` is the front matter's; `closing` the last line where that is one link and nothing else; `anywhere`
    holds definitions of links that nothing uses, which CommonMark drops, and `perhaps` those that are used: a second
    one for a label may show.
    """

    title: str
    markdown: bool
    closing: str
    lines: tuple[Line, ...]
    pictures: tuple[Address, ...]
    players: tuple[Address, ...]
    anywhere: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


def of_file(data: bytes) -> Reading:
    """Read the bytes of a source file. Never raises: what is no text shows as replacement characters."""
    # Before anything is looked for: no mark stands behind an invisible character, no NUL is taken for a placeholder.
    text = written(re.sub("\r\n?|\x85|\u2028|\u2029", "\n", _decoded(data)))
    end, front = _front(text)
    body, number = text[end:], text.count("\n", 0, end) + 1
    if "<" not in body and re.match(r"(?i)\s*&lt;(?:p|div|section|article|figure|h[1-6])\b", body):
        is_whole = body.rstrip().endswith("&gt;") and not re.search(r"\n\s*\n(?!\s*&lt;)", body.strip())
        body = unescape(body) if is_whole else body
    markdown = not _is_html(body)
    unused: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    if markdown:
        seen, unused, used = _of_markdown(_as_commonmark(body), number)
    else:
        seen = _of_html(body, number)
    title = _TITLE.search(front)
    return Reading(
        title=title[1] if title else "",
        markdown=markdown,
        closing=_closing(body, seen.lines) if markdown else "",
        lines=tuple(seen.lines),
        pictures=tuple(once(seen.pictures)),
        players=tuple(seen.players),
        anywhere=unused,
        perhaps=used,
    )


def _closing(body: str, lines: Sequence[Line]) -> str:
    last = body.rstrip().rpartition("\n")[2].strip()
    return lines[-1].text.strip() if lines and re.fullmatch(r"\[[^\[\]]{1,40}\]\(\S+\)", last) else ""


def _decoded(data: bytes) -> str:
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


def _front(text: str) -> tuple[int, str]:
    """Where the front matter ends, and what is in it."""
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


def _is_html(body: str) -> bool:
    """It stands in one <div>, or begins as HTML with no text outside of all elements."""
    if re.fullmatch(r"<div>.*</div>", body.strip(), re.DOTALL | re.IGNORECASE):
        return True
    if not _STARTS_AS_HTML.match(body):
        return False
    depth = 0
    for found in re.finditer(
        r"<!--.*?-->|<![^<>]*>|<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>|[^<]+|<", body, re.DOTALL
    ):
        name = (found[2] or "").lower()
        if name and name not in VOID:
            depth = max(0, depth - 1) if found[1] else depth + (not found[3])
        elif not name and not found[0].startswith("<!") and depth == 0 and found[0].strip():
            return False
    return True


def _of_html(body: str, number: int) -> Visible:
    seen = Visible()
    text = _closed("\n" * (number - 1) + body)
    seen.announce(text)
    seen.feed(text)
    seen.close()
    return seen


def _closed(text: str) -> str:
    """HTML in which each comment, tag and quotation ends: an opening that has no end is text."""
    before, end, after = text.rpartition("-->")
    text = before + end + after.replace("<!--", "&lt;!--")
    text = _FIELD_OF_TEXT.sub(_with_tags_as_text, text)
    text = re.sub(r"(?i)<(/?)(xmp|plaintext|listing|noembed|noframes)\b", r"<\1x-\2", text)

    def closed(tag: re.Match[str]) -> str:
        if tag["torn"]:
            return tag[0].replace('"', "").replace("'", "")
        return tag["kept"] or ("" if tag["unseen"] else "&lt;")

    return _TAG.sub(closed, text)


def _with_tags_as_text(found: re.Match[str]) -> str:
    return (
        f"{found['opening']}{found['inside'].replace('<', '&lt;')}{found['end']}"
        if found["end"]
        else found[0]
    )


# --- Markdown ----------------------------------------------------------------------------------------------

_CHINESE = re.compile("[\u3400-\u9fff]")
# What other tools read in Markdown and CommonMark does not: text → what is visible of it.
_NOT_COMMONMARK: tuple[tuple[str, str], ...] = (
    (
        r"^[ ]{0,3}\[(?://|comment|\^_\^|#|-)\]:[ \t]+(?:#|<>)[ \t]*(?:\(.*\)|\".*\"|'.*')?[ \t]*$",
        "",
    ),  # comments
    (r"^((?:[ \t]*>)+[ \t]*)\[![A-Za-z]{3,20}\][+-]?[ \t]*", r"\1"),
    (
        r"!\[[^\[\]\n]*\]\(data:image/svg\+xml[^<\n]*<svg\b[^<>\n]*(?:/>|></svg>)[\"']?[ \t]*\)",
        "",
    ),  # drawings
    (r"(!\[[^\[\]\n]*\]\(data:image/svg\+xml)[^\n]{0,5000}?</svg>[\"']?[ \t]*\)", r"\1,x)"),
    (r"\{::comment\}(?:[^{]|\{(?!::comment\})){0,20000}?\{:/(?:comment)?\}", ""),  # kramdown's extensions
    (r"\{(?:::(?:nomarkdown|options)|:/)[^{}\n]{0,200}\}", ""),
    (r"^[ \t]*[-*+1.]+[ \t]+\S[^\n]{0,40}\n[ \t]*\{:[ \t]*toc[^{}\n]*\}[ \t]*$", "\n"),  # tables of contents
    (r"(?i)^[ \t]*(?:@?\[toc\](?:\([^()\n]{0,100}\))?|\[\[_?toc_?\]\]|\{\{ ?toc ?\}\})[ \t]*$", ""),
    (r"(!\[[^\[\]\n]*\]\([^\s()]+)[ \t]+=[\d%x]{0,12}[ \t]*\)", r"\1)"),  # pictures: a size, blanks in a name
    (r"(\]\(\s*https?://[^\s<>()]+)\s+(?!\"[^\"\n]*\"\s*\)|'[^'\n]*'\s*\))[\"'“][^\n]*?[\"'”]\s*\)", r"\1)"),
    (
        r"\]\([ \t]*+((?!\w+:)[^\s()<>\"']{1,300}(?:[ ]{1,3}[^\s()<>\"']{1,300}){1,9}\.[A-Za-z]\w{1,4}"
        r"|https?://[^\s()<>\"']{1,500}(?:[ ]{1,3}[^\s()<>\"']{1,300}){1,9})"
        r"([ \t]+\"[^\"\n]*\")?[ \t]*\)",
        r"](<\1>\2)",
    ),
    # a link in a link
    (
        r"(?<![\]!\\])\[([^\[\]\n]{0,300}(?:(?<!!)\[[^\[\]\n]+\]\([^\s()]+\)[^\[\]\n]{0,300}){1,9})\]\([^\s()]+\)",
        r"\1",
    ),
    (r"\{:[ \t]*(?:[.#][\w-]+|[\w-]+=|toc)[^{}\n]{0,300}\}", ""),  # attributes
    (
        r"^([ ]{0,3}#{1,6}[ \t][^\n{}]{1,300}?)[ \t]*\{[#.][^{}\n\"'<>]{1,80}\}[ \t]*$",
        r"\1",
    ),  # a heading's own
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[ \](?=[ \t])", r"\1☐"),  # tasks
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[xX]\](?=[ \t])", r"\1☑"),
    (
        r"^[ ]{0,3}\$\$((?:(?!\$\$|\n[ \t]*\n).){0,6000}?\n(?:(?!\$\$).){0,6000}?)\$\$[ \t]*$",
        r"```\n$$\1\n$$\n```",
    ),  # formulas
)

# Deeper than any page is; the parser drops what is deeper still, and by itself what is deeper than 20.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
_PARSER.disable("text_join")  # keeps escaped characters apart, which the source shows literally
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]


def _as_commonmark(body: str) -> str:
    """A body with shortcodes and other tools' notations as what is visible of them."""
    body = tags.said(body)
    fences: list[str] = []

    def hidden(found: re.Match[str]) -> str:
        fences.append(found[2])
        return f"{found[1]}\0{len(fences) - 1}\0"

    body = _without_containers(_FENCE.sub(hidden, body))
    for pattern, shown in _NOT_COMMONMARK:
        body = re.sub(pattern, shown, body, flags=re.MULTILINE)
    body = _with_rows(_without_colons(_with_notes(_without_wiki(body))))
    return re.sub("\0(\\d+)\0", lambda word: fences[int(word[1])], body)


def _without_containers(text: str) -> str:
    """`::: tip title` … `:::` and `!!! note "title"` above indented lines: the titles and what stands inside."""
    if re.search(r"(?m)^[ \t]*:{3,}[ \t]*$", text):
        name = rf"(?:{tags.CONTAINERS})(?=[\s\[{{]|$)|[a-z][a-z0-9_-]*+(?=[ \t]*(?:[\[{{]|$))"
        kind = rf"(?:\{{[^{{}}\n]*\}}|{name})?"
        text = re.sub(rf"(?m)^[ \t]*+:{{3,}}+[ \t]*+{kind}((?:[^\n:]|:(?!:{{0,40}}$))*+):*$", r"\n\1\n", text)
    out: list[str] = []
    inside = False
    for line, below in _with_next(text.split("\n")):
        opening = re.fullmatch(r'(?:!!!|\?\?\?\+?)[ \t]+[A-Za-z][A-Za-z -]*(?:"([^"]*)")?[ \t]*', line)
        opening = opening if re.match(r"[ ]{4}|\t", below) else None
        indented = re.match(r"[ ]{4}|\t", line)
        inside = bool(opening) or (inside and (bool(indented) or not line.strip()))
        out += (
            [opening[1] or "", ""] if opening else [line[indented.end() :] if inside and indented else line]
        )
    return "\n".join(out)


def _with_next(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Each line with the next one that is not blank, or with an empty one."""
    out: list[tuple[str, str]] = []
    below = ""
    for line in reversed(lines):
        out.append((line, below))
        below = line if line.strip() else below
    return out[::-1]


def _without_wiki(text: str) -> str:
    """Links into a wiki as their words, its pictures as pictures; words with a class (Pandoc's) as words."""
    wiki = re.compile(
        rf"{CODE_SPAN}|(!?)\[\[(?=[^\s\[])(?![\d^ ]+\]\])([^\[\]|\n]{{1,201}}?)(?:\\?\|([^\[\]\n]{{1,200}}))?\]\](?![(\[])"
    )
    value = r"(?:[.#][\w-]+|[\w-]+=\"[^\"\n]*\")"
    classed = re.compile(
        rf"{CODE_SPAN}|(?:(?<=\))|(?<!!)\[([^\[\]\n]{{1,300}})\])\{{{value}(?:[ \t]+{value})*[ \t]*\}}"
    )

    def said(one: re.Match[str]) -> str:
        if one[1]:
            return one[0]
        is_picture = one[2] and re.search(r"(?i)\.(?:jpe?g|png|gif|webp|svg|bmp|avif)$", one[3])
        return f"![](<{one[3]}>)" if is_picture else one[4] or one[3]

    return wiki.sub(said, classed.sub(lambda one: one[0] if one[1] else one[2] or "", text))


def _with_notes(text: str) -> str:
    """Notes without their `^` where there is one for a number in the text, and the other way round; else escaped."""
    text = re.sub(
        r"(?m)^(\[\^\S{1,40}\]:.*\n)((?:(?:[ ]{4}|\t).*|[ \t]*)\n)*(?:[ ]{4}|\t).*",
        lambda found: re.sub(r"(?m)^(?:[ ]{4}|\t)", "", found[0]),
        text,
    )
    note = re.compile(
        rf"{CODE_SPAN}|(^[ \t>]*(?:[-*+][ \t]+)?)?\[\^([^\]\s]{{1,40}})\]([:：])?", re.MULTILINE
    )
    found = [one for one in note.finditer(text) if one[3]]
    written = {one[3] for one in found if one[2] is not None and one[4]}
    cited = {one[3] for one in found if one[2] is None or not one[4]}

    def said(one: re.Match[str]) -> str:
        if not one[3]:
            return one[0]
        if one[3] not in written & cited:
            return f"{one[2] or ''}\\[^{one[3]}\\]{one[4] or ''}"
        colon = one[4] if one[2] is None and one[4] else ""
        return f"{one[2] or ''}\\[{one[3]}\\]{colon}"

    return note.sub(said, text)


def _without_colons(text: str) -> str:
    """A term and its meanings, without the colon before each."""
    out: list[str] = []
    for line in text.split("\n"):
        above = [other for other in out[-2:] if other.strip()][-1:]
        after_blanks = len(out) > 1 and not out[-1].strip() and not out[-2].strip()
        is_term = above and not after_blanks and not re.match(r"[ \t]*(?:[#>|]|[-*+][ \t](?!\0))", above[0])
        colon = re.match(r"[ ]{0,3}:[ \t]+(?=\S)", line)
        out += ["- \0" + line[colon.end() :]] if colon and is_term else [line]
    return "\n".join(out).replace("- \0", "\n- ")


def _with_rows(text: str) -> str:
    """Tables whose head and line of dashes have as many cells as one another; rows alone get an empty head."""
    out: list[str] = []
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if "|" in line and _DASHES.fullmatch(line) and out and "|" in out[-1]:
            most = max(_width(line), _width(out[-1]))
            if most > _width(out[-1]):
                out[-1] = out[-1].rstrip().removesuffix("|") + " |" * (most - _width(out[-1]) + 1)
            if out[-2:-1] and out[-2].strip("> \t") and "|" not in out[-2]:
                out.insert(-1, "".join(re.findall(r"^[ \t>]+(?=.)", out[-1])).rstrip())
            line = line[: len(line) - len(line.lstrip(" >"))] + "---".join("|" * (most + 1))
        elif line.startswith("|") and not "".join(out[-1:]).strip():
            rows = list(takewhile(_BARS.fullmatch, lines[at:]))
            if len(rows) > 1 and len(set(map(_width, rows))) == 1 and not any(map(_DASHES.fullmatch, rows)):
                out += ["|" * (_width(line) + 1), "---".join("|" * (_width(line) + 1))]
        out.append(line)
    return "\n".join(out)


def _width(row: str) -> int:
    row = row.lstrip(" \t>").rstrip()
    return len(_CELL_END.split(row)) - row.startswith("|") - row.endswith("|")


def _of_markdown(body: str, number: int) -> tuple[Visible, tuple[str, ...], tuple[str, ...]]:
    """What is visible, and the lines of definitions that no link uses, and of those that some link uses."""
    seen = Visible(known=_HTML_NAMES, literal=False)
    env: dict[str, dict[str, dict[str, Any]]] = {}
    source = body.split("\n")
    tokens = _PARSER.parse(body, env)
    seen.announce("".join(token.content for token in tokens))
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
    return seen, *_definitions(tokens, env, source)


def _definitions(
    tokens: Sequence[Token], env: Mapping[str, Any], source: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    used = {
        child.attrs.get("href") or child.attrs.get("src")
        for token in tokens
        for child in token.children or ()
        if child.type in ("link_open", "image")
    }
    every = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    lines: dict[bool, list[str]] = {True: [], False: []}
    for definition in every:
        for line in source[definition["map"][0] : definition["map"][1]]:
            shown = re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", line)
            lines[definition["href"] in used].append(shown)
    return tuple(lines[False]), tuple(lines[True])


def _block(seen: Visible, token: Token) -> None:
    match token.type:
        case "inline":
            _inline(seen, token.children or ())
        case "html_block":
            seen.literal = True
            seen.feed(_closed(token.content))
            seen.literal = False
        case "fence" | "code_block":
            seen.boundary()
            if _CHINESE.search(token.info):  # a title
                seen.say(
                    re.sub(r"^\s*[A-Za-z][A-Za-z0-9_+#.-]*\s|\{[^{}]*\}|\b[A-Za-z]+=|[\"']", "", token.info)
                )
                seen.boundary()
            prose = token.type == "code_block" and 2 * len(_CHINESE.findall(token.content)) >= len(
                letters(token.content)
            )
            seen.say(token.content, literal=True, code=not prose)
            seen.boundary()
        case _:
            seen.boundary()


def _inline(seen: Visible, children: Sequence[Token]) -> None:
    shown = _in_fields(children)
    for index, child in enumerate(children):
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
            case "html_inline" if index in shown:
                seen.say(child.content, literal=True)
            case "html_inline":
                seen.feed(child.content)
            case "image":
                seen.picture({"src": str(child.attrs.get("src", ""))})


def _in_fields(children: Sequence[Token]) -> set[int]:
    """Which tags of a paragraph stand inside a field for text, which shows them as they are written."""
    shown: set[int] = set()
    inside: list[int] | None = None
    for index, child in enumerate(children):
        tag = child.content.lower() if child.type == "html_inline" else ""
        if inside is None:
            inside = [] if re.match(r"<textarea\b", tag) else None
        elif re.match(r"</textarea\b", tag):
            shown.update(inside)
            inside = None
        elif tag:
            inside.append(index)
    return shown


def _table(seen: Visible, rows: list[str], env: dict[str, dict[str, dict[str, Any]]]) -> None:
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
