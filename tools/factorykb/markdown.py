"""Blocks → Markdown that shows the same text under Python-Markdown and under CommonMark.

Everything from a source is escaped: no character of it can become markup. Backslashes are used where both
dialects know them, entities elsewhere. A paragraph is one line for each of its own lines, so only line starts
need care.
"""

from __future__ import annotations

import hashlib
import html
import re
import string
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
_BACKSLASHED = "\\`*_[]"  # the backslash itself first
_SPECIAL = re.compile(f"[{re.escape(_BACKSLASHED)}&<~]")
# Strikethrough for GitHub's Markdown; Python-Markdown would show a backslash before them.
_TILDES = re.compile("~~+")
# CommonMark reads an entity only with its semicolon; Python-Markdown's HTML scanner guesses at less.
_ENTITY = re.compile("&(?=[#A-Za-z])")
_LINE_START = (
    (re.compile(r"^([#+>-])"), r"\\\1"),
    (re.compile(r"^(\d+)([.)])(?=\s|$)"), r"\1\\\2"),
    (re.compile("^([=:|])"), lambda match: f"&#{ord(match[1])};"),
)
# Python-Markdown makes ids of headings: what would become one of the theme's, the site's or a passage's gets another.
_OWN_ID = re.compile(r"__|^\W*(?:kb\W|p\W+[0-9a-f]{8})", re.IGNORECASE)
_PLAIN_CODE = re.compile(r"[^`<>&|\\*_\[\]]*[^`<>&|\\*_\[\]\s]|[^`<>&|\\*_\[\]\s]")
_WIDEST_NUMBER = 100  # "100. " is wider than the four columns that both dialects read as "inside the item"
_NUMBER = re.compile(r"[-+−–]?\s*[$¥￥€]?\s*\d[\d,，.． ]*(?:%|％|‰|倍|元|[十百千万亿]+元?)?")
# Python-Markdown reads a list's inside once for each list around it, and is quadratic in its items.
_DEEPEST_LIST, _LONGEST = 6, 1_000
_APART = "<!-- -->"  # keeps two lists or two quotations from growing together
_IMAGE_ATTRIBUTES = 'loading="lazy" referrerpolicy="no-referrer"'


def escaped(text: str) -> str:
    """`text` so that it stands for itself anywhere inside a line of Markdown."""
    if not _SPECIAL.search(text):  # hardly any text has them; five times as fast
        return text
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    # Python-Markdown takes "]:" behind a backslash in a link's label for the definition of a reference.
    text = "&#93;:".join(map(_backslashed, text.split("]:")))
    return _TILDES.sub(lambda run: "&#126;" * len(run[0]), text)


def _backslashed(text: str) -> str:
    for char in _BACKSLASHED:
        text = text.replace(char, f"\\{char}")
    return text


def line_start(line: str) -> str:
    """An escaped line, made safe to begin a line: no heading, list, rule, quotation or table starts here."""
    for pattern, replacement in _LINE_START:
        if pattern.match(line):
            return pattern.sub(replacement, line, count=1)
    return line


def of_blocks(blocks: Iterable[Block]) -> str:
    """Markdown of blocks, an empty line between two."""
    parts: list[str] = []
    last: Block | None = None
    for block in blocks:
        if last is not None and type(last) is type(block) and isinstance(block, ListBlock | Quote):
            parts.append(_APART)
        parts.append(of_block(block))
        last = block
    return "\n\n".join(filter(None, parts))


def of_block(block: Block) -> str:
    """Markdown of one block; HTML where Markdown has no way that both dialects read alike."""
    match block:
        case Paragraph(inlines) if not _is_huge(inlines):
            return of_inlines_md(inlines)
        case Heading(_, inlines, level) if not _OWN_ID.search(of_inlines(inlines)) and not _is_huge(inlines):
            return f"{'#' * level} {heading_text(inlines)}"
        case ListBlock() if _is_simple_list(block, _DEEPEST_LIST):
            return _list(block)
        case Quote(blocks) if len(blocks) <= _LONGEST and all(_is_simple_paragraph(b) for b in blocks):
            return _indented(of_blocks(blocks), "> ", "> ")
        case Table(rows) if _is_simple_table(rows):
            return _pipe_table(rows)
        case Code(text):
            return _fenced(text)
        case Rule():
            return "* * *"
        case _:
            return of_block_html(block)


def _is_huge(inlines: Sequence[Inline]) -> bool:
    """Whether a paragraph is so large that Python-Markdown, which is quadratic in marks and escapes, would
    take minutes over it. No article's paragraph is."""
    return len(inlines) > 500 or sum(map(_size, inlines)) > 20_000


def _size(item: Inline) -> int:
    return len(item.text) if isinstance(item, Span) else len(item.src) if isinstance(item, InlineImage) else 0


def of_block_html(block: Block) -> str:
    """HTML of one block without an empty line in it, so that it stays one block of Markdown."""
    match block:
        case Paragraph(inlines):
            return f"<p>{of_inlines_html(inlines)}</p>"
        case Heading(_, inlines, level):
            return f"<h{level}{_id(inlines)}>{of_inlines_html(inlines)}</h{level}>"
        case ListBlock():
            return _list_html(block)
        case Quote(blocks):
            return _element("blockquote", map(of_block_html, blocks))
        case Figure():
            return _figure(block)
        case Table(rows):
            return _element("table", (_element("tr", map(_cell_html, row), "") for row in rows))
        case Code(text):
            lines = html.escape(text, quote=False).replace("\n", "&#10;")
            return f"<pre><code>{lines}</code></pre>"
        case Rule():
            return "<hr>"


def _id(inlines: Sequence[Inline]) -> str:
    text = of_inlines(inlines)
    return f' id="h-{hashlib.sha256(text.encode()).hexdigest()[:8]}"' if _OWN_ID.search(text) else ""


def of_inlines_md(inlines: Sequence[Inline]) -> str:
    """A paragraph: its lines end in `<br>` and each is safe at its start."""
    lines = [line_start(_run(line)) for line in _lines(inlines)]
    return "<br>\n".join(lines)


def heading(inlines: Sequence[Inline], level: int) -> str:
    """A heading of a text, on a line of its own."""
    return of_block(Heading(level, tuple(inlines), level))


def heading_text(inlines: Sequence[Inline]) -> str:
    """A heading's text on one line; a closing `#` would be eaten and is escaped."""
    text = _run([Span(" ") if isinstance(item, Break) else item for item in inlines])
    kept = text.rstrip("#")
    return line_start(kept + "\\#" * (len(text) - len(kept)))


def of_inlines_html(inlines: Iterable[Inline]) -> str:
    """Inlines as HTML, for captions and table cells; the attribute and text are escaped."""
    return "".join(map(_inline_html, inlines))


def destination(url: str) -> str:
    """A safe address (`links.safe`) as the destination of a Markdown link."""
    return re.sub("&(?=#?[A-Za-z0-9]+;)", "&amp;", url)


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
            # An exclamation mark before a link would make it a picture.
            out = f"{out[:-1]}\\!" if out.endswith("!") else out
            out += f"[{_marked(group, MARKS, '[', ']')}]({destination(str(href))})"
        else:
            out += _marked(group, MARKS, *_neighbours(groups, index, "", ""))
    return out


def _marked(items: list[Inline], marks: Sequence[str], before: str, after: str) -> str:
    """Spans of one address, the marks in `marks` still to be written, outermost first."""
    if all(not isinstance(item, Span) or item.marks.isdisjoint(marks) for item in items):
        return "".join(_leaf(item) for item in items)
    mark, rest = marks[0], marks[1:]
    groups: Groups = [(has, list(group)) for has, group in groupby(items, key=lambda i: _has(i, mark))]
    out = ""
    for index, (has, group) in enumerate(groups):
        around = _neighbours(groups, index, before, after)
        out += _wrapped(group, mark, rest, *around) if has else _marked(group, rest, *around)
    return out


def _neighbours(groups: Groups, index: int, before: str, after: str) -> tuple[str, str]:
    """The characters on both sides of a group; `before` and `after` stand outside the first and last.

    A neighbour that may itself be written with asterisks counts as one.
    """
    left = _edge(groups[index - 1][1][-1], -1) if index else before
    right = _edge(groups[index + 1][1][0], 0) if index + 1 < len(groups) else after
    return left, right


def _edge(item: Inline, position: int) -> str:
    if _has(item, "strong") or _has(item, "em"):
        return "*"
    return item.text[position] if isinstance(item, Span) else "<"


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
    if delimiter and not (mark == "em" and _has(group[0], "strong")) and _flanks(before, inner, after):
        return f"{delimiter}{inner}{delimiter}"
    return f"<{mark}>{inner}</{mark}>"


def _flanks(before: str, text: str, after: str) -> bool:
    """Whether asterisks around `text`, as it is written, are seen as emphasis by CommonMark (flanking rules,
    spec 0.31 § 6.2) and do not touch another asterisk."""
    if not text or "*" in (before, after, text[0], text[-1]):
        return False
    opens = not _punctuation(text[0], "PS") or not before.strip() or _punctuation(before, "P")
    closes = not _punctuation(text[-1], "PS") or not after.strip() or _punctuation(after, "P")
    return opens and closes and not text[0].isspace() and not text[-1].isspace()


def _punctuation(char: str, categories: str) -> bool:
    """Whether a character counts as punctuation. Since version 0.31 the specification counts symbols (S) too,
    before it did not; so symbols count where that forbids asterisks and not where it would allow them."""
    return unicodedata.category(char)[0] in categories or char in string.punctuation


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
                inner = f"<{mark}>{inner}</{mark}>"
    return f'<a href="{attribute(_address(item.href))}">{inner}</a>' if item.href else inner


def _address(href: str) -> str:
    """Where a link in HTML leads: MkDocs makes the addresses of pages from those of their Markdown in Markdown alone."""
    page = href.removesuffix(".md")
    return f"../{page}/" if href.startswith("../") and page != href else href


# --- blocks ------------------------------------------------------------------------------------------------


def _indented(text: str, first: str, others: str) -> str:
    first_line, *rest = text.split("\n")
    return "\n".join([first + first_line, *((others + line).rstrip(" ") for line in rest)])


def _element(tag: str, children: Iterable[str], between: str = "\n") -> str:
    name = tag.split(" ", 1)[0]
    return between.join([f"<{tag}>", *children, f"</{name}>"])


def _is_simple_list(block: ListBlock, deepest: int) -> bool:
    """Whether Markdown can say it: each item is a paragraph, then paragraphs and such lists, `deepest` in each other.

    Anything else as an item's first block Python-Markdown reads only on its first line. A list without marks stands
    in an element, which it does not read inside another list's item.
    """
    last_number = (block.start or 1) + len(block.items) - 1
    return (
        last_number < _WIDEST_NUMBER
        and deepest > 0
        and len(block.items) <= _LONGEST
        and all(
            isinstance(item[0], Paragraph)
            and len(item) <= _LONGEST
            and all(
                _is_simple_paragraph(b)
                or (isinstance(b, ListBlock) and not b.bare and _is_simple_list(b, deepest - 1))
                for b in item
            )
            for item in block.items
        )
    )


def _is_simple_paragraph(block: Block) -> bool:
    return isinstance(block, Paragraph) and not _is_huge(block.inlines)


def _list(block: ListBlock) -> str:
    tight = all(len(item) == 1 for item in block.items)
    items = []
    for number, item in enumerate(block.items):
        marker = "-" if block.start is None else f"{block.start + number}."
        items.append(_indented(of_blocks(item), marker.ljust(4), "    "))
    text = ("\n" if tight else "\n\n").join(items)
    return f'<div class="kb-bare" markdown="1">\n\n{text}\n\n</div>' if block.bare else text


def _list_html(block: ListBlock) -> str:
    tag = f'ol start="{block.start}"' if block.start is not None else "ul"
    items = (_element("li", _item_html(item)) for item in block.items)
    return _element(f'{tag} class="kb-bare"' if block.bare else tag, items)


def _item_html(item: tuple[Block, ...]) -> Iterable[str]:
    match item:
        case (Paragraph(inlines),):
            return [of_inlines_html(inlines)]
        case _:
            return map(of_block_html, item)


def _figure(figure: Figure) -> str:
    image = _img(figure.src, figure.alt)
    if figure.href:
        image = f'<a href="{attribute(figure.href)}">{image}</a>'
    caption = of_inlines_html(figure.caption)
    return _element("figure", [image, *([f"<figcaption>{caption}</figcaption>"] if caption else [])])


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _is_simple_table(rows: tuple[tuple[Cell, ...], ...]) -> bool:
    """Whether a pipe table can show it: a rectangle of 2 to 8 columns, short cells of one line."""
    widths = {len(row) for row in rows}
    cells = [cell for row in rows for cell in row]
    return (
        1 < len(rows) <= _LONGEST
        and len(widths) == 1
        and 2 <= widths.pop() <= 8
        and all(cell.colspan == cell.rowspan == 1 and not _is_huge(cell.inlines) for cell in cells)
        and not any(isinstance(item, Break) for cell in cells for item in cell.inlines)
        and not any("code" in item.marks for cell in cells for item in cell.inlines if isinstance(item, Span))
        and not any(cell.header for row in rows[1:] for cell in row)
    )


def _pipe_table(rows: tuple[tuple[Cell, ...], ...]) -> str:
    def line(row: tuple[Cell, ...]) -> str:
        return "| " + " | ".join(_run(cell.inlines).replace("|", "&#124;") for cell in row) + " |"

    marks = "".join(" ---: |" if _are_numbers(column) else " --- |" for column in zip(*rows[1:], strict=True))
    return "\n".join([line(rows[0]), f"|{marks}", *map(line, rows[1:])])


def _are_numbers(cells: Sequence[Cell]) -> bool:
    """Whether a column is numbers, some perhaps left open: then they stand under each other, to the right."""
    texts = ["".join(item.text for item in cell.inlines if isinstance(item, Span)).strip() for cell in cells]
    told = [text for text in texts if text.strip("-–—/")]
    return bool(told) and all(map(_NUMBER.fullmatch, told))


def _cell_html(cell: Cell) -> str:
    name = "th" if cell.header else "td"
    spans = "".join(
        f' {key}="{value}"'
        for key, value in (("colspan", cell.colspan), ("rowspan", cell.rowspan))
        if value > 1
    )
    return f"<{name}{spans}>{of_inlines_html(cell.inlines)}</{name}>"
