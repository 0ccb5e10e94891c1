"""What a reader sees, character by character: of blocks as they are meant, and of HTML as it was made.

Both sides give the same list of leaves, so that one comparison covers text, order, marks, links and structure.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from factorykb.model import (
    Block,
    Break,
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

Mark = tuple[str, frozenset[str], str]  # a character (or a picture, a line's end), its marks, its link
Leaf = tuple[tuple[str, ...], tuple[Mark, ...]]  # what it stands in, outermost first; its characters

_MARKS = {name: name for name in ("strong", "em", "del", "sup", "sub", "code")}
_PATH = frozenset("h1 h2 h3 h4 h5 h6 ul ol li blockquote table tr pre figure figcaption".split())
_LEAF = _PATH | {"p", "td", "th", "hr", "div", "section"}
_BREAK: Mark = ("\n", frozenset(), "")


def of_blocks(blocks: Iterable[Block], path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """The leaves that blocks are meant to show."""
    for block in blocks:
        match block:
            case ListBlock(items, start):
                name = "ul" if start is None else "ol"
                for item in items:
                    yield from of_blocks(item, (*path, name, "li"))
            case Quote(inner):
                yield from of_blocks(inner, (*path, "blockquote"))
            case Table(rows):
                for cell in (cell for row in rows for cell in row):
                    yield from _leaf((*path, "table", "tr", "cell"), _marks(cell.inlines))
            case _:
                yield from _of_simple(block, path)


def _of_simple(block: Block, path: tuple[str, ...]) -> Iterator[Leaf]:
    match block:
        case Paragraph(inlines):
            yield from _leaf(path, _marks(inlines))
        case Heading(_, inlines, level):
            plain = [Span(" ") if isinstance(item, Break) else item for item in inlines]
            yield from _leaf((*path, f"h{level}"), _marks(plain))
        case Figure(src, alt, caption, href):
            yield (*path, "figure"), ((f"{src} {_spaced(alt)}", frozenset(), _address(href)),)
            yield from _leaf((*path, "figure", "figcaption"), _marks(caption))
        case Code(text):
            yield from _leaf((*path, "pre"), [(char, frozenset(), "") for char in _lines(text)])
        case Rule():
            yield (*path, "hr"), ()


def of_html(html: str | Tag) -> list[Leaf]:
    """The leaves that HTML shows."""
    walk = _Walk()
    walk.children(BeautifulSoup(html, "lxml") if isinstance(html, str) else html, (), frozenset(), "")
    walk.close()
    return walk.leaves


def difference(found: Iterable[Leaf], meant: Iterable[Leaf]) -> str:
    """The first leaf that is not as it is meant, for people; "" when there is none."""
    for one, other in zip_longest(found, meant):
        if one != other:
            return f"shown {_said(one)}, meant {_said(other)}"
    return ""


def _said(leaf: Leaf | None) -> str:
    if leaf is None:
        return "nothing"
    path, marks = leaf
    looks = (
        (look, "".join(mark[0] for mark in group)) for look, group in groupby(marks, key=lambda m: m[1:])
    )
    return f"{'/'.join(path)}: " + " ".join(
        f"{text!r}{sorted(look[0]) or ''}{look[1]}" for look, text in looks
    )


def _leaf(path: tuple[str, ...], marks: Iterable[Mark]) -> Iterator[Leaf]:
    # Breaks at the ends, and more than one, show nothing.
    lines = (
        tuple(line) for is_break, line in groupby(marks, key=lambda mark: mark == _BREAK) if not is_break
    )
    found = tuple(mark for line in lines for mark in (_BREAK, *line))[1:]
    if found:
        yield path, found


def _marks(inlines: Iterable[Inline]) -> Iterator[Mark]:
    for item in inlines:
        match item:
            case Span(text, marks, href):
                yield from ((char, marks, _address(href)) for char in text if not char.isspace())
            case InlineImage(src, alt, href):
                yield f"{src} {_spaced(alt)}", frozenset(), _address(href)
            case Break():
                yield _BREAK


def _address(url: str | None) -> str:
    """An address with what is not ASCII percent-encoded, as some renderers write it."""
    return quote(url or "", safe=string.punctuation)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


@dataclass
class _Walk:
    leaves: list[Leaf] = field(default_factory=list)
    path: tuple[str, ...] = ()
    marks: list[Mark] = field(default_factory=list)

    def close(self) -> None:
        self.leaves += _leaf(self.path, self.marks)
        self.marks = []

    def children(self, node: Tag, path: tuple[str, ...], marks: frozenset[str], href: str) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                self.tag(child, path, marks, href)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self.path = path if child.strip() else self.path
                self.marks += [(char, marks, href) for char in child if not char.isspace()]

    def tag(self, node: Tag, path: tuple[str, ...], marks: frozenset[str], href: str) -> None:
        name = node.name
        if name == "br":
            self.marks.append(_BREAK)
        elif name == "img":
            self.path = path
            picture = f"{node.get('src', '')} {_spaced(str(node.get('alt', '')))}"
            self.marks.append((picture, frozenset(), href))
            if path[-1:] == ("figure",):
                self.close()
        elif name == "hr":
            self.close()
            self.leaves.append(((*path, "hr"), ()))
        elif name == "pre":
            self.close()
            text = [(char, frozenset[str](), "") for char in _lines(node.get_text())]
            self.leaves += _leaf((*path, "pre"), text)
        elif name in _LEAF:
            step = ("cell",) if name in ("td", "th") else (name,) if name in _PATH else ()
            self.close()
            self.path = (*path, *step)
            self.children(node, self.path, marks, href)
            self.close()
        elif name in _MARKS:
            self.children(node, path, marks | {name}, href)
        else:
            self.children(node, path, marks, _address(str(node.get("href", ""))) if name == "a" else href)
