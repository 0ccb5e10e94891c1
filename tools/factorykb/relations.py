"""Keywords and related passages: what needs to know all passages.

Linear in their number: a passage is compared only with those that share one of its telling features, and of a
frequent feature only with those in which it weighs most.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from factorykb.parallel import in_ranges, mapped, spread

RELATED = 5
_WORDS = 80  # words of a passage that take part in comparing, the most telling ones
_POSTINGS = 200  # passages looked at for one feature; a more frequent one says little
_LOOKED_AT = 4000  # entries looked at for one passage, those of its weightiest features
_THEME = 0.25  # what likeness of themes and of topics counts beside likeness of words (1)
_TOPIC = 0.35
_RANKS = 0.8  # a theme counts this much of the one before it
_DEEP = 1500  # characters from which on more is not better
_DEPTH = 0.3
_NEAREST = 0.02  # a likeness below this is chance
_SIBLINGS = 2  # sections of the same article among the related: readers have those before their eyes
_RANGE = 500  # passages that a process compares at a time
KEYWORDS = 8
KEYWORDS_AT_LEAST = 3  # a short passage repeats nothing; then what it says once has to do

Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """What a passage is compared by: its words (folded, as often as it says them), themes and topic counts."""

    id: str
    group: str  # the article whose sections are siblings; "" for an answer, which has none
    words: Sequence[str]
    themes: Sequence[str]
    topics: Mapping[str, int]
    terms: frozenset[str]
    length: int
    repeats: str = ""  # the article or passage that says the same and is related in its stead


def inverse_frequencies(passages: Iterable[Features]) -> dict[str, float]:
    """Feature (`w:` word, `t:` theme, `e:` topic) → ln((N + 1) / number of passages with it)."""
    seen: Counter[str] = Counter()
    total = 0
    for passage in passages:
        seen.update(f"w:{word}" for word in set(passage.words))
        seen.update(f"t:{slug}" for slug in passage.themes)
        seen.update(f"e:{name}" for name in passage.topics)
        total += 1
    return {feature: math.log((total + 1) / count) for feature, count in seen.items()}


def keywords(passage: Features, idf: Mapping[str, float], but_nouns: AbstractSet[str]) -> tuple[str, ...]:
    """3 to 8 words that tell what a passage is about: the vocabulary's first, then rare nouns said repeatedly.

    Args:
        but_nouns: words that are none; of them only the vocabulary's may stand.
    """
    scores = {
        word: (1 + math.log(count)) * idf[f"w:{word}"] * (2.0 if word in passage.terms else 1.0)
        for word, count in Counter(passage.words).items()
        if word in passage.terms or (word not in but_nouns and _is_of_a_keywords_length(word))
    }
    said_once = {word for word, count in Counter(passage.words).items() if count == 1} - passage.terms
    ranked = sorted(scores, key=lambda word: (word in said_once, -scores[word], word))
    kept: list[str] = []
    for word in ranked:
        enough = KEYWORDS_AT_LEAST if word in said_once else KEYWORDS
        if len(kept) < enough and not any(word in other or other in word for other in kept):
            kept.append(word)
    return tuple(kept)


def _is_of_a_keywords_length(word: str) -> bool:
    """Two Latin letters are a particle or a placeholder more often than a name."""
    return (3 if word.isascii() else 2) <= len(word) <= 8


def related(passages: Sequence[Features], idf: Mapping[str, float], jobs: int = 1) -> list[tuple[str, ...]]:
    """For each passage the ids of those nearest to it, nearest first, at most `RELATED`."""
    compared = _compared(passages, idf, jobs)
    found = spread(_nearest, len(passages), _RANGE, jobs, compared, passages)
    return [tuple(passages[other].id for other in near) for near in found]


@dataclass(frozen=True, slots=True)
class _Compared:
    """What comparing needs, as arrays side by side. Passage i has the features features[starts[i]:starts[i + 1]], the
    weightiest first; feature f stands in the passages posted[first[f]:first[f + 1]]."""

    starts: Numbers
    features: Numbers
    weights: Weights
    first: Numbers
    posted: Numbers
    posted_weights: Weights
    depths: Weights
    groups: Numbers  # the same number for sections of one article; -1 for a passage without siblings
    places: Numbers  # in the order of the ids


def _vectors(
    some: range, passages: Sequence[Features], idf: Mapping[str, float], numbers: Mapping[str, int]
) -> tuple[Numbers, Numbers, Weights]:
    """How many features each passage has, then the features and weights of all, the weightiest of each first."""
    sizes, features, weights = array("q"), array("q"), array("d")
    for passage in passages[some.start : some.stop]:
        vector = sorted((-w, numbers[feature]) for feature, w in _vector(passage, idf).items())
        sizes.append(len(vector))
        features.extend(number for _, number in vector)
        weights.extend(-weight for weight, _ in vector)
    return np.asarray(sizes, np.int64), np.asarray(features, np.int64), np.asarray(weights, np.float64)


def _compared(passages: Sequence[Features], idf: Mapping[str, float], jobs: int) -> _Compared:
    numbers = {feature: number for number, feature in enumerate(idf)}
    ranges = list(in_ranges(len(passages), _RANGE)) or [range(0)]
    made = list(mapped(_vectors, ranges, jobs, passages, idf, numbers))
    sizes, feature, weight = (np.concatenate(parts) for parts in zip(*made, strict=True))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    owner = np.repeat(np.arange(len(passages)), np.diff(starts))
    # Of a frequent feature's passages those in which it weighs most.
    stands = np.asarray([not passage.repeats for passage in passages], dtype=bool)[owner]
    order = np.lexsort((owner, -weight, feature))
    order = order[stands[order]]  # what repeats another text is related to nothing
    rank = np.arange(len(order)) - np.searchsorted(feature[order], feature[order])
    kept = np.sort(order[rank < _POSTINGS])
    kept = kept[np.argsort(feature[kept], kind="stable")]
    group_of = {name: number for number, name in enumerate(sorted({p.group for p in passages if p.group}))}
    ids = sorted(range(len(passages)), key=lambda i: passages[i].id)
    return _Compared(
        starts=starts,
        features=feature,
        weights=weight,
        first=np.searchsorted(feature[kept], np.arange(len(numbers) + 1)),
        posted=owner[kept],
        posted_weights=weight[kept],
        depths=np.asarray([_depth(passage.length) for passage in passages]),
        groups=np.asarray([group_of.get(passage.group, -1) for passage in passages], dtype=np.int64),
        places=np.argsort(np.asarray(ids, dtype=np.int64)),
    )


def _nearest(some: range, known: _Compared, passages: Sequence[Features]) -> list[list[int]]:
    return [_nearest_to(passage, known, passages) for passage in some]


def _nearest_to(passage: int, known: _Compared, passages: Sequence[Features]) -> list[int]:
    own = slice(known.starts[passage], known.starts[passage + 1])
    features = known.features[own]
    lengths = known.first[features + 1] - known.first[features]
    looked_at = np.cumsum(lengths) - lengths < _LOOKED_AT
    features, lengths = features[looked_at], lengths[looked_at]
    ends = np.cumsum(lengths)
    entries = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
        known.first[features] - ends + lengths, lengths
    )
    products = np.repeat(known.weights[own][looked_at], lengths) * known.posted_weights[entries]
    others, at = np.unique(known.posted[entries], return_inverse=True)
    likeness = np.bincount(at, products, len(others))
    worth = np.round(likeness * known.depths[others], 9)  # so that no machine's last digit decides
    possible = (likeness > _NEAREST) & (worth > _NEAREST) & (others != passage)
    others, worth = others[possible], worth[possible]
    chosen: list[int] = []
    siblings = 0
    for other in others[np.lexsort((known.places[others], -worth))]:
        if _says_the_same(passages[passage], passages[other].id):
            continue
        is_sibling = known.groups[other] >= 0 and known.groups[other] == known.groups[passage]
        siblings += is_sibling
        if not (is_sibling and siblings > _SIBLINGS):
            chosen.append(int(other))
        if len(chosen) == RELATED:
            break
    return chosen


def _says_the_same(passage: Features, other: str) -> bool:
    return bool(passage.repeats) and f"{other}#".startswith(f"{passage.repeats}#")


def _depth(length: int) -> float:
    """What a passage of `length` characters has to offer: editors send readers to what says more."""
    return float(min(1.0, length / _DEEP) ** _DEPTH)


def _vector(passage: Features, idf: Mapping[str, float]) -> dict[str, float]:
    """Feature → weight: words of length 1, themes and topics of the length that makes them count their share."""
    words = {
        f"w:{word}": (1 + math.log(count)) * idf[f"w:{word}"]
        for word, count in Counter(passage.words).items()
    }
    strongest = sorted(words, key=lambda word: (-words[word], word))[:_WORDS]
    themes = {f"t:{slug}": _RANKS**rank * idf[f"t:{slug}"] for rank, slug in enumerate(passage.themes)}
    topics = {f"e:{name}": (1 + math.log(count)) * idf[f"e:{name}"] for name, count in passage.topics.items()}
    return (
        _scaled({word: words[word] for word in strongest}, 1.0)
        | _scaled(themes, math.sqrt(_THEME))
        | _scaled(topics, math.sqrt(_TOPIC))
    )


def _scaled(values: Mapping[str, float], length: float) -> dict[str, float]:
    norm = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {key: length * value / norm for key, value in values.items()}
