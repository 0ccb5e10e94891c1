"""A question with many answers as something to read: what they speak of, and which ones to begin with."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factorykb.analysis import Knowledge
from factorykb.model import Analysis, Article, Passage
from factorykb.ranking import most_first
from factorykb.text import shortened

_FIRST = 6  # answers to begin with
_ENOUGH, _LONG = 500, 2500  # characters: an answer of substance, a treatise
_REPEATED = 0.6  # what another answer mainly on the same theme is worth
_SHORTEST, _LONGEST = 14, 56  # characters of a telling line
# A sentence that leans on the one before it tells less by itself.
_LEANING = re.compile(
    r"[（(]?(?:而且|但|不过|然而|所以|因此|于是|然后|其次|另外|还有|并且|同时|当然|这|那|他|她|它|其|比如|例如|\d)"
)
_LEANS = 0.4
_LINE_ENDS = re.compile(r"(?<=[。！？!?；;…])(?![。！？!?；;…”’」』）)])|\n")


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """An answer to begin with. `line`: the sentence of it that says most of its themes, in its own words."""

    passage: Passage
    line: str


@dataclass(frozen=True, slots=True)
class Question:
    """`themes`: slug and how many answers speak of it, most first. `substantive`: how many say something."""

    answers: tuple[Passage, ...]
    themes: tuple[tuple[str, int], ...]
    substantive: int
    first: tuple[FirstAnswer, ...]


def question_of(article: Article, knowledge: Knowledge) -> Question:
    known = [(passage, knowledge.of(article, passage)) for passage in article.answers]
    counts = Counter(hit.slug for _, analysis in known for hit in analysis.themes)
    return Question(
        answers=article.answers,
        themes=tuple(most_first(counts)),
        substantive=sum(analysis.substantive for _, analysis in known),
        first=tuple(
            FirstAnswer(passage, telling_line(passage, analysis)) for passage, analysis in _best(known)
        ),
    )


def _best(known: Sequence[tuple[Passage, Analysis]]) -> list[tuple[Passage, Analysis]]:
    """The best few, of several themes, in the order of the page."""
    left = [(p, a) for p, a in known if a.substantive and not a.hidden and a.themes]
    seen: Counter[str] = Counter()
    chosen: list[tuple[Passage, Analysis]] = []
    while left and len(chosen) < _FIRST:
        best = max(left, key=lambda one: _worth(*one) * _REPEATED ** seen[one[1].themes[0].slug])
        left.remove(best)
        chosen.append(best)
        seen[best[1].themes[0].slug] += 1
    place = {passage.anchor: number for number, (passage, _) in enumerate(known)}
    return sorted(chosen, key=lambda one: place[one[0].anchor])


def _worth(passage: Passage, analysis: Analysis) -> float:
    """It says much of its themes, is long enough to explain itself and no treatise."""
    said = sum(math.log1p(hit.weight) for hit in analysis.themes[:3])
    length = min(1.0, passage.characters / _ENOUGH) * (1.0 if passage.characters < _LONG else 0.7)
    return said * length


def telling_line(passage: Passage, analysis: Analysis) -> str:
    """The sentence with most of the words that earned the passage its themes; the first of equals."""
    weights = {evidence.term: evidence.weight for hit in analysis.themes for evidence in hit.evidence}
    sentences = [part.strip() for part in _LINE_ENDS.split(passage.text)]
    fitting = [text for text in sentences if _SHORTEST <= len(text) <= _LONGEST]
    if not fitting:
        text = next((text for text in sentences if len(text) >= _SHORTEST), passage.text.split("\n")[0])
        return shortened(text, _LONGEST)
    return max(fitting, key=lambda text: _says(text, weights)).rstrip("；;")


def _says(sentence: str, weights: Mapping[str, float]) -> float:
    said = sum(weight for term, weight in weights.items() if term in sentence)
    return said * (_LEANS if _LEANING.match(sentence) else 1.0)
