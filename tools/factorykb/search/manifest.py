"""What every query needs first: the alphabet, foldings, one line of facts a unit, and the vocabulary."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import numpy as np

from factorykb.analysis import Knowledge
from factorykb.editorial import FAMILIES, Theme
from factorykb.fold import folded, simplified
from factorykb.ranking import most_first
from factorykb.search import bits
from factorykb.search.alphabet import Alphabet, alphabet_of
from factorykb.search.bits import Codes, numbers
from factorykb.search.postings import Slots
from factorykb.search.stopwords import STOPWORDS
from factorykb.search.units import FIELD, Group, PageEntry, Unit, all_units

_BMP = 0x10000
_LONGEST = 5  # characters; longer terms are phrases that texts have and queries have not


@lru_cache(maxsize=1)
def _special() -> dict[str, str]:
    """Characters that fold otherwise than by NFKC and lower case, which any browser knows: ß, 馬, and the radical ⾺,
    which NFKC makes 馬."""
    all_but_surrogates = (chr(code) for code in range(_BMP) if not 0xD800 <= code < 0xE000)
    shown = {char: _as_a_browser(char) for char in all_but_surrogates}
    cased = {char for char, one in shown.items() if one != one.casefold() or one in simplified()}
    candidates = cased | simplified().keys()
    return {char: folded(char) for char in sorted(candidates) if folded(char) != _as_a_browser(char)}


def _as_a_browser(char: str) -> str:
    return unicodedata.normalize("NFKC", char).lower()


def foldings(alphabet: Alphabet) -> tuple[str, str]:
    """Special foldings of characters that stand in the texts, and of others that a reader may type for them."""
    known = set(alphabet.characters)
    inside: dict[str, str] = {}
    typed: dict[str, str] = {}
    for char, target in _special().items():
        if known.issuperset(target):
            place = inside if char in known else typed
            place[target] = place.get(target, "") + char
    return _pairs(inside), _pairs(typed)


def _pairs(sources: dict[str, str]) -> str:
    """Source and target of each one-to-one folding in a row; then, a field each, the other targets and sources."""
    single = "".join(
        char + target for target, chars in sorted(sources.items()) if len(target) == 1 for char in chars
    )
    rest = (f"{FIELD}{target}{FIELD}{chars}" for target, chars in sorted(sources.items()) if len(target) != 1)
    return single + "".join(rest)


def table(
    groups: Sequence[Group],
    gathered: AbstractSet[int],
    slots: Slots,
    slugs: Sequence[str],
    sources: Sequence[str],
) -> tuple[str, list[Alphabet]]:
    """The facts of all articles, then of all units, packed; and the alphabets of the units' columns.

    An article: gamma(passages + 1), gamma(steps to an earlier year + 1), gamma(source's number + 1). A unit: in
    Huffman codes, one character for all its facts but the themes after the first (see `_symbol`) and one each for the
    widths of its body's and its head's room; then those themes' numbers.
    """
    years = [max((g.year for g in groups if g.year), default=0), *(g.year for g in groups)]
    steps = [
        0 if not year else before - year for before, year in zip(_carried(years), years[1:], strict=True)
    ]
    facts = [
        (len(g.units) - g.titled + 1, step + 1, sources.index(g.source) + 1)
        for g, step in zip(groups, steps, strict=True)
    ]
    number = {slug: index for index, slug in enumerate(slugs)}
    themes = [[number[slug] for slug in unit.themes] for group in groups for unit in group.units]
    units = all_units(groups)
    symbols = map(_symbol, units, (n in gathered for n, _ in enumerate(units)), themes)
    bodies, heads = ("".join(map(chr, part)) for part in np.split(slots.widths, 2))
    columns = ["".join(symbols), bodies, heads]
    alphabets = [alphabet_of(column, []) for column in columns]
    rows = np.arange(len(themes))
    coded = [(rows, alphabet.codes(column)) for alphabet, column in zip(alphabets, columns, strict=True)]
    width = max(1, (len(slugs) - 1).bit_length())
    for place in range(1, max(map(len, themes), default=0)):
        some = [row for row, numbered in enumerate(themes) if len(numbered) > place]
        coded.append((numbers(some), bits.plain([themes[row][place] for row in some], width)))
    woven = bits.woven(len(rows), coded)[0] if themes else Codes(numbers([]), numbers([]))
    joined = bits.joined([bits.gamma(numbers(facts).ravel()), woven])
    return next(bits.packed(joined, numbers([len(joined.values)]))), alphabets


def _symbol(unit: Unit, is_gathered: bool, themes: list[int]) -> str:
    """Whether it is substantive, whether it is in Traditional characters, whether its record is among the `gathered`,
    how many themes it has (`MAX_THEMES` at most, in three bits) and the first of them, as one character."""
    first, count = (themes[0] + 1, len(themes)) if themes else (0, 0)
    return chr(
        ((first * 8 + count) << 3) | (unit.substantive << 2) | (unit.is_traditional << 1) | is_gathered
    )


def _carried(years: list[int]) -> list[int]:
    """The last known year before each place: articles without a date stand at the end."""
    last, out = years[0], []
    for year in years[:-1]:
        last = year or last
        out.append(last)
    return out


def vocabulary_text(knowledge: Knowledge, pages: Sequence[PageEntry]) -> str:
    """A line each: the stop words, themes (slug, name, family from 1, the terms that tell by themselves, of weight 5),
    topics (name, number of its page among the pages of topics or nothing, aliases), sets of synonyms."""
    words = knowledge.vocabulary
    page = {entry.title: str(number) for number, entry in enumerate(p for p in pages if p.kind == "topic")}
    lines = [
        sorted(STOPWORDS),
        *([t.slug, t.name, str(FAMILIES.index(t.family) + 1), *_telling(t)] for t in words.themes),
        *([topic.name, page.get(topic.name, ""), *topic.aliases] for topic in words.topics),
        *words.synonyms,
    ]  # fmt: skip
    return "\n".join(map(FIELD.join, lines))


def _telling(theme: Theme) -> list[str]:
    """The terms of a theme that settle it alone and that a reader may type, without those that only make another of them
    longer."""
    terms = [word for word, weight in theme.terms.items() if weight == 5 and len(word) <= _LONGEST]
    return [word for word in terms if not any(other in word for other in terms if other != word)]


def sources_of(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Publishers' keys and names, the one with most articles first."""
    counts = Counter(article.publisher.key for article in knowledge.library.articles)
    names = {a.publisher.key: a.publisher.name for a in knowledge.library.articles}
    return [(key, names[key]) for key, _ in most_first(counts)]
