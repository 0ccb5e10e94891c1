"""Why a passage has its themes, and what another term would change. Prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from factorykb import analysis, themes
from factorykb.analysis import Knowledge, Reading
from factorykb.errors import UsageError
from factorykb.fold import folded
from factorykb.lexicon import Lexicon
from factorykb.model import Article, ThemeHit
from factorykb.substance import means_something

_WEIGHTS = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new term would do: ids of passages that gain and that lose the theme."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def reading_of(heading: str, text: str, knowledge: Knowledge) -> Reading:
    """What the tagger makes of any text."""
    return analysis.read(heading, text, _lexicon(knowledge))


def is_about_industry(passages: Iterable[tuple[str, str]], knowledge: Knowledge) -> bool:
    """Whether an article with these passages (heading and text) is. One that is not gets no theme."""
    readings = [reading_of(heading, text, knowledge) for heading, text in passages]
    return analysis.subject_of(readings).is_about_industry()


def near_misses(heading: str, text: str, knowledge: Knowledge) -> tuple[float, tuple[ThemeHit, ...]]:
    """As `themes.near_misses`, of any text."""
    lexicon = _lexicon(knowledge)
    return themes.near_misses(_counts(heading, text, lexicon), len(text), lexicon)


def with_term(knowledge: Knowledge, change: str) -> Change:
    """What `slug: term=weight` would change across the library, before curation.

    Raises:
        UsageError: it is not written so, or names no theme or weight.
    """
    slug, term, weight = _parsed(change, knowledge)
    vocabulary = knowledge.vocabulary
    changed = tuple(
        replace(theme, terms={**theme.terms, folded(term): weight}) if theme.slug == slug else theme
        for theme in vocabulary.themes
    )
    before, after = _lexicon(knowledge), Lexicon(replace(vocabulary, themes=changed))
    gained: list[str] = []
    lost: list[str] = []
    for article in knowledge.library.articles:
        rows = zip(article.passages, _has(slug, article, before), _has(slug, article, after), strict=True)
        for passage, had, has in rows:
            if has != had:
                (gained if has else lost).append(analysis.passage_id(article, passage))
    return Change(tuple(gained), tuple(lost))


def candidates(knowledge: Knowledge, most: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Words that are in no list yet: (frequent words with the number of passages they stand in, words that the
    publishers had linked with the number of links), most first."""
    lexicon = _lexicon(knowledge)
    known = set(lexicon.weights) | set(lexicon.topics)
    seen: Counter[str] = Counter()
    for article in knowledge.library.articles:
        for passage in article.passages:
            seen.update(
                {word for word in lexicon.segmenter.cut(passage.text).words if means_something(word)} - known
            )
    linked = Counter(
        folded(word) for article in knowledge.library.articles for word in article.cleaning.keywords
    )
    for word in known:
        del linked[word]
    return seen.most_common(most), linked.most_common(most)


def unused_terms(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Theme → its terms that stand nowhere in the library."""
    nowhere = frozenset(knowledge.unused)
    unused = {
        theme.slug: tuple(term for term in theme.terms if term in nowhere)
        for theme in knowledge.vocabulary.themes
    }
    return {slug: terms for slug, terms in unused.items() if terms}


def _lexicon(knowledge: Knowledge) -> Lexicon:
    return knowledge.lexicon or Lexicon(knowledge.vocabulary)


def _has(slug: str, article: Article, lexicon: Lexicon) -> list[bool]:
    """Whether each passage of an article has a theme."""
    readings = [analysis.read(passage.title, passage.text, lexicon) for passage in article.passages]
    is_about_industry = analysis.subject_of(readings).is_about_industry()
    return [is_about_industry and any(hit.slug == slug for hit in one.themes) for one in readings]


def _counts(heading: str, text: str, lexicon: Lexicon) -> Counter[str]:
    cut = lexicon.segmenter.cut
    return themes.term_counts(cut(heading), cut(text), lexicon)


def _parsed(change: str, knowledge: Knowledge) -> tuple[str, str, int]:
    slug, colon, rest = change.partition(":")
    term, equals, weight = rest.strip().rpartition("=")
    slugs = [theme.slug for theme in knowledge.vocabulary.themes]
    if (
        not colon
        or not equals
        or not term.strip()
        or not weight.strip().isdecimal()
        or int(weight) not in _WEIGHTS
    ):
        raise UsageError(f"{change!r} is no change. Write it as: core-tech: 光刻胶=3 (weights 1, 2, 3, 5).")
    if slug.strip() not in slugs:
        raise UsageError(f"there is no theme {slug.strip()!r}. Use one of: {', '.join(slugs)}.")
    return slug.strip(), term.strip(), int(weight)
