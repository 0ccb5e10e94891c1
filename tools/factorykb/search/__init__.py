"""Knowledge → the files that the site's own search reads. `docs/data/search` holds the index, `docs/data/passages`
the records that hits show. The README describes the format; `docs/assets/search/engine.js` reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from factorykb.analysis import Knowledge
from factorykb.editorial import FAMILIES
from factorykb.search import bits, entries, manifest, pinyin, postings, records
from factorykb.search.alphabet import alphabet_of
from factorykb.search.bits import numbers
from factorykb.search.units import KINDS, Group, PageEntry, all_units, folded_lines, groups_of

FORMAT = 1  # raised when a reader of the old files would go wrong
__all__ = ["FOLDERS", "entries", "files"]

FOLDERS = ("data/passages/", "data/search/")
_CONCEPTS_A_FILE = 6000  # about 8 KB
_BOM = "\ufeff"


def files(knowledge: Knowledge, pages: Sequence[PageEntry]) -> Iterator[tuple[str, bytes]]:
    """Path relative to docs and content of each file, made one by one; the manifest, which names the others, last.

    The files are classic scripts in UTF-16 with a byte order mark: two bytes a character, whatever the server says
    of their encoding. The folder's name is a hash of all that went into the files.
    """
    order = {theme.name: number for number, theme in enumerate(knowledge.vocabulary.themes)}
    pages = sorted(pages, key=lambda page: (KINDS.index(page.kind), order.get(page.title, 0), page.url))
    articles, others = groups_of(knowledge, pages)
    groups = [*articles, *others]
    units = all_units(groups)
    words = manifest.vocabulary_text(knowledge, pages)
    also = (folded_lines(text) for unit in units for text in (unit.head, unit.body))
    alphabet = alphabet_of([*records.streams(groups), words], [*also, "\n"])
    name = _generation(groups, words)
    slots = postings.slots_of(units, alphabet)
    count = postings.shard_count(slots)
    for number, content in postings.shards(slots, count):
        yield f"data/search/{name}/{number}.js", _script(f"{name}/{number}", content)
    named = [(c, unit, times) for unit, found in enumerate(units) for c, times in found.concepts]
    concepts = max(1, len(named) // _CONCEPTS_A_FILE)
    for number, content in postings.concept_shards(slots, named, concepts):
        yield f"data/search/{name}/c{number}.js", _script(f"{name}/c{number}", content)
    for number, content in records.files(groups, alphabet):
        yield f"data/passages/{name}/{number}.js", _script(f"{name}/r{number}", content)
    inside, typed = manifest.foldings(alphabet)
    yield f"data/search/{name}/variants.js", _script(f"{name}/variants", typed)
    yield f"data/search/{name}/pinyin.js", _script(f"{name}/pinyin", pinyin.lines(knowledge, pages))
    codes = alphabet.codes(words)
    sources = manifest.sources_of(knowledge)
    themes = knowledge.vocabulary.themes
    keys = [key for key, _ in sources]
    table, symbols = manifest.table(groups, slots, [theme.slug for theme in themes], ["", *keys])
    facts = {
        "format": FORMAT,
        "name": name,
        "shards": count,
        "conceptFiles": concepts,
        "topics": len(knowledge.vocabulary.topics),
        "alphabet": alphabet.packed(),
        "lengths": alphabet.counts_by_length(),
        "folds": inside,
        "articles": len(articles),
        "pages": [sum(page.kind == kind for page in pages) for kind in KINDS],
        "units": len(units),
        "newest": max((group.year for group in articles), default=0),
        "undated": sum(not group.year for group in articles),
        "sources": sources,
        "themes": [[theme.slug, theme.name, FAMILIES.index(theme.family) + 1] for theme in themes],
        "table": table,
        "symbols": symbols.packed(),
        "symbolLengths": symbols.counts_by_length(),
        "words": next(bits.packed(codes, numbers([len(codes.values)]))),
        "wordsLength": len(codes.values),
    }
    yield "data/search/manifest.js", _script("manifest", facts)


def _generation(groups: Sequence[Group], words: str) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{words}".encode())
    for group in groups:
        digest.update(repr((group.front, group.year, group.source)).encode())
        for unit in group.units:
            digest.update(
                repr((unit.head, unit.record, unit.themes, unit.concepts, unit.substantive)).encode()
            )
    return digest.hexdigest()[:12]


def _script(name: str, data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return f'{_BOM}kbSearch.receive("{name}",{safe});\n'.encode("utf-16-le", "surrogatepass")
