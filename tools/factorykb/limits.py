"""How much one source may hold: far above any article, and below what takes ten seconds or 500 MB.

The largest source known has 245 answers, 84,000 characters and 9,000 marks of Markdown. `tests/bench/bounds.py` measures
what the worst files below these numbers cost. They count things, not time, so that every machine says the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from factorykb.errors import LimitError
from factorykb.model import Block, Heading, ListBlock, Paragraph, Passage, Quote, Table
from factorykb.text import of_blocks

BYTES = 5_000_000
TAGS = 100_000  # `<` in HTML
MARKS = 50_000  # characters that Markdown may read as more than themselves, and line ends
PARAGRAPH_MARKS = 10_000  # of them in one paragraph: pairing emphasis is quadratic, in memory too
TABLE_CELLS = 400_000  # the widest table's columns times all lines: its parser fills up short rows
LINE_MARKS = 50_000_000  # of each line characters times marks: the parser copies the text so far at each, and keeps some
DEPTH = 140  # lists and quotations in each other, in Markdown; the parser drops what is deeper than 150
CHARACTERS = 400_000  # visible ones, and what they fold to
PIECES = 40_000  # paragraphs, items, cells, and pieces of text with one look in them
PASSAGES = 2_000

REMEDY = (
    "Check the file; no article needs so much. Several articles go into one file each, a long text into lines"
)

_INLINE = "*_[]<>&`~!\\"
_MARKS = _INLINE + "\n|"
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def check(found: int, most: int, what: str) -> None:
    """Raises LimitError when there is more of something than a source may hold."""
    if found > most:
        raise LimitError(f"there are {found:,} {what}, more than {most:,}")


def check_html(html: str) -> None:
    """Raises LimitError for HTML that would make too large a tree."""
    check(html.count("<"), TAGS, "tags")


def check_markdown(text: str) -> None:
    """Raises LimitError for Markdown that would take too long to read."""
    check(sum(map(text.count, _MARKS)), MARKS, "lines and marks of Markdown")
    lines = text.split("\n")
    widest = max((line.count("|") for line in lines if not line.strip(" \t>|:-")), default=0)
    check(widest * len(lines), TABLE_CELLS, "cells that a table might have")
    most = max(sum(map(part.count, _INLINE)) for part in _EMPTY_LINE.split(text))
    check(most, PARAGRAPH_MARKS, "marks of Markdown in one paragraph")
    copied = sum(len(line) * sum(map(line.count, _INLINE)) for line in lines)
    check(
        copied,
        LINE_MARKS,
        f"characters beside marks ({_INLINE}), each line's counted once for each of its marks",
    )


def check_blocks(blocks: Sequence[Block]) -> None:
    """Raises LimitError for a body that would make too large a page."""
    check(sum(map(_size, blocks)), PIECES, "paragraphs, items, cells and pieces of text in them")
    text = of_blocks(blocks)
    check(len(text), CHARACTERS, "characters of text")
    check(
        _folded_length(text),
        CHARACTERS,
        "characters of text, with `…` and the like counted as what they stand for",
    )


def check_passages(passages: Sequence[Passage]) -> None:
    """Raises LimitError for more passages than one page can show."""
    check(len(passages), PASSAGES, "sections or answers")


def _folded_length(text: str) -> int:
    """How many characters search reads in a text: one may stand for eighteen (`ﷺ`)."""
    counted = Counter(text).items()
    return sum(len(unicodedata.normalize("NFKC", char).casefold()) * count for char, count in counted)


def _size(block: Block) -> int:
    match block:
        case Quote(blocks):
            return 1 + sum(map(_size, blocks))
        case ListBlock(items):
            return 1 + sum(1 + sum(map(_size, item)) for item in items)
        case Table(rows):
            return 1 + sum(1 + len(cell.inlines) for row in rows for cell in row)
        case Paragraph(inlines) | Heading(inlines=inlines):
            return 1 + len(inlines)
        case _:
            return 1
