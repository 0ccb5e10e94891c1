"""The vocabulary made ready for reading: one matcher for themes, one for topics, one segmenter for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from factorykb import segment
from factorykb.cache import NOTHING, Cache, digest
from factorykb.editorial import Topic, Vocabulary
from factorykb.matching import Matcher

T = TypeVar("T")
Senses = Mapping[str, tuple[object, ...]]


class Lexicon:
    """What a vocabulary says about words.

    `settings`: a digest of all of the vocabulary but the editors' rules and path. `senses`: folded word → all that decides
    what a text is found to say in which it stands; what it is under "" concerns every text. `weights`: folded term →
    ((theme slug, weight), …). `topics`: folded name or alias → topic. `numbers`: name of a topic → its place in the
    vocabulary. `synsets`: folded word → numbers of the sets of synonyms it is in.
    """

    def __init__(self, vocabulary: Vocabulary, cache: Cache = NOTHING) -> None:
        self.vocabulary = vocabulary
        self.settings = digest(repr(replace(vocabulary, rules={}, path=())))
        self.weights = _grouped(
            (w, (t.slug, weight)) for t in vocabulary.themes for w, weight in t.terms.items()
        )
        self.synsets = _grouped(
            (w, number) for number, words in enumerate(vocabulary.synonyms) for w in words
        )
        self.topics: Mapping[str, Topic] = {
            word: topic for topic in vocabulary.topics for word in topic.words
        }
        self.numbers: Mapping[str, int] = {
            topic.name: number for number, topic in enumerate(vocabulary.topics)
        }
        look_alikes = {string for topic in vocabulary.topics for string in topic.exclusions}
        exclusions = {string for theme in vocabulary.themes for string in theme.exclusions}
        known = sorted({*self.weights, *exclusions, *self.topics, *look_alikes})
        added = cache.one("frequencies", digest(*known), segment.frequencies, known)
        self.segmenter = segment.Segmenter(added)
        self.senses: Senses = {
            word: (
                added.get(word),
                self.weights.get(word),
                self.synsets.get(word),
                self.topics[word].name if word in self.topics else None,
                word in exclusions,
                word in look_alikes,
            )
            for word in {*known, *self.synsets}
        } | {"": (segment.room(added),)}
        self.theme_matcher = Matcher([*self.weights, *exclusions])
        self.topic_matcher = Matcher([*self.topics, *look_alikes])
        self.synonym_matcher = Matcher(self.synsets)


def differing(one: Senses, other: Senses) -> list[str]:
    """The words of which two lexicons say different things: a text in which none of them stands says the same by both."""
    return sorted(word for word in {*one, *other} if one.get(word) != other.get(word))


def digest_of(senses: Senses) -> bytes:
    return digest(repr(sorted(senses.items())))


def _grouped(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    """The second parts by the first, in their order."""
    groups: dict[str, list[T]] = defaultdict(list)
    for name, value in pairs:
        groups[name].append(value)
    return {name: tuple(values) for name, values in groups.items()}
