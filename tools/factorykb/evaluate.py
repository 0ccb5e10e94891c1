"""How good tagger, related passages and search are, measured against editors' judgements. Prints nothing."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factorykb.analysis import Knowledge, passage_id
from factorykb.errors import UsageError
from factorykb.model import Article, Passage

_RECALL_AT = 5
_RANKS = 10  # of a list of hits that count

# How judgements look: a type, a list of such things, or an object with such keys, of which those with a ? may be missing.
_PASSAGE = {"seed": str, "starts": str, "author?": str}
_LABEL = {**_PASSAGE, "themes": [str], "substantive": bool, "also_ok?": [str]}
_RELATED = {"of": _PASSAGE, "related": [_PASSAGE]}
_QUERY = {"query": str, "relevant": [{**_PASSAGE, "grade?": int}], "first": _PASSAGE}
_SHOWN = 200  # characters of a value that is none of these
_NAMES = {str: "a text", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, each 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class LabelReport:
    """`strict` and `lenient` (acceptable themes not punished) over substantive passages; `substantive`: the
    share of passages whose flag is right; `missing`: judged passages that were not found."""

    judged: int
    missing: int
    strict_micro: Score
    strict_macro: Score
    lenient_micro: Score
    lenient_macro: Score
    substantive: float


def labels(path: Path, knowledge: Knowledge) -> LabelReport:
    """Compare the themes of passages with the judgements in a file (one JSON object a line).

    Raises:
        UsageError: the file cannot be read, a line lacks something or holds a value of another type, or no passage
            of it is in the library.
    """
    judged = [(entry, _find(entry, knowledge)) for entry in _lines(path, _LABEL)]
    found = [(entry, knowledge.of(*place)) for entry, place in judged if place is not None]
    if not found:
        raise _none_found(path)
    themed = [(entry, known) for entry, known in found if entry["substantive"]]
    strict = [({hit.slug for hit in known.themes}, set(entry["themes"])) for entry, known in themed]
    acceptable = [set(entry.get("also_ok", [])) for entry, _ in themed]
    lenient = [
        (got - (also - wanted), wanted) for (got, wanted), also in zip(strict, acceptable, strict=True)
    ]
    right = sum(known.substantive == entry["substantive"] for entry, known in found)
    return LabelReport(
        judged=len(judged),
        missing=len(judged) - len(found),
        strict_micro=_micro(strict),
        strict_macro=_macro(strict),
        lenient_micro=_micro(lenient),
        lenient_macro=_macro(lenient),
        substantive=right / len(found),
    )


def related(path: Path, knowledge: Knowledge) -> tuple[float, int]:
    """Mean recall@5 of the related passages in a file, and how many passages were judged.

    Raises:
        UsageError: as `labels`.
    """
    recalls = []
    for entry in _lines(path, _RELATED):
        place = _find(entry["of"], knowledge)
        wanted = {passage_id(*found) for other in entry["related"] if (found := _find(other, knowledge))}
        if place is not None and wanted:
            got = set(knowledge.of(*place).related[:_RECALL_AT])
            recalls.append(len(got & wanted) / min(_RECALL_AT, len(wanted)))
    if not recalls:
        raise _none_found(path)
    return sum(recalls) / len(recalls), len(recalls)


def _none_found(path: Path) -> UsageError:
    return UsageError(
        f"none of the passages judged in {path} is in the library. Give its seeds with --seeds."
    )


@dataclass(frozen=True, slots=True)
class QueryReport:
    """`ndcg_at_10` (gain 2^grade - 1) and `first_right` are means over the queries, 0 to 1; `empty` counts
    queries without any hit; `each`: query → its nDCG@10 and whether its first hit is the right one."""

    judged: int
    ndcg_at_10: float
    first_right: float
    empty: int
    each: Mapping[str, tuple[float, bool]]


def queries(path: Path, knowledge: Knowledge, search: Callable[[str, int], Sequence[str]]) -> QueryReport:
    """Compare what `search` (query, number of hits → ids) finds with the judgements in a file.

    Raises:
        UsageError: as `labels`.
    """
    each: dict[str, tuple[float, bool]] = {}
    empty = 0
    for entry in _lines(path, _QUERY):
        places = [(_find(judged, knowledge), judged.get("grade", 0)) for judged in entry["relevant"]]
        grades = {passage_id(*place): grade for place, grade in places if place is not None}
        first = _find(entry["first"], knowledge)
        if not any(grades.values()) or first is None:
            raise UsageError(f"{path}: nothing judged for {entry['query']!r} is in the library")
        ids = search(entry["query"], _RANKS)[:_RANKS]
        empty += not ids
        each[entry["query"]] = (_ndcg(ids, grades), ids[:1] == [passage_id(*first)])
    if not each:
        raise UsageError(f"{path} holds no judgements")
    total = len(each)
    return QueryReport(
        judged=total,
        ndcg_at_10=sum(ndcg for ndcg, _ in each.values()) / total,
        first_right=sum(right for _, right in each.values()) / total,
        empty=empty,
        each=each,
    )


def _ndcg(ids: Sequence[str], grades: Mapping[str, int]) -> float:
    best = sorted(grades.values(), reverse=True)[:_RANKS]
    return _gain([grades.get(name, 0) for name in ids]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def _lines(path: Path, shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The judgements of a file, each of this shape. Raises UsageError."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # no other separator ends a line of JSON
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(
            f"{path} cannot be read ({why}). Give a file of judgements, one JSON object a line."
        ) from error
    numbered = [(f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    judgements = [(where, _parsed(line, where)) for where, line in numbered]
    for where, judgement in judgements:
        _check(judgement, shape, f"{where}: a judgement")
    return [judgement for _, judgement in judgements]


def _parsed(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        why = (
            f"{error.msg}, character {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        )
        raise UsageError(
            f"{where}: this line is no JSON ({why}). Write each judgement as one object on a line of its own."
        ) from error


def _check(value: object, shape: Any, what: str) -> None:
    """Make sure that a value has a shape as those above; `what` it is, with file and line. Raises UsageError."""
    if isinstance(shape, dict):
        needed = [key for key in shape if not key.endswith("?")]
        if not isinstance(value, dict) or not value.keys() >= set(needed):
            raise UsageError(f"{what} must have {', '.join(needed)}, unlike {_shown(value)}")
        for key, inner in shape.items():
            name = key.removesuffix("?")
            if name in value:
                _check(value[name], inner, f"{what}: {name}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise UsageError(f"{what} must be a list, unlike {_shown(value)}")
        for number, inner in enumerate(value, 1):
            _check(inner, shape[0], f"{what}, entry {number}")
    elif type(value) is not shape:  # `true` is a number to Python
        raise UsageError(f"{what} must be {_NAMES[shape]}, unlike {_shown(value)}")


def _shown(value: object) -> str:
    """A value as it is in the file, shortened, and what to do about it."""
    text = json.dumps(value, ensure_ascii=False)
    return f"{text if len(text) <= _SHOWN else f'{text[:_SHOWN]} …'}. Mend that line."


def _find(entry: Mapping[str, str], knowledge: Knowledge) -> tuple[Article, Passage] | None:
    """The passage that a judgement means: of that seed and author, whose heading and text hold `starts`; else
    the one that shares the longest run of characters with its beginning."""
    places = [
        (article, passage)
        for article in knowledge.library.articles
        if article.source.path.rpartition("/")[2] == entry["seed"]
        for passage in article.passages
    ]
    by_author = [place for place in places if place[1].author == entry.get("author")] or places
    wanted = _bare(entry["starts"])
    for place in by_author:
        if wanted in _bare(place[1].title + place[1].text):
            return place
    return max(by_author, key=lambda place: _shared(wanted, place[1]), default=None)


def _bare(text: str) -> str:
    return "".join(text.split())


def _shared(wanted: str, passage: Passage) -> int:
    start = _bare(passage.title + passage.text)[: 2 * len(wanted)]
    return difflib.SequenceMatcher(None, wanted, start, autojunk=False).find_longest_match().size


def _score(right: int, wrong: int, missed: int) -> Score:
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0)


def _micro(pairs: Sequence[tuple[set[str], set[str]]]) -> Score:
    right = sum(len(got & wanted) for got, wanted in pairs)
    wrong = sum(len(got - wanted) for got, wanted in pairs)
    missed = sum(len(wanted - got) for got, wanted in pairs)
    return _score(right, wrong, missed)


def _macro(pairs: Sequence[tuple[set[str], set[str]]]) -> Score:
    """The mean over themes that occur in the judgements."""
    slugs = dict.fromkeys(slug for both in pairs for slug in sorted(set.union(*both)))  # sums need an order
    judged = [slug for slug in slugs if any(slug in wanted for _, wanted in pairs)]
    scores = [_micro([(got & {slug}, wanted & {slug}) for got, wanted in pairs]) for slug in judged]
    total = len(scores) or 1
    return Score(
        sum(s.precision for s in scores) / total,
        sum(s.recall for s in scores) / total,
        sum(s.f1 for s in scores) / total,
    )
