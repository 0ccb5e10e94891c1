"""The vocabulary made ready for reading: one matcher for themes, one for topics, one segmenter for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from factorykb import segment
from factorykb.cache import NOTHING, Cache, digest
from factorykb.editorial import Topic, Vocabulary
from factorykb.matching import Matcher


class Lexicon:
    """What a vocabulary says about words.

    `settings`: a digest of all of the vocabulary that decides what a text is found to say. `weights`: folded term →
    ((theme slug, weight), …). `topics`: folded name or alias → topic. `numbers`: name of a topic → its place in the
    vocabulary. `synsets`: folded word → numbers of the sets of synonyms it is in.
    """

    def __init__(self, vocabulary: Vocabulary, cache: Cache = NOTHING) -> None:
        self.vocabulary = vocabulary
        self.settings = digest(repr(replace(vocabulary, rules={}, path=())))
        weights: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for theme in vocabulary.themes:
            for term, weight in theme.terms.items():
                weights[term].append((theme.slug, weight))
        self.weights: Mapping[str, tuple[tuple[str, int], ...]] = {
            w: tuple(pairs) for w, pairs in weights.items()
        }
        self.topics: Mapping[str, Topic] = {
            word: topic for topic in vocabulary.topics for word in topic.words
        }
        self.numbers: Mapping[str, int] = {
            topic.name: number for number, topic in enumerate(vocabulary.topics)
        }
        look_alikes = {string for topic in vocabulary.topics for string in topic.exclusions}
        exclusions = {string for theme in vocabulary.themes for string in theme.exclusions}
        known = sorted({*weights, *exclusions, *self.topics, *look_alikes})
        added = cache.one("frequencies", digest(*known), segment.frequencies, known)
        self.segmenter = segment.Segmenter(added)
        self.theme_matcher = Matcher([*weights, *exclusions])
        self.topic_matcher = Matcher([*self.topics, *look_alikes])
        synsets: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(vocabulary.synonyms):
            for word in words:
                synsets[word].append(number)
        self.synsets: Mapping[str, tuple[int, ...]] = {w: tuple(numbers) for w, numbers in synsets.items()}
        self.synonym_matcher = Matcher(synsets)
