"""A second, simple reading of a source file: what of it a reader should see. Uses none of the converter's code.

HTML goes through the standard library's parser, Markdown through CommonMark with tables and strikethrough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from factorykb.verify.front import decoded, matter, title_of
from factorykb.verify.notations import CELL_END, as_commonmark, of_wordpress
from factorykb.verify.visible import VOID, Address, Line, Visible, letters, once, whole, written

_HTML_NAMES = frozenset(defs.tags) | frozenset(
    """annotation bdi datalist dialog main math menclose mfrac mi mn mo mover mpadded mroot mrow ms mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr multicol munder munderover nobr picture rtc search semantics slot spacer template""".split()
)
_STARTS_AS_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype|article|aside|blockquote|body|center|div|dl|figure|footer"
    r"|h[1-6]|header|hr|html|iframe|main|nav|noscript|ol|p|picture|section|table|ul)\b",
    re.DOTALL | re.IGNORECASE,
)
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

# A cell of numbers before one that is code.
_LINE_NUMBERS = re.compile(
    r"<td\b[^<>]*+>((?:[\s\d]++|<(?!/?t[dr]\b)[^<>]*+>)++)</td>\s*+"
    r"(?=<td\b[^<>]*+>\s*+(?:<(?!/?t[dr]\b|pre\b)[^<>]*+>\s*+)*+<pre\b(?:[^<]++|<(?!/?pre\b|td\b))*+</pre>"
    r"\s*+(?:<(?!/?t[dr]\b)[^<>]*+>\s*+)*+</td>)",
    re.IGNORECASE,
)

_ANSWER = re.compile(
    r"^###[ \t]{1,4}(?:知乎用户(?:[A-Za-z0-9]{0,12}|[ \t]{1,4}[^\s][^\n]{0,199}?)|匿名用户"
    r"|(?:[该此]?(?:用户|账号))?[^\w\s]{0,2}已(?:注销|重置)[^\w\s]{0,2})[ \t]{1,4}发表[ \t]*+(?=$|[|｜·,，（(]|于[ \t]*\d)",
    re.MULTILINE,
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
    text = written(re.sub("\r\n?|\x85|\u2028|\u2029", "\n", decoded(data)))
    end, front = matter(text)
    body, number = text[end:], text.count("\n", 0, end) + 1
    if "<" not in body and re.match(r"(?i)\s*&lt;(?:p|div|section|article|figure|h[1-6])\b", body):
        is_whole = body.rstrip().endswith("&gt;") and not re.search(r"\n\s*\n(?!\s*&lt;)", body.strip())
        body = unescape(whole(body)) if is_whole else body
    markdown = not _is_html(body)
    if markdown:
        parts = [_of_markdown(as_commonmark(part), at) for part, at in _answers(body, number)]
    else:
        parts = [(_of_html(whole(of_wordpress(body)), number), (), ())]
    lines = [line for seen, _, _ in parts for line in seen.lines]
    return Reading(
        title=whole(title_of(front)),
        markdown=markdown,
        closing=_closing(body, lines) if markdown else "",
        lines=tuple(lines),
        pictures=tuple(picture for seen, _, _ in parts for picture in once(seen.pictures)),
        players=tuple(player for seen, _, _ in parts for player in seen.players),
        anywhere=tuple(text for _, unused, _ in parts for text in unused),
        perhaps=tuple(text for _, _, used in parts for text in used),
    )


def _answers(body: str, number: int) -> Iterator[tuple[str, int]]:
    """Zhihu's answers, each by itself whatever is left open in the one before, with their first lines; else the body."""
    start = 0
    for end in (*(heading.start() for heading in _ANSWER.finditer(body)), len(body)):
        if end > start:
            yield body[start:end], number
        number += body.count("\n", start, end)
        start = end


def _closing(body: str, lines: Sequence[Line]) -> str:
    last = body.rstrip().rpartition("\n")[2].strip()
    return lines[-1].text.strip() if lines and re.fullmatch(r"\[[^\[\]]{1,40}\]\(\S+\)", last) else ""


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
    text = _LINE_NUMBERS.sub(_without_line_numbers, text)
    before, end, after = text.rpartition("-->")
    text = before + end + after.replace("<!--", "&lt;!--")
    text = _FIELD_OF_TEXT.sub(_with_tags_as_text, text)
    text = re.sub(r"(?i)<(/?)(xmp|plaintext|listing|noembed|noframes)\b", r"<\1x-\2", text)

    def closed(tag: re.Match[str]) -> str:
        if tag["torn"]:
            return tag[0].replace('"', "").replace("'", "")
        return tag["kept"] or ("" if tag["unseen"] else "&lt;")

    return _TAG.sub(closed, text)


def _without_line_numbers(cell: re.Match[str]) -> str:
    numbers = re.findall(r"\d+", re.sub(r"<[^<>]*>", " ", cell[1]))
    return (
        "" if len(numbers) > 1 and numbers == [str(line) for line in range(1, len(numbers) + 1)] else cell[0]
    )


def _with_tags_as_text(found: re.Match[str]) -> str:
    return (
        f"{found['opening']}{found['inside'].replace('<', '&lt;')}{found['end']}"
        if found["end"]
        else found[0]
    )


# --- Markdown ----------------------------------------------------------------------------------------------

_CHINESE = re.compile("[\u3400-\u9fff]")
_PLAIN = re.compile(r"[^\n!&*<\[\\\]_`~]+")


def _text(state: StateInline, silent: bool) -> bool:
    """Text up to a character that CommonMark knows; the parser's own rule, which ends at others too, is quadratic."""
    text = _PLAIN.match(state.src, state.pos, state.posMax)
    state.pending += text[0] if text and not silent else ""
    state.pos = text.end() if text else state.pos
    return text is not None


# Deeper than any page is; the parser drops what is deeper still, and by itself what is deeper than 20.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
_PARSER.inline.ruler.at("text", _text)
_PARSER.disable("text_join")  # keeps escaped characters apart, which the source shows literally
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]


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
            seen.feed(_closed(whole(token.content)))
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
                seen.picture({"src": str(child.attrs.get("src", "")), "alt": child.content})


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
        cells = CELL_END.split(row.strip().lstrip("> "))
        for cell in () if index == 1 else cells:
            seen.boundary()
            for token in _PARSER.parseInline(cell.strip().replace("\\|", "|"), env):
                _block(seen, token)
        if seen.number is not None:
            seen.number += 1
    seen.boundary()
