"""Related passages against a plain comparison of every pair, and keywords against their rule."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from factorykb import relations
from factorykb.relations import Features

Said = Mapping[str, int]  # word → how often a passage says it


def corpus(
    passages: Sequence[Features], said: Sequence[Said], terms: frozenset[str] = frozenset()
) -> relations.Corpus:
    words = [relations.words_of([(own, terms & own.keys())]) for own in said]
    return relations.corpus_of(passages, range(len(passages)), words)


def related(passages: Sequence[Features], said: Sequence[Said]) -> list[tuple[str, ...]]:
    return list(relations.related(corpus(passages, said)))


def passage(name: str, *, length: int = 400, group: str = "", **others: object) -> Features:
    return replace(Features(f"{name}#p", group, [], {}, length), **others)  # type: ignore[arg-type]


def plainly(passages: Sequence[Features], said: Sequence[Said]) -> list[tuple[str, ...]]:
    """What `related` should give: every passage held against every other one."""
    kinds = [
        [
            (1.0, {word: 1 + math.log(times) for word, times in own.items()}),
            (0.25, {f"t:{slug}": 0.8**rank for rank, slug in enumerate(one.themes)}),
            (0.35, {f"e:{name}": 1 + math.log(times) for name, times in one.topics.items()}),
        ]
        for one, own in zip(passages, said, strict=True)
    ]
    seen = Counter(name for parts in kinds for _, weights in parts for name in weights)
    vectors: list[dict[str, float]] = []
    for parts in kinds:
        vectors.append({})
        for share, weights in parts:
            scaled = {n: w * math.log((len(passages) + 1) / seen[n]) for n, w in weights.items()}
            norm = math.sqrt(sum(weight**2 for weight in scaled.values())) or 1.0
            vectors[-1].update({name: math.sqrt(share) * w / norm for name, w in scaled.items()})

    def worth(one: int, other: int) -> float:
        likeness = sum(weight * vectors[other].get(name, 0.0) for name, weight in vectors[one].items())
        return round(likeness * min(1.0, passages[other].length / 1500) ** 0.3, 9) if likeness > 0.12 else 0.0

    found = []
    for one, own in enumerate(passages):
        others = [
            n for n, other in enumerate(passages) if n != one and not other.repeats and worth(one, n) > 0.0
        ]
        others = [n for n in others if not own.repeats or passages[n].id.partition("#")[0] != own.repeats]
        others.sort(key=lambda n: (-worth(one, n), passages[n].id))
        siblings = [n for n in others if own.group and passages[n].group == own.group]
        found.append(tuple(passages[n].id for n in others if n not in siblings[2:])[:5])
    return found


@st.composite
def corpora(draw: st.DrawFn) -> tuple[Sequence[Features], Sequence[Said]]:
    counts = st.integers(1, 4)
    passages, said = [], []
    for number in range(draw(st.integers(0, 9))):
        article = draw(st.integers(0, 2))
        passages.append(
            Features(
                id=f"a{article}#p{number}",
                group=draw(st.sampled_from(["", f"a{article}"])),
                themes=draw(st.lists(st.sampled_from("xyz"), max_size=3, unique=True)),
                topics=draw(st.dictionaries(st.sampled_from("uvw"), counts, max_size=3)),
                length=draw(st.integers(1, 3000)),
                repeats=draw(st.sampled_from(["", "", "", "a0", "a2"])),
            )
        )
        said.append(
            draw(
                st.dictionaries(st.sampled_from(["机床", "工人", "订单", "出口", "工厂"]), counts, max_size=5)
            )
        )
    return passages, said


@given(corpora())
def test_related_are_those_that_a_comparison_of_all_pairs_finds(
    made: tuple[Sequence[Features], Sequence[Said]],
) -> None:
    assert related(*made) == plainly(*made)


def test_of_sections_of_one_article_two_are_related_and_of_answers_all() -> None:
    said: Sequence[Said] = [{"机床": 2, "车间": 1}] * 6 + [{"机床": 2, "订单": 2}] * 6 + [{"出口": 1}] * 9
    sections = [passage(f"a{n}", group="a") for n in range(6)]
    others = [*(passage(f"b{n}", length=300) for n in range(6)), *(passage(f"c{n}") for n in range(9))]
    assert related([*sections, *others], said)[0] == ("a1#p", "a2#p", "b0#p", "b1#p", "b2#p")
    answers = [replace(one, group="") for one in sections]
    assert related([*answers, *others], said)[0] == ("a1#p", "a2#p", "a3#p", "a4#p", "a5#p")


def test_of_equals_the_one_that_says_more_comes_first() -> None:
    lengths = {"a": 300, "b": 900, "c": 1500, "d": 9000, "e": 1499}
    asking, unlike = passage("x"), [passage(f"y{n}") for n in range(5)]
    passages = [asking, *(passage(name, length=length) for name, length in lengths.items()), *unlike]
    said: Sequence[Said] = [{"机床": 1}] * 6 + [{"出口": 1}] * 5
    assert related(passages, said)[0] == ("c#p", "d#p", "e#p", "b#p", "a#p")


def keywords(
    said: Said, terms: frozenset[str] = frozenset(), but_nouns: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    passages = [passage("a"), passage("b"), passage("c")]
    return next(iter(relations.keywords(corpus(passages, [said, {}, {}], terms), but_nouns)))


def test_of_words_in_each_other_the_weightier_is_a_keyword() -> None:
    assert keywords({"工业软件": 5, "软件": 3, "工业": 4, "机床": 2}) == ("工业软件", "机床")
    assert keywords({"工业软件": 2, "软件": 5, "机床": 2}) == ("软件", "机床")


def test_what_is_said_once_is_a_keyword_only_where_little_is_said_twice() -> None:
    once = {"出口": 1, "订单": 1, "工人": 1, "厂房": 1}
    assert len(keywords(once)) == 3
    assert set(keywords({"机床": 2, "车间": 2, **once})) > {"机床", "车间"}
    assert len(keywords({"机床": 2, "车间": 2, **once})) == 3
    assert set(keywords({"机床": 2, "车间": 2, "丝杠": 2, **once})) == {"机床", "车间", "丝杠"}
    assert set(keywords({"机床": 2, "车间": 2, "丝杠": 2, **once}, frozenset({"订单"}))) == {
        "机床",
        "车间",
        "丝杠",
        "订单",
    }
    many = {f"{one}{two}": 2 for one in "甲乙丙" for two in "子丑寅卯"}
    assert len(keywords(many)) == 8


def test_a_term_is_worth_a_word_said_more_often() -> None:
    said = {"机床": 3, "订单": 2}
    assert keywords(said) == ("机床", "订单")
    assert keywords(said, frozenset({"订单"})) == ("订单", "机床")


def test_what_is_no_noun_is_a_keyword_only_as_a_term() -> None:
    said = {"升级": 3, "机床": 2, "ai": 2, "AGV": 2, "厂": 4}
    assert keywords(said, but_nouns=frozenset({"升级"})) == ("AGV", "机床")
    assert keywords(said, frozenset({"升级"}), frozenset({"升级"})) == ("升级", "AGV", "机床")
