"""The tagger: which themes a passage speaks of, and which words say so.

A theme's score is the sum over its terms of weight · (1 + log2 count); it must reach a bar that rises with
the passage's length, and a share of the best theme's score. Both were set on the judgements in tests/bench.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from factorykb.fold import with_origins
from factorykb.lexicon import Lexicon
from factorykb.model import MAX_THEMES, Evidence, ThemeHit
from factorykb.segment import Cut

_BASE = 3.0  # what one decisive word, or two telling ones, reach in a short passage
_LENGTH = 150  # characters at which the bar has doubled
_GROWTH = 0.7  # how the bar grows with length; 1 would be in proportion
_SHARE = 0.4  # of the best theme's score
_HEADING = 2  # a word in the heading counts as if it stood there this many times more


_Ranked = list[tuple[str, list[Evidence]]]  # themes by slug, weightiest first


def tag(counts: Mapping[str, int], length: int, lexicon: Lexicon) -> tuple[ThemeHit, ...]:
    """The themes of a passage, weightiest first, at most `MAX_THEMES`, each with its evidence.

    Args:
        counts: how often each term stands in it (`term_counts`).
        length: characters of its text.
    """
    ranked = _ranked(counts, lexicon)
    bar = _bar(ranked, length)
    return tuple(_hit(slug, items) for slug, items in ranked[:MAX_THEMES] if _score(items) >= bar)


def near_misses(
    counts: Mapping[str, int], length: int, lexicon: Lexicon
) -> tuple[float, tuple[ThemeHit, ...]]:
    """The score that a theme of this passage needs, and the themes that have evidence and are none of its themes,
    weightiest first: they do not reach it, or there are `MAX_THEMES` before them.

    Args: as of `tag`.
    """
    ranked = _ranked(counts, lexicon)
    bar = _bar(ranked, length)
    reached = sum(_score(items) >= bar for _, items in ranked[:MAX_THEMES])
    return round(bar, 2), tuple(_hit(slug, items) for slug, items in ranked[reached:])


def _ranked(counts: Mapping[str, int], lexicon: Lexicon) -> _Ranked:
    """All themes that a term speaks for, weightiest first."""
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for term, count in counts.items():
        for slug, weight in lexicon.weights.get(term, ()):
            evidence[slug].append(Evidence(term, count, round(weight * (1 + math.log2(count)), 2)))
    return sorted(evidence.items(), key=lambda item: (-_score(item[1]), item[0]))


def _bar(ranked: _Ranked, length: int) -> float:
    best = _score(ranked[0][1]) if ranked else 0.0
    growth: float = (length / _LENGTH) ** _GROWTH
    return max(_BASE * (1 + growth), _SHARE * best)


def _score(items: Iterable[Evidence]) -> float:
    return sum(item.weight for item in items)


def _hit(slug: str, items: Sequence[Evidence]) -> ThemeHit:
    return ThemeHit(slug, round(_score(items), 2), tuple(sorted(items, key=lambda e: (-e.weight, e.term))))


def term_counts(heading: Cut, body: Cut, lexicon: Lexicon) -> Counter[str]:
    """How often each term stands in a passage, headings weighted. The title of a question is no heading."""
    counts = Counter(match.word for match in lexicon.theme_matcher.find(body))
    for match in lexicon.theme_matcher.find(heading):
        counts[match.word] += _HEADING
    return counts


def places(terms: Collection[str], text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where any of some terms stands in a text: begin and end of each place, in order."""
    origin = with_origins(text)
    matches = lexicon.theme_matcher.find(lexicon.segmenter.cut(text))
    return [origin.original_span(match.start, match.end) for match in matches if match.word in terms]
