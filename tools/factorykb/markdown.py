"""Blocks → Markdown that shows the same text under Python-Markdown and under CommonMark.

Everything from a source is escaped: no character of it can become markup. Backslashes are used where both
dialects know them, entities elsewhere. A paragraph is one line for each of its own lines, so only line starts
need care.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from factorykb.model import (
    MARKS,
    Block,
    Break,
    Cell,
    Code,
    Figure,
    Heading,
    Inline,
    InlineImage,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)
from factorykb.text import of_inlines

# Python-Markdown knows a backslash before these; CommonMark before any ASCII punctuation.
_BACKSLASHED = re.compile(r"([\\`*_\[\]])")
# Strikethrough for GitHub's Markdown; Python-Markdown would show a backslash before them.
_TILDES = re.compile("~(?=~)|(?<=~)~")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_LINE_START = (
    (re.compile(r"^([#+>-])"), r"\\\1"),
    (re.compile(r"^(\d{1,9})([.)])(?=\s|$)"), r"\1\\\2"),
    (re.compile("^([=:|])"), lambda match: f"&#{ord(match[1])};"),
)
_TAGS = {"strong": "strong", "em": "em", "del": "del", "sup": "sup", "sub": "sub", "code": "code"}
_PLAIN_CODE = re.compile(r"[^`<>&|\\*_\[\]]*[^`<>&|\\*_\[\]\s]|[^`<>&|\\*_\[\]\s]")
_APART = "<!-- -->"  # keeps two lists or two quotations from growing together
_IMAGE_ATTRIBUTES = 'loading="lazy" referrerpolicy="no-referrer"'


def escaped(text: str) -> str:
    """`text` so that it stands for itself anywhere inside a line of Markdown."""
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return _TILDES.sub("&#126;", _BACKSLASHED.sub(r"\\\1", text))


def line_start(line: str) -> str:
    """An escaped line, made safe to begin a line: no heading, list, rule, quotation or table starts here."""
    for pattern, replacement in _LINE_START:
        line = pattern.sub(replacement, line, count=1)
    return line


def of_blocks(blocks: Iterable[Block], *, nested: bool = False) -> str:
    """Markdown of blocks, an empty line between two. `nested`: inside a list or quotation, where raw HTML
    blocks and fences would not be recognised by both dialects."""
    parts: list[str] = []
    last: Block | None = None
    for block in blocks:
        if last is not None and type(last) is type(block) and isinstance(block, ListBlock | Quote):
            parts.append(_APART)
        parts.append(of_block(block, nested=nested))
        last = block
    return "\n\n".join(filter(None, parts))


def of_block(block: Block, *, nested: bool = False) -> str:
    match block:
        case Paragraph(inlines):
            return of_inlines_md(inlines)
        case Heading(_, inlines, level):
            return f"{'#' * level} {heading_text(inlines)}"
        case ListBlock():
            return _list(block, nested=nested)
        case Quote(blocks):
            return _indented(of_blocks(blocks, nested=True), "> ", "> ")
        case Figure():
            return _nested_figure(block) if nested else _figure(block)
        case Table(rows):
            return _table(rows, nested=nested)
        case Code(text):
            return _nested_code(text) if nested else _fenced(text)
        case Rule():
            return "* * *"


def of_inlines_md(inlines: Sequence[Inline]) -> str:
    """A paragraph: its lines end in `<br>` and each is safe at its start."""
    lines = [line_start(_run(line)) for line in _lines(inlines)]
    return "<br>\n".join(lines)


def heading_text(inlines: Sequence[Inline]) -> str:
    """A heading's text on one line; a closing `#` would be eaten and is escaped."""
    text = _run([Span(" ") if isinstance(item, Break) else item for item in inlines])
    return re.sub(r"(#+)$", lambda match: "\\#" * len(match[1]), line_start(text))


def of_inlines_html(inlines: Iterable[Inline]) -> str:
    """Inlines as HTML, for captions and table cells; the attribute and text are escaped."""
    return "".join(map(_inline_html, inlines))


def destination(url: str) -> str:
    """A safe address (`links.safe`) as the destination of a Markdown link."""
    return _ENTITY.sub("&amp;", url)


def attribute(text: str) -> str:
    """`text` as the value of an HTML attribute in double quotes, on one line."""
    value = html.escape(text.replace("\n", " "), quote=True)
    # Python-Markdown looks for code, escapes and links in a line before it looks for tags.
    return re.sub(r"[`\\\[\]]", lambda match: f"&#{ord(match[0])};", value)


# --- inlines -----------------------------------------------------------------------------------------------


def _lines(inlines: Sequence[Inline]) -> list[list[Inline]]:
    lines: list[list[Inline]] = [[]]
    for item in inlines:
        if isinstance(item, Break):
            lines.append([])
        else:
            lines[-1].append(item)
    return [line for line in lines if line]


Groups = list[tuple[object, list[Inline]]]


def _run(items: Sequence[Inline]) -> str:
    """A line of spans and pictures; neighbours with the same address share one link."""
    groups: Groups = [
        (href, list(group))
        for href, group in groupby(items, key=lambda item: None if isinstance(item, Break) else item.href)
    ]
    out = ""
    for index, (href, group) in enumerate(groups):
        if href:
            out += f"[{_marked(group, MARKS, '[', ']')}]({destination(str(href))})"
        else:
            out += _marked(group, MARKS, *_neighbours(groups, index, "", ""))
    return out


def _marked(items: list[Inline], marks: Sequence[str], before: str, after: str) -> str:
    """Spans of one address, the marks in `marks` still to be written, outermost first."""
    if not marks:
        return "".join(_leaf(item) for item in items)
    mark, rest = marks[0], marks[1:]
    groups: Groups = [(has, list(group)) for has, group in groupby(items, key=lambda i: _has(i, mark))]
    out = ""
    for index, (has, group) in enumerate(groups):
        around = _neighbours(groups, index, before, after)
        out += _wrapped(group, mark, rest, *around) if has else _marked(group, rest, *around)
    return out


def _neighbours(groups: Groups, index: int, before: str, after: str) -> tuple[str, str]:
    """The characters on both sides of a group; `before` and `after` stand outside the first and last."""
    left = of_inlines(groups[index - 1][1])[-1:] if index else before
    right = of_inlines(groups[index + 1][1])[:1] if index + 1 < len(groups) else after
    return left, right


def _leaf(item: Inline) -> str:
    match item:
        case Span(text):
            return escaped(text)
        case InlineImage():
            return _image_tag(item)
        case Break():
            return " "


def _has(item: Inline, mark: str) -> bool:
    return isinstance(item, Span) and mark in item.marks


def _wrapped(group: list[Inline], mark: str, rest: Sequence[str], before: str, after: str) -> str:
    text = of_inlines(group)
    if mark == "code" and _PLAIN_CODE.fullmatch(text) and not text.startswith(" "):
        return f"`{text}`"
    inner = _marked(group, rest, "", "")
    delimiter = {"strong": "**", "em": "*"}.get(mark)
    # Inside bold, asterisks for emphasis would run together with those around.
    if delimiter and not (mark == "em" and _has(group[0], "strong")) and _flanks(before, text, after):
        return f"{delimiter}{inner}{delimiter}"
    return f"<{_TAGS[mark]}>{inner}</{_TAGS[mark]}>"


def _flanks(before: str, text: str, after: str) -> bool:
    """Whether asterisks around `text` are seen as emphasis by CommonMark (flanking rules, spec 0.31 § 6.2)
    and do not touch another asterisk."""
    if not text or "*" in (before, after, text[0], text[-1]):
        return False
    opens = not _punctuation(text[0]) or before == "" or before.isspace() or _punctuation(before)
    closes = not _punctuation(text[-1]) or after == "" or after.isspace() or _punctuation(after)
    return opens and closes and not text[0].isspace() and not text[-1].isspace()


def _punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _image_tag(image: InlineImage) -> str:
    return _img(image.src, image.alt, 'class="kb-inline" ')


def _img(src: str, alt: str, extra: str = "") -> str:
    return f'<img {extra}src="{attribute(src)}" alt="{attribute(alt)}" {_IMAGE_ATTRIBUTES}>'


def _inline_html(item: Inline) -> str:
    if isinstance(item, Break):
        return "<br>"
    if isinstance(item, InlineImage):
        inner = _image_tag(item)
    else:
        inner = html.escape(item.text, quote=False)
        for mark in reversed(MARKS):
            if mark in item.marks:
                inner = f"<{_TAGS[mark]}>{inner}</{_TAGS[mark]}>"
    return f'<a href="{attribute(item.href)}">{inner}</a>' if item.href else inner


# --- blocks ------------------------------------------------------------------------------------------------


def _indented(text: str, first: str, others: str) -> str:
    first_line, *rest = text.split("\n")
    return "\n".join([first + first_line, *((others + line).rstrip(" ") for line in rest)])


def _list(block: ListBlock, *, nested: bool) -> str:
    # Four columns of indentation are what both dialects read as "inside the item".
    tight = all(len(item) == 1 and isinstance(item[0], Paragraph) for item in block.items)
    items = []
    for number, item in enumerate(block.items):
        marker = "-" if block.start is None else f"{block.start + number}."
        body = of_blocks(item, nested=True) or _APART
        items.append(_indented(body, f"{marker} ".ljust(4), "    "))
    text = ("\n" if tight else "\n\n").join(items)
    if block.bare and not nested:
        return f'<div class="kb-bare" markdown="1">\n\n{text}\n\n</div>'
    return text


def _figure(figure: Figure) -> str:
    image = _img(figure.src, figure.alt)
    if figure.href:
        image = f'<a href="{attribute(figure.href)}">{image}</a>'
    caption = of_inlines_html(figure.caption)
    lines = ["<figure>", image, *([f"<figcaption>{caption}</figcaption>"] if caption else []), "</figure>"]
    return "\n".join(lines)


def _nested_figure(figure: Figure) -> str:
    image = _img(figure.src, figure.alt)
    return "\n\n".join(filter(None, (image, of_inlines_md(figure.caption))))


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _nested_code(text: str) -> str:
    spans = (Span(line.strip(), frozenset({"code"})) for line in text.split("\n") if line.strip())
    out: list[Inline] = []
    for span in spans:
        out += [Break(), span] if out else [span]
    return of_inlines_md(out)


def _table(rows: tuple[tuple[Cell, ...], ...], *, nested: bool) -> str:
    if nested:
        return "\n\n".join(filter(None, (of_inlines_md(_joined_cells(row)) for row in rows)))
    if _is_simple(rows):
        return _pipe_table(rows)
    return _html_table(rows)


def _joined_cells(row: tuple[Cell, ...]) -> list[Inline]:
    out: list[Inline] = []
    for cell in row:
        if cell.inlines:
            out += [Span("　"), *cell.inlines] if out else cell.inlines
    return [Span(" ") if isinstance(item, Break) else item for item in out]


def _is_simple(rows: tuple[tuple[Cell, ...], ...]) -> bool:
    """Whether a pipe table can show it: a rectangle of 2 to 8 columns, short cells of one line."""
    widths = {len(row) for row in rows}
    cells = [cell for row in rows for cell in row]
    return (
        len(rows) > 1
        and len(widths) == 1
        and 2 <= widths.pop() <= 8
        and all(cell.colspan == cell.rowspan == 1 for cell in cells)
        and not any(isinstance(item, Break) for cell in cells for item in cell.inlines)
        and not any("code" in item.marks for cell in cells for item in cell.inlines if isinstance(item, Span))
        and not any(cell.header for row in rows[1:] for cell in row)
    )


def _pipe_table(rows: tuple[tuple[Cell, ...], ...]) -> str:
    def line(row: tuple[Cell, ...]) -> str:
        return "| " + " | ".join(_run(cell.inlines).replace("|", "&#124;") for cell in row) + " |"

    return "\n".join([line(rows[0]), "|" + " --- |" * len(rows[0]), *map(line, rows[1:])])


def _html_table(rows: tuple[tuple[Cell, ...], ...]) -> str:
    lines = ["<table>"]
    for row in rows:
        lines.append("<tr>" + "".join(map(_html_cell, row)) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _html_cell(cell: Cell) -> str:
    name = "th" if cell.header else "td"
    spans = "".join(
        f' {key}="{value}"'
        for key, value in (("colspan", cell.colspan), ("rowspan", cell.rowspan))
        if value > 1
    )
    return f"<{name}{spans}>{of_inlines_html(cell.inlines)}</{name}>"
