"""Knowledge → the files that the site's own search reads. `docs/data/search` holds the index, `docs/data/passages`
the records that hits show, `docs/data/previews` what links show before they are followed. The README describes the
formats; `docs/assets/search/engine.js` and `docs/assets/js/previews.js` read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from factorykb.analysis import Knowledge
from factorykb.editorial import FAMILIES
from factorykb.search import bits, entries, manifest, pinyin, postings, previews, records
from factorykb.search.alphabet import Alphabet, alphabet_of
from factorykb.search.bits import Numbers, numbers
from factorykb.search.pairs import pairs_of
from factorykb.search.postings import Slots
from factorykb.search.units import KINDS, Group, PageEntry, Unit, all_units, folded_lines, groups_of

FORMAT = 3  # raised when a reader of the old files would go wrong
__all__ = ["FOLDERS", "entries", "files"]

FOLDERS = ("data/passages/", "data/previews/", "data/search/")
_CONCEPTS_A_FILE = 6000  # about 8 KB
_SAMPLE = 4000  # files of records in which frequent pairs are looked for
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All that the files are made from: the groups of articles, then of pages, and what was worked out on them."""

    knowledge: Knowledge
    pages: Sequence[PageEntry]
    articles: Sequence[Group]
    groups: Sequence[Group]
    units: Sequence[Unit]
    words: str
    alphabet: Alphabet
    slots: Slots
    name: str


def files(knowledge: Knowledge, pages: Sequence[PageEntry], jobs: int = 1) -> Iterator[tuple[str, bytes]]:
    """Path relative to docs and content of each file, made one by one; the manifest, which names the others, last.

    The files are classic scripts in UTF-16 with a byte order mark: two bytes a character, whatever the server says
    of their encoding. The folder's name is a hash of the texts and what is known of them.
    """
    corpus = _corpus(knowledge, pages)
    name, count = corpus.name, postings.shard_count(corpus.slots)
    splits = postings.splits_of(corpus.slots, count)
    for number, content in _complete(postings.shards(corpus.slots, splits, count, jobs), count):
        yield f"data/search/{name}/{number}.js", _script(str(number), content)
    concepts = _concepts(corpus, splits)
    for number, content in enumerate(concepts) if len(concepts) > 1 else ():
        yield f"data/search/{name}/c{number}.js", _script(f"c{number}", content)
    for number, content in records.files(corpus.groups, corpus.alphabet, jobs):
        yield f"data/passages/{name}/{number}.js", _script(f"r{number}", content)
    inside, typed = manifest.foldings(corpus.alphabet)
    yield f"data/search/{name}/variants.js", _script("variants", typed)
    yield f"data/search/{name}/pinyin.js", _script("pinyin", pinyin.lines(knowledge, corpus.pages))
    yield from _previews(corpus.groups, name, dict(manifest.sources_of(knowledge)))
    cut = np.trim_zeros(splits, "b")
    counts = {
        "shards": count,
        "conceptFiles": len(concepts),
        "concepts": concepts[0] if len(concepts) == 1 else None,  # so few that they come along
        "folds": inside,
        "splits": next(bits.packed(bits.gamma(cut + 1), numbers([len(cut)]))),
        "splitsLength": len(cut),
    }
    yield "data/search/manifest.js", _script("manifest", counts | _facts(corpus))


def _corpus(knowledge: Knowledge, pages: Sequence[PageEntry]) -> _Corpus:
    order = {theme.name: number for number, theme in enumerate(knowledge.vocabulary.themes)}
    pages = sorted(pages, key=lambda page: (KINDS.index(page.kind), order.get(page.title, 0), page.url))
    articles, others = groups_of(knowledge, pages)
    groups = [*articles, *others]
    units = all_units(groups)
    words = manifest.vocabulary_text(knowledge, pages)
    folded = (folded_lines(text) for unit in units for text in (unit.head, unit.body))
    sample = islice(records.streams(groups), 0, None, 1 + len(units) // _SAMPLE)
    pairs = pairs_of(sample, records.END)
    alphabet = alphabet_of(chain(records.streams(groups), [words]), chain(folded, ["\n"]), pairs)
    slots = postings.slots_of(units, alphabet)
    name = _generation(groups, words)
    return _Corpus(knowledge, pages, articles, groups, units, words, alphabet, slots, name)


def _concepts(corpus: _Corpus, splits: Numbers) -> list[str]:
    """The contents of the files of concepts, at least one. After sets of synonyms and topics come characters."""
    words = corpus.knowledge.vocabulary
    named = [(c, unit, times) for unit, found in enumerate(corpus.units) for c, times in found.concepts]
    entries = [numbers(named)] if named else []
    for first, slots, times in postings.frequent(corpus.slots, splits):
        number = len(words.synonyms) + len(words.topics) + first
        entries.append(np.stack([np.full(len(slots), number), slots, times], axis=1))
    count = max(1, sum(map(len, entries)) // _CONCEPTS_A_FILE)
    return [content for _, content in _complete(postings.concept_shards(corpus.slots, entries, count), count)]


def _facts(corpus: _Corpus) -> dict[str, object]:
    """The manifest but for the counts of files."""
    themes, alphabet = corpus.knowledge.vocabulary.themes, corpus.alphabet
    sources = manifest.sources_of(corpus.knowledge)
    slugs, keys = [theme.slug for theme in themes], ["", *(key for key, _ in sources)]
    table, columns = manifest.table(corpus.groups, corpus.slots, slugs, keys)
    words = alphabet.codes(corpus.words)
    return {
        "format": FORMAT,
        "name": corpus.name,
        "topics": len(corpus.knowledge.vocabulary.topics),
        "alphabet": alphabet.packed(),
        "lengths": alphabet.counts_by_length(),
        "pairs": alphabet.packed_pairs(),
        "articles": len(corpus.articles),
        "pages": [sum(page.kind == kind for page in corpus.pages) for kind in KINDS],
        "units": len(corpus.units),
        "newest": max((group.year for group in corpus.articles), default=0),
        "undated": sum(not group.year for group in corpus.articles),
        "sources": sources,
        "themes": [[theme.slug, theme.name, FAMILIES.index(theme.family) + 1] for theme in themes],
        "table": table,
        "columns": [[column.packed(), column.counts_by_length()] for column in columns],
        "words": next(bits.packed(words, numbers([len(words.values)]))),
        "wordsLength": len(words.values),
    }


def _previews(
    groups: Sequence[Group], name: str, publishers: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Shards by a hash of the address, then the short file that says how many there are."""
    count = previews.shard_count(groups)
    for number, content in previews.shards(groups, count, publishers):
        yield f"data/previews/{name}/{number}.js", _script(str(number), content, "kbPreviews")
    yield "data/previews/manifest.js", _script("manifest", {"name": name, "shards": count}, "kbPreviews")


def _complete(made: Iterable[tuple[int, str]], count: int) -> Iterator[tuple[int, str]]:
    """Numbers and contents of all of `count` files, those that hold nothing empty: a reader asks for any."""
    following = 0
    for number, content in made:
        yield from ((empty, "") for empty in range(following, number))
        yield number, content
        following = number + 1
    yield from ((empty, "") for empty in range(following, count))


def _generation(groups: Sequence[Group], words: str) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{words}".encode())
    for group in groups:
        digest.update(repr((group.front, group.year, group.source)).encode())
        for unit in group.units:
            digest.update(
                repr((unit.head, unit.record, unit.themes, unit.concepts, unit.substantive)).encode()
            )
    return digest.hexdigest()[:12]


def _script(name: str, data: object, receiver: str = "kbSearch") -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return f'{_BOM}{receiver}.receive("{name}",{safe});\n'.encode("utf-16-le", "surrogatepass")
