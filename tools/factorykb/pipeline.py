"""Runs the stages over a folder of sources: all pages are made first, then they are written, then the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from factorykb import (
    analysis,
    articles,
    catalogue,
    config,
    dates,
    exports,
    frontmatter,
    pages,
    publication,
    readers,
    search,
    sources,
    store,
)
from factorykb.analysis import Knowledge
from factorykb.cache import NOTHING, Cache, digest
from factorykb.editorial import EditorialError, Rule, Step, Vocabulary
from factorykb.errors import SourceError
from factorykb.model import Article, Empty, Library, Passage, Refusal
from factorykb.parallel import CHUNK
from factorykb.search.units import PageEntry

Outcome = Article | Empty | Refusal

# What the converter owns below the docs folder. Everything else there is written by hand.
PAGES = ("about.md", "index.md", "articles/", "sources/", "themes/", "timeline.md", "topics/", "years/")
DATA = ("data/", "llms.txt", "robots.txt")
_EXPORTS = tuple(
    f"data/{name}" for name in ("catalogue.json", "themes.json", "topics.json", "passages.jsonl")
)

_LIKELY = 3  # ids offered for one that is gone


@dataclass(frozen=True, slots=True)
class Conversion:
    """A finished reading of a folder: the library, one outcome a source by path, and files left aside."""

    library: Library
    outcomes: tuple[Outcome, ...]
    left_aside: tuple[str, ...]


def read_folder(
    root: Path,
    jobs: int = 1,
    on_start: Callable[[int], None] = lambda total: None,
    on_done: Callable[[], None] = lambda: None,
    cache: Cache = NOTHING,
) -> Conversion:
    """Read all sources below `root` into a library.

    Args:
        root: the folder of sources.
        jobs: processes to use; the result is the same for any number.
        on_start: called once with the number of sources.
        on_done: called after each source.
        cache: what earlier runs made of the same sources.

    Raises:
        UsageError: `root` is no folder. A source that cannot be used raises nothing; it is in `refused`.
    """
    paths, aside = sources.find(root)
    on_start(len(paths))
    outcomes: list[Outcome] = []
    real = root.resolve()

    def key(path: Path) -> bytes | None:
        content = sources.digest(path)
        return content and digest(real.name, path.relative_to(root).as_posix(), content)

    for outcome in cache.mapped(
        "articles", key, _read_below, paths, jobs, root, real, chunk=CHUNK, changing=True
    ):
        outcomes.append(outcome)
        on_done()
    library, settled = _settle(outcomes)
    return Conversion(library, settled, tuple(sources.shown_path(path, root, real) for path in aside))


def know(
    library: Library,
    vocabulary: Vocabulary,
    *,
    curated: bool = True,
    complete: bool = False,
    jobs: int = 1,
    cache: Cache = NOTHING,
) -> Knowledge:
    """The library with all that is known about its passages.

    Args:
        curated: whether the editors' rules have the last word.
        complete: whether the library is the one that the rules and the path were written for; then one for an
            article that is not in it is an error too.
        cache: what earlier runs made of the same articles.

    Raises:
        EditorialError: a rule or a step of the reading path matches nothing.
    """
    if not curated:
        vocabulary = replace(vocabulary, rules={})
    ruled = (_ruled(article, vocabulary.rules.get(article.id)) for article in library.articles)
    library = replace(library, articles=tuple(sorted(ruled, key=_in_order)))
    _check_rules(library, vocabulary, complete=complete)
    return analysis.analyse(library, vocabulary, jobs=jobs, cache=cache)


def _ruled(article: Article, rule: Rule | None) -> Article:
    """An article with what an editor set for it: title, date, address, whether it is hidden."""
    if rule is None:
        return article
    moment = dates.moment(rule.date) if rule.date else article.published
    title, url = rule.title or article.title, rule.url or article.url
    return replace(article, title=title, published=moment, url=url, hidden=rule.hidden)


def _check_rules(library: Library, vocabulary: Vocabulary, *, complete: bool) -> None:
    """Refuse rules and steps of the path that match nothing, and steps to what is hidden, all in one error."""
    targets = (*vocabulary.rules, *(step.target for step in vocabulary.path))
    named = {target.partition("#")[0] for target in targets}
    articles = {article.id: article for article in library.articles if article.id in named}
    passages = {analysis.passage_id(a, p) for a in articles.values() for p in a.passages}
    both = passages.union(articles)

    def is_stale(target: str, known: Container[str]) -> bool:
        return target not in known and (complete or target.partition("#")[0] in articles)

    rules = [rule for rule in vocabulary.rules.values() if is_stale(rule.target, both)]
    steps = [step for step in vocabulary.path if is_stale(step.target, passages)]
    errors = [_stale("curation.yml", rule, library, vocabulary) for rule in rules]
    errors += [_stale("path.yml", step, library, vocabulary) for step in steps]
    errors += _hidden_steps([step for step in vocabulary.path if step not in steps], vocabulary.rules)
    if errors:
        raise EditorialError.joined(errors)


def _hidden_steps(steps: Iterable[Step], rules: Mapping[str, Rule]) -> list[EditorialError]:
    hidden = {target for target, rule in rules.items() if rule.hidden}
    return [
        EditorialError(
            "tools/editorial/path.yml",
            step.line,
            f"{step.target!r} is hidden by a rule of curation.yml, and the path leads readers there",
            "Choose another passage, or take the rule away",
        )
        for step in steps
        if hidden & {step.target, step.target.partition("#")[0]}
    ]


def _stale(file: str, entry: Rule | Step, library: Library, vocabulary: Vocabulary) -> EditorialError:
    """An error about a rule or step that matches nothing; its remedy names what the target may be called now."""
    name, _, anchor = entry.target.partition("#")
    article = _renamed(name, library)
    rule = vocabulary.rules.get(entry.target)
    note = entry.note or (rule.note if rule is not None else "")
    likely = _likely(article, anchor, note, vocabulary.rules) if article is not None else []
    remedy = "Remove the rule or mend its target" if isinstance(entry, Rule) else "Choose another passage"
    if likely:
        remedy += f". It may be called now: {', '.join(likely)}"
    elif article is not None and isinstance(entry, Rule):
        remedy += ". For the ids: kb convert --no-curation --docs FOLDER, then see FOLDER/data/passages.jsonl"
    elif article is not None:
        remedy += ". Its id is the end of the address that 复制链接 copies, without the slash before the #"
    return EditorialError(
        f"tools/editorial/{file}", entry.line, f"nothing is called {entry.target!r}", remedy
    )


def _renamed(name: str, library: Library) -> Article | None:
    """The article with this id, else the only one whose id ends so (its date was mended), else the only one whose id
    begins so (its address was mended)."""
    begins, _, ends = name.rpartition("-")
    alike: tuple[Callable[[str], bool], ...] = (
        lambda other: other == name,
        lambda other: other.rpartition("-")[2] == ends,
        lambda other: other.rpartition("-")[0] == begins,
    )
    for is_alike in alike:
        found = [article for article in library.articles if is_alike(article.id)]
        if len(found) == 1:
            return found[0]
    return None


def _likely(article: Article, anchor: str, note: str, taken: Container[str]) -> list[str]:
    """Up to three ids in an article that a lost target may have now: for a passage the one with its anchor, else
    those whose author, heading or text begins with the note beside the rule, first those that no rule names."""
    if not anchor:
        return [article.id]
    found = {analysis.passage_id(article, passage): passage for passage in article.passages}
    same = f"{article.id}#{anchor}"
    if same in found:
        return [same]
    few = len(found) <= _LIKELY
    likely = [name for name, passage in found.items() if few or _fits(passage, note)]
    return sorted(likely, key=lambda name: name in taken)[:_LIKELY]


def _fits(passage: Passage, note: str) -> bool:
    return bool(note) and any(text.startswith(note) for text in (passage.author, passage.title, passage.text))


def write(knowledge: Knowledge, docs: Path, jobs: int = 1, cache: Cache = NOTHING) -> store.Changes:
    """Bring all that is generated below `docs` up to date: `write_pages`, then `write_data`. Returns the changed pages."""
    changes, entries = write_pages(knowledge, docs, jobs, cache)
    write_data(knowledge, entries, docs, jobs)
    return changes


def write_pages(
    knowledge: Knowledge, docs: Path, jobs: int = 1, cache: Cache = NOTHING
) -> tuple[store.Changes, list[PageEntry]]:
    """Bring the generated pages and their texts below `docs` up to date.

    Args:
        cache: pages that earlier runs made of the same.

    Returns:
        The changed pages, and what search needs to know of the pages that are no articles.

    Raises:
        StoreError: the disk refused.
        UsageError: `mkdocs.yml` cannot be read.
    """
    published_as = publication.read(config.MKDOCS_YML)
    files = pages.files(knowledge, jobs, cache)
    changes = store.sync(files, docs, PAGES)
    entries = [
        *search.entries.of_generated(files, knowledge.vocabulary),
        *search.entries.by_hand(docs, files),
    ]
    store.stream(exports.texts(knowledge.library, files, published_as, jobs, cache), docs, exports.TEXTS)
    return changes, entries


def write_data(knowledge: Knowledge, entries: Sequence[PageEntry], docs: Path, jobs: int = 1) -> None:
    """Bring the other generated data below `docs` up to date: feeds, catalogue, and what search reads.

    Raises:
        StoreError: the disk refused.
        UsageError: `mkdocs.yml` cannot be read.
    """
    store.sync(exports.files(knowledge, publication.read(config.MKDOCS_YML)), docs, exports.FILES)
    # One after the other: of ten thousand articles, all at once would not fit into 2 GiB.
    store.stream(catalogue.files(knowledge, jobs, docs), docs, _EXPORTS)
    store.stream(search.files(knowledge, entries, jobs), docs, search.FOLDERS, search.is_apart)


def differing_pages(knowledge: Knowledge, docs: Path, jobs: int = 1) -> store.Changes:
    """What `write_pages` would change; writes nothing. Data files are not committed and not compared."""
    return store.compare(pages.files(knowledge, jobs), docs, PAGES)


def read_file(path: Path, shown: str, root: Path | None = None) -> Outcome:
    """What the converter makes of one file. Never raises for what is in the file."""
    try:
        article = articles.article_of(readers.read(frontmatter.split(sources.load(path, shown, root))))
    except SourceError as error:
        return Refusal(error.path, error.line, error.problem, error.remedy)
    except Exception as error:
        # A mistake of ours must not keep the other files from their pages.
        what = f"the converter failed on it ({type(error).__name__}: {str(error)[:80]})"
        return Refusal(shown, None, what, "Report this with the file; the fault is the converter's")
    if not article.characters and not article.images:
        return Empty(shown, article.dialect, article.title, article.url)
    return article


def _read_below(path: Path, root: Path, real: Path) -> Outcome:
    return read_file(path, sources.shown_path(path, root, real), real)


def _settle(outcomes: Iterable[Outcome]) -> tuple[Library, tuple[Outcome, ...]]:
    """Decide between files of one work, give clashing ids more digits, and sort."""
    works: dict[str, list[Article]] = defaultdict(list)
    settled: list[Outcome] = []
    for outcome in outcomes:
        if isinstance(outcome, Article):
            works[outcome.identity].append(outcome)
        else:
            settled.append(outcome)
    chosen: list[Article] = []
    for copies in works.values():
        best, *others = sorted(copies, key=_newest_first)
        chosen.append(replace(best, also_at=tuple(sorted(other.source.path for other in others))))
        settled += [_duplicate(other, best) for other in others]
    chosen = _with_unique_ids(chosen)
    settled += chosen
    library = Library(
        articles=tuple(sorted(chosen, key=_in_order)),
        refused=tuple(sorted((o for o in settled if isinstance(o, Refusal)), key=lambda r: r.path)),
        without_text=tuple(sorted((o for o in settled if isinstance(o, Empty)), key=lambda e: e.path)),
    )
    return library, tuple(sorted(settled, key=path_of))


def path_of(outcome: Outcome) -> str:
    return outcome.source.path if isinstance(outcome, Article) else outcome.path


def _newest_first(article: Article) -> tuple[float, str]:
    moment = article.modified or article.published
    return (-moment.when.timestamp() if moment else 0.0, article.source.path)


def _in_order(article: Article) -> tuple[bool, float, str]:
    """Newest first, the undated last."""
    day = -article.published.when.timestamp() if article.published else 0.0
    return (article.published is None, day, article.id)


def _duplicate(other: Article, best: Article) -> Refusal:
    same = [p.text for p in other.passages] == [p.text for p in best.passages]
    what = "the same text" if same else "another text, and older or not newer"
    return Refusal(
        other.source.path,
        None,
        f"this is the same work as {best.source.path}, with {what}; that file's page is shown",
        "Keep the better one of the two files",
    )


def _with_unique_ids(chosen: list[Article]) -> list[Article]:
    """Six digits of a hash may clash among thousands; every work in a clash gets twelve."""
    by_id: dict[str, list[Article]] = defaultdict(list)
    for article in chosen:
        by_id[article.id].append(article)
    return [
        article if len(group) == 1 else replace(article, id=articles.longer_id(article))
        for group in by_id.values()
        for article in group
    ]
