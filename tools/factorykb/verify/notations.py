"""Makes CommonMark of other tools' notations, for the second reading. Text in, text out.

Knows nothing of the converter but the names of containers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from markdown_it.common.html_blocks import block_names

from factorykb.repairs import CONTAINERS
from factorykb.verify import tags
from factorykb.verify.tags import CODE_SPAN
from factorykb.verify.visible import VOID, whole

CELL_END = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(
    r"^([ \t>]*)((`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*\n(?:[^\n]*+\n)*?[ \t>]*+\3[^\n]*)$", re.MULTILINE
)
_CODE = r"(?:pre|code|kbd|samp|script|style)\b"
# Code in a line, or in HTML.
_KEPT = rf"({CODE_SPAN}|<{_CODE}(?:[^<]|<(?!/?{_CODE}))*+</{_CODE})".replace(r"\1", r"\2")
_BARS = re.compile(r"\|(?:[^|]*+\|){2,}+[ \t]*+")
_DASHES = re.compile(r"[ \t>]*+(?=[^-]*-)[ \t|:-]+")
# Where HTML begins that CommonMark takes up to an empty line, and what of the lines below it may be Markdown.
_BLOCKS = "|".join((*block_names, "pre", "script", "style", "textarea"))
_BLOCK = re.compile(rf"[ ]{{0,3}}</?(?:!--|(?:{_BLOCKS})\b)", re.IGNORECASE)
_LONE = re.compile(
    r"[ ]{0,3}</?(?:a|abbr|b|big|br|cite|del|em|font|i|img|ins|label|mark|s|small|span|strike|strong|su[bp]|u)\b[^<>]*+>[ \t]*+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(rf"[ ]{{0,3}}(?:[^<\s]|<(?!(?:{_BLOCKS})\b)[A-Za-z])", re.IGNORECASE)
_BLOCK_ENDS = re.compile(
    r"[ ]{0,3}<(?:(?:[^\n]*<)?/(?:article|aside|audio|blockquote|center|details|div|dl|figure|footer|h[1-6]|header|iframe|main"
    r"|ol|p|pre|section|summary|table|ul|video)|aside)>[ \t]*"
)
_RAW = {"<!--": "-->", "<pre": "</pre", "<script": "</script", "<style": "</style", "<textarea": "</textarea"}
_PART = r"(?:[^\s<>\"'()]|\([^\[\]<>\"'()\n]{0,80}\))"  # of an address with blanks in it
# What other tools read in Markdown and CommonMark does not: text → what is visible of it.
_NOT_COMMONMARK: tuple[tuple[str, str], ...] = (
    # Comments.
    (r"^[ ]{0,3}\[(?://|comment|\^_\^|#|-)\]:[ \t]+(?:#|<>)[ \t]*(?:\(.*\)|\".*\"|'.*')?[ \t]*$", ""),
    # What stands before the title of an alert.
    (r"^((?:[ \t]*>)+[ \t]*)\[![A-Za-z]{3,20}\][+-]?[ \t]*", r"\1"),
    # Drawings.
    (r"!\[[^\[\]\n]*\]\(data:image/svg\+xml[^<\n]*<svg\b[^<>\n]*(?:/>|></svg>)[\"']?[ \t]*\)", ""),
    (r"(!\[[^\[\]\n]*\]\(data:image/svg\+xml)[^\n]{0,5000}?</svg>[\"']?[ \t]*\)", r"\1,x)"),
    # Extensions of kramdown.
    (r"\{::comment\}(?:[^{]|\{(?!::comment\})){0,20000}?\{:/(?:comment)?\}", ""),
    (r"\{(?:::(?:nomarkdown|options)|:/)[^{}\n]{0,200}\}", ""),
    # Tables of contents.
    (r"^[ \t]*[-*+1.]+[ \t]+\S[^\n]{0,40}\n[ \t]*\{:[ \t]*toc[^{}\n]*\}[ \t]*$", "\n"),
    (r"(?i)^[ \t]*(?:@?\[toc\](?:\([^()\n]{0,100}\))?|\[\[_?toc_?\]\]|\{\{ ?toc ?\}\})[ \t]*$", ""),
    # An address on two or three lines.
    (
        r"(\]\(https?://[^\s()<>]+)\n([^\s()<>\"'\u0080-\uffff]+)(?:\n([^\s()<>\"'\u0080-\uffff]+))?(?=[ \t]*\)|[ \t]+[\"'])",
        r"\1\2\3",
    ),
    # Pictures and links: a size, a title that breaks them, blanks in a name.
    (r"(!\[[^\[\]\n]*\]\([^\s()]+)[ \t]+=[\d%x]{0,12}[ \t]*\)", r"\1)"),
    (r"(\]\(\s*https?://[^\s<>()]+)\s+(?!\"[^\"\n]*\"\s*\)|'[^'\n]*'\s*\))[\"'“][^\n]*?[\"'”]\s*\)", r"\1)"),
    (
        rf"\]\([ \t]*+((?!\w+:){_PART}{{1,300}}(?:[ ]{{1,3}}{_PART}{{1,300}}){{1,9}}\.[A-Za-z]\w{{1,4}}"
        rf"|https?://{_PART}{{1,500}}(?:[ ]{{1,3}}{_PART}{{1,300}}){{1,9}}(?<!\)))"
        r"([ \t]+\"[^\"\n]*\")?[ \t]*\)",
        r"](<\1>\2)",
    ),
    # A link in a link.
    (
        r"(?<![\]!\\])\[([^\[\]\n]{0,300}(?:(?<!!)\[[^\[\]\n]+\]\([^\s()]+\)[^\[\]\n]{0,300}){1,9})\]\([^\s()]+\)",
        r"\1",
    ),
    # A link around whole paragraphs.
    (
        r"(?<![\]!\\])\[([ \t]*\n[ \t]*\n(?:[^\[\]\n]|!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|\n){1,2000})\]\(https?://[^\s()]+\)",
        r"\1",
    ),
    # Attributes.
    (r"\{:[ \t]*(?:[.#][\w-]+|[\w-]+=|toc)[^{}\n]{0,300}\}", ""),
    # The attributes of a heading.
    (r"^([ ]{0,3}#{1,6}[ \t][^\n{}]{1,300}?)[ \t]*\{[#.][^{}\n\"'<>]{1,80}\}[ \t]*$", r"\1"),
    # A heading without a blank.
    (r"^([ ]{0,3}#{2,6})(?=[\w“《【（][^\n]*(?<!#)$)", r"\1 "),
    (r"^([ ]{0,3}#{1,6})[\u00a0\u3000]+(?=\S)", r"\1 "),
    # Tasks.
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[ \](?=[ \t])", r"\1☐"),
    (r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[xX]\](?=[ \t])", r"\1☑"),
    # Formulas.
    (
        r"^[ ]{0,3}\$\$((?:(?!\$\$|\n[ \t]*\n).){0,6000}?\n(?:(?!\$\$).){0,6000}?)\$\$[ \t]*$",
        r"```\n$$\1\n$$\n```",
    ),
)


def as_commonmark(body: str) -> str:
    """A body with shortcodes and other tools' notations as what is visible of them."""
    body = tags.said(body)
    fences: list[str] = []

    def hidden(found: re.Match[str]) -> str:
        fences.append(found[2])
        return f"{found[1]}\0{len(fences) - 1}\0"

    body = _without_containers(_below_html(of_wordpress(_FENCE.sub(hidden, body))))
    for pattern, shown in _NOT_COMMONMARK:
        body = re.sub(pattern, shown, body, flags=re.MULTILINE)
    body = _with_rows(_without_colons(_with_notes(_without_wiki(body))))
    body = re.sub(rf"{CODE_SPAN}|((?:&#\w{{5}};)+)", lambda one: whole(one[2]) if one[2] else one[0], body)
    return re.sub("\0(\\d+)\0", lambda word: fences[int(word[1])], body)


def of_wordpress(text: str) -> str:
    """HTML or Markdown with WordPress's pictures and their captions as such, without its galleries; code stays."""
    if "[caption" not in text and "[gallery" not in text:
        return text
    values = r"((?:[ \t]+[a-z_\\]+=\"[^\"\[\]\n]*\")*)[ \t]*"
    text = re.sub(
        rf"{_KEPT}|(?<!\[)\\?\[gallery(?=[ \t]+[a-z]){values}/?\\?\](?!\()", lambda one: one[1] or "", text
    )
    image = r"<img\b[^<>]*>|!\[[^\[\]\n]*\]\([^()\n]*\)"
    linked = rf"<a\b[^<>]*>\s*(?:{image})\s*</a>|\[!\[[^\[\]\n]*\]\([^()\n]*\)\]\([^()\n]*\)"
    said = r"((?:(?!\\?\[/?caption)[\s\S]){0,1000})"
    pair = rf"{_KEPT}|(?<!\[)\\?\[caption{values}\\?\]\s*({linked}|{image}){said}\\?\[/caption\\?\]"

    def shown(one: re.Match[str]) -> str:
        if one[1]:
            return one[1]
        words = re.sub(r"(?i)^(?:\s|<br ?/?>)+", "", one[5]).rstrip()
        if re.search(r"(?i)\n[ \t]*\n|</?(?:blockquote|div|figure|h[1-6]|li|ol|p|table|ul)\b", words):
            return one[0]
        named = re.search(r'\bcaption="([^"]*)"', one[3])
        return f"{one[4]}<br>{words or (named[1] if named else '')}"

    return re.sub(pair, shown, text)


def _below_html(text: str) -> str:
    """Markdown right below HTML that has ended, apart from it; what stands in comments and in code stays."""
    if "<pre" not in text.lower():
        names = r"(?:caption|colgroup|dd|dt|li|tbody|td|tfoot|th|thead|tr)\b[^<>\n]{0,500}>"
        empty = r"[ \t]*+\n(?:[ \t]*+\n)++"
        text = re.sub(rf"(?i)(?<=\S){empty}(?=[ \t]*+</(?:{names}|(?:dl|ol|table|ul)>))", "\n", text)
        text = re.sub(rf"(?i)(?<=>){empty}(?=[ \t]*+<{names})", "\n", text)
    lines = text.split("\n")
    lows = [line.lower() for line in lines]
    ends = {end: max((at for at, low in enumerate(lows) if end in low), default=-1) for end in _RAW.values()}
    out: list[str] = []
    deep, awaited = -1, ""  # elements that are open, -1 outside of HTML; the end of what shows no Markdown
    for at, (line, below) in enumerate(zip(lines, [*lines[1:], ""], strict=True)):
        out.append(line)
        if awaited and awaited not in lows[at]:
            continue
        line = line[lows[at].rfind(awaited) :] if awaited else line
        first = not awaited and deep <= 0 and not "".join(out[-2:-1]).strip() and _LONE.fullmatch(line)
        is_html = line.strip() and (deep >= 0 or first or _BLOCK.match(line))
        deep = _deep(line, max(deep, 0)) if is_html else -1
        awaited = next(
            (
                end
                for begin, end in _RAW.items()
                if is_html and ends[end] > at and lows[at].rfind(begin) > lows[at].rfind(end)
            ),
            "",
        )
        over = is_html and line.rstrip().endswith(">") and (deep == 0 or first) and _GOES_ON.match(below)
        if not awaited and (over or (_BLOCK_ENDS.fullmatch(line) and re.match(r"[ ]{0,3}[^<\s]", below))):
            out.append("")
            deep = -1
    return "\n".join(out)


def _deep(line: str, deep: int) -> int:
    """How many elements are open behind a line, if `deep` are before."""
    for end, name, closed in re.findall(r"<(/?)([A-Za-z][\w-]*+)[^<>]*+(?:(?<=(/))>|>|$)", line):
        if name.lower() not in VOID and not closed:
            deep = max(0, deep - 1) if end else deep + 1
    return deep


def _without_containers(text: str) -> str:
    """`::: tip title` … `:::` and `!!! note "title"` above indented lines: the titles and what stands inside."""
    if re.search(r"(?m)^[ \t]*:{3,}[ \t]*$", text):
        name = rf"(?:{'|'.join(CONTAINERS)})(?=[\s\[{{]|$)|[a-z][a-z0-9_-]*+(?=[ \t]*(?:[\[{{]|$))"
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
    value = r"(?:[.#][\w-]+|[\w-]+=\"[^\"\n]*\"|(?:width|height)=[\d.]+\w{0,3}%?)"
    classed = re.compile(
        rf"{CODE_SPAN}|(?:(?<=\))|(?<!!)\[([^\[\]\n]{{1,300}})\]|(?:(?<![\w)\]!])|(?<!!)(?=\[\]\{{#))\[\])"
        rf"\{{{value}(?:[ \t]+{value})*[ \t]*\}}"
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
    row = re.sub(r"^(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\|)", "", row.lstrip(" \t>")).rstrip()
    return len(CELL_END.split(row)) - row.startswith("|") - row.endswith("|")
