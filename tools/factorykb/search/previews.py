"""What a link shows before it is followed: title, a line of facts and the first lines of each page and passage.

A shard holds what a few addresses show, by a hash of the address, so that one look costs one small file however
large the corpus is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factorykb.search.units import FIELD, Group, Unit
from factorykb.text import shortened

_A_SHARD = 10  # addresses, about 4 KB
_MOST_SHARDS = 4096  # beyond, shards become larger instead of more
_TITLE, _TEXT = 48, 96  # characters
_KINDS = {"themes": "主题", "topics": "词条"}


def shard_count(groups: Sequence[Group]) -> int:
    addresses = sum(len(group.units) + (not group.titled) for group in groups)
    return max(1, min(addresses // _A_SHARD, _MOST_SHARDS))


def shards(
    groups: Sequence[Group], count: int, publishers: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Number and content of each shard: address relative to the site's root → title, facts, first lines.

    Only where things stand is gathered beforehand; the texts of ten thousand articles are made a shard at a time.
    """
    places: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for number, group in enumerate(groups):
        for at, unit in enumerate(group.units):
            places[_hash(_address(group, unit, at)) % count].append((number, at))
        if not group.titled:  # the article is its only passage
            places[_hash(_page(group)) % count].append((number, -1))
    for shard, found in enumerate(places):
        yield shard, dict(_preview(groups[number], at, publishers) for number, at in found)


def _hash(text: str) -> int:
    """FNV-1a, as `previews.js` works it out."""
    value = 0x811C9DC5
    for char in text:
        value = (value ^ ord(char)) * 0x01000193 & 0xFFFFFFFF
    return value ^ (value >> 15)


def _page(group: Group) -> str:
    name = group.front.split(FIELD)[0]
    return f"articles/{name}/" if group.source else name


def _address(group: Group, unit: Unit, at: int) -> str:
    whole = group.titled and at == 0
    return _page(group) if whole else f"{_page(group)}#{unit.before.split(FIELD)[0]}"


def _preview(group: Group, at: int, publishers: Mapping[str, str]) -> tuple[str, list[str]]:
    unit = group.units[max(at, 0)]
    _, title, day, *notes = group.front.split(FIELD)[:4]  # without those who wrote it
    if not group.source:
        kind = _KINDS.get(_page(group).partition("/")[0], "")
        return _page(group), [shortened(title, _TITLE), kind, shortened(unit.record, _TEXT)]
    where = [publishers[group.source], day, *notes]
    if group.titled and at == 0:
        return _page(group), [
            shortened(title, _TITLE),
            _joined(where),
            shortened(unit.record.split(FIELD)[-1], _TEXT),
        ]
    anchor, heading, author, *_, text = unit.record.split(FIELD)
    address = _page(group) if at < 0 else f"{_page(group)}#{anchor}"
    facts = [shortened(title, _TITLE) if heading or author else "", *where]
    return address, [shortened(heading or author or title, _TITLE), _joined(facts), shortened(text, _TEXT)]


def _joined(facts: Sequence[str]) -> str:
    return " · ".join(filter(None, facts))
