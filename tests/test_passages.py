"""Where passages begin, and that their addresses come from what they are."""

from __future__ import annotations

from factorykb import passages, structure
from factorykb.clean import blocks_of
from factorykb.model import Block, Heading, Passage

PICTURE = '<img src="https://example.com/a.png">'


def article(html: str) -> tuple[int, list[tuple[str, str]]]:
    opening, found = passages.of_article(structure.mend(blocks(html)))
    return len(opening), [(passage.title, passage.text) for passage in found]


def blocks(html: str) -> tuple[Block, ...]:
    return blocks_of(html, None)[0]


def answers(*pairs: tuple[str, str]) -> tuple[Passage, ...]:
    return passages.of_question((author, blocks(html)) for author, html in pairs)


def test_an_article_without_headings_is_one_passage() -> None:
    assert article(f"{PICTURE}<p>甲</p><p>乙</p>") == (0, [("", "甲\n乙")])


def test_sections_begin_at_the_highest_level_with_a_lead_in() -> None:
    html = "<p>引子</p><h3>一</h3><p>甲</p><h4>小</h4><p>乙</p><h3>二</h3><p>丙</p>"
    assert article(html) == (0, [("", "引子"), ("一", "甲\n小\n乙"), ("二", "丙")])


def test_pictures_alone_before_the_first_heading_open_the_page() -> None:
    assert article(f"{PICTURE}<h2>一</h2><p>甲</p>") == (1, [("一", "甲")])


def test_speakers_and_labels_never_begin_a_passage() -> None:
    said = "<p>这是这个人说的一段话，不长也不短。</p>"
    assert len(article(f"<p>@甲</p>{said}<p>@乙</p>{said}")[1]) == 1


def test_levels_on_the_page_have_no_gaps() -> None:
    _, found = passages.of_article(blocks("<h1>一</h1><h5>深</h5><p>甲</p><h3>中</h3><h5>深</h5><p>乙</p>"))
    levels = [block.level for block in found[0].blocks if isinstance(block, Heading)]
    assert levels == [3, 3, 4]


def test_adding_an_answer_moves_no_address() -> None:
    old = answers(("甲", "<p>好</p>"), ("匿名用户", "<p>一</p>"), ("匿名用户", "<p>二</p>"))
    new = answers(
        ("匿名用户", "<p>新</p>"), ("甲", "<p>另一个甲</p>"), *[(p.author, f"<p>{p.text}</p>") for p in old]
    )
    assert [p.anchor for p in new[2:]] == [p.anchor for p in old]
    assert len({p.anchor for p in new}) == 5


def test_equal_passages_get_a_number() -> None:
    first, second = answers(("匿名用户", "<p>房地产</p>"), ("匿名用户", "<p>房地产</p>"))
    assert second.anchor == f"{first.anchor}-2"


def test_of_an_answer_with_nothing_in_it_the_author_stays() -> None:
    assert [(p.author, p.text) for p in answers(("甲", " "), ("乙", PICTURE), ("", " "))] == [
        ("甲", ""),
        ("乙", ""),
    ]
    assert answers(("甲", " "), ("乙", "")) == ()


def test_characters_do_not_count_white_space() -> None:
    assert answers(("甲", "<p>a b</p><p>　丙 丁</p>"))[0].characters == 4


def test_what_stands_further_on_moves_no_address() -> None:
    begun = "机床的数字孪生体精度决定了产线的良品率，" * 8
    first, second, third = (answers(("甲", f"<p>{begun}{end}</p>"))[0] for end in ("一", "二", "一"))
    assert first.anchor == second.anchor == third.anchor
    assert answers(("甲", f"<p>另{begun}</p>"))[0].anchor != first.anchor
