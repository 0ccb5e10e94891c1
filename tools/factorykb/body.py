"""Bodies as HTML: Markdown is rendered, HTML is passed on. Nothing here is safe yet; `clean` makes it so."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_cjk_friendly import cjk_friendly

from factorykb import limits, repairs, shortcodes
from factorykb.fold import in_simplified
from factorykb.text import CODE_SPAN, is_cjk, length, without_endless_comments

# Elements of HTML that a source may mean as markup. A name that is not here (`<END>`, `<textbox>`) is text.
_HTML_NAMES = frozenset(
    """a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption center
    cite code col colgroup dd datalist del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
    footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label
    legend li link main map mark marquee math menu meta nav noscript object ol optgroup option output p param
    picture pre progress q rp rt ruby s samp script section select small source span strike strong style sub
    summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video
    wbr
    acronym basefont meter multicol nobr slot spacer
    math annotation maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow
    ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics""".split()
)
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_HTML_BODY = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype|div|p|section|article|html|body|h[1-6]|figure|ul|ol|blockquote|table|main"
    r"|header|footer|aside|nav|dl|hr|center|picture|iframe|noscript)\b",
    re.IGNORECASE | re.DOTALL,
)
_PIECE = re.compile(
    r"<!--.*?-->|<![^<>]*>|<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)[^<>]*?(?P<closed>/?)>|[^<]+|<", re.S
)
_FENCED = re.compile(
    r"^(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*\n"
    r"(?:[^\n]*+\n)*?[ \t>]*+(?P=fence)[`~]*+[ \t]*+$",
    re.MULTILINE,
)
_INDENTED = re.compile(
    r"(?:(?<=\n\n)|\A)(?P<indent> {4}|\t)[^\n]*\S[^\n]*(?:\n(?: {4}|\t)[^\n]*|\n(?=\n(?: {4}|\t)))*+",
    re.MULTILINE,
)
_GOES_ON = re.compile(r"[ \t]|[-*+>:][ \t]|\d{1,9}[.)][ \t]|\[\^|!!!|\?\?\?|>")  # with indented lines below
_PART_OF_TABLE = re.compile(rf"\s*+{repairs.PART_OF_TABLE}", re.IGNORECASE)
_LONGEST = 1_000  # characters of a paragraph that are looked at
_HIDDEN = re.compile(r"\0(\d+)\.\d+\0")
# In an opening fence: the language, the lines to mark, the names of values.
_NO_TITLE = re.compile(r"^[ \t]*[A-Za-z][A-Za-z0-9_+#.-]*(?=[ \t])|\{[^{}]*\}|\b[A-Za-z]+=")
# Text without the characters that begin or end anything inside a line.
_RUN = re.compile(r"[^\n!&*<\[\\\]_`~]+")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")
_WIDE_BLANKS = re.compile("\n(?=(?:\u3000|\u00a0){2}[\u3000\u00a0]{0,20}[^\\s|])")
# How a line begins that is no prose: a tag, a row of a table, a list, a quotation, a note.
_NO_PROSE = re.compile(r"^[ \t]*(?:</?[A-Za-z!]|\||[-*+>:][ \t>]|\d{1,9}[.)][ \t]|\[\^)", re.MULTILINE)
_SENTENCE_END = "。！？；!?;…”’」』）)"
_SHORT_LINE = 30
# What lines of a notice on the origin begin with: 链接：https://…
_LABEL = re.compile(r"(?:作者|链接|来源|出处|原文(?:链接|地址)?|发布(?:时间|日期)|编辑|责编)[：:]|著作权归")


_URL = r"https?://[^\s<>]{1,500}?"
# A character of an address with blanks, or a pair of parentheses in it; what may stand behind.
_WORD = r"(?:[^\s()<>\"']|\([^()\[\]<>\"'\n]{0,80}\))"
_TITLE = r"([ \t]+\"[^\"\n]*\")?"
_IN_ADDRESS = str.maketrans({" ": "%20", "(": "%28", ")": "%29"})
# A piece of an address, and one on the next line.
_PART = r"[!#-&*-;=?-~]{1,500}"
_NEXT = rf"\n({_PART})"
# Links as converters write them and CommonMark does not read them.
_REPAIRS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # An address that was wrapped with the lines of its text.
    (
        re.compile(rf"(\]\(https?://{_PART}){_NEXT}(?:{_NEXT})?(?=[ \t]*\)|[ \t]+[\"'])"),
        lambda found: "".join(filter(None, found.groups())),
    ),
    # A title is never visible, and one with other quotation marks, or with some inside, breaks the link.
    (
        re.compile(rf"\]\(\s*({_URL})\s+(?!(?:\"[^\"\n]*\"|'[^'\n]*')\s*\))[\"'“][^\n]{{0,300}}?[\"'”]\s*\)"),
        r"](\1)",
    ),
    # The size of a picture behind its address.
    (re.compile(r"(!\[[^\[\]\n]{0,200}\]\([^\s()]{1,500})[ \t]+=\d{0,5}%?x?\d{0,5}%?[ \t]*\)"), r"\1)"),
    # Blanks in the name of a file, with a title behind it or none.
    (
        re.compile(
            rf"\]\([ \t]*((?!\w+:){_WORD}{{1,300}}(?:[ ]{{1,3}}{_WORD}{{1,300}}){{1,9}}\.[A-Za-z]\w{{1,4}}){_TITLE}[ \t]*\)"
        ),
        lambda found: f"](<{found[1]}>{found[2] or ''})",
    ),
    # Blanks in the address. Words in parentheses at its end are a title.
    (
        re.compile(
            rf"\]\((https?://(?:[\"']|{_WORD}){{1,500}}(?:[ ]{{1,3}}{_WORD}{{1,300}}){{1,9}}[ ]{{0,3}})(?<!\)){_TITLE}\)"
        ),
        lambda found: f"]({found[1].strip().translate(_IN_ADDRESS)}{found[2] or ''})",
    ),
    # A link in a link: each word leads where the link nearest to it leads.
    (
        re.compile(
            r"(?<![\]!\\])\[([^\[\]\n]{0,300}(?:(?<!!)\[[^\[\]\n]{1,300}\]\([^\s()]{1,500}\)[^\[\]\n]{0,300}){1,9})\]\(([^\s()]{1,500})\)"
        ),
        lambda found: "".join(
            part if part.startswith("[") else f"[{part}]({found[2]})"
            for part in re.split(r"(\[[^\[\]\n]+\]\([^\s()]+\))", found[1])
            if part
        ),
    ),
    # An opening parenthesis in the address that is never closed.
    (
        re.compile(
            r"\]\((https?://[^\s()]{1,500})\(([^\s()]{0,500})\)"
            r"(?![!-'*-Z^-~]*(?:[()]|[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*\)))"
        ),
        r"](\1%28\2)",
    ),
    # A link around whole paragraphs: `[`, empty line, …, empty line, `](…)`.
    (
        re.compile(
            r"(?<![\]!\\])\[((?:[^\[\]\n]|!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|\n){1,2000})\]"
            r"\((https?://[^\s()]{1,500}|javascript:[^\s()]{0,40}(?:\([^\s()]{0,40}\))?;?)\)"
        ),
        lambda found: (
            f'\n\n<a href="{html.escape(found[2])}">\n\n{found[1].strip()}\n\n</a>\n\n'
            if re.search(r"\n[ \t]*\n", found[1])
            else found[0]
        ),
    ),
)


def is_html(body: str) -> bool:
    """Whether a body is HTML rather than Markdown: it stands in one <div>, whatever is broken inside, or begins with
    a block element with no text outside of all elements. (Markdown may begin with a logo or a box in HTML.)"""
    bare = body.strip().lower()
    if bare.startswith("<div>") and bare.endswith("</div>"):
        return True
    return _HTML_BODY.match(body) is not None and not _has_text_outside(body)


def _has_text_outside(body: str) -> bool:
    depth = 0
    for piece in _PIECE.finditer(without_endless_comments(body)):
        name = (piece["name"] or "").lower()
        if name and name not in repairs.VOID and not piece["closed"]:
            depth = max(0, depth - 1) if piece["end"] else depth + 1
        elif not name and depth == 0 and not piece[0].startswith("<!") and piece[0].strip():
            return True
    return False


def html_of_markdown(body: str) -> str:
    """Render a Markdown body as it was meant.

    CommonMark with tables and CJK-friendly emphasis. Kinder than the specification where scraped texts
    need it: an underline that is not as long as its line is a rule and no heading (converters write
    underlines to length), indented Chinese is prose and no code, unknown tags are text, runs of `**`
    that enclose nothing are dropped, and any address is a link (`clean` decides which may stay).

    Raises:
        LimitError: there is more in it, or deeper, than any article has.
    """
    limits.check_markdown(body)
    expanded = partial(shortcodes.expanded, ends=shortcodes.paired(body))
    for repair in (expanded, repairs.repaired, _repaired):
        body = _outside_fences(body, repair)
    tokens = _PARSER.parse(_with_unused_definitions(body))
    deepest = max((token.level for token in tokens), default=0)
    limits.check(deepest, limits.DEPTH, "lists and quotations in each other")
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _with_unused_definitions(body: str) -> str:
    """A definition of a link that nothing uses would be dropped; it is a line of text."""
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(body, env) if "]:" in body else []
    used = {
        child.attrs.get("href") or child.attrs.get("src")
        for token in tokens
        for child in token.children or ()
        if child.type in ("link_open", "image")
    }
    lines = body.split("\n")
    for definition in (*env.get("references", {}).values(), *env.get("duplicate_refs", ())):
        start, end = definition["map"]
        if definition["href"] not in used:
            text = re.sub(r"\[([^\[\]]*)\]:", r"&#91;\1&#93;:", "\n".join(lines[start:end]), count=1)
            lines[start:end] = text.split("\n")
            lines[end - 1] += "\n"  # the next one would be part of its paragraph
    return "\n".join(lines)


def _outside_fences(body: str, repair: Callable[[str], str]) -> str:
    """`repair` applied to a body in which each piece of code on lines of its own is a word, `\\0number.backticks\\0` with
    the length of its longest run of backticks; code moves left with its word."""
    pieces: list[tuple[str, int]] = []  # code without its indent, and how long that is

    def hidden(found: re.Match[str]) -> str:
        indent, code = found["indent"], found[0][len(found["indent"]) :]
        pieces.append((code, len(indent)))
        return f"{indent}\0{len(pieces) - 1}.{shortcodes.backticks(code)}\0"

    def shown(word: re.Match[str]) -> str:
        code, indent = pieces[int(word[1])]
        line_start = word.string.rfind("\n", 0, word.start()) + 1
        moved = indent - (word.start() - line_start)
        return re.sub(rf"^[ \t]{{0,{moved}}}", "", code, flags=re.MULTILINE) if moved > 0 else code

    body = _INDENTED.sub(
        lambda found: hidden(found) if _is_code(found) else found[0], _FENCED.sub(hidden, body)
    )
    return _HIDDEN.sub(shown, repair(body))


def _is_code(found: re.Match[str]) -> bool:
    """Whether indented lines are code: not mostly Chinese, and no part of a list, a note or a box above."""
    if 2 * sum(map(is_cjk, found[0])) >= length(found[0]):
        return False
    above = found.string[max(0, found.start() - _LONGEST) : found.start()].rstrip().rpartition("\n\n")[2]
    in_table = above.lstrip().startswith("<") and _PART_OF_TABLE.match(found[0])
    return not in_table and not _GOES_ON.match(above)


def _repaired(prose: str) -> str:
    for pattern, replacement in _REPAIRS:
        prose = pattern.sub(replacement, prose)
    return _with_rules_apart(_with_paragraphs_apart(prose))


def _with_paragraphs_apart(prose: str) -> str:
    """A line that begins with two wide blanks begins a paragraph, but in HTML, a list or a quotation."""
    if not _WIDE_BLANKS.search(prose):
        return prose
    parts = re.split(r"(\n[ \t]*\n)", prose)
    return "".join(part if _NO_PROSE.search(part) else _WIDE_BLANKS.sub("\n\n", part) for part in parts)


def _with_rules_apart(body: str) -> str:
    lines = body.split("\n")
    out: list[str] = []
    for line in lines:
        above = out[-1].strip() if out else ""
        if above and _UNDERLINE.match(line) and not _is_heading(above, line.strip()):
            out += ["", "* * *"]
        else:
            out.append(line)
    return "\n".join(out)


def _is_heading(text: str, underline: str) -> bool:
    if len(text) == len(underline):
        return True
    return len(text) <= _SHORT_LINE and text[-1] not in _SENTENCE_END


def _knows(text: str, position: int) -> bool:
    """Whether the `<` at `position` starts a tag of HTML, an element of a site's own (`<mp-style>`), a comment or
    the like; `<END>` is none of these."""
    name = _TAG_NAME.match(text, position)
    return name is None or name[1].lower() in _HTML_NAMES or "-" in name[1]


def _only_known_blocks(rule: Callable[..., bool]) -> Callable[..., bool]:
    def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        position = state.bMarks[start] + state.tShift[start]
        return _knows(state.src, position) and rule(state, start, end, silent)

    return html_block


def _only_known_inlines(rule: Callable[..., bool]) -> Callable[..., bool]:
    def html_inline(state: StateInline, silent: bool) -> bool:
        return _knows(state.src, state.pos) and rule(state, silent)

    return html_inline


def _text_run(state: StateInline, silent: bool) -> bool:
    """The parser's own rule ends also at signs that only extensions know, and at each end all text so far is copied."""
    run = _RUN.match(state.src, state.pos, state.posMax)
    if run is None:
        return False
    if not silent:
        state.pending += run[0]
    state.pos = run.end()
    return True


def _mend_blanks(state: StateCore) -> None:
    """Blanks that stand inside the marks of bold (`**重点 **之后`) are put outside. CommonMark takes such a mark for one
    that opens and makes bold what stands between two bold pieces."""
    for token in state.tokens:
        if token.type == "inline" and _LOOSE.search(token.content):
            token.content = _tight(token.content)


def _tight(text: str) -> str:
    """A paragraph in which the first `**` opens, the second closes and so on, each mark beside what it marks; the
    paragraph as it is where they may mean something else."""
    runs = [found for found in _ASTERISKS.finditer(text) if found["run"]]
    if len(runs) % 2 or any(found["run"] != "**" for found in runs):
        return text
    starts, ends = [found.start() for found in runs], [found.end() for found in runs]
    parts = [text[start:end] for start, end in zip([0, *ends], [*starts, len(text)], strict=True)]
    insides = range(1, len(parts), 2)
    if not all(_may_be_bold(*parts[at - 1 : at + 2]) for at in insides) or _is_nested(parts):
        return text
    for at in insides:
        bare = parts[at].strip(_BLANKS)
        lead, _, tail = parts[at].partition(bare) if bare else (parts[at], "", "")
        parts[at] = f"{lead}**{bare}**{tail}" if bare else lead
    return "".join(parts)


def _may_be_bold(before: str, inside: str, after: str) -> bool:
    """Whether two `**` may be a pair: no operators (`2 ** 3`, `2**3`), no arguments (`f(**a, **b)`)."""
    first, last = inside[0] in _BLANKS, inside[-1] in _BLANKS
    if first and (before.endswith(_EDGES) or (last and after.startswith(_EDGES))):
        return False
    if _OPERATOR.match(before[-1:] + inside[0]) or _OPERATOR.match(inside[-1] + after[:1]):
        return False
    return any(map(is_cjk, before[-1:] + inside + after[:1])) or not (first or re.search("[(),=]", inside))


def _is_nested(parts: Sequence[str]) -> bool:
    """Whether bold stands in bold: `**外 **里** 外**`."""
    loose = [(part[:1] in _EDGES, part[-1:] in _EDGES) for part in parts]
    return any(
        loose[at : at + 3] == [(False, True), (False, False), (True, False)]
        for at in range(1, len(parts) - 2, 2)
    )


_BLANKS = " \t\u00a0\u3000"
_EDGES = tuple(_BLANKS)
_LOOSE = re.compile(rf"[{_BLANKS}]\*\*|\*\*[{_BLANKS}]")
_OPERATOR = re.compile("[0-9A-Za-z]{2}")
# Two and more asterisks, and an escaped one; those in code, in tags and in addresses are passed over.
_ASTERISKS = re.compile(
    rf"{CODE_SPAN}|<[A-Za-z/!][^<>]{{0,1000}}>|\]\((?:[^()\n]|\([^()\n]{{0,100}}\)){{0,500}}+\)"
    r"|(?P<run>\*{2,}+|\\\*)|\\."
)


def _mend_asterisks(state: StateCore) -> None:
    """Make bold what stands between `**` that CommonMark does not take for marks because of a letter or digit beside a
    quotation mark (`**“必须转”**AI时代`), and drop `**` that opened or closed nothing. Escaped asterisks are another kind
    of token and stay."""
    for token in state.tokens:
        if any(child.type == "text" and "**" in child.content for child in token.children or ()):
            token.children = [new for child in token.children or () for new in _mended(child)]


def _mended(child: Token) -> list[Token]:
    if child.type != "text" or "*" not in child.content:
        return [child]
    out: list[Token] = []
    position = 0
    for found in filter(_is_bold, _BOLD.finditer(child.content)):
        out += [_text(child.content[position : found.start()]), Token("strong_open", "strong", 1)]
        out += [_text(found[1]), Token("strong_close", "strong", -1)]
        position = found.end()
    return [*out, _text(child.content[position:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=_STRAY.sub("", content))


def _is_bold(found: re.Match[str]) -> bool:
    """Whether both marks look to the inside, and neither stands between two letters (`2**3`)."""
    before, inside, after = found.string[: found.start()][-1:], found[1], found.string[found.end() :][:1]
    between = (before.isalnum() and inside[0].isalnum()) or (inside[-1].isalnum() and after.isalnum())
    return not between and inside[0] not in _ENDS and inside[-1] not in _BEGINS


_BOLD = re.compile(r"(?<!\*)\*\*(?![\s*])([^*\n]{1,300})(?<!\s)\*\*(?!\*)")
_BEGINS, _ENDS = "“‘「『《〈（(【[", "”’」』》〉）)】]。，、；：！？,.;:!?"


# Runs of asterisks, but not those that hide part of a number or name: 138****1234, f**k, 粤B·*****.
_STRAY = re.compile(
    r"(?<!\*)(?!(?<=[0-9A-Za-z])\*\*[0-9A-Za-z]|(?<=[0-9A-Za-z]{3})\*+[0-9A-Za-z]{3}|(?<=[0-9A-Za-z·])\*{5,})\*{2,}"
)


def _softbreak(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """A line end is kept as one where the line looks finished, else the two lines are joined."""
    before = _line_before(tokens, index)
    after = tokens[index + 1].content if index + 1 < len(tokens) else ""
    if before and (
        before[-1] in _SENTENCE_END or len(before) < _SHORT_LINE or _LABEL.match(in_simplified(after))
    ):
        return "<br>\n"
    return "" if before and after and is_cjk(before[-1]) and is_cjk(after[0]) else "\n"


def _line_before(tokens: Sequence[Token], index: int) -> str:
    parts: list[str] = []
    for position in range(index - 1, -1, -1):
        if tokens[position].type in ("softbreak", "hardbreak"):
            break
        parts.append(tokens[position].content)
    return "".join(reversed(parts)).rstrip()


def _code_block(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    """Indented lines that are mostly Chinese are prose, one paragraph each."""
    text = tokens[index].content
    if 2 * sum(map(is_cjk, text)) < length(text):
        return f"<pre><code>{html.escape(text)}</code></pre>\n"
    lines = (_PARSER_OF_CODE.renderInline(line.strip()) for line in text.splitlines())
    return "".join(f"<p>{line}</p>\n" for line in lines if line)


def _fence(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """What stands behind the opening fence is the name of a language; in Chinese it is a title, a first line."""
    token = tokens[index]
    title = _NO_TITLE.sub("", token.info).strip(" \t\"'")
    first = f"{title}\n" if any(map(is_cjk, title)) else ""
    return f"<pre><code>{html.escape(first + token.content)}</code></pre>\n"


def _parser() -> MarkdownIt:
    # Deeper nesting than this the parser would drop without a word.
    parser = (
        MarkdownIt("commonmark", {"maxNesting": 150}).enable(["table", "strikethrough"]).use(cjk_friendly)
    )
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    block_rules, inline_rules = parser.block.ruler, parser.inline.ruler
    html_block = next(rule for rule in block_rules.__rules__ if rule.name == "html_block")
    block_rules.at("html_block", _only_known_blocks(html_block.fn), {"alt": html_block.alt})
    html_inline = next(rule for rule in inline_rules.__rules__ if rule.name == "html_inline")
    inline_rules.at("html_inline", _only_known_inlines(html_inline.fn))
    inline_rules.at("text", _text_run)
    parser.core.ruler.before("inline", "mend_blanks", _mend_blanks)
    parser.core.ruler.before("text_join", "mend_asterisks", _mend_asterisks)
    parser.add_render_rule("softbreak", _softbreak)
    parser.add_render_rule("code_block", _code_block)
    parser.add_render_rule("fence", _fence)
    return parser


_PARSER = _parser()
# For lines that stand where code does: tags, entities and addresses in pointed brackets are shown as written.
_PARSER_OF_CODE = _parser().disable(["html_inline", "entity", "autolink"])
