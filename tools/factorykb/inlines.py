"""Pure functions on inlines: lines made simple, cut, joined, taken out of blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from factorykb.model import (
    Block,
    Break,
    Figure,
    Heading,
    Inline,
    InlineImage,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Table,
)
from factorykb.text import merged, of_block

BLANKS = " \u3000"  # what no line begins or ends with


def tidy(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inlines in their simplest form, same text: like spans joined, single blanks, none at the ends or in
    front of a break, marks never on a blank's edge, nothing empty."""
    out: list[Inline] = []
    for item in inlines:
        if isinstance(item, Span):
            for span in _blanks_apart(item):
                _append(out, span)
        else:
            if isinstance(item, Break):
                _strip_end(out)
            out.append(item)
    _strip_end(out)
    while out and isinstance(out[-1], Break):
        out.pop()
        _strip_end(out)
    begin = next((place for place, item in enumerate(out) if not isinstance(item, Break)), len(out))
    return merged(out[begin:])


def _blanks_apart(span: Span) -> list[Span]:
    text = span.text
    core = text.strip(" ")
    if not core:
        return [Span(" ")] if text else []
    if core == text:
        return [span]
    marked = _with_text(span, core)
    before = [Span(" ")] if text.startswith(" ") else []
    after = [Span(" ")] if text.endswith(" ") else []
    return [*before, marked, *after]


def _append(out: list[Inline], span: Span) -> None:
    last = out[-1] if out else None
    text = span.text
    if last is None or isinstance(last, Break):
        text = text.lstrip(BLANKS)
    elif isinstance(last, Span) and last.text.endswith(" "):
        text = text.lstrip(" ")
    if text:
        out.append(_with_text(span, text))


def _with_text(span: Span, text: str) -> Span:
    return span if text == span.text else Span(text, span.marks, span.href)


def _strip_end(out: list[Inline]) -> None:
    while out and isinstance(last := out[-1], Span):
        text = last.text.rstrip(BLANKS)
        if text:
            out[-1] = _with_text(last, text)
            return
        out.pop()


def unmarked(inlines: tuple[Inline, ...], mark: str) -> tuple[Inline, ...]:
    """The same text without one of its marks; tidy."""
    return tidy(replace(i, marks=i.marks - {mark}) if isinstance(i, Span) else i for i in inlines)


def paragraphs(line: list[Inline]) -> list[list[Inline]]:
    """Cut a line at two or more breaks with nothing but blanks between them; these breaks are left out, and
    those at the line's end. A part may be empty, and is not tidy yet."""
    parts: list[list[Inline]] = [[]]
    breaks: list[Inline] = []
    for item in line:
        blank = isinstance(item, Span) and not item.text.strip()
        if isinstance(item, Break) or (blank and breaks):
            breaks.append(item)
            continue
        if sum(isinstance(b, Break) for b in breaks) > 1:
            parts.append([])
        else:
            parts[-1] += breaks
        breaks = []
        parts[-1].append(item)
    return parts


def joined(lines: Iterable[tuple[Inline, ...]]) -> list[Inline]:
    """Several lines as one, a break between two; empty ones are left out. Not tidy yet."""
    out: list[Inline] = []
    for line in lines:
        out += [Break(), *line] if out and line else line
    return out


def inlines_of(block: Block) -> tuple[Inline, ...]:
    """A block flattened to inlines, for a table's cell: its text and its pictures, a break between its lines."""
    match block:
        case Paragraph(inlines) | Heading(inlines=inlines):
            return inlines
        case Figure(src, alt, caption, href):
            return (InlineImage(src, alt, href), *caption)
        case Quote(blocks):
            return tuple(joined(map(inlines_of, blocks)))
        case ListBlock(items):
            return tuple(joined(inlines_of(inner) for item in items for inner in item))
        case Table(rows):
            return tuple(joined(cell.inlines for row in rows for cell in row))
        case _:
            lines = of_block(block).split("\n")
            return tuple(joined((Span(line),) for line in lines if line))
