"""Which topics a passage mentions, where their pages are, and the links that lead there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from factorykb.editorial import Topic
from factorykb.fold import Folded, folded, pinyin, with_origins
from factorykb.lexicon import Lexicon
from factorykb.model import Block, Inline, ListBlock, Paragraph, Quote, Span, TopicHit
from factorykb.segment import Cut


def mentioned(cuts: Iterable[Cut], lexicon: Lexicon) -> tuple[TopicHit, ...]:
    """The topics of a passage (its heading and body), most mentioned first."""
    matches = (match for cut in cuts for match in lexicon.topic_matcher.find(cut))
    topics = (lexicon.topics.get(match.word) for match in matches)
    counts = Counter(topic.name for topic in topics if topic is not None)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(TopicHit(name, count) for name, count in ranked)


def slugs_of(topics: Iterable[Topic]) -> dict[str, str]:
    """Name → address, ASCII: the editor's slug, else pinyin. Of two equal ones the later gets a number."""
    taken: Counter[str] = Counter()
    slugs: dict[str, str] = {}
    for topic in topics:
        slug = topic.slug or re.sub(r"[^a-z0-9]+", "-", "-".join(pinyin(topic.name)).lower()).strip("-")
        slug = slug or "topic"
        taken[slug] += 1
        slugs[topic.name] = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
    return slugs


def initial_of(topic: Topic) -> str:
    """The letter a topic stands under in the index: the first of its pinyin, `#` for anything else."""
    first = "".join(pinyin(topic.name[:1]))[:1].upper()
    return first if first.isascii() and first.isalpha() else "#"


def linked(blocks: tuple[Block, ...], lexicon: Lexicon, addresses: Mapping[str, str]) -> tuple[Block, ...]:
    """`blocks` with the first mention of each topic made a link to its page.

    Args:
        addresses: topic name → address for the topics that may be linked in this passage.

    Never inside links, headings, code or captions; a mention across two spans stays text.
    """
    left = dict(addresses)
    return tuple(_linked_block(block, lexicon, left) for block in blocks)


def _linked_block(block: Block, lexicon: Lexicon, left: dict[str, str]) -> Block:
    match block:
        case Paragraph(inlines) if left:
            return Paragraph(tuple(part for item in inlines for part in _linked_inline(item, lexicon, left)))
        case Quote(inner) if left:
            return Quote(tuple(_linked_block(b, lexicon, left) for b in inner))
        case ListBlock(items) if left:
            done = tuple(tuple(_linked_block(b, lexicon, left) for b in item) for item in items)
            return replace(block, items=done)
        case _:
            return block


def _linked_inline(item: Inline, lexicon: Lexicon, left: dict[str, str]) -> list[Inline]:
    if not left or not isinstance(item, Span) or item.href or "code" in item.marks:
        return [item]
    plain = folded(item.text)
    if not any(word in plain for name in left for word in lexicon.topic_words[name]):
        return [item]  # what follows is the slow part
    origin: Folded | None = None
    parts: list[Inline] = []
    done = 0
    for match in lexicon.topic_matcher.find(lexicon.segmenter.cut_folded(plain)):
        topic = lexicon.topics.get(match.word)
        address = left.pop(topic.name, None) if topic is not None else None
        if address is None:
            continue
        origin = origin or with_origins(item.text)
        start, end = origin.original_span(match.start, match.end)
        if start > done:
            parts.append(replace(item, text=item.text[done:start]))
        parts.append(replace(item, text=item.text[start:end], href=address))
        done = end
    if done < len(item.text):
        parts.append(replace(item, text=item.text[done:]))
    return parts
