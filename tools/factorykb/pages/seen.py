"""What decides a page: digests of all that its template sees. A page is made anew when its digest changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np

from factorykb.analysis import Knowledge, passage_id, related_articles
from factorykb.articles import content
from factorykb.cache import digest
from factorykb.model import Analysis, ThemeHit
from factorykb.overview import Overview, ThemeView, hit_of
from factorykb.pages.lists import ListPage, Part
from factorykb.pages.places import Places


class Seen:
    """The digests of the pages of one knowledge. Most terms of a vocabulary change hardly a page."""

    def __init__(self, knowledge: Knowledge, view: Overview, places: Places) -> None:
        self._knowledge, self._view, self._places = knowledge, view, places
        self._settings = knowledge.lexicon.settings if knowledge.lexicon else b""
        self._themes = digest(repr([(t.slug, t.name, t.family) for t in knowledge.vocabulary.themes]))
        self._contents = {article.id: content(article) for article in knowledge.library.articles}

    def of_article(self, number: int) -> bytes:
        """Of an article's page; `number`: the article's in the library."""
        article = self._knowledge.library.articles[number]
        has_answers = article.has_answers
        links = [self._places.same_as(article.id), related_articles(article, self._knowledge)]
        # Topics by name: their numbers change with every one that is added.
        mentions = self._knowledge.mentions_of(article)
        numbers, of_each = np.unique(mentions[:, 1], return_inverse=True)
        seen: list[object] = [self._knowledge.vocabulary.topics[number].name for number in numbers.tolist()]
        for passage in article.passages:
            name = passage_id(article, passage)
            known = self._knowledge.analyses.get(name, Analysis())
            seen += [self._hits(known), known.keywords, known.substantive, known.hidden]
            seen.append([_evidence(hit) for hit in known.themes] if has_answers else ())
            links += [self._places.same_as(name), self._places.related_to(known)]
        seen.append(links)
        return digest(
            self._themes,
            self._contents[article.id],
            mentions[:, [0, 2, 3]].tobytes(),
            of_each.tobytes(),
            repr(seen),
            *map(self._linked, chain.from_iterable(links)),
        )

    def of_list(self, page: ListPage) -> bytes:
        """Of a list of articles."""
        contents = (self._contents[article.id] for article in page.articles)
        return digest(self._themes, repr(replace(page, articles=())), *contents)

    def of_part(self, part: Part) -> bytes:
        """Of a page of a theme's or topic's list."""
        view = part.listed(self._view)
        seen: list[object] = [part, len(view.entries), view.short]
        entries = view.entries[part.entries.start : part.entries.stop]
        if isinstance(view, ThemeView):
            seen += [
                view.publishers,
                len(view.articles),
                view.years,
                view.neighbours[:8],
            ]
            seen.append([(name, count, self._leads_to(name)) for name, count in view.topics[:20]])
        else:
            near = view.neighbours[:16]
            seen += [view.themes, near, [self._leads_to(name) for name, _ in near]]
        entries = (*view.best, *entries) if part.number == 1 else entries
        seen.append([entry.id for entry in entries])
        if part.number == 1:
            seen += [self._hits(entry.analysis) for entry in entries]
            hits = [hit_of(entry, part.of) for entry in entries] if part.is_theme else []
            seen += [(hit.reason, _evidence(hit)) for hit in hits]
        return digest(self._settings, repr(seen), *(self._linked(entry.id) for entry in entries))

    def _linked(self, name: str) -> bytes:
        """A digest of the article that a link leads into. That and the id that it leads to decide what the link shows."""
        return self._contents.get(name.partition("#")[0], b"")

    def _leads_to(self, name: str) -> str:
        """The address of a topic that a list mentions, or else the passage that alone does."""
        view = self._view.topics[name]
        return view.slug or view.entries[0].id

    def _hits(self, known: Analysis) -> tuple[object, ...]:
        named = [(hit.name, hit.count, self._view.topics[hit.name].slug) for hit in known.topics]
        return [hit.slug for hit in known.themes], [hit.weight for hit in known.themes], named


def _evidence(hit: ThemeHit) -> list[tuple[str, int, float]]:
    return [(evidence.term, evidence.count, evidence.weight) for evidence in hit.evidence]
