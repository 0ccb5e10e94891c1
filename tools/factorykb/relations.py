"""Keywords and related passages: what needs to know all passages.

Linear in their number: a passage is compared only with those that share one of its telling features, and of a
frequent feature only with those in which it weighs most.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

RELATED = 5
_WORDS = 80  # words of a passage that take part in comparing, the most telling ones
_POSTINGS = 200  # passages looked at for one feature; a more frequent one says little
_THEME = 0.25  # what likeness of themes and of topics counts beside likeness of words (1)
_TOPIC = 0.35
_RANKS = 0.8  # a theme counts this much of the one before it
_DEEP = 1500  # characters from which on more is not better
_DEPTH = 0.3
_NEAREST = 0.02  # a likeness below this is chance
_SIBLINGS = 2  # sections of the same article among the related: readers have those before their eyes
KEYWORDS = 8
KEYWORDS_AT_LEAST = 3  # a short passage repeats nothing; then what it says once has to do


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


def related(passages: Sequence[Features], idf: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
    """Passage id → ids of the passages nearest to it, nearest first, at most `RELATED`."""
    numbers = {feature: number for number, feature in enumerate(idf)}
    vectors = [_packed(_vector(passage, idf), numbers) for passage in passages]
    postings: dict[int, _Packed] = defaultdict(_nothing)
    for index, (features, weights) in enumerate(vectors):
        for feature, weight in zip(features, weights, strict=True):
            entries = postings[feature]
            if not passages[index].repeats:
                entries[0].append(index)
                entries[1].append(weight)
    heaviest = {feature: _heaviest(entries) for feature, entries in postings.items()}
    return {passage.id: _nearest(i, passages, vectors[i], heaviest) for i, passage in enumerate(passages)}


# Numbers and weights side by side: a hundred thousand passages as dicts would not fit into memory.
_Packed = tuple["array[int]", "array[float]"]


def _nothing() -> _Packed:
    return array("I"), array("d")


def _packed(vector: Mapping[str, float], numbers: Mapping[str, int]) -> _Packed:
    return array("I", (numbers[feature] for feature in vector)), array("d", vector.values())


def _heaviest(entries: _Packed) -> _Packed:
    """Of a frequent feature's passages those in which it weighs most."""
    if len(entries[0]) <= _POSTINGS:
        return entries
    kept = sorted(zip(*entries, strict=True), key=lambda entry: (-entry[1], entry[0]))[:_POSTINGS]
    return array("I", (index for index, _ in kept)), array("d", (weight for _, weight in kept))


def _nearest(
    index: int, passages: Sequence[Features], vector: _Packed, postings: Mapping[int, _Packed]
) -> tuple[str, ...]:
    scores: dict[int, float] = defaultdict(float)
    for feature, weight in zip(*vector, strict=True):
        for other, other_weight in zip(*postings[feature], strict=True):
            scores[other] += weight * other_weight
    scores.pop(index, None)
    ranked = [
        (-score * _depth(passages[other].length), passages[other].id, other)
        for other, score in scores.items()
        if score > _NEAREST
    ]
    heapq.heapify(ranked)  # only the first few are wanted
    chosen: list[str] = []
    siblings = 0
    while ranked and len(chosen) < RELATED:
        worth, name, other = heapq.heappop(ranked)
        if _says_the_same(passages[index], name):
            continue
        is_sibling = passages[other].group != "" and passages[other].group == passages[index].group
        siblings += is_sibling
        if -worth > _NEAREST and not (is_sibling and siblings > _SIBLINGS):
            chosen.append(name)
    return tuple(chosen)


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
