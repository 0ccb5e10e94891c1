"""HTML of any origin → blocks. What a page must not carry cannot pass: there is no type for it.

The walk carries the marks (bold, link …) down to the text and closes a paragraph at every block element, so
that wrongly nested markup keeps its text and nearly always its look.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString, PageElement, PreformattedString

from factorykb import limits, links
from factorykb.attributes import attribute, cells_spanned, classes, first_number, item_numbers
from factorykb.errors import LimitError
from factorykb.inlines import BLANKS, inlines_of, joined, paragraphs, tidy, unmarked
from factorykb.model import (
    Block,
    Break,
    Cell,
    Cleaned,
    Cleaning,
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
from factorykb.originals import alt_of, belongs_into_line, is_pixel, repeats, written_addresses
from factorykb.text import (
    collapsed,
    images_of,
    of_block,
    of_inlines,
    plain,
    with_halves_joined,
    without_invisible,
)
from factorykb.torn import with_tags_closed, with_voids_ended

warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)

MAX_DEPTH = 200  # deeper nesting than this no article needs; Python's own stack ends near 1000

_MARKS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em",
    "s": "del", "strike": "del", "del": "del", "sup": "sup", "sub": "sub",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code",
}  # fmt: skip
_INVISIBLE = frozenset(
    "script style template head title meta link base param source track col colgroup datalist canvas map area "
    "input progress meter dialog rp annotation annotation-xml".split()
)
# A formula's second copy, for screen readers or while a script loads; the first one stands beside it.
_COPIES = {"katex-mathml", "MJX_Assistive_MathML", "MathJax_Preview"}
# Elements that begin and end a paragraph. All others that have no meaning of their own stay in the line.
_BLOCKS = frozenset(
    "address article aside body caption center dd details div dl dt fieldset figcaption footer form header "
    "hgroup html legend li main nav p search section summary tbody td tfoot th thead tr".split()
)
_FRAMES = {
    "iframe": "网页",
    "frame": "网页",
    "embed": "附件",
    "object": "附件",
    "video": "视频",
    "audio": "音频",
    "amp-iframe": "网页",
    "amp-video": "视频",
    "amp-audio": "音频",
}
# Boxes of Zhihu's that name a page or a video in parts without a blank between them.
_CARDS = {"LinkCard", "video-box", "MCNLinkCard", "VideoAnswerPlayer"}
_CAPTION_CLASSES = {"img-desc", "image-caption", "pgc-img-caption", "caption", "wp-caption-text"}
# Where a browser ends a drawing that is not closed: at the first element that belongs to none.
_ENDS_DRAWING = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu "
    "meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
_HTML_IN_DRAWING = frozenset({"foreignobject", "desc", "title"})


class _Builder(LXMLTreeBuilder):
    """Keeps its parser for the next text: lxml inspects the target of each new one, which is a third of the time that
    a short answer takes."""

    @cached_property
    def _kept(self) -> Any:
        return super().parser_for(None)

    def parser_for(self, encoding: str | None) -> Any:
        return self._kept if encoding is None else super().parser_for(encoding)


_BUILDER = _Builder(multi_valued_attributes=None)


class TooDeepError(LimitError):
    """The markup is nested deeper than `MAX_DEPTH`."""


def blocks_of(html: str, base: str | None) -> tuple[tuple[Block, ...], Cleaning]:
    """Turn HTML into blocks and say what was cleaned away.

    Args:
        html: a body or a part of one; anything a browser would take.
        base: the article's own address for relative links, or None.

    Raises:
        TooDeepError: elements are nested deeper than `MAX_DEPTH`.
        LimitError: there are more elements than any article has.
    """
    limits.check_html(html)
    # Without an element around it, the parser would put a paragraph of its own around what comes first.
    closed = with_voids_ended(with_tags_closed(with_halves_joined(without_invisible(html))))
    soup = BeautifulSoup(f"<div>{closed}</div>", builder=_BUILDER)
    _check_depth(soup)
    walk = _Walk(base)
    walk.children(soup, _Style())
    walk.flush()
    return tuple(walk.blocks), Cleaning(dict(+walk.counts), tuple(walk.keywords))


def _check_depth(soup: BeautifulSoup) -> None:
    level: list[PageElement] = list(soup.children)
    for _ in range(MAX_DEPTH):
        level = [child for node in level if isinstance(node, Tag) for child in node.contents]
        if not level:
            return
    raise TooDeepError(f"the markup is nested more than {MAX_DEPTH} elements deep")


@dataclass(frozen=True, slots=True)
class _Style:
    """What the elements around a text mean for it."""

    marks: frozenset[str] = frozenset()
    href: str | None = None


@dataclass
class _Walk:
    """Collects blocks while walking a tree. `line` holds the inlines of the paragraph being read."""

    base: str | None
    blocks: list[Block] = field(default_factory=list)
    line: list[Inline] = field(default_factory=list)
    counts: Counter[Cleaned] = field(default_factory=Counter)
    keywords: list[str] = field(default_factory=list)
    pictures_inline: bool = False

    def apart(
        self, nodes: Iterable[PageElement], style: _Style, *, pictures_inline: bool = False
    ) -> list[Block]:
        """The blocks of some nodes, from a finished walk of its own that shares this one's report."""
        walk = _Walk(self.base, [], [], self.counts, self.keywords, pictures_inline or self.pictures_inline)
        for node in nodes:
            walk.node(node, style)
        walk.flush()
        return walk.blocks

    def children(self, node: Tag, style: _Style) -> None:
        for child in node.contents:
            self.node(child, style)

    def node(self, child: PageElement, style: _Style) -> None:
        if isinstance(child, Tag):
            self.tag(child, style)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            text = collapsed(without_invisible(str(child)))
            if self.line or text.strip(BLANKS):  # no paragraph begins with blanks
                self.line.append(Span(text, style.marks, style.href))

    def tag(self, node: Tag, style: _Style) -> None:
        name = node.name.lower()
        handler = _HANDLERS.get(name)
        if name == "script" and attribute(node, "type").lower().startswith("math/tex"):
            self.line.append(
                Span(collapsed(without_invisible(node.get_text())), style.marks | {"code"}, style.href)
            )
        elif name in _INVISIBLE or classes(node) & _COPIES:
            self.counts[Cleaned.INVISIBLE] += 1
        elif handler is not None:
            handler(self, node, style)
        elif name in _MARKS:
            self.children(node, replace(style, marks=style.marks | {_MARKS[name]}))
        elif name in _FRAMES:
            self.frame(node, _FRAMES[name])
        elif name in _BLOCKS:
            self.block(node, style)
        else:
            self.children(node, style)

    def block(self, node: Tag, style: _Style) -> None:
        """A block element without a meaning of its own: a paragraph boundary before and after."""
        self.flush()
        before = len(self.blocks)
        self.children(node, style)
        self.flush()
        if len(self.blocks) == before + 1 and classes(node) & _CAPTION_CLASSES:
            self.blocks[-2:] = _captioned(self.blocks[-2:])

    def flush(self) -> None:
        """Close the paragraph being read. Two breaks in a row part it into two."""
        if not self.line:
            return
        for line in paragraphs(self.line):
            inlines = tidy(line)
            if inlines:
                self.blocks.append(Paragraph(inlines))
        self.line = []

    # --- elements with a meaning -------------------------------------------------------------------------

    def quotation(self, node: Tag, style: _Style) -> None:
        """A browser puts the marks around a <q>; here they are written."""
        self.line.append(Span("“", style.marks, style.href))
        self.children(node, style)
        self.line.append(Span("”", style.marks, style.href))

    def pronunciation(self, node: Tag, style: _Style) -> None:
        """What stands above a word stands behind it in brackets, as a browser without ruby shows it."""
        self.line.append(Span("（", style.marks, style.href))
        self.children(node, style)
        self.line.append(Span("）", style.marks, style.href))

    def line_break(self, _node: Tag, _style: _Style) -> None:
        self.line.append(Break())

    def rule(self, _node: Tag, _style: _Style) -> None:
        self.flush()
        self.blocks.append(Rule())

    def heading(self, node: Tag, style: _Style) -> None:
        self.flush()
        inner = self.apart(node.contents, replace(style, marks=style.marks - {"strong"}))
        inlines = tidy(joined(block.inlines for block in inner if isinstance(block, Paragraph)))
        without_bold = unmarked(inlines, "strong")
        if without_bold:
            self.blocks.append(Heading(int(node.name[1]), without_bold))
        self.blocks += [block for block in inner if not isinstance(block, Paragraph)]

    def link(self, node: Tag, style: _Style) -> None:
        href = attribute(node, "href")
        label = node.get_text()
        if not href:
            self.counts[Cleaned.DEAD_LINK] += bool(label.strip())
            target = None
        elif links.is_keyword(href, label, sorted(classes(node))):
            self.counts[Cleaned.KEYWORD_LINK] += 1
            if plain(label):
                self.keywords.append(plain(label))
            target = None
        else:
            target = self.address(href)
            self.counts[Cleaned.DEAD_LINK] += target is None
        for part in node.find_all("span") if classes(node) & _CARDS else ():
            part.append(" ")
        self.children(node, replace(style, href=target or style.href))

    def address(self, href: str) -> str | None:
        direct = links.unwrapped(href)
        self.counts[Cleaned.REDIRECT] += direct != href
        return links.safe(direct, self.base)

    def list_(self, node: Tag, style: _Style) -> None:
        self.flush()
        items: list[tuple[Block, ...]] = []
        numbers = item_numbers(node)
        for child in node.children:
            item = child if isinstance(child, Tag) and child.name == "li" else None
            inner = tuple(self.apart([child] if item is None else item.contents, style))
            if items and item is None:
                items[-1] += inner  # what stands straight in a list belongs to the item before it
            elif inner:
                items.append(_numbered(inner, numbers.get(id(child))))
        if items:
            start = first_number(node) if node.name == "ol" and not numbers else None
            self.blocks.append(ListBlock(tuple(items), start, bare=bool(numbers)))

    def quote(self, node: Tag, style: _Style) -> None:
        self.flush()
        inner = self.apart(node.contents, style)
        if inner:
            self.blocks.append(Quote(tuple(inner)))

    def preformatted(self, node: Tag, _style: _Style) -> None:
        self.flush()
        self.without_line_numbers(node)
        for line_end in node.find_all("br"):
            line_end.replace_with("\n")
        for block in (*node.find_all(["p", "div", "li"]), *_lines_of_code(node)):
            block.append("\n")
        text = without_invisible(node.get_text()).replace("\u00a0", " ").strip("\n")
        if text.strip():
            self.blocks.append(Code(text.expandtabs(4)))
        for picture in node.find_all(["img", "amp-img"]):
            self.image(picture, _Style())

    def without_line_numbers(self, node: Tag) -> None:
        """Take out the cells beside code that hold nothing but the numbers of its lines; a table's own with those of the
        tables in it."""
        for cell in node.find_all("td") if node.find_parent("table") is None else ():
            if _counts_lines(cell):
                self.counts[Cleaned.LINE_NUMBERS] += 1
                cell.decompose()

    def table(self, node: Tag, style: _Style) -> None:
        self.flush()
        self.without_line_numbers(node)
        if (code := _only_code(node)) is not None:
            self.preformatted(code, style)
            return
        rows: list[tuple[Cell, ...]] = []
        for row in _nearest(node, {"tr"}):
            cells = tuple(self.cell(cell, style) for cell in _nearest(row, {"td", "th"}))
            rows += [cells] if cells else []
        self.outside_cells(node, style)
        table = Table(tuple(rows))
        if of_block(table).strip() or images_of([table]):
            self.blocks.append(table)

    def outside_cells(self, node: Tag, style: _Style) -> None:
        """What stands in a table but in no cell of it (its caption, stray text) comes before it."""
        for child in node.children:
            if not isinstance(child, Tag) or child.name == "caption":
                self.node(child, style)
            elif child.name not in ("td", "th"):
                self.outside_cells(child, style)
        self.flush()

    def cell(self, node: Tag, style: _Style) -> Cell:
        inner = self.apart(node.contents, style, pictures_inline=True)
        inlines = tidy(joined(map(inlines_of, inner)))
        return Cell(
            inlines, node.name == "th", cells_spanned(node, "colspan"), cells_spanned(node, "rowspan")
        )

    def figure(self, node: Tag, style: _Style) -> None:
        self.flush()
        inner = self.apart(node.contents, style)
        has_caption = any(plain(caption.get_text()) for caption in node.find_all("figcaption"))
        self.blocks += _captioned(inner) if has_caption else inner

    def noscript(self, node: Tag, style: _Style) -> None:
        """What stands beside a lazy picture, or repeats those of an element beside it, is left out; anywhere else it is
        the only copy."""
        beside = [node.find_next_sibling(), node.find_previous_sibling()]
        pictures = [other for other in beside if isinstance(other, Tag) and other.name == "img"]
        blank = all(map(links.is_blank_picture, (url for one in pictures for url in written_addresses(one))))
        if blank and not any(repeats(node, other) for other in beside if isinstance(other, Tag)):
            self.children(node, style)

    def frame(self, node: Tag, label: str) -> None:
        """A frame or a player becomes a link to what it shows, or names it."""
        self.counts[Cleaned.FRAME] += 1
        source = node.find("source") or node
        raw = next(filter(None, (attribute(source, key) for key in ("src", "data-src", "data"))), "")
        target = self.address(raw) if raw else None
        if target or links.is_name(raw):
            self.named(label, target or raw, target)

    def named(self, label: str, name: str, target: str | None) -> None:
        """A line of its own that names what this page cannot show."""
        text = Span(f"{label}：{name}", frozenset(), target)
        if self.pictures_inline:
            self.line += [Break(), text, Break()]
        else:
            self.flush()
            self.blocks.append(Paragraph((text,)))

    def picture(self, node: Tag, style: _Style) -> None:
        """Several files of one picture; an `img` inside stands for them, else the first of them is shown."""
        source = node.find("source")
        if source is not None and node.find("img") is None:
            source.name = "img"
        self.children(node, style)

    def drawing(self, node: Tag, style: _Style) -> None:
        """A drawing is left out; what a browser would not take for a part of it is text."""
        self.counts[Cleaned.INVISIBLE] += 1
        for child in _after_drawing(node):
            self.node(child, style)

    def image(self, node: Tag, style: _Style) -> None:
        found = self.image_address(node)
        if found is None:
            return
        alt = alt_of(node)
        if self.pictures_inline or belongs_into_line(node):
            self.line.append(InlineImage(found, alt, style.href))
            return
        self.flush()
        self.blocks.append(Figure(found, alt, (), style.href))

    def image_of_amp(self, node: Tag, style: _Style) -> None:
        """An image with what stands in for it where it fails or no script runs. Most often its width and height are a
        shape, and no size."""
        if attribute(node, "layout") not in ("", "fixed"):
            del node["width"], node["height"]
        self.image(node, style)
        for child in node.contents:
            if not (isinstance(child, Tag) and _stands_in(child, node)):
                self.node(child, style)

    def image_address(self, node: Tag) -> str | None:
        """The address of the largest original; None when there is no picture to show, which is then named."""
        written = written_addresses(node)
        blank = bool(written) and all(map(links.is_blank_picture, written))
        if blank or is_pixel(node):
            self.counts[Cleaned.PIXEL] += 1
            return None
        for raw in written:
            direct = links.unwrapped(raw)
            address = links.safe_picture(direct, self.base)
            if address is not None:
                self.counts[Cleaned.IMAGE_PROXY] += direct != raw
                return address
        self.unshown(written, node)
        return None

    def unshown(self, written: list[str], node: Tag) -> None:
        """A picture that this page cannot show, because only its own site or somebody's disk has it. It is named by its
        address there, by what describes it, or by its file."""
        names = ["内嵌的图片" if raw.startswith("data:image/") else raw for raw in written]
        described = plain(
            attribute(node, "alt")
        )  # better than nothing also where it only says that there is one
        words = (*filter(links.is_name, names), alt_of(node), *map(links.file_name, written), described)
        name = next(filter(None, words), None)
        if name is None:
            self.counts[Cleaned.NO_IMAGE] += 1
        else:
            self.counts[Cleaned.NAMED_IMAGE] += 1
            self.named("插图", name, None)


_HANDLERS: dict[str, Callable[[_Walk, Tag, _Style], None]] = {
    "q": _Walk.quotation,
    "br": _Walk.line_break,
    "hr": _Walk.rule,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Walk.heading),
    "a": _Walk.link,
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _Walk.list_),
    "blockquote": _Walk.quote,
    "pre": _Walk.preformatted,
    "table": _Walk.table,
    "figure": _Walk.figure,
    "noscript": _Walk.noscript,
    "img": _Walk.image,
    "amp-img": _Walk.image_of_amp,
    "picture": _Walk.picture,
    "rt": _Walk.pronunciation,
    "svg": _Walk.drawing,
}


# --- elements below an element -----------------------------------------------------------------------------


def _after_drawing(node: Tag) -> Iterator[PageElement]:
    """What stands in a drawing from the first element on that ends it."""
    ended = False
    for child in node.children:
        if ended or (isinstance(child, Tag) and child.name in _ENDS_DRAWING):
            ended = True
            yield child
        elif isinstance(child, Tag) and child.name not in _HTML_IN_DRAWING:
            for left in _after_drawing(child):
                ended = True
                yield left


def _stands_in(child: Tag, image: Tag) -> bool:
    """Whether an element in one of AMP's images is shown only in its place."""
    if child.name == "noscript":
        return not child.get_text(strip=True) and all(
            set(written_addresses(one)) <= set(written_addresses(image)) for one in child.find_all("img")
        )
    return child.name == "amp-img" and (child.has_attr("placeholder") or child.has_attr("fallback"))


def _nearest(node: Tag, names: set[str]) -> Iterator[Tag]:
    """The elements of some names in a table or row, in order; not those inside another one or a table in it."""
    for child in node.children:
        if isinstance(child, Tag) and child.name in names:
            yield child
        elif isinstance(child, Tag) and child.name != "table":
            yield from _nearest(child, names)


def _counts_lines(cell: Tag) -> bool:
    """Whether a cell says only 1, 2, 3, …, at least two of them, beside one that is code."""
    beside = cell.find_next_sibling("td")
    numbers = cell.get_text(" ").split() if beside and _is_code(beside) else []
    return len(numbers) > 1 and numbers == [str(line) for line in range(1, len(numbers) + 1)]


def _is_code(node: Tag) -> bool:
    """Whether an element says nothing but code."""
    code = node.find("pre")
    return code is not None and code.get_text().strip() == node.get_text().strip()


def _only_code(node: Tag) -> Tag | None:
    """The code of a table that consists of it, as highlighters of code make it, and of nothing that is shown beside it."""
    cells = node.find_all(["td", "th"], limit=2)
    shows_more = len(cells) != 1 or node.find(["img", "amp-img", *_FRAMES]) is not None
    return None if shows_more or not _is_code(node) else node.find("pre")


def _lines_of_code(node: Tag) -> list[Tag]:
    """The elements of code, where preformatted text is nothing but several of them, each a line (WeChat's)."""
    lines = node.find_all("code", recursive=False)
    whole = sum(len(line.get_text()) for line in lines) == len(node.get_text().strip("\n"))
    return [line for line in lines if not line.get_text().endswith("\n")] if len(lines) > 1 and whole else []


# --- blocks and lines that are read ------------------------------------------------------------------------


def _captioned(blocks: list[Block]) -> list[Block]:
    """A picture without a caption and the one paragraph behind it as a picture with that caption; any other blocks as
    they are."""
    match blocks:
        case [Figure(caption=()) as figure, Paragraph(inlines)]:
            return [replace(figure, caption=inlines, alt=plain(of_inlines(inlines)))]
    return blocks


def _numbered(item: tuple[Block, ...], number: int | None) -> tuple[Block, ...]:
    """A list item that begins with its number."""
    if number is None:
        return item
    match item:
        case (Paragraph(inlines), *rest):
            return (Paragraph(tidy((Span(f"{number}. "), *inlines))), *rest)
        case _:
            return (Paragraph((Span(f"{number}."),)), *item)
