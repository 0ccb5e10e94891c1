"""The tagger: which themes a passage speaks of, and which words say so.

A theme's score is the sum over its terms of weight · (1 + log2 count); it must reach a bar that rises with
the passage's length, and a share of the best theme's score. Both were set on the judgements in tests/bench.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

from factorykb.lexicon import Lexicon
from factorykb.model import Evidence, ThemeHit
from factorykb.segment import Cut

MAX_THEMES = 4
_BAR = 3.0  # what one decisive word, or two telling ones, reach in a short passage
_LENGTH = 150  # characters at which the bar has doubled
_GROWTH = 0.7  # how the bar grows with length; 1 would be in proportion
_SHARE = 0.4  # of the best theme's score
_HEADING = 2  # a word in the heading counts as if it stood there this many times more


def tag(counts: Mapping[str, int], length: int, lexicon: Lexicon) -> tuple[ThemeHit, ...]:
    """The themes of a passage, weightiest first, at most `MAX_THEMES`, each with its evidence.

    Args:
        counts: how often each term stands in it (`term_counts`).
        length: characters of its text.
    """
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for term, count in counts.items():
        for slug, weight in lexicon.weights.get(term, ()):
            evidence[slug].append(Evidence(term, count, round(weight * (1 + math.log2(count)), 2)))
    scores = {slug: sum(item.weight for item in items) for slug, items in evidence.items()}
    bar = _BAR * (1 + (length / _LENGTH) ** _GROWTH)
    best = max(scores.values(), default=0.0)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        ThemeHit(slug, round(score, 2), tuple(sorted(evidence[slug], key=lambda e: (-e.weight, e.term))))
        for slug, score in ranked[:MAX_THEMES]
        if score >= bar and score >= _SHARE * best
    )


def term_counts(heading: Cut, body: Cut, lexicon: Lexicon) -> Counter[str]:
    """How often each term stands in a passage, headings weighted. The title of a question is no heading."""
    counts = Counter(match.word for match in lexicon.theme_matcher.find(body))
    for match in lexicon.theme_matcher.find(heading):
        counts[match.word] += _HEADING
    return counts
