"""Markdown as other tools read it → CommonMark that says the same. Text in, text out; no code fences inside.

What CommonMark has no notation for, and would show or drop: tables whose rows have more cells than their head or
that have none, notes (`[^1]`), tasks (`[x]`), attributes (`{: .note}`), formulas (`$x_1$`), meanings of a term (`: `),
containers (`:::`, `!!!`, `[!NOTE]`), headings without a blank (`##题`), Markdown right below HTML, links of a wiki
(`[[page|words]]`), places for a table of contents, comments.
Definitions of links (`[1]: https://…`) hold only where they are used and lead somewhere; any other is a line of text,
which CommonMark would drop.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise, product
from urllib.parse import quote, unquote

from markdown_it.common.html_blocks import block_names

from factorykb.text import CODE_SPAN, HALVES, is_cjk, joined_halves

_LEAD = r"[ \t>]*+(?:[-*+]|\d{1,9}[.)])?[ \t]*+"
_SPAN = rf"(?P<code>{CODE_SPAN})"

_DELIMITERS = re.compile(r"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_CELL_END = re.compile(r"(?<!\\)\|")
_ROW = re.compile(r"[ ]{0,3}\|(?:[^|\n]*+\|){2,}+[ \t]*+")

_DEFINITION = re.compile(
    rf"^({_LEAD})\[([^\[\]\n]{{1,200}})\]:[ \t\u00a0]*(?:\n[ \t]*(?=https?:|<|/|\.))?(<[^<>\n]{{1,500}}>|\S*)(.*)$",
    re.MULTILINE,
)
# What Markdown has for comments: `[//]: # (text)`.
_COMMENT = re.compile(
    r"[ ]{0,3}\[(?://|comment|\^_\^|#|-)\]:[ \t]+(?:#|<>)[ \t]*(?:\(.*\)|\".*\"|'.*'|[ \t]*)[ \t]*"
)
_LABEL = re.compile(r"\[([^\[\]]{1,200})\](?!\()")
_NAMED = re.compile(r"\]\[([^\[\]]{1,200})\]|\[([^\[\]]{1,200})\]\[\]")
_ADDRESS = re.compile(r"<?(?:(?:https?:)?//|\.{0,2}/|#|mailto:|[\w/. -]+\.[A-Za-z]{2,5}>?$)")
_TITLE = re.compile(r"[ \t]*(?:[ \t](?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*")

_NOTE = re.compile(
    rf"{_SPAN}|(?P<start>^{_LEAD})?\[\^(?P<note>[^\]\s]{{1,40}})\](?P<colon>[:：])?", re.MULTILINE
)
_NOTE_BELOW = re.compile(
    r"^(\[\^[^\]\s]{1,40}\]:[^\n]*\n)((?:[ \t]*\n){0,3}(?:[ ]{4}|\t)[^\n]*(?:\n(?:[ ]{4}|\t)[^\n]*|\n[ \t]*(?=\n))*)",
    re.MULTILINE,
)
_TASK = re.compile(r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[([ xX])\](?=[ \t])", re.MULTILINE)

_ATTRIBUTE = r"(?:[.#][A-Za-z_][\w-]*|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+)|toc)"
_ATTRIBUTES = re.compile(rf"{_SPAN}|\{{:[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*[ \t]*\}}")
_CONTENTS = re.compile(
    r"^[ \t]*(?:[-*+]|1\.)[ \t]+\S[^\n]{0,40}\n[ \t]*\{:[ \t]*toc[^{}\n]*\}[ \t]*$"
    r"|^[ \t]*(?:@?\[toc\](?:\([^()\n]{0,100}\))?|\[\[_?toc_?\]\]|\{\{ ?toc ?\}\})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Containers: `::: tip title` … `:::`, `!!! note "title"` above indented lines, `> [!NOTE] title`.
# Names of containers that take a title, for both readings of a source. What else stands before words is their first:
# `::: hello world`.
CONTAINERS = """
    abstract admonition alert answer attention block box bug callout card cards caution chart code-group
    code-group-item code-tabs collapse columns corollary danger default definition demo demo-block
    details echarts error example exercise expand failure flow flowchart fold grid highlight hint hint-container
    important info lemma markmap mermaid message normal-demo note notice panel playground
    primary problem proof proposition question quote remark secondary section seealso solution spoiler
    steps success summary tab tabs theorem timeline tip tldr todo video warning
""".split()
_COLONS = re.compile(
    rf"^[ \t]*+:{{3,}}+[ \t]*+(?:\{{[^{{}}\n]*\}}|(?:{'|'.join(CONTAINERS)})(?![^\s\[{{])"
    r"|[a-z][a-z0-9_-]*+(?=[ \t]*+(?:[\[{]|$)))?((?:[^\n:]|:(?!:{0,40}$))*+):*$",
    re.MULTILINE,
)
_COLONS_END = re.compile(r"^[ \t]*:{3,}[ \t]*$", re.MULTILINE)
_INDENTED = re.compile(
    r"^(?:!!!|\?\?\?\+?)[ \t]+[A-Za-z][A-Za-z -]{0,40}(?:\"([^\"\n]*)\")?[ \t]*\n"
    r"((?:(?:[ ]{4}|\t)[^\n]*\n?|(?:[ \t]*+\n)++(?=[ ]{4}|\t))+)",
    re.MULTILINE,
)
_INDENT = re.compile(r"^(?:[ ]{4}|\t)", re.MULTILINE)
_ALERT = re.compile(r"^((?:[ \t]*>)+[ \t]*)\[![A-Za-z]{3,20}\][+-]?[ \t]*", re.MULTILINE)
# kramdown's own: what it leaves out, and the names of what it does with the rest.
_EXTENSIONS = re.compile(
    r"\{::comment\}(?:[^{]|\{(?!::comment\})){0,20000}?\{:/(?:comment)?\}"
    r"|\{::(?:nomarkdown|options)[^{}\n]{0,200}\}|\{:/(?:nomarkdown)?\}"
)
# Obsidian's links and pictures; `[[1]]` is a citation, `df[["a"]]` and `[[:alpha:]]` are code.
_WIKI = re.compile(
    rf"{_SPAN}|(?P<embed>!?)\[\[(?![\d\s^\]]+\]\]|:[a-z]+:\]\])(?P<target>[^\s\[\]|\"'][^\[\]|\n]{{0,200}}?)(?:\\?\|(?P<words>[^\[\]\n]{{1,200}}))?\]\](?![(\[])"
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|avif)$", re.IGNORECASE)
# A drawing in an address, in which Markdown allows no blanks.
_DRAWING = re.compile(
    r"(!\[[^\[\]\n]{0,200}\]\()(data:image/svg\+xml(?![^,\n]{0,40};base64)"
    r"(?:(?!!\[)[^\n]){0,5000}?(?:</|%3C/|%3C%2F)svg(?:>|%3E))[\"']?[ \t]*\)"
)
# Pandoc's: a piece of text, a picture or a link with a class or a size.
_PANDOCS = r"(?:[.#][A-Za-z_][\w-]*|[\w-]+=\"[^\"\n]{0,200}\"|(?:width|height)=[\d.]+\w{0,3}%?)"
_PANDOC = rf"\{{{_PANDOCS}(?:[ \t]+{_PANDOCS})*[ \t]*\}}"
# An empty piece right behind a word may be an array's brackets, unless it is the place of a link's target (`{#x}`).
_CLASSED = re.compile(
    rf"{_SPAN}|(?:(?<=\))|(?<!\!)\[(?P<words>[^\[\]\n]{{1,300}})\]|(?<![\w!)\]])\[\]|(?<!\!)\[\](?=\{{#)){_PANDOC}"
)
# A definition list: a term, and below it its meanings, each behind a colon.
_MEANING = re.compile(r"[ ]{0,3}:[ \t]+(?=\S)")
_NO_TERM = re.compile(r"[ \t]*(?:[#>|]|[-*+][ \t]|$)")
_HEADING_ID = re.compile(
    r"^([ ]{0,3}#{1,6}[ \t][^\n{}]{1,300}?)[ \t]*\{[#.][^{}\n\"'<>]{1,80}\}[ \t]*$", re.MULTILINE
)

# Without a blank, or with one that CommonMark does not know.
_TIGHT_HEADING = re.compile(
    r"^([ ]{0,3}(?:#{2,6}(?=[\w“《【（][^\n]*(?<!#)$)|#{1,6}(?=[\u00a0\u3000])))[\u00a0\u3000]*+(?=\S)",
    re.MULTILINE,
)
# CommonMark takes what follows HTML without an empty line between for HTML, also what Notion writes into an <aside>.
_NAMES = "|".join((*block_names, "pre", "script", "style", "textarea"))
_HTML_BLOCK = re.compile(rf"[ ]{{0,3}}<(?:!--|/?(?:{_NAMES})(?![\w-]))", re.IGNORECASE)
# Alone on its line, below an empty one.
_LONE_TAG = re.compile(
    r"[ ]{0,3}<(/?)(?:a|abbr|b|big|br|cite|del|em|font|i|img|ins|label|mark|s|small|span|strike|strong|sub|sup|u)"
    r"(?![\w-])[^<>]*+>[ \t]*+",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(r"<!--|-->|</?([A-Za-z][\w-]*+)[^<>]*+(?:>|$)")
# What shows no Markdown whatever is written into it.
_RAW = ("!--", "pre", "script", "style", "textarea")
_DEEPEST = 100  # elements in each other
VOID = frozenset(
    "area base basefont br col embed frame hr img input link meta param source spacer track wbr".split()
)
# Empty lines before what stands only inside a table or a list, which would end the HTML around.
PART_OF_TABLE = r"(?:</?(?:t[rdh]|thead|tbody|tfoot|caption|colgroup|li|d[td])(?![\w-])[^<>\n]{0,500}>|</(?:table|[uod]l)>)"
_EMPTY_INSIDE = re.compile(
    rf"(?<=\S)[ \t]*+\n(?:[ \t]*+\n)++([ ]{{0,3}})[ \t]*+(?={PART_OF_TABLE})", re.IGNORECASE
)
_END_OF_BLOCK = re.compile(
    r"[ ]{0,3}<(?:[^\n]*</|/)(?:table|p|div|center|figure|[uod]l|blockquote|section|article|aside|main|header|footer|details"
    r"|summary|h[1-6]|iframe|video|audio|pre)>[ \t]*+|[ ]{0,3}<aside>[ \t]*+"
)
_NO_HTML = re.compile(r"[ ]{0,3}[^<\s]")
_NO_BLOCK = re.compile(rf"[ ]{{0,3}}(?:[^<\s]|<(?![/!?]|(?:{_NAMES})(?![\w-])))", re.IGNORECASE)

_FORMULAS = re.compile(
    r"^[ ]{0,3}\$\$(?:[ \t]*\n((?:(?!\$\$)[^\n]*\n){1,60}?)[ \t]*"
    r"|((?:(?=[^\n]*\S)(?:(?!\$\$)[^\n])*+\n){1,60}?(?:(?!\$\$)[^\n])*+))\$\$[ \t]*$",
    re.MULTILINE,
)
_FORMULA = re.compile(
    rf"{_SPAN}|(?<![\\$])(?P<formula>\$\$[^$\n`]{{1,1000}}\$\$|\$(?=[^\s$])(?:(?!\]\()[^$\n`]){{0,300}}(?<![\s\\])\$(?![\d$]))"
)
_HALVES = re.compile(rf"{_SPAN}|{HALVES}")
_TEX = re.compile(r"[\\^_{}*]")


def repaired(prose: str) -> str:
    """All of the above. Takes time in proportion to the length of `prose`."""
    prose = _with_html_apart(prose)
    if _COLONS_END.search(prose):
        prose = _COLONS.sub(lambda found: f"\n{found[1].strip()}\n", prose)
    for needed, pattern, replacement in _STEPS:
        if any(part in prose for part in needed):
            prose = pattern.sub(replacement, prose)
    return _tables(_meanings(_definitions(_notes(prose))))


def _with_html_apart(prose: str) -> str:
    """An empty line between HTML whose elements have ended and Markdown right below it."""
    if "<" not in prose:
        return prose
    if "<pre" not in prose.lower():
        prose = _EMPTY_INSIDE.sub(r"\n\1", prose)
    last = {name: prose.lower().rfind("-->" if name == "!--" else f"</{name}") for name in _RAW}
    out: list[str] = []
    opened: list[str] = []
    inside, at = False, 0
    lines = prose.split("\n")
    for line, below in pairwise([*lines, ""]):
        was_raw = _is_raw(opened)
        if not line.strip() and not was_raw:
            inside, opened = False, []
        lone = not opened and not "".join(out[-1:]).strip() and _LONE_TAG.fullmatch(line)
        out.append(line)
        inside = inside or bool(lone or _HTML_BLOCK.match(line))
        ends_in_tag = inside and _read_tags(line, opened, at, last)
        at += len(line) + 1
        ended = ends_in_tag and (lone or not opened)
        if _is_raw(opened):
            continue
        if (ended and _NO_BLOCK.match(below)) or (_NO_HTML.match(below) and _END_OF_BLOCK.fullmatch(line)):
            out.append("")
            inside, opened = False, []
    return "\n".join(out)


def _is_raw(opened: list[str]) -> bool:
    return bool(opened) and opened[-1] in _RAW


def _read_tags(line: str, opened: list[str], start: int, last: dict[str, int]) -> bool:
    """Note which elements are open behind a line of HTML that begins at `start`, and tell whether a tag ends it. One
    whose inside is raw is open only where its end comes, the `last` of which is known."""
    tag = None
    for tag in _HTML_TAG.finditer(line):
        name = (tag[1] or "!--").lower()
        is_end = tag[0].startswith(("</", "-->"))
        if _is_raw(opened) and not (is_end and name == opened[-1]):
            continue
        if is_end and name in opened:
            del opened[len(opened) - 1 - opened[::-1].index(name) :]
        opens = not is_end and name not in VOID and not tag[0].endswith("/>")
        if opens and len(opened) < _DEEPEST and last.get(name, len(line) + start) > start + tag.start():
            opened.append(name)
    return tag is not None and tag[0].endswith(">") and not line[tag.end() :].strip()


def _dedented(found: re.Match[str]) -> str:
    """An indented container: its title, and its inside as far to the left as what is around it."""
    return f"{found[1] or ''}\n\n{_INDENT.sub('', found[2])}\n"


def _wiki_link(found: re.Match[str]) -> str:
    """The words of a link into a wiki, which is not ours; a picture by the name of its file."""
    if found["code"]:
        return found[0]
    if found["embed"] and _PICTURE.search(found["target"]):
        return f"![](<{found['target']}>)"
    return found["words"] or found["target"]


def _formula(found: re.Match[str]) -> str:
    text = found["formula"]
    line = found.string[found.string.rfind("\n", 0, found.start()) + 1 : found.start()]
    in_cell = line.lstrip(" \t>").startswith("|") and "|" in (text or "")
    in_html = _HTML_BLOCK.match(line.lstrip()) or re.match(r"</?[A-Za-z][^<>]*+\Z", line[line.rfind("<") :])
    is_tex = (
        text
        and not in_cell
        and not in_html
        and text.count("[") == text.count("]")
        and _TEX.search(text)
        and not any(map(is_cjk, text))
    )
    return f"`{text}`" if is_tex else found[0]


# In this order: parts of which a text must hold one, as most do not, for the pattern to match at all; the pattern; what
# stands in its place.
_STEPS: tuple[tuple[tuple[str, ...], re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (("!!!", "???"), _INDENTED, _dedented),
    (("[!",), _ALERT, r"\1"),
    (("{:",), _EXTENSIONS, ""),
    (tuple(map("".join, product("tT", "oO", "cC"))), _CONTENTS, ""),
    (("##", "#\u00a0", "#\u3000"), _TIGHT_HEADING, r"\1 "),
    (("{",), _HEADING_ID, r"\1"),
    (("{:",), _ATTRIBUTES, lambda found: found["code"] or ""),
    (("{",), _CLASSED, lambda found: found["code"] or found["words"] or ""),
    (("data:image",), _DRAWING, lambda found: f"{found[1]}{quote(unquote(found[2]), safe=':/+,;=')})"),
    (("[[",), _WIKI, _wiki_link),
    (("$$",), _FORMULAS, lambda found: f"```\n$$\n{(found[1] or found[2]).strip()}\n$$\n```"),
    (("$",), _FORMULA, _formula),
    (("&#",), _HALVES, lambda found: found["code"] or joined_halves(found)),
    (("[",), _TASK, lambda found: f"{found[1]}{'☐' if found[2] == ' ' else '☑'}"),
)


def _notes(prose: str) -> str:
    """Notes that are both cited and written: the number is raised, the note a paragraph with its number; what is
    indented below it belongs to it."""
    if "[^" not in prose:
        return prose
    prose = _NOTE_BELOW.sub(lambda found: found[1] + _INDENT.sub("", found[2]), prose)
    cited, written = set[str](), set[str]()
    for found in _NOTE.finditer(prose):
        if found["note"]:
            (written if _is_written(found) else cited).add(found["note"])
    both = cited & written

    def replaced(found: re.Match[str]) -> str:
        note = found["note"]
        if note not in both:
            return found[0]
        if _is_written(found):
            return f"\n{found['start']}&#91;{note}&#93;"
        return f"{found['start'] or ''}<sup>&#91;{note}&#93;</sup>{found['colon'] or ''}"

    return _NOTE.sub(replaced, prose)


def _is_written(found: re.Match[str]) -> bool:
    return found["start"] is not None and found["colon"] is not None


def _definitions(prose: str) -> str:
    """Escape definitions that are none."""
    written = Counter(_folded(found[2]) for found in _DEFINITION.finditer(prose))
    if not written:
        return prose
    named = Counter(_folded(found[1]) for found in _LABEL.finditer(_DEFINITION.sub(r"[\2]", prose)))
    sought = {_folded(found[1] or found[2]) for found in _NAMED.finditer(prose)}
    waiting = {label for label, number in written.items() if named[label] > number}

    kept: dict[str, str] = {}

    def kept_or_escaped(found: re.Match[str]) -> str:
        if _COMMENT.fullmatch(found[0]):
            return ""
        label = _folded(found[2])
        leads = found[3] and (label in sought or _ADDRESS.match(found[3].strip()))
        again = kept.get(label) == found[3]
        if again or (label in waiting and leads and _TITLE.fullmatch(found[4])):
            # Of two definitions the first holds, and one that says something else is text.
            waiting.discard(label)
            kept[label] = found[3]
            return (
                f"\n{found[0]}" if _DEFINITION.match(prose, _line_above(prose, found.start())) else found[0]
            )
        return f"{found[1]}&#91;{found[2]}&#93;:{found[0][found.end(2) - found.start() + 2 :]}"

    return _DEFINITION.sub(kept_or_escaped, prose)


def _line_above(text: str, start: int) -> int:
    """Where the line above the one at `start` begins."""
    return text.rfind("\n", 0, max(0, start - 1)) + 1


def _folded(label: str) -> str:
    return re.sub(r"\s+", " ", label.strip()).casefold()


def _meanings(prose: str) -> str:
    """The meanings of a term as a list below it."""
    if ":" not in prose:
        return prose
    out: list[str] = []
    below_term = False
    for line in prose.split("\n"):
        colon = _MEANING.match(line) if below_term else None
        if colon:
            out += ["", f"- {line[colon.end() :]}"]
        else:
            after_blank = below_term and not line.strip() and bool(out[-1].strip())
            below_term = after_blank or (below_term and line[:1] in " \t") or not _NO_TERM.match(line)
            out.append(line)
    return "\n".join(out)


def _tables(prose: str) -> str:
    """Give the head of a table, and the line below it, as many cells as its longest row has, and a line before it."""
    if "|" not in prose:
        return prose
    lines = _with_heads(prose.split("\n"))
    at = 1
    while at < len(lines):
        head, delimiters = lines[at - 1], lines[at]
        if "|" not in head or "|" not in delimiters or not _DELIMITERS.fullmatch(delimiters):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        if at > 1 and lines[at - 2].strip(" \t>") and "|" not in lines[at - 2]:
            lines.insert(at - 1, re.match(r"[ \t]*(?:>[ \t]?)*", head)[0].rstrip())  # type: ignore[index]
            at, end = at + 1, end + 1
        widest = max(map(_cells, lines[at - 1 : end]))
        lines[at - 1] = _widened(head, "", widest - _cells(head))
        lines[at] = _widened(delimiters, "---", widest - _cells(delimiters))
        at = end
    return "\n".join(lines)


def _with_heads(lines: list[str]) -> list[str]:
    """Rows between bars, of one length, that have no head get an empty one: kramdown needs none."""
    out: list[str] = []
    rows: list[str] = []
    for line in [*lines, ""]:
        if _ROW.fullmatch(line):
            rows.append(line)
            continue
        apart = not out or not out[-1].strip()
        if (
            len(rows) > 1
            and apart
            and len(set(map(_cells, rows))) == 1
            and not any(map(_DELIMITERS.fullmatch, rows))
        ):
            out += ["|" + "  |" * _cells(rows[0]), "|" + "---|" * _cells(rows[0])]
        out += [*rows, line]
        rows = []
    return out[:-1]


def _cells(row: str) -> int:
    """How many cells a row has; a list's mark before it is none."""
    mark = r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\|))?"
    return len(_CELL_END.split(re.sub(rf"^[ \t>]*{mark}\|?|\|?[ \t]*$", "", row)))


def _widened(row: str, cell: str, more: int) -> str:
    if not more:
        return row
    open_end = "" if re.search(r"(?<!\\)\|[ \t]*$", row) else " |"
    return row.rstrip() + open_end + f" {cell} |" * more
