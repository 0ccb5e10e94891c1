"""A second, simple reading of a source file: what of it a reader should see. Knows nothing of the converter.

HTML goes through the standard library's parser, Markdown through CommonMark with tables and strikethrough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.token import Token

from factorykb.verify.visible import VOID, Address, Line, Visible, once

_HTML_NAMES = frozenset(defs.tags) | frozenset(
    """annotation bdi main math menclose mfrac mi mn mo mover mpadded mroot mrow ms mspace msqrt mstyle msub msubsup
    msup mtable mtd mtext mtr munder munderover picture rtc search semantics template""".split()
)
_STARTS_AS_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:article|body|div|figure|h[1-6]|html|ol|p|section|ul)\b", re.DOTALL
)
_YAML = re.compile(r"\s*---[ \t]*\n(.*?)^(?:-{3,}|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_WITHOUT_OPENING = re.compile(r"\s*(title[ \t]*:(?:[^\n]+\n)+?)^-{3,}[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^\s*["']?title["']?\s*[:=]\s*(.+)$""", re.MULTILINE | re.IGNORECASE)
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader should see of a source: lines of text, pictures and players, each in order.

    `title` is the front matter's; `closing` the last line where that is one link and nothing else; `anywhere`
    holds definitions of links that nothing uses, which CommonMark drops.
    """

    title: str
    markdown: bool
    closing: str
    lines: tuple[Line, ...]
    pictures: tuple[Address, ...]
    players: tuple[Address, ...]
    anywhere: tuple[str, ...] = ()


def of_file(data: bytes) -> Reading:
    """Read the bytes of a source file. Never raises: what is no text shows as replacement characters."""
    text = re.sub("\r\n?|\x85|\u2028|\u2029", "\n", _decoded(data))
    end, front = _front(text)
    body, number = text[end:], text.count("\n", 0, end) + 1
    markdown = not _is_html(body)
    unused: tuple[str, ...] = ()
    if markdown:
        seen, unused = _of_markdown(_as_commonmark(body), number)
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
    return 0, ""


def _is_html(body: str) -> bool:
    """It stands in one <div>, or begins as HTML with no text outside of all elements."""
    if re.fullmatch(r"<div>.*</div>", body.strip(), re.DOTALL | re.IGNORECASE):
        return True
    if not _STARTS_AS_HTML.match(body):
        return False
    depth = 0
    for found in re.finditer(r"<!--.*?-->|<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>|[^<]+|<", body, re.DOTALL):
        name = (found[2] or "").lower()
        if name and name not in VOID:
            depth = max(0, depth - 1) if found[1] else depth + (not found[3])
        elif not name and not found[0].startswith("<!--") and depth == 0 and found[0].strip():
            return False
    return True


def _of_html(body: str, number: int) -> Visible:
    seen = Visible()
    text = _with_comments_closed("\n" * (number - 1) + body)
    seen.announce(text)
    seen.feed(text)
    seen.close()
    return seen


def _with_comments_closed(text: str) -> str:
    start = text.find("<!--", text.rfind("-->") + 1)
    return text if start < 0 else text[:start] + "&lt;!--" + text[start + 4 :]


# --- Markdown ----------------------------------------------------------------------------------------------

_CODE_SPAN = r"(?<!`)(`+)(?!`)[^\n]{1,500}?(?<!`)\1(?!`)"
_TAGS = (
    "asset_img|asset_link|asset_path|audio|blockquote|centerquote|cq|details|figure|fold|folding|gist|iframe|image|"
    "img|label|link|note|notel|pdf|photo|picture|post_link|post_path|post_url|pullquote|quote|raw|tab|tabs|verbatim|"
    "video|vimeo|youtube|bilibili"
)
_SHORTCODE = re.compile(
    rf"{_CODE_SPAN}|\{{\{{[<%]\s*/?\s*[A-Za-z][\w./-]*([^{{}}\n]{{0,2000}}?)/?\s*[>%]\}}\}}"
    rf"|\{{%-?[ ]*(?:end)?(?:{_TAGS})\b([^{{}}\n]{{0,2000}}?)-?%\}}"
)
_CODE_TAG = re.compile(
    r"\{\{[<%]\s*(/?)\s*(?:highlight|code)\b[^{}\n]{0,500}[>%]\}\}"
    r"|\{%-?[ ]*(end|)(?:codeblock|code|highlight)\b([^{}\n]{0,500}?)-?%\}"
)
_PLAYER = re.compile(r"\{[{%][<%-]?\s*(?:audio|bilibili|gist|iframe|pdf|video|vimeo|youtube)\b")
_TEMPLATE = r"(\]\([ \t]*|(?:src|href)=[\"'])\{\{[ \t]*(?:[\"']([^\"'{}\n]*)[\"'])?[^{}\n]{0,100}\}\}"
_VALUE = re.compile(r"""(?:([\w-]+)[ ]*[=:][ ]*)?(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s"'`,]+))""")
_FILE = re.compile(
    r"(?:https?:)?//\S+|\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif|mp4|mp3|pdf|html?)(?:[?#]\S*)?", re.I
)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|avif)(?:[?#]|$)", re.IGNORECASE)
_CHINESE = re.compile("[\u3400-\u9fff]")
# What other tools read in Markdown and CommonMark does not: text → what is visible of it.
_NOT_COMMONMARK: tuple[tuple[str, str], ...] = (
    (r"^[ \t]*[-*+1.]+[ \t]+\S[^\n]{0,40}\n[ \t]*\{:[ \t]*toc[^{}\n]*\}[ \t]*$", "\n"),  # a table of contents
    (r"\{:[ \t]*(?:[.#][\w-]+|[\w-]+=|toc)[^{}\n]{0,300}\}", ""),  # attributes
    (
        r"^([ ]{0,3}#{1,6}[ \t][^\n{}]{1,300}?)[ \t]*\{[#.][^{}\n\"'<>]{1,80}\}[ \t]*$",
        r"\1",
    ),  # a heading's own
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[ \](?=[ \t])", r"\1☐"),  # tasks
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[xX]\](?=[ \t])", r"\1☑"),
    (r"^\$\$[ \t]*\n((?:(?!\$\$)[^\n]*\n){1,60}?)[ \t]*\$\$[ \t]*$", r"```\n$$\n\1$$\n```"),  # formulas
    (
        r"^([ \t>]*(?:[-*+][ \t]+)?)\[\^([^\]\s]{1,40})\]:",
        r"\1\[\2\]",
    ),  # notes, and below where they are cited
    (r"\[\^([^\]\s]{1,40})\]", r"\[\1\]"),
)

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PARSER.disable("text_join")  # keeps escaped characters apart, which the source shows literally
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
_PARSER.normalizeLink = lambda url: url  # type: ignore[method-assign]


def _as_commonmark(body: str) -> str:
    """A body with shortcodes and other tools' notations as what is visible of them."""
    if "{{" in body or "{%" in body:
        body = _SHORTCODE.sub(_said, re.sub(_TEMPLATE, r"\1\2", _with_fences(body)))
    prose = re.split(
        r"(^[ \t>]*(?:```[^`\n]*|~~~[^\n]*)\n.*?^[ \t>]*(?:```|~~~)[^\n]*$)",
        body,
        flags=re.MULTILINE | re.DOTALL,
    )
    for pattern, shown in _NOT_COMMONMARK:
        prose[::2] = [re.sub(pattern, shown, text, flags=re.MULTILINE) for text in prose[::2]]
    return "".join(prose)


def _with_fences(body: str) -> str:
    out, at = "", 0
    opening: re.Match[str] | None = None
    for tag in _CODE_TAG.finditer(body):
        if not (tag[1] or tag[2]):
            opening = opening or tag
        elif opening:
            title = " ".join(text for text in (opening[3] or "").split() if _CHINESE.search(text))
            code = body[opening.end() : tag.start()].strip("\n")
            out += f"{body[at : opening.start()]}{title}\n\n````\n{code}\n````\n"
            at, opening = tag.end(), None
    return out + body[at:]


def _said(found: re.Match[str]) -> str:
    """What a shortcode shows: the picture it names, and its words for readers."""
    if found[1]:
        return found[0]
    out = ""
    player = _PLAYER.search(found[0])
    for name, *values in _VALUE.findall(found[2] or found[3] or ""):
        value = next(filter(None, values), "")
        if player:
            return f'<iframe src="{value}"></iframe>'
        if _IMAGE_FILE.search(value):
            out += f'<img src="{value}">'
        elif not _FILE.fullmatch(value) and name not in ("alt", "src"):
            shown = name in ("title", "caption", "attr") or _CHINESE.search(value) or " " in value.strip()
            out += f" {value}" if shown else ""
    return out


def _of_markdown(body: str, number: int) -> tuple[Visible, tuple[str, ...]]:
    """What is visible, and the lines of definitions that no link uses."""
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
    return seen, tuple(_unused(tokens, env, source))


def _unused(tokens: Sequence[Token], env: Mapping[str, Any], source: Sequence[str]) -> Iterator[str]:
    used = {
        child.attrs.get("href") or child.attrs.get("src")
        for token in tokens
        for child in token.children or ()
        if child.type in ("link_open", "image")
    }
    every = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    for definition in every:
        if definition["href"] not in used:
            yield from source[definition["map"][0] : definition["map"][1]]


def _block(seen: Visible, token: Token) -> None:
    match token.type:
        case "inline":
            _inline(seen, token.children or ())
        case "html_block":
            seen.literal = True
            seen.feed(_with_comments_closed(token.content))
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
