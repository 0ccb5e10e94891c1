"""Why a passage has its themes, and what another term would change. Prints nothing."""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from factorykb import analysis, pipeline, themes
from factorykb.analysis import Knowledge, Reading, passage_id
from factorykb.editorial import Rule
from factorykb.errors import UsageError
from factorykb.fold import unmasked
from factorykb.lexicon import Lexicon
from factorykb.model import MAX_THEMES, Analysis, Article, Library, ThemeHit
from factorykb.ranking import most_first
from factorykb.report import counted
from factorykb.substance import means_something

_WEIGHTS = (1, 2, 3, 5)
_NAMED = 10  # passages of an article that are named to someone who names the article
_NEAR_MISSES = 5  # themes that are named although they were not reached

# A page's address on any site, or in the offline folder, with or without a passage's anchor.
_ADDRESS = re.compile(r"(?:\S*/)?articles/([^/\s]+)/(?:index\.html)?(?:\?[^#\s]*)?(#\S*)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to be explained. `whole`: heading and text of all passages of the article that it belongs to; `id`: its own,
    if it is a passage of the library."""

    heading: str
    text: str
    whole: Sequence[tuple[str, str]]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What new terms would do: ids of passages that gain and that lose their theme."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def text_of(what: str, knowledge: Knowledge) -> Asked:
    """What someone means who names a passage's id, its address or a file, or gives a text.

    Raises:
        UsageError: an article, a folder, a file that is no source, or the name of something that is not there.
    """
    address = _ADDRESS.fullmatch(what)
    name = f"{address[1]}{address[2] or ''}" if address else what
    for article in knowledge.library.articles:
        if article.id == name:
            raise UsageError(_its_passages(article))
        for passage in article.passages:
            if passage_id(article, passage) == name:
                return Asked(passage.title, passage.text, [(p.title, p.text) for p in article.passages], name)
    audit = f"kb audit {shlex.quote(what)}"
    if _is_there(what, Path.is_dir):
        raise UsageError(f"{what} is a folder. Name one of its files; what becomes of all: {audit}")
    if _is_there(what, Path.is_file):
        outcome = pipeline.read_file(Path(what), what)
        if isinstance(outcome, Article):
            whole = [(p.title, p.text) for p in outcome.passages]
            return Asked(outcome.title, "\n".join(f"{title}\n{text}" for title, text in whole), whole)
        raise UsageError(f"{what} is no source that can be read. See: {audit}")
    if address or re.fullmatch(r"[\w./~-]*(?:#p-\w*|-[0-9a-f]{6,}|\.\w{2,4})", what, re.ASCII):
        raise UsageError(
            f"There is no passage and no file {what}. A passage's id is article#anchor; its address on the site will do."
        )
    return Asked("", what, [("", what)])


def _its_passages(article: Article) -> str:
    """What to say to someone who names an article where a passage is asked for."""
    ids = [passage_id(article, passage) for passage in article.passages]
    lines = [
        f"{article.id} is an article, of {counted(len(ids), 'passage')}. Name one of them:",
        *ids[:_NAMED],
    ]
    if len(ids) > _NAMED:
        lines.append(f"and {len(ids) - _NAMED} more, in data/passages.jsonl")
    return "\n".join(lines)


def _is_there(what: str, kind: Callable[[Path], bool]) -> bool:
    with suppress(OSError, ValueError):  # a text is longer than any name may be
        return kind(Path(what))
    return False


def as_lines(what: str, knowledge: Knowledge) -> Iterator[str]:
    """What to print of a passage, a text or a file: its themes, what falls short, topics, substance, the rules for it.

    Raises:
        UsageError: as `text_of`.
    """
    asked = text_of(what, knowledge)
    reading = reading_of(asked.heading, asked.text, knowledge)
    for hit in reading.themes:
        yield f"{hit.slug} {hit.weight:g}: {_evidence(hit)}"
    given = reading.themes
    if not given:
        yield "no theme"
    elif not is_about_industry(asked.whole, knowledge):
        given = ()
        yield "but no theme is given: too few words of the whole are about industry"
    bar, missed = near_misses(asked.heading, asked.text, knowledge)
    for hit in missed[:_NEAR_MISSES]:
        why = f", {MAX_THEMES} are weightier" if hit.weight >= bar else f" of {bar:g}"
        yield f"not reached: {hit.slug} {hit.weight:g}{why}: {_evidence(hit)}"
    yield f"topics: {', '.join(f'{hit.name} ×{hit.count}' for hit in reading.topics) or 'none'}"
    yield "substantive" if reading.substantive else "not substantive: too few words that say something"
    yield from _ruled(asked.id, given, knowledge)


def _ruled(name: str, given: tuple[ThemeHit, ...], knowledge: Knowledge) -> Iterator[str]:
    """What the rules for a passage and its article do, and why; and the passage's themes after that."""
    own, of_article = map(knowledge.vocabulary.rules.get, (name, name.partition("#")[0]))
    rules = [rule for rule in (own, of_article) if rule is not None]
    for rule in rules:
        yield f"curation.yml:{rule.line}: {_deeds(rule)}: {rule.reason}"
    if rules:
        last = analysis.ruled(Analysis(given), own, of_article).themes
        yield f"themes in the end: {', '.join(hit.slug for hit in last) or 'none'}"


def _deeds(rule: Rule) -> str:
    """What a rule sets, as it stands in curation.yml."""
    return ", ".join(f"{key}: {_written(value)}" for key, value in rule.sets().items())


def _written(value: object) -> str:
    """A value as YAML has it."""
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _evidence(hit: ThemeHit) -> str:
    return ", ".join(f"{e.term} ×{e.count} {e.weight:g}" for e in hit.evidence)


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


def with_terms(knowledge: Knowledge, changes: Iterable[str]) -> tuple[Knowledge, Mapping[str, Change]]:
    """The knowledge with terms to try in its vocabulary, each written as `slug: term=weight`; and by theme what they
    would change across the library, before curation.

    Raises:
        UsageError: one is not written so, or names no theme or weight.
    """
    tried: dict[str, dict[str, int]] = defaultdict(dict)
    for change in changes:
        slug, term, weight = _parsed(change, knowledge)
        tried[slug][unmasked(term)] = weight
    changed = tuple(
        replace(theme, terms={**theme.terms, **tried.get(theme.slug, {})})
        for theme in knowledge.vocabulary.themes
    )
    vocabulary = replace(knowledge.vocabulary, themes=changed)
    after = replace(knowledge, vocabulary=vocabulary, lexicon=Lexicon(vocabulary))
    return after, {
        slug: _change(slug, knowledge.library, _lexicon(knowledge), _lexicon(after)) for slug in tried
    }


def _change(slug: str, library: Library, before: Lexicon, after: Lexicon) -> Change:
    gained: list[str] = []
    lost: list[str] = []
    for article in library.articles:
        rows = zip(article.passages, _has(slug, article, before), _has(slug, article, after), strict=True)
        for passage, had, has in rows:
            if has != had:
                (gained if has else lost).append(passage_id(article, passage))
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
        unmasked(word) for article in knowledge.library.articles for word in article.cleaning.keywords
    )
    for word in known:
        del linked[word]
    return most_first(seen)[:most], most_first(linked)[:most]


def unused_terms(knowledge: Knowledge) -> Mapping[tuple[int, str], list[str]]:
    """The terms that stand nowhere in the library, by their line in themes.yml and the slug of their theme."""
    nowhere = frozenset(knowledge.unused)
    unused: dict[tuple[int, str], list[str]] = defaultdict(list)
    for theme in knowledge.vocabulary.themes:
        for term in theme.terms:
            if term in nowhere:
                unused[theme.lines.get(term, theme.line), theme.slug].append(term)
    return unused


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
