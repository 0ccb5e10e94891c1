"""Cuts an article into passages: the answers of a question, or the sections of its highest heading level."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from factorykb.model import Block, Figure, Heading, ListBlock, Paragraph, Passage, Quote, Rank, Span, packed
from factorykb.text import images_of, length, of_blocks, of_inlines

Blocks = tuple[Block, ...]

# Characters of a passage that make its address: enough to tell, and edits below change nothing.
_ANCHOR_TEXT = 120
_PAGE_LEVELS = range(2, 7)  # h1 is the page's title


def of_article(blocks: Blocks) -> tuple[tuple[Figure, ...], tuple[Passage, ...]]:
    """The opening pictures and the passages of an article without answers.

    Sections begin at the highest heading level present (labels and speakers never begin one). Text before the
    first heading is a lead-in passage; pictures alone before it are the opening. No heading: one passage.
    """
    ranks = sorted({b.rank for b in blocks if isinstance(b, Heading)})
    top = next((rank for rank in ranks if rank < Rank.LABEL), None)
    first = next((i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.rank == top), len(blocks))
    lead = blocks[:first]
    opening: tuple[Figure, ...] = ()
    if first < len(blocks) and all(isinstance(b, Figure) for b in lead):
        opening, lead = tuple(b for b in lead if isinstance(b, Figure)), ()
    levels = _levels(ranks, top)
    sections: list[tuple[Heading | None, Blocks]] = [(None, lead)] if lead else []
    sections += _sections(blocks[first:], top)
    passages = (
        _passage(heading, "", _levelled(body, levels, headed=heading is not None))
        for heading, body in sections
    )
    return opening, _anchored(passages)


def of_question(answers: Iterable[tuple[str, Blocks]]) -> tuple[Passage, ...]:
    """One passage for each answer: (author, blocks). An answer without anything to show keeps its author, who would be
    missing else. No passages where no answer has anything to show."""
    answers = [(author, blocks) for author, blocks in answers if author or blocks]
    if not any(blocks for _, blocks in answers):
        return ()
    headed = len(answers) > 1  # the page names each answerer in a heading
    return _anchored(_answer(author, blocks, headed=headed) for author, blocks in answers)


def _answer(author: str, blocks: Blocks, *, headed: bool) -> Passage:
    ranks = sorted({block.rank for block in blocks if isinstance(block, Heading)})
    return _passage(None, author, _levelled(blocks, _levels(ranks, None), headed=headed))


def _sections(blocks: Blocks, top: int | None) -> list[tuple[Heading | None, Blocks]]:
    sections: list[tuple[Heading | None, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.rank == top:
            sections.append((block, []))
        else:
            sections[-1][1].append(block)
    return [(heading, tuple(body)) for heading, body in sections]


def _levels(ranks: list[int], top: int | None) -> dict[int, int]:
    """Page levels for ranks without a gap: a passage's own heading is h2, what stands inside it begins at h3."""
    inner = [rank for rank in ranks if rank != top]
    return {rank: min(3 + depth, _PAGE_LEVELS[-1]) for depth, rank in enumerate(inner)}


def _levelled(blocks: Blocks, levels: dict[int, int], *, headed: bool) -> Blocks:
    """Headings with their level on the page; one that would skip a level below the last is drawn up to it.
    In a passage without a heading of its own all stand one higher."""
    out: list[Block] = []
    up = 0 if headed else 1
    last = 2 - up
    for block in blocks:
        if isinstance(block, Heading):
            last = min(levels[block.rank] - up, last + 1)
            out.append(replace(block, level=last))
        else:
            out.append(_without_headings(block))
    return tuple(out)


def _without_headings(block: Block) -> Block:
    """A heading inside a list or quotation is a bold line: it divides nothing."""
    match block:
        case Quote(blocks):
            return Quote(tuple(map(_without_headings, blocks)))
        case ListBlock(items, start, bare):
            return ListBlock(tuple(tuple(map(_without_headings, item)) for item in items), start, bare)
        case Heading(inlines=inlines):
            bold = (replace(i, marks=i.marks | {"strong"}) if isinstance(i, Span) else i for i in inlines)
            return Paragraph(tuple(bold))
        case _:
            return block


def _passage(heading: Heading | None, author: str, blocks: Blocks) -> Passage:
    title = of_inlines(heading.inlines).replace("\n", " ") if heading else ""
    text = of_blocks(blocks)
    return Passage(
        anchor="",
        heading=heading.inlines if heading else (),
        title=title,
        author=author,
        packed=packed(blocks),
        text=text,
        characters=length(text),
        images=images_of(blocks),
    )


def _anchored(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Give each passage its address, made from what it is and not from where it stands.

    Only passages that are equal in author, heading and the start of their text get a number after it.
    """
    seen: Counter[str] = Counter()
    out = []
    for passage in passages:
        key = "\n".join((passage.author, passage.title, passage.text[:_ANCHOR_TEXT]))
        anchor = "p-" + hashlib.sha256(key.encode()).hexdigest()[:8]
        seen[anchor] += 1
        suffix = f"-{seen[anchor]}" if seen[anchor] > 1 else ""
        out.append(replace(passage, anchor=anchor + suffix))
    return tuple(out)
