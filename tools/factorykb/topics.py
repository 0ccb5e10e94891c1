"""Which topics a passage mentions, where their pages are, and the links that lead there."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, count
from typing import NamedTuple, TypeVar

from factorykb.editorial import TAKEN, Topic, slug_of
from factorykb.fold import pinyin, with_origins
from factorykb.lexicon import Lexicon
from factorykb.model import Block, Inline, ListBlock, Paragraph, Quote, Span, TopicHit
from factorykb.ranking import most_first
from factorykb.segment import Cut
from factorykb.text import of_block, of_inlines

T = TypeVar("T")


class Mention(NamedTuple):
    """A topic of this `name` is mentioned in text[start:end]."""

    name: str
    start: int
    end: int


def mentions(cut: Cut, lexicon: Lexicon) -> list[Mention]:
    """Where a folded text mentions topics, in order."""
    matches = lexicon.topic_matcher.find(cut)
    found = ((lexicon.topics.get(match.word), match) for match in matches)
    return [Mention(topic.name, match.start, match.end) for topic, match in found if topic is not None]


def unfolded(found: Sequence[Mention], text: str) -> tuple[Mention, ...]:
    """Mentions in a folded text as such in the `text` that it stems from."""
    if not found:
        return ()
    origin = with_origins(text)
    return tuple(Mention(one.name, *origin.original_span(one.start, one.end)) for one in found)


def hits(found: Iterable[Mention]) -> tuple[TopicHit, ...]:
    """The topics that are mentioned, most mentioned first."""
    counts = Counter(mention.name for mention in found)
    return tuple(TopicHit(name, count) for name, count in most_first(counts))


def slugs_of(topics: Sequence[Topic]) -> dict[str, str]:
    """Name → address, ASCII, each another one: the editor's slug, else pinyin, with a number where that is taken."""
    slugs = {topic.name: topic.slug for topic in topics if topic.slug}
    taken = {*TAKEN, *slugs.values()}
    for topic in topics:
        if not topic.slug:
            stem = slug_of(topic.name)
            names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
            slugs[topic.name] = next(name for name in names if name not in taken)
            taken.add(slugs[topic.name])
    return slugs


def place_of(topic: Topic) -> tuple[str, list[str], str]:
    """Where a topic stands in the index: under a letter, the first of its pinyin (`#` for anything else), and there by
    pinyin, one character after the other. The pinyin is that of the whole name: 卡 is qia in 卡脖子."""
    sounds = [sound.lower() for sound in pinyin(topic.name)]
    first = "".join(sounds)[:1].upper()
    return first if first.isascii() and first.isalpha() else "#", sounds, topic.name


def linked(
    blocks: tuple[Block, ...], mentions: Iterable[Mention], addresses: Mapping[str, str]
) -> tuple[Block, ...]:
    """`blocks` with the first mention of each topic made a link to its page.

    Args:
        mentions: of the text of the blocks (`text.of_blocks`), in order.
        addresses: topic name → address for the topics that may be linked in this passage.

    Never inside links, headings, code or captions; a mention across two spans stays text.
    """
    wanted = [mention for mention in mentions if mention.name in addresses]
    return _linked_blocks(blocks, 0, _Left(wanted, dict(addresses)))[0] if wanted else blocks


@dataclass(frozen=True, slots=True)
class _Left:
    """The mentions that may become links, and the addresses of the topics that have none yet."""

    mentions: Sequence[Mention]
    addresses: dict[str, str]

    def first_in(self, start: int, end: int) -> Iterator[tuple[Mention, str]]:
        """The first mentions, with their addresses, that lie in a part of the text where links may stand."""
        low = bisect_left(self.mentions, start, key=lambda mention: mention.start)
        for mention in map(self.mentions.__getitem__, range(low, len(self.mentions))):
            if mention.start >= end:
                return
            if mention.end <= end and mention.name in self.addresses:
                yield mention, self.addresses.pop(mention.name)


def _in_lines(
    parts: Iterable[T], at: int, link: Callable[[T, int], tuple[T, int]]
) -> tuple[tuple[T, ...], int]:
    """What `link` makes of each part, and where the text of the last one ends.

    Args:
        at: where the text of the first one begins; each that is not empty stands on lines of its own.
        link: of a part and where its text begins what it becomes, and where its text ends.
    """
    done: list[T] = []
    end = at
    for part in parts:
        begins = end + (end > at)
        linked, after = link(part, begins)
        done.append(linked)
        end = after if after > begins else end
    return tuple(done), end


def _linked_blocks(blocks: tuple[Block, ...], at: int, left: _Left) -> tuple[tuple[Block, ...], int]:
    """Blocks whose text begins at `at`, with links, and where it ends."""
    return _in_lines(blocks, at, lambda block, start: _linked_block(block, start, left))


def _linked_block(block: Block, at: int, left: _Left) -> tuple[Block, int]:
    match block:
        case Paragraph(inlines):
            starts = list(accumulate((len(of_inlines((item,))) for item in inlines), initial=at))
            parts = (_linked_inline(item, start, left) for item, start in zip(inlines, starts, strict=False))
            return Paragraph(tuple(chain.from_iterable(parts))), starts[-1]
        case Quote(inner):
            inside, end = _linked_blocks(inner, at, left)
            return Quote(inside), end
        case ListBlock(items):
            done, end = _in_lines(items, at, lambda item, start: _linked_blocks(item, start, left))
            return replace(block, items=done), end
        case _:
            return block, at + len(of_block(block))


def _linked_inline(item: Inline, at: int, left: _Left) -> list[Inline]:
    if not isinstance(item, Span) or item.href or "code" in item.marks:
        return [item]
    parts: list[Inline] = []
    done = at
    for mention, address in left.first_in(at, at + len(item.text)):
        if mention.start > done:
            parts.append(replace(item, text=item.text[done - at : mention.start - at]))
        parts.append(replace(item, text=item.text[mention.start - at : mention.end - at], href=address))
        done = mention.end
    if parts and done - at < len(item.text):
        parts.append(replace(item, text=item.text[done - at :]))
    return parts or [item]
