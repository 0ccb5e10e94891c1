"""Library → Knowledge: what each passage speaks of, and how passages hang together.

Two steps: every passage is read by itself (in several processes where that pays), then what needs all of them
is worked out once everything is gathered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import numpy.typing as npt

from factorykb import near_duplicates, relations, segment, subject, substance, themes, topics
from factorykb.cache import NOTHING, Cache, digest
from factorykb.editorial import Rule, Vocabulary
from factorykb.fold import unmasked
from factorykb.lexicon import Lexicon, differing, digest_of
from factorykb.model import MAX_THEMES, Analysis, Article, Library, Packable, Passage, ThemeHit, TopicHit
from factorykb.near_duplicates import Text
from factorykb.parallel import CHUNK
from factorykb.ranking import most_first
from factorykb.topics import Mention

_WORDS_LOOKED_FOR = 100  # in all texts; to look for more takes as long as to read them anew


@dataclass(frozen=True, slots=True)
class Reading(Packable):
    """What one passage says by itself. `mentions`: of topics, in its text. `words` are those that mean something, each
    with how often it is said."""

    themes: tuple[ThemeHit, ...]
    topics: tuple[TopicHit, ...]
    mentions: tuple[Mention, ...]
    words: Mapping[str, int]
    terms: frozenset[str]
    substantive: bool
    subject: subject.Share
    synsets: bytes


# A row a mention: the numbers of passage and topic, and where it begins and ends in the passage's text. As objects they
# would fill the memory.
Mentions = npt.NDArray[np.int32]
_NO_MENTIONS: Mentions = np.empty((0, 4), np.int32)


@dataclass(frozen=True, slots=True)
class _Readings(Packable):
    """What the passages of an article say: each by itself, and the mentions, words, terms and subject of all. Here the
    numbers of topics in mentions are places in `topics`, which a change of other topics leaves as they are."""

    passages: tuple[Analysis, ...]
    topics: tuple[str, ...]
    mentions: Mentions
    words: relations.Words
    terms: frozenset[str]
    subject: subject.Share


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The library with its vocabulary and the analysis of each passage, by id (`article#anchor`).

    `repeats`: ids of articles, and of answers where a question has several → id of the one that says the same and
    stands for it. `mentions`: of topics, by the article's id.
    """

    library: Library
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    lexicon: Lexicon | None = None
    unused: tuple[str, ...] = ()  # terms that stand in no passage
    idle: tuple[str, ...] = ()  # what is to be said of rules that take away what is not there
    repeats: Mapping[str, str] = field(default_factory=dict)
    mentions: Mapping[str, Mentions] = field(default_factory=dict)

    def mentions_of(self, article: Article) -> Mentions:
        """The mentions of topics in the texts of an article's passages, in order."""
        return self.mentions.get(article.id, _NO_MENTIONS)

    def mentions_in(self, article: Article, number: int) -> list[Mention]:
        """Those in the text of one of its passages; `number` counts from 0."""
        rows = self.mentions_of(article)
        own = rows[np.searchsorted(rows[:, 0], number) : np.searchsorted(rows[:, 0], number, "right")]
        names = self.vocabulary.topics
        return [Mention(names[topic].name, start, end) for _, topic, start, end in own.tolist()]

    def listed(self) -> list[tuple[Article, Passage, Analysis]]:
        """The passages that lists show, in the library's order."""
        found = ((a, p, self.of(a, p)) for a in self.library.articles for p in a.passages)
        return [(a, p, known) for a, p, known in found if known.listed]

    def of(self, article: Article, passage: Passage) -> Analysis:
        return self.analyses.get(passage_id(article, passage), Analysis())


def passage_id(article: Article, passage: Passage) -> str:
    return f"{article.id}#{passage.anchor}"


def analyse(library: Library, vocabulary: Vocabulary, *, jobs: int = 1, cache: Cache = NOTHING) -> Knowledge:
    """Analyse every passage of the library; the vocabulary's rules have the last word.

    Args:
        jobs: processes to use; the result is the same for any number.
        cache: what earlier runs made of the same passages.
    """
    lexicon = Lexicon(vocabulary, cache)
    rules = vocabulary.rules
    analyses: dict[str, Analysis] = {}
    mentions: list[Mentions] = []
    words: list[relations.Words] = []
    used: set[str] = set()
    idle: list[tuple[int, str]] = []
    for article, found in zip(
        library.articles, _readings(library.articles, lexicon, jobs, cache), strict=True
    ):
        mentions.append(_numbered(found, lexicon))
        words.append(found.words)
        used |= found.terms
        is_about_industry = found.subject.is_about_industry()
        for passage, analysis in zip(article.passages, found.passages, strict=True):
            name = passage_id(article, passage)
            analysis = analysis if is_about_industry else replace(analysis, themes=())
            analyses[name] = ruled(analysis, rules.get(name), rules.get(article.id))
            idle += _idle(analysis, rules[name]) if name in rules else ()
    repeats, analyses = _with_repeats(library, analyses, jobs, cache)
    unused = tuple(sorted(lexicon.weights.keys() - used))
    related = _with_relations(library, analyses, words, jobs, cache)
    told = tuple(sentence for _, sentence in sorted(idle))
    by_article = _by_article(library.articles, mentions)
    return Knowledge(library, vocabulary, related, lexicon, unused, told, repeats, by_article)


def _readings(articles: Sequence[Article], lexicon: Lexicon, jobs: int, cache: Cache) -> Iterator[_Readings]:
    """What the articles say. After a change of the vocabulary those are read anew in which a changed word stands."""
    now = digest_of(lexicon.senses)
    [before] = cache.last("senses")[:1] or [lexicon.senses]
    changed, earlier = differing(before, lexicon.senses), digest_of(before)
    cache.one("senses", now, lambda: lexicon.senses)

    def key(number: int, senses: bytes = now) -> bytes:
        return digest(senses, *(part for p in articles[number].passages for part in (p.title, p.text)))

    def formerly(number: int) -> bytes | None:
        return key(number, earlier) if changed and not _stands(changed, articles[number]) else None

    return cache.mapped(
        "readings",
        key,
        _read_article,
        range(len(articles)),
        jobs,
        articles,
        lexicon,
        chunk=CHUNK,
        formerly=formerly,
    )


def _stands(words: Sequence[str], article: Article) -> bool:
    """Whether any of some folded words stands in an article, or there are too many to look for."""
    if len(words) > _WORDS_LOOKED_FOR:
        return True
    texts = (unmasked(text) for passage in article.passages for text in (passage.title, passage.text))
    return any(word in text for text in texts for word in words)


def keywords_of(article: Article, knowledge: Knowledge) -> list[str]:
    """The words that tell what an article is about: those of most of its passages, at most eight."""
    counts = Counter(word for passage in article.passages for word in knowledge.of(article, passage).keywords)
    return [word for word, _ in most_first(counts)[: relations.KEYWORDS]]


def related_articles(article: Article, knowledge: Knowledge) -> list[str]:
    """Ids of the articles to which most of this one's passages are related, at most five."""
    ids = (name.partition("#")[0] for p in article.passages for name in knowledge.of(article, p).related)
    counts = Counter(name for name in ids if name != article.id)
    return [name for name, _ in most_first(counts)[: relations.RELATED]]


def read(heading: str, text: str, lexicon: Lexicon) -> Reading:
    """Read one passage. The title of a question is not its heading."""
    head, body = lexicon.segmenter.cut(heading), lexicon.segmenter.cut(text)
    counts, in_body = themes.term_counts(head, body, lexicon), topics.mentions(body, lexicon)
    said = Counter((*head.words, *body.words))
    words = {word: times for word, times in said.items() if substance.means_something(word)}
    substantive = substance.is_substantive(words, len(counts))
    return Reading(
        themes=themes.tag(counts, len(text), lexicon),
        topics=topics.hits((*topics.mentions(head, lexicon), *in_body)),
        mentions=topics.unfolded(in_body, text),
        words=words,
        terms=frozenset(term for term in counts if term in lexicon.weights),
        substantive=substantive,
        subject=subject.share_of((*head.words, *body.words)),
        synsets=_synsets((head, body), lexicon),
    )


def subject_of(readings: Iterable[Reading]) -> subject.Share:
    """How much of an article is about industry, from what its passages say. One that is not gets no theme."""
    return sum((one.subject for one in readings), subject.Share())


def pairs(rows: Iterable[tuple[int, int]]) -> bytes:
    """Pairs of numbers as 32 bits each, one after the other: as objects they would fill the memory."""
    return np.fromiter(chain.from_iterable(rows), np.int32).tobytes()


def _synsets(cuts: Iterable[segment.Cut], lexicon: Lexicon) -> bytes:
    """Which sets of synonyms a passage has words of, by number, and how many."""
    words = (word for cut in cuts for word in lexicon.synonym_matcher.beginning(cut))
    counts = Counter(number for word in words for number in lexicon.synsets[word])
    return pairs(sorted(counts.items()))


def _read_article(number: int, articles: Sequence[Article], lexicon: Lexicon) -> _Readings:
    found = [read(passage.title, passage.text, lexicon) for passage in articles[number].passages]
    names = {mention.name: None for one in found for mention in one.mentions}
    return _Readings(
        tuple(Analysis(one.themes, one.topics, one.synsets, substantive=one.substantive) for one in found),
        tuple(names),
        _rows([one.mentions for one in found], list(names)),
        relations.words_of([(one.words, one.terms) for one in found]),
        frozenset[str]().union(*(one.terms for one in found)),
        subject_of(found),
    )


def _rows(mentions: Sequence[Sequence[Mention]], topics: Sequence[str]) -> Mentions:
    rows = [
        (passage, topics.index(name), start, end)
        for passage, own in enumerate(mentions)
        for name, start, end in own
    ]
    return np.asarray(rows, np.int32).reshape(-1, 4)


def _numbered(found: _Readings, lexicon: Lexicon) -> Mentions:
    """The mentions of an article with the numbers that topics have in the vocabulary."""
    if not found.topics:
        return _NO_MENTIONS
    rows = found.mentions.copy()
    rows[:, 1] = np.asarray([lexicon.numbers[name] for name in found.topics], np.int32)[rows[:, 1]]
    return rows


def _by_article(articles: Sequence[Article], mentions: Sequence[Mentions]) -> dict[str, Mentions]:
    """The mentions in each article, as parts of one array: many small ones would keep the memory between them."""
    ends = np.cumsum(list(map(len, mentions)))
    whole = np.concatenate([_NO_MENTIONS, *mentions])
    return {article.id: part for article, part in zip(articles, np.split(whole, ends), strict=False)}


def ruled(found: Analysis, rule: Rule | None, article_rule: Rule | None) -> Analysis:
    """What was found, with the editor's last word: themes set, added, removed; topics that are not meant. Where they are
    too many, those that are added take the place of the last."""
    hidden = bool(article_rule and article_rule.hidden)
    if rule is None:
        return replace(found, hidden=True) if hidden else found
    hits = {hit.slug: hit for hit in found.themes}
    wanted = list(rule.themes) if rule.themes is not None else [s for s in hits if s not in rule.remove]
    wanted += [slug for slug in rule.add if slug not in wanted]
    too_many = [slug for slug in wanted if slug not in rule.add][MAX_THEMES - len(rule.add) :]
    wanted = [slug for slug in wanted if slug not in too_many]
    return replace(
        found,
        themes=tuple(
            hits.get(slug) or ThemeHit(slug, 0.0, reason=rule.reasons.get(slug, rule.reason))
            for slug in wanted
        ),
        topics=tuple(hit for hit in found.topics if hit.name not in rule.not_topics),
        substantive=found.substantive if rule.substantive is None else rule.substantive,
        hidden=hidden or rule.hidden,
    )


def _idle(found: Analysis, rule: Rule) -> Iterator[tuple[int, str]]:
    """What a rule takes away that is not there: its line, and what to say."""
    slugs, names = {hit.slug for hit in found.themes}, {hit.name for hit in found.topics}
    taken = (("remove", "theme", rule.remove, slugs), ("not_topics", "topic", rule.not_topics, names))
    for key, kind, values, there in taken:
        for value in values:
            if value not in there:
                place = f"tools/editorial/curation.yml:{rule.line}"
                yield (
                    rule.line,
                    f"{place}: {key}: the passage has no {kind} {value} to take away. Remove it from the rule.",
                )


def _with_repeats(
    library: Library, analyses: Mapping[str, Analysis], jobs: int, cache: Cache
) -> tuple[dict[str, str], dict[str, Analysis]]:
    """Which texts repeat which, and the analyses with the passages marked that another text stands for.

    A passage is marked only when it stands in that text itself: what a repost adds is listed as its own.
    """
    texts = {text.id: text for text in _comparable(library, analyses)}
    repeats = near_duplicates.repeats(list(texts.values()), jobs, cache)
    asked: list[tuple[str, str, str]] = []  # passage's id and text, what may stand for it
    for article in library.articles:
        for passage in article.passages:
            name = passage_id(article, passage)
            standing = repeats.get(name) or repeats.get(article.id)
            asked += [(name, passage.text, standing)] if standing else []

    def key(number: int) -> bytes:
        _, text, standing = asked[number]
        return digest(text, texts[standing].text)

    stand = cache.mapped("standing", key, _stands_in, range(len(asked)), jobs, asked, texts, chunk=CHUNK)
    marked = dict(analyses)
    for (name, _, standing), stands in zip(asked, stand, strict=True):
        if stands:
            marked[name] = replace(analyses[name], repeats=standing)
    return repeats, marked


def _stands_in(number: int, asked: Sequence[tuple[str, str, str]], texts: Mapping[str, Text]) -> bool:
    _, text, standing = asked[number]
    own, whole = map(near_duplicates.shingles_of, (text, texts[standing].text))
    return near_duplicates.covered(own, whole) >= near_duplicates.SAME


def _comparable(library: Library, analyses: Mapping[str, Analysis]) -> Iterator[Text]:
    """What may repeat what: articles whole, and answers of questions with several; the best known first.

    The order decides which of two stands for the other. One article's texts follow each other, so that no two
    passages can stand for one another by way of their articles.
    """
    for article in sorted(library.articles, key=_best_known_first):
        shown = [p for p in article.passages if not analyses[passage_id(article, p)].hidden]
        several = article.has_answers
        yield Text(article.id, "\n".join(f"{p.title}\n{p.text}" for p in shown), gathered=several)
        if several:
            yield from (Text(passage_id(article, p), p.text) for p in shown if p.author)


def _best_known_first(article: Article) -> tuple[bool, bool, float, str]:
    """Those with an original address, then those with a date, the earliest first."""
    day = article.published.when.timestamp() if article.published else 0.0
    return (article.url is None, article.published is None, day, article.id)


def _with_relations(
    library: Library,
    analyses: Mapping[str, Analysis],
    words: Sequence[relations.Words],
    jobs: int,
    cache: Cache,
) -> dict[str, Analysis]:
    passages = [(article, passage) for article in library.articles for passage in article.passages]
    known = list(analyses.values())
    chosen = [n for n, analysis in enumerate(known) if analysis.substantive and not analysis.hidden]
    groups = {article.id: "" if article.answers else article.id for article in library.articles}
    features = [_features(*passages[n], known[n], groups) for n in chosen]
    corpus = relations.corpus_of(features, chosen, words)
    near = list(relations.related(corpus, jobs))
    but_nouns = cache.one("words but nouns", b"", segment.words_but_nouns)
    keywords = relations.keywords(corpus, but_nouns, jobs)
    found = {f.id: both for f, *both in zip(corpus.passages, keywords, near, strict=True)}
    return {
        name: replace(analysis, keywords=found[name][0], related=found[name][1])
        if name in found
        else analysis
        for name, analysis in analyses.items()
    }


def _features(
    article: Article, passage: Passage, analysis: Analysis, groups: Mapping[str, str]
) -> relations.Features:
    return relations.Features(
        id=passage_id(article, passage),
        group=groups[article.id],
        themes=[hit.slug for hit in analysis.themes],
        topics={hit.name: hit.count for hit in analysis.topics},
        length=passage.characters,
        repeats=analysis.repeats,
    )
