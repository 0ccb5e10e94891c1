"""Keywords and related passages: what needs to know all passages.

Linear in their number: a passage is compared only with those that share one of its telling features, and of a
frequent feature only with those in which it weighs most. All passages lie side by side in arrays of numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from factorykb.model import Packable
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
_NEAREST = 0.12  # a likeness below this is one frequent word or theme in common
_SIBLINGS = 2  # sections of the same article among the related: readers have those before their eyes
_RANGE = 2000  # passages that a process takes at a time
_TOGETHER = 8  # passages that are compared in one go: more would not fit into the processor's own memory
KEYWORDS = 8
KEYWORDS_AT_LEAST = 3  # a short passage repeats nothing; then what it says once has to do
# Bits of what is sorted together: a worth (at most some 1.6), a passage's place.
_WORTH_BITS, _PLACE_BITS = 31, 26
_FINE = 10**9  # weights are compared as whole numbers of this part, so that no machine's last digit decides

Numbers = npt.NDArray[np.integer[Any]]
Weights = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Features:
    """What a passage is compared by besides its words: its themes, the main one first, and its topics' counts."""

    id: str
    group: str  # the article whose sections are siblings; "" for an answer, which has none
    themes: Sequence[str]
    topics: Mapping[str, int]
    length: int
    repeats: str = ""  # the article or passage that says the same and is related in its stead


@dataclass(frozen=True, slots=True)
class Words(Packable):
    """The words of some passages, one passage after the other: as objects they would fill the memory.

    `names`: the different words, a line each; `sizes`: how many of them each passage has. Then of each word of each
    passage: its number among the names, how often it is said, and whether it is a term of the vocabulary.
    """

    names: str
    sizes: Numbers
    numbers: Numbers
    times: Numbers
    are_terms: Flags


def words_of(passages: Sequence[tuple[Mapping[str, int], AbstractSet[str]]]) -> Words:
    """The words of passages, each given as word → times and the terms in it."""
    names: dict[str, int] = {}
    return Words(
        numbers=np.asarray(
            [names.setdefault(w, len(names)) for words, _ in passages for w in words], np.int32
        ),
        names="\n".join(names),
        sizes=np.asarray([len(words) for words, _ in passages], np.int32),
        times=np.asarray([count for words, _ in passages for count in words.values()], np.int32),
        are_terms=np.asarray([word in terms for words, terms in passages for word in words], bool),
    )


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages to compare. Passage i has the entries starts[i]:starts[i + 1] of the arrays `words` (numbers, in the
    order of `names`), `times` and `are_terms`. Themes (`t:`) and topics (`e:`) have the `numbers` after the words.
    `idf`: of each ln((N + 1) / number of passages with it)."""

    passages: Sequence[Features]
    names: Sequence[str]
    starts: Numbers
    words: Numbers
    times: Numbers
    are_terms: Flags
    numbers: Mapping[str, int]
    idf: Weights


def corpus_of(passages: Sequence[Features], chosen: Sequence[int], words: Sequence[Words]) -> Corpus:
    """The corpus of `passages`, which are the `chosen` (numbers, ascending) of those whose words are given."""
    known: dict[str, int] = {}
    found = [np.empty(0, np.int32)]
    for some in words:
        own = np.asarray([known.setdefault(name, len(known)) for name in some.names.splitlines()], np.int32)
        found.append(own[some.numbers])
    names = sorted(known)
    place = np.zeros(len(names), np.int64)
    place[[known[name] for name in names]] = np.arange(len(names))
    none = np.empty(0, np.int64)
    sizes, times, are_terms = (
        np.concatenate([none, *(getattr(some, field) for some in words)])
        for field in ("sizes", "times", "are_terms")
    )
    is_chosen = np.zeros(len(sizes), bool)
    is_chosen[np.asarray(chosen, np.int64)] = True
    kept = np.repeat(is_chosen, sizes)
    number = place[np.concatenate(found)[kept]]
    others = Counter(name for passage in passages for name in _others(passage))
    seen = [*np.bincount(number, minlength=len(names)).tolist(), *(others[name] for name in sorted(others))]
    return Corpus(
        passages=passages,
        names=names,
        starts=np.concatenate([[0], np.cumsum(sizes[is_chosen])]),
        words=number,
        times=times[kept],
        are_terms=are_terms[kept].astype(bool),
        numbers={name: len(names) + place for place, name in enumerate(sorted(others))},
        idf=np.asarray([math.log((len(passages) + 1) / count) if count else 0.0 for count in seen]),
    )


def _others(passage: Features) -> list[str]:
    return [*(f"t:{slug}" for slug in passage.themes), *(f"e:{name}" for name in passage.topics)]


def _telling(times: Numbers) -> Weights:
    """What a word counts that is said so many times: 1 + ln(times)."""
    known = [1 + math.log(count) for count in range(1, int(times.max(initial=1)) + 1)]
    return np.asarray(known)[times - 1]


def _whole(weights: Weights) -> Numbers:
    return np.rint(weights * _FINE).astype(np.int64)


def _owners(starts: Numbers) -> Numbers:
    """The number of the passage of each entry, from 0, where those of passage i begin at starts[i]."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def keywords(corpus: Corpus, but_nouns: AbstractSet[str], jobs: int = 1) -> Iterator[tuple[str, ...]]:
    """Of each passage 3 to 8 words that tell what it is about: the vocabulary's first, then rare nouns said repeatedly.

    Args:
        but_nouns: words that are no nouns; of these only the vocabulary's may stand.
    """
    may_stand = np.asarray([n not in but_nouns and _is_of_a_keywords_length(n) for n in corpus.names], bool)
    return spread(_keywords, len(corpus.passages), _RANGE, jobs, corpus, may_stand)


def _is_of_a_keywords_length(word: str) -> bool:
    """Two Latin letters are a particle or a placeholder more often than a name."""
    return (3 if word.isascii() else 2) <= len(word) <= 8


def _keywords(some: range, corpus: Corpus, may_stand: Flags) -> list[tuple[str, ...]]:
    own = slice(corpus.starts[some.start], corpus.starts[some.stop])
    words, are_terms = corpus.words[own], corpus.are_terms[own]
    scores = _telling(corpus.times[own]) * corpus.idf[words] * (1.0 + are_terms)
    said_once = (corpus.times[own] == 1) & ~are_terms
    owner = _owners(corpus.starts[some.start : some.stop + 1])
    possible = np.nonzero(are_terms | may_stand[words])[0]
    order = np.lexsort((words[possible], -_whole(scores[possible]), said_once[possible], owner[possible]))
    ranked = possible[order]
    ends = np.searchsorted(owner[ranked], np.arange(len(some) + 1))
    return [
        _apart((corpus.names[words[at]], bool(said_once[at])) for at in ranked[low:high])
        for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _apart(ranked: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The first words, none of which is a part of another; of those said once only so many as are needed."""
    kept: list[str] = []
    for word, said_once in ranked:
        if len(kept) >= (KEYWORDS_AT_LEAST if said_once else KEYWORDS):
            break
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return tuple(kept)


def related(corpus: Corpus, jobs: int = 1) -> Iterator[tuple[str, ...]]:
    """For each passage the ids of those nearest to it, nearest first, at most `RELATED`."""
    compared = _compared(corpus, jobs)
    return spread(_nearest, len(corpus.passages), _RANGE, jobs, compared, corpus.passages)


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
    by_place: Numbers


def _compared(corpus: Corpus, jobs: int) -> _Compared:
    passages = corpus.passages
    ranges = list(in_ranges(len(passages), _RANGE)) or [range(0)]
    vectors = list(mapped(_vectors, ranges, jobs, corpus))
    sizes, feature, weight = (np.concatenate(parts) for parts in zip(*vectors, strict=True))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    owner = _owners(starts)
    stands = np.asarray([not passage.repeats for passage in passages], bool)[owner]
    # The weightiest first, equals in the order of the passages; no weight is much above 1.
    order = np.argsort((feature + 1) * 2 * _FINE - _whole(weight), kind="stable")
    order = order[stands[order]]  # what repeats another text is related to nothing
    # Of a frequent feature's passages those in which it weighs most.
    order = order[_ranks(feature[order]) < _POSTINGS]
    groups = {name: number for number, name in enumerate(sorted({p.group for p in passages if p.group}))}
    by_place = np.asarray(sorted(range(len(passages)), key=lambda i: passages[i].id), np.int64)
    return _Compared(
        starts=starts,
        features=feature,
        weights=weight,
        first=np.searchsorted(feature[order], np.arange(len(corpus.idf) + 1)),
        posted=owner[order],
        posted_weights=weight[order],
        depths=np.asarray([_depth(passage.length) for passage in passages]),
        groups=np.asarray([groups.get(passage.group, -1) for passage in passages], np.int64),
        places=np.argsort(by_place),
        by_place=by_place,
    )


def _vectors(some: range, corpus: Corpus) -> tuple[Numbers, Numbers, Weights]:
    """How many features each passage has, then the features and weights of all, the weightiest of each first: words of
    length 1, themes and topics of the length that makes them count their share."""
    own = slice(corpus.starts[some.start], corpus.starts[some.stop])
    words, idf = corpus.words[own], corpus.idf
    owner = _owners(corpus.starts[some.start : some.stop + 1])
    weights = _telling(corpus.times[own]) * idf[words]
    order = np.lexsort((words, -_whole(weights), owner))
    order = order[_ranks(owner[order]) < _WORDS]
    parts = [(owner[order], words[order], weights[order], 1.0)]
    themes, topics = list[tuple[int, int, float]](), list[tuple[int, int, float]]()
    for place, passage in enumerate(corpus.passages[some.start : some.stop]):
        slugs = [corpus.numbers[f"t:{slug}"] for slug in passage.themes]
        themes += [(place, number, _RANKS**rank * idf[number]) for rank, number in enumerate(slugs)]
        named = [(corpus.numbers[f"e:{name}"], count) for name, count in passage.topics.items()]
        topics += [(place, number, (1 + math.log(count)) * idf[number]) for number, count in named]
    for entries, share in ((themes, _THEME), (topics, _TOPIC)):
        places, numbers, values = zip(*entries, strict=True) if entries else ((), (), ())
        parts.append(
            (
                np.asarray(places, np.int64),
                np.asarray(numbers, np.int64),
                np.asarray(values),
                math.sqrt(share),
            )
        )
    scaled = [
        weights * length / _norms(owner, weights, len(some))[owner] for owner, _, weights, length in parts
    ]
    owner, feature = (np.concatenate([part[field] for part in parts]) for field in (0, 1))
    weight = np.concatenate(scaled)
    order = np.lexsort((feature, -_whole(weight), owner))
    return np.bincount(owner, minlength=len(some)), feature[order], weight[order]


def _norms(owner: Numbers, weights: Weights, total: int) -> Weights:
    norms = np.sqrt(np.bincount(owner, weights * weights, total))
    return np.where(norms > 0, norms, 1.0)


def _ranks(grouped: Numbers) -> Numbers:
    """The place of each entry in its group, from 0; those of a group stand together."""
    begins = np.flatnonzero(np.diff(grouped, prepend=-1))
    return np.arange(len(grouped)) - np.repeat(begins, np.diff(begins, append=len(grouped)))


def _nearest(some: range, known: _Compared, passages: Sequence[Features]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    noted = np.empty(_TOGETHER * len(passages), np.int32)
    for start in range(some.start, some.stop, _TOGETHER):
        found += _nearest_to(range(start, min(start + _TOGETHER, some.stop)), known, passages, noted)
    return found


def _nearest_to(
    some: range, known: _Compared, passages: Sequence[Features], noted: Numbers
) -> list[tuple[str, ...]]:
    """The same for a few passages: `row` is the place of a passage among them.

    Args:
        noted: room for a number of each pair of a row and a passage; what it holds does not matter.
    """
    own = slice(known.starts[some.start], known.starts[some.stop])
    row = _owners(known.starts[some.start : some.stop + 1])
    features = known.features[own]
    lengths = known.first[features + 1] - known.first[features]
    before = np.cumsum(lengths) - lengths
    begins = np.searchsorted(row, row)
    looked_at = before - before[begins] < _LOOKED_AT
    row, features, lengths = row[looked_at], features[looked_at], lengths[looked_at]
    ends = np.cumsum(lengths)
    entries = np.arange(lengths.sum()) + np.repeat(known.first[features] - ends + lengths, lengths)
    products = np.repeat(known.weights[own][looked_at], lengths) * known.posted_weights[entries]
    # Each pair notes its entries and keeps one of them, under which the products of all are added up: no sorting.
    pair, number = np.repeat(row, lengths) * len(passages) + known.posted[entries], np.arange(len(entries))
    noted[pair] = number
    kept = noted[pair]
    likeness = np.bincount(kept, products, len(pair))
    alike = np.flatnonzero((kept == number) & (likeness > _NEAREST))
    rows, others = np.divmod(pair[alike], len(passages))
    worth = _whole(likeness[alike] * known.depths[others])
    possible = others != some.start + rows
    rows, others, worth = rows[possible], others[possible], worth[possible]
    # The worthiest first, equals in the order of their ids; sorting packed numbers is faster than by several keys.
    packed = np.sort(((rows + 1 << _WORTH_BITS) - worth << _PLACE_BITS) | known.places[others])
    ranked = known.by_place[packed & ((1 << _PLACE_BITS) - 1)]
    ends = np.cumsum(np.bincount(rows + 1, minlength=len(some) + 1))
    return [
        _chosen(passage, ranked[low:high], known, passages)
        for passage, low, high in zip(some, ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _chosen(passage: int, ranked: Numbers, known: _Compared, passages: Sequence[Features]) -> tuple[str, ...]:
    chosen: list[str] = []
    siblings = 0
    for other in ranked:
        if _says_the_same(passages[passage], passages[other].id):
            continue
        is_sibling = known.groups[other] >= 0 and known.groups[other] == known.groups[passage]
        siblings += is_sibling
        if not (is_sibling and siblings > _SIBLINGS):
            chosen.append(passages[other].id)
        if len(chosen) == RELATED:
            break
    return tuple(chosen)


def _says_the_same(passage: Features, other: str) -> bool:
    return bool(passage.repeats) and f"{other}#".startswith(f"{passage.repeats}#")


def _depth(length: int) -> float:
    """What a passage of `length` characters has to offer: editors send readers to what says more."""
    return float(min(1.0, length / _DEEP) ** _DEPTH)
