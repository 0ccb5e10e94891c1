"""Knowledge → the files that the site's own search reads. `docs/data/search` holds the index, `docs/data/passages`
the records that hits show, `docs/data/previews` what links show before they are followed. The README describes the
formats; `docs/assets/search/engine.js` and `docs/assets/js/previews.js` read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from factorykb.analysis import Knowledge
from factorykb.cache import digest
from factorykb.fold import points
from factorykb.parallel import mapped
from factorykb.search import bits, entries, gathering, manifest, pinyin, postings, previews, records
from factorykb.search.alphabet import Alphabet, alphabet_of
from factorykb.search.bits import numbers
from factorykb.search.pairs import pairs_of
from factorykb.search.postings import Shares, Slots
from factorykb.search.units import KINDS, Group, PageEntry, Unit, all_units, groups_of

FORMAT = 5  # raised when a reader of the old files would go wrong
__all__ = ["FOLDERS", "entries", "files"]

FOLDERS = ("data/passages/", "data/previews/", "data/search/")
_CONCEPTS_A_FILE = 6000  # about 8 KB
_SAMPLE = 4000  # files of records in which frequent pairs are looked for
_RECORDS = 100  # files of records that a process packs at a time
_BOM = "\ufeff"

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All that the files are made from: the groups of articles, then of pages, and what was worked out on them."""

    knowledge: Knowledge
    pages: Sequence[PageEntry]
    articles: Sequence[Group]
    groups: Sequence[Group]
    units: Sequence[Unit]
    together: Sequence[Sequence[int]]
    records: Sequence[records.File]
    words: str
    alphabet: Alphabet
    foldings: tuple[str, str]
    slots: Slots
    shares: Shares
    name: str

    def index(self, name: str, data: object) -> File:
        return f"data/search/{self.name}/{name}.js", _script(name, data)


def files(knowledge: Knowledge, pages: Sequence[PageEntry], jobs: int = 1) -> Iterator[File]:
    """Path relative to docs and content of each file, made one by one; the manifest, which names the others, last.

    The files are classic scripts in UTF-16 with a byte order mark: two bytes a character, whatever the server says
    of their encoding. The folder's name is a hash of the texts and what is known of them.
    """
    corpus = _corpus(knowledge, pages)
    # First what looks at all objects: while other processes share them, each would be copied.
    last = [*_spellings(corpus), *_previews(corpus), *_manifest(corpus)]
    yield from chain.from_iterable(mapped(_shards, corpus.shares.batches, jobs, corpus))
    lows = range(0, len(corpus.records), _RECORDS)
    yield from chain.from_iterable(mapped(_records, lows, jobs, corpus))
    yield from last


def is_apart(path: str) -> bool:
    """Whether a file lies in a folder that the manifest names."""
    return path.count("/") == 3


def _corpus(knowledge: Knowledge, pages: Sequence[PageEntry]) -> _Corpus:
    order = {theme.name: number for number, theme in enumerate(knowledge.vocabulary.themes)}
    pages = sorted(pages, key=lambda page: (KINDS.index(page.kind), order.get(page.title, 0), page.url))
    articles, others = groups_of(knowledge, pages)
    groups = [*articles, *others]
    units = all_units(groups)
    lines = postings.lines_of(units)
    together = gathering.gathered(knowledge.vocabulary, lines, groups)
    shown = records.files_of(groups, together, postings.rooms_of(lines.lengths[: len(units)]))
    words = manifest.vocabulary_text(knowledge, pages)
    sample = map(records.plain, shown[:: 1 + len(units) // _SAMPLE])
    # A query reads the vocabulary whole and of the records about as much: they are of one weight.
    pairs = pairs_of(sample, records.END, words)
    alphabet = alphabet_of(map(records.plain, shown), (*lines.pieces, points("\n")), pairs, words)
    slots = postings.slots_of(lines, alphabet)
    return _Corpus(
        knowledge=knowledge,
        pages=pages,
        articles=articles,
        groups=groups,
        units=units,
        together=together,
        records=shown,
        words=words,
        alphabet=alphabet,
        foldings=manifest.foldings(alphabet),
        slots=slots,
        shares=postings.shares_of(slots),
        name=_generation(groups, words),
    )


def _shards(batches: range, corpus: _Corpus) -> list[File]:
    """A reader asks for any shard, so those that hold nothing are files too."""
    found = dict(postings.shards(batches, corpus.slots, corpus.shares))
    return [corpus.index(str(n), found.get(n, "")) for n in corpus.shares.shards_of(batches)]


def _records(low: int, corpus: _Corpus) -> list[File]:
    contents = records.packed(corpus.records[low : low + _RECORDS], corpus.alphabet)
    return [
        (f"data/passages/{corpus.name}/{n}.js", _script(f"r{n}", content))
        for n, content in enumerate(contents, low)
    ]


def _spellings(corpus: _Corpus) -> list[File]:
    return [
        corpus.index("variants", corpus.foldings[1]),
        corpus.index("pinyin", pinyin.lines(corpus.knowledge, corpus.pages)),
    ]


def _previews(corpus: _Corpus) -> list[File]:
    """Shards by a hash of the address, then the short file that says how many there are."""
    count, publishers = previews.shard_count(corpus.groups), dict(manifest.sources_of(corpus.knowledge))
    told = {"name": corpus.name, "shards": count}
    return [
        *(
            (f"data/previews/{corpus.name}/{n}.js", _script(str(n), content, "kbPreviews"))
            for n, content in previews.shards(corpus.groups, count, publishers)
        ),
        ("data/previews/manifest.js", _script("manifest", told, "kbPreviews")),
    ]


def _manifest(corpus: _Corpus) -> list[File]:
    """The files of concepts, then the manifest, in which they lie if they are few."""
    concepts, splits = _concepts(corpus), np.trim_zeros(corpus.shares.splits, "b")
    counts = {
        "shards": corpus.shares.count,
        "conceptFiles": len(concepts),
        "concepts": concepts[0] if len(concepts) == 1 else None,
        "folds": corpus.foldings[0],
        "splits": next(bits.packed(bits.gamma(splits + 1), numbers([len(splits)]))),
        "splitsLength": len(splits),
    }
    return [
        *(corpus.index(f"c{n}", content) for n, content in enumerate(concepts) if len(concepts) > 1),
        ("data/search/manifest.js", _script("manifest", counts | _facts(corpus))),
    ]


def _concepts(corpus: _Corpus) -> list[str]:
    """The contents of the files of concepts, at least one. After sets of synonyms and topics come characters."""
    words = corpus.knowledge.vocabulary
    named = [np.frombuffer(unit.concepts, np.int32).reshape(-1, 2) for unit in corpus.units]
    flat = np.concatenate([np.empty((0, 2), np.int32), *named])
    owners = np.repeat(np.arange(len(named), dtype=np.int32), list(map(len, named)))
    first = numbers([len(words.synonyms) + len(words.topics), 0, 0])
    characters = (rows + first for rows in postings.frequent(corpus.slots, corpus.shares.splits))
    of_units = np.stack([flat[:, 0], owners, flat[:, 1]], axis=1)
    entries = np.concatenate([of_units, *characters], dtype=np.int32)
    count = max(1, len(entries) // _CONCEPTS_A_FILE)
    found = dict(postings.concept_shards(corpus.slots, entries, count))
    return [found.get(n, "") for n in range(count)]


def _facts(corpus: _Corpus) -> dict[str, object]:
    """The manifest but for the counts of files."""
    themes, alphabet = corpus.knowledge.vocabulary.themes, corpus.alphabet
    sources = manifest.sources_of(corpus.knowledge)
    slugs, keys = [theme.slug for theme in themes], ["", *(key for key, _ in sources)]
    gathered = {unit for file in corpus.together for unit in file}
    table, columns = manifest.table(corpus.groups, gathered, corpus.slots, slugs, keys)
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
        "themes": len(themes),
        "table": table,
        "together": gathering.packed(corpus.together),
        "fileCharacters": records.characters_of(len(corpus.units)),
        "columns": [[column.packed(), column.counts_by_length()] for column in columns],
        "words": next(bits.packed(words, numbers([len(words.values)]))),
        "wordsLength": len(words.values),
    }


def _generation(groups: Sequence[Group], words: str) -> str:
    whole = hashlib.sha256(f"{FORMAT}\n{words}".encode())
    for group in groups:
        whole.update(digest(group.front, repr((group.year, group.source))))
        for unit in group.units:
            facts = repr((unit.themes, unit.substantive))
            whole.update(digest(unit.head, unit.names, unit.record, facts, unit.concepts))
    return whole.hexdigest()[:12]


def _script(name: str, data: object, receiver: str = "kbSearch") -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return f'{_BOM}{receiver}.receive("{name}",{safe});\n'.encode("utf-16-le", "surrogatepass")
