"""Where the links of a page lead: to articles and passages that are related or say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

from factorykb.analysis import Knowledge, passage_id, related_articles
from factorykb.model import Analysis, Article, Passage

_RELATED = 3  # of the passages related to one; what each says stands beside it
Place = tuple[Article, Passage | None]  # an article, or one passage of it


class Places:
    """The articles and passages of the library by id."""

    def __init__(self, knowledge: Knowledge) -> None:
        articles = knowledge.library.articles
        self._knowledge = knowledge
        self._articles = {article.id: article for article in articles}
        self._passages = {passage_id(a, p): (a, p) for a in articles for p in a.passages}
        self._same = _same_content(knowledge.repeats)

    def get(self, name: str) -> Place | None:
        """The article or passage of that id."""
        article = self._articles.get(name)
        return (article, None) if article else self._passages.get(name)

    def near(self, article: Article) -> list[Article]:
        """The articles related to one."""
        return [self._articles[name] for name in related_articles(article, self._knowledge)]

    def related(self, article: Article, passage: Passage) -> list[tuple[Article, Passage]]:
        """The passages related to one that its article's page names."""
        return [self._passages[name] for name in self.related_to(self._knowledge.of(article, passage))]

    def related_to(self, known: Analysis) -> list[str]:
        """The same by id, from what is known of the passage."""
        return list(islice((name for name in known.related if name in self._passages), _RELATED))

    def same(self, article: Article, passage: Passage | None = None) -> list[Place]:
        """Where else the content of an article or an answer stands: what stands for it, then what repeats it."""
        name = passage_id(article, passage) if passage else article.id
        return [place for place in map(self.get, self.same_as(name)) if place]

    def same_as(self, name: str) -> Sequence[str]:
        """The same by id."""
        return self._same.get(name, ())


def _same_content(repeats: Mapping[str, str]) -> dict[str, list[str]]:
    """Ids of articles and answers → those with the same content. What is said of two articles is not said again
    of their answers."""
    copies: dict[str, list[str]] = defaultdict(list)
    standing: dict[str, list[str]] = {}
    for name, other in repeats.items():
        whole, other_whole = (one.partition("#")[0] for one in (name, other))
        if name == whole or repeats.get(whole) != other_whole:
            copies[other].append(name)
            standing[name] = [other]
    return {name: [*standing.get(name, []), *copies[name]] for name in {*standing, *copies}}
