"""Gives a cleaned text the structure its author meant: credits, and headings and lists typed as paragraphs.

The rules are narrow on purpose; tests/test_structure.py shows for each what must not trigger it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from factorykb.fields import without_site
from factorykb.fold import in_simplified
from factorykb.model import (
    Block,
    Break,
    Bylines,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    Publisher,
    Quote,
    Rank,
    Span,
    Table,
)
from factorykb.text import length, merged, of_block, of_blocks, of_inlines

Blocks = tuple[Block, ...]

# --- credits -----------------------------------------------------------------------------------------------
# These patterns are of Simplified characters and look at `in_simplified` text.

_ROLE = (
    "文字?|作者|撰文|撰稿|采写|记者|编辑|责编|责任编辑|主编|编|编译|译者|翻译|校对|审核|终审|审校|图片?|图源|摄影|"
    "制图|设计|策划|出品|监制|来源|整理|运营|排版"
)
_BYLINE = re.compile(rf"(?:\S{{1,12}}出品\s+)?(?:{_ROLE})\s*[|｜丨︱/／：:]\s*\S.{{0,58}}")
# When it was put online.
_STAMP = re.compile(r"\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)\s+\d{1,2}:\d{2}(?::\d{2})?")
_CHANNEL = 6  # characters of a word that stands with such a line
_SPOKEN = re.compile(r"(\w{1,8})\s*[：:]")
_IS_ROLE = re.compile(_ROLE)
_CREDIT = re.compile(rf"({_ROLE})\s*[|｜丨︱/／：:]\s*(.+?)(?=(?:\s+(?:{_ROLE})\s*[|｜丨︱/／：:])|$)")
_AUTHOR_ROLES = {"文", "文字", "作者", "撰文", "撰稿", "采写", "记者"}
_EDITOR_ROLES = {"编辑", "责编", "责任编辑", "主编", "编"}
_OFFICE = re.compile(r"^\S{0,12}(?:作者|记者|撰稿人|编辑|主笔)\s+(?=[\u4e00-\u9fff])")  # 某报记者 张三
_HEAD_LINE = 40  # a paragraph longer than this, or one that ends a sentence, begins the text itself
_MACHINE = re.compile(
    r"(?:deepseek|chatgpt|gpt-?\d|kimi|claude|gemini|豆包|文小言|文心一言|通义千问|(?<![A-Za-z])AI(?![A-Za-z])|人工智能|大模型|机器人)"
    r".{0,12}(?:改写|撰写|写作|编写|生成|创作|编译|翻译|编辑)",
    re.IGNORECASE,
)
_DISCLOSURE = re.compile(r"本(?:文|篇|内容|稿).{0,12}" + _MACHINE.pattern, re.IGNORECASE)


def take_bylines(blocks: Blocks) -> tuple[Blocks, Bylines]:
    """Take the credits at the head of a text out of it (`文 | 王耐、杨俊`); credits further on stay there.

    Returns the remaining blocks and the credits: the source's own lines, authors, editors, and the words by
    which the source says that a machine wrote it (`deepseek编辑后改写`), if it does.
    """
    lines: list[str] = []
    rest: list[Block] = []
    at_head = True
    speaking = _roles_that_speak(blocks)
    below_figure = False
    begun = False  # whether a paragraph has come that is no credit
    for block in blocks:
        is_caption = below_figure and _is_caption(of_block(block))
        # Several times are those of events.
        stamped = not begun and _stamps(block) == 1 and sum(map(_stamps, blocks)) == 1
        is_byline = at_head and _is_byline(block, stamped=stamped)
        if is_byline and _speaker(block) not in speaking and not is_caption:
            lines += of_block(block).split("\n")
        else:
            rest.append(block)
            begun = begun or isinstance(block, Paragraph)
            at_head = at_head and not _begins_text(block)
            below_figure = is_caption or isinstance(block, Figure)
    credits = [found for line in lines for found in _credits(line)]
    disclosure = next((name for _, name in credits if _names_machine(name)), None) or _disclosed(blocks)
    return tuple(rest), Bylines(
        lines=tuple(lines),
        authors=_names(credits, _AUTHOR_ROLES),
        editors=_names(credits, _EDITOR_ROLES),
        disclosure=disclosure,
    )


def _roles_that_speak(blocks: Blocks) -> set[str]:
    """Who asks in an interview: twice and more the same speaker answers in the next paragraph (`记者：…`, `厂长：…`).
    Credits are never followed so."""
    speakers = [_speaker(block) for block in blocks]
    answered = Counter(pair for pair in pairwise(speakers) if all(pair) and pair[0] != pair[1])
    return {
        asks
        for (asks, answers), times in answered.items()
        if times > 1 and not _IS_ROLE.fullmatch(in_simplified(answers))
    }


def _speaker(block: Block) -> str:
    """Who or what a paragraph begins with, before a colon; "" for none."""
    found = _SPOKEN.match(of_block(block)) if isinstance(block, Paragraph) else None
    return found[1] if found else ""


def _begins_text(block: Block) -> bool:
    text = of_block(block)
    return len(text) > _HEAD_LINE or text.endswith(("。", "！", "；"))


def _stamps(block: Block) -> int:
    """How many lines of a short paragraph say when something was."""
    text = of_block(block) if isinstance(block, Paragraph) else ""
    return sum(map(bool, map(_STAMP.fullmatch, text.split("\n")))) if len(text) < 5 * _HEAD_LINE else 0


def _is_byline(block: Block, *, stamped: bool) -> bool:
    """Whether a paragraph is credits. `stamped`: when it was put online may stand there, behind the name of a channel."""
    if not isinstance(block, Paragraph) or any(not isinstance(i, Span | Break) for i in block.inlines):
        return False
    if any(span.href for span in _spans(block)):
        return False
    lines = [line.strip() for line in of_inlines(block.inlines).split("\n")]
    stamp = next((i for i, line in enumerate(lines) if stamped and _STAMP.fullmatch(line)), -1)
    channel = 0 if stamp == 1 and len(lines[0]) <= _CHANNEL else -1
    return all(_is_credit(line) for i, line in enumerate(lines) if i not in (stamp, channel))


def _is_credit(line: str) -> bool:
    return _BYLINE.fullmatch(in_simplified(line)) is not None and not re.search("[。！？；?!]", line)


def _credits(line: str) -> list[tuple[str, str]]:
    """The credits in a line: what each did, in Simplified characters, and the names as they stand there."""
    return [(found[1], line[slice(*found.span(2))]) for found in _CREDIT.finditer(in_simplified(line))]


def _names_machine(name: str) -> bool:
    return _MACHINE.search(in_simplified(name)) is not None


def _disclosed(blocks: Blocks) -> str | None:
    """The sentence of a first or last paragraph in which the source says that a machine wrote it."""
    for block in (*blocks[:3], *blocks[-3:]):
        for sentence in re.split("[。！？\n]", of_block(block)):
            if _DISCLOSURE.search(in_simplified(sentence)):
                return sentence.strip("（）() ")
    return None


def _names(credits: list[tuple[str, str]], roles: set[str]) -> tuple[str, ...]:
    names = [
        name.strip()
        for role, value in credits
        if role in roles and not _names_machine(value)
        for name in re.split(r"[、，,;；&＆]|\s+(?=[\u4e00-\u9fff])", _without_office(value.strip()))
    ]
    return tuple(dict.fromkeys(filter(None, names)))


def _without_office(names: str) -> str:
    office = _OFFICE.match(in_simplified(names))
    return names[office.end() :] if office else names


# --- mending -----------------------------------------------------------------------------------------------


def mend(blocks: Blocks) -> Blocks:
    """All rules below, in their order."""
    for step in _STEPS:
        blocks = step(blocks)
    return blocks


def without_title(blocks: Blocks, title: str, publisher: Publisher) -> Blocks:
    """Drop a heading near the top that only repeats the article's title, with its site's name behind it or without: the
    page has both already."""
    wanted = _letters(title)
    for index, block in enumerate(blocks[:3]):
        if isinstance(block, Heading) and wanted:
            text = of_block(block)
            if wanted in (_letters(text), _letters(without_site(text, publisher))):
                return (*blocks[:index], *blocks[index + 1 :])
    return blocks


def _letters(text: str) -> str:
    """A text for comparing: NFKC, lower case, only letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _without_uniform_marks(blocks: Blocks) -> Blocks:
    """Where nearly all of a text is italic or bold, that says nothing and is dropped."""
    total = length(of_blocks(blocks))
    for mark in ("em", "strong"):
        marked = sum(
            length(i.text) for b in blocks if isinstance(b, Paragraph) for i in _spans(b) if mark in i.marks
        )
        if total and marked >= 0.8 * total and len(blocks) > 2:
            blocks = tuple(_drop_mark(b, mark) if isinstance(b, Paragraph) else b for b in blocks)
    return blocks


def _spans(block: Paragraph) -> list[Span]:
    return [item for item in block.inlines if isinstance(item, Span)]


def _drop_mark(block: Paragraph, mark: str) -> Paragraph:
    return Paragraph(
        merged(replace(i, marks=i.marks - {mark}) if isinstance(i, Span) else i for i in block.inlines)
    )


_MAKER = (
    r"(?:(?:图源|(?:图片|数据|资料|素材)来源|摄影|供图|制图|配图|图片?|照片)\s*[/／|｜丨：:]|来源\s*[/／：:])"
)
_CAPTION = re.compile(
    r"[▲△↑▼].{0,60}"
    r"|(?!.*[。！？；]|【来源)(?:"
    rf"[（(\[【]?(?:{_MAKER}|图源|图片来源)\s*\S.{{0,58}}"  # 图 | 某社，（图源：某社），图片来源于网络
    rf"|.{{0,50}}[（(\[【][^（(\[【]{{0,30}}?{_MAKER}[^）)\]】]{{1,30}}[）)\]】]"  # 敲钟现场（图源/某社）
    r"|.{1,40}供图[）)\]】]?|.{0,40}(?:[\s/／（(]|记者.{1,8}?|通讯员.{1,8}?)(?:摄影?|制图)[）)\]】]?"  # 某报记者 张三 摄
    rf"|图\s?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})(?:[-－.]\d{{1,2}})?[：:、.\s].{{1,60}}"  # 图1：产量
    r")"
)


def _is_caption(text: str) -> bool:
    return _CAPTION.fullmatch(in_simplified(text)) is not None


def _captions(blocks: Blocks) -> Blocks:
    """A short line under a picture that says who made it or where it is from (`图源：…`, `张三 摄`), that is marked as
    belonging to it (`▲…`, `图1：…`), or that repeats its description."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Quote):
            block = Quote(_captions(block.blocks))
        last = out[-1] if out else None
        if isinstance(last, Figure) and not last.caption and isinstance(block, Paragraph):
            text = of_inlines(block.inlines)
            if _is_caption(text) or (last.alt and _letters(text) == _letters(last.alt)):
                out[-1] = replace(last, caption=block.inlines, alt=last.alt or text)
                continue
        out.append(block)
    return tuple(out)


# --- headings ----------------------------------------------------------------------------------------------

_MAX_HEADING = 40
_SENTENCE = re.compile("[。！；，,;：:…]$|。")
_NUMERALS = "一二三四五六七八九十"
_ORDINAL = re.compile(
    rf"(?:第?([{_NUMERALS}]{{1,3}})[、.．部章节]|[（(]([{_NUMERALS}]{{1,3}})[）)])\s*(?=\S)"
)
_BRACKET = re.compile(r"【[^【】]{1,16}】.{0,30}")
_NUMBERED = re.compile(r"\d{1,2}\s*[、.．)）]")
_BARE_NUMBER = re.compile(r"(?:\d{1,2}|[IVX]{1,4}|PART\s*\.?\s*\d{1,2})[.、]?", re.IGNORECASE)
_LABEL = re.compile(r"\S{2,8}[ \u3000]+\S.{2,24}[：:]")
_SPEAKER = re.compile(r"@ ?[^\s@，。：:]{1,20}(?: [A-Za-z.]{1,20})?")


def _line(block: Block, limit: int = _MAX_HEADING) -> str:
    """The text of a paragraph of one short line; "" for anything else."""
    if not isinstance(block, Paragraph):
        return ""
    text = of_inlines(block.inlines)
    return text if len(text) <= limit and "\n" not in text else ""


def _is_body(block: Block | None) -> bool:
    return block is not None and not isinstance(block, Heading)


def _promote(blocks: Blocks, ranks: Mapping[int, Rank]) -> Blocks:
    """Make headings of the paragraphs at some positions, each of its rank; their boldness is dropped."""
    return tuple(
        Heading(ranks[i], _drop_mark(b, "strong").inlines) if i in ranks and isinstance(b, Paragraph) else b
        for i, b in enumerate(blocks)
    )


def _next(blocks: Blocks, index: int) -> Block | None:
    return blocks[index + 1] if index + 1 < len(blocks) else None


def _numerals(blocks: Blocks) -> Blocks:
    """`一、…` and `（一）…`: short lines numbered in order, each with text below, are headings."""
    for group, rank in ((1, Rank.NUMERAL), (2, Rank.SUB_NUMERAL)):
        found = _without_contents(blocks, [i for i, block in enumerate(blocks) if _ordinal(block, group)])
        numbers = [_ordinal(blocks[i], group) for i in found]
        in_order = (
            len(found) > 1 and all(b == a + 1 or b == 1 for a, b in pairwise(numbers)) and numbers[0] == 1
        )
        apart = (
            all(b > a + 1 for a, b in pairwise(found)) and bool(found) and _is_body(_next(blocks, found[-1]))
        )
        if in_order and apart:
            blocks = _promote(blocks, dict.fromkeys(found, rank))
    return blocks


def _without_contents(blocks: Blocks, found: list[int]) -> list[int]:
    """The positions of numbered lines without those of a table of contents: the same lines once more, one below the
    other, before all of them."""
    lines = [_line(blocks[i]) for i in found]
    half = len(found) // 2
    is_listed = half > 1 and lines[:half] == lines[half:] and found[half - 1] == found[0] + half - 1
    return found[half:] if is_listed else found


def _ordinal(block: Block, group: int) -> int:
    """The number a short line begins with, 0 when it is no such line."""
    text = _line(block)
    found = _ORDINAL.match(text)
    if found is None or not found[group] or _SENTENCE.search(text):
        return 0
    return _value(found[group])


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    high = (_NUMERALS.find(tens) + 1 or 1) * 10 if ten else 0
    return high + (_NUMERALS.find(ones) + 1 if ones else 0)


def _brackets(blocks: Blocks) -> Blocks:
    """`【保生意】—— …`: two or more short lines that begin with a bracketed word, each with text below."""
    found = [
        i
        for i, block in enumerate(blocks)
        if _BRACKET.fullmatch(_line(block))
        and not _SENTENCE.search(_line(block))
        and not re.match(r"【(?:来源|编者按|免责|声明|作者|责任编辑)", _line(block))
        and isinstance(_next(blocks, i), Paragraph)
        and not _BRACKET.fullmatch(_line(blocks[i + 1]))
    ]
    return _promote(blocks, dict.fromkeys(found, Rank.BRACKET)) if len(found) > 1 else blocks


def _all_bold(block: Block) -> bool:
    if not isinstance(block, Paragraph) or not _line(block):
        return False
    spans = [span for span in _spans(block) if span.text.strip()]
    return bool(spans) and all("strong" in span.marks for span in spans)


def _runs(blocks: Blocks, test: Callable[[Block], bool]) -> list[range]:
    """The maximal runs of neighbouring blocks that pass `test`."""
    runs: list[range] = []
    for i, block in enumerate(blocks):
        if test(block):
            runs.append(range(runs.pop().start, i + 1) if runs and runs[-1].stop == i else range(i, i + 1))
    return runs


def _bold_runs(blocks: Blocks) -> Blocks:
    """Bold lines with no text between them: numbers join the line they number, three or more are a list, but not
    sentences."""
    out: list[Block] = []
    position = 0
    for run in _runs(blocks, _all_bold):
        out += blocks[position : run.start]
        out += _bold_run([block for block in blocks[run.start : run.stop] if isinstance(block, Paragraph)])
        position = run.stop
    return (*out, *blocks[position:])


def _bold_run(run: list[Paragraph]) -> Sequence[Block]:
    numbered = all(_NUMBERED.match(_line(block)) for block in run)
    bare = next((i for i, block in enumerate(run[:-1]) if _BARE_NUMBER.fullmatch(_line(block))), None)
    if bare is not None and all(_ends(block) for block in run[:bare]):
        joined = Paragraph((*run[bare].inlines, Span(" ", frozenset({"strong"})), *run[bare + 1].inlines))
        return [*run[:bare], _drop_mark(joined, ""), *run[bare + 2 :]]
    if (len(run) > 2 and not all(map(_ends, run))) or (len(run) > 1 and numbered):
        return [ListBlock(tuple((block,) for block in run), bare=numbered)]
    return run


def _ends(block: Paragraph) -> bool:
    """Whether a line ends a sentence."""
    return _line(block).endswith(("。", "！", "？", "；"))


def _bold(blocks: Blocks) -> Blocks:
    """Two or more short all-bold lines, each with text below; not sentences, not questions to somebody. Where such a
    line stands right above another one more than once, these are the higher of two levels."""
    found = [
        i
        for i, block in enumerate(blocks)
        if _is_bold_heading(block) and isinstance(_next(blocks, i), Paragraph | ListBlock | Figure | Table)
    ]
    places = set(found)
    above = [i for i in found if i + 1 in places and not {i - 1, i + 2} & places]
    if len(above) > 1:
        high = {i for i in found if i in above or i < above[0]}
        return _promote(blocks, {i: Rank.BOLD if i in high else Rank.SUB_BOLD for i in found})
    first = [i for i in found if i - 1 not in places]
    return _promote(blocks, dict.fromkeys(first, Rank.BOLD)) if len(first) > 1 else blocks


def _is_bold_heading(block: Block) -> bool:
    line = _line(block)
    return (
        _all_bold(block)
        and not _SENTENCE.search(line)
        and not re.match(r".{1,12}[：:].*[？?]$|[（(].*[）)]$|[▲△↑]", line)
    )


def _labels(blocks: Blocks) -> Blocks:
    """`医疗行业  数字技术让医疗更智慧：`: three or more such lines, each with a longer paragraph below."""
    found = [
        i
        for i, block in enumerate(blocks)
        if _LABEL.fullmatch(_line(block))
        and isinstance(_next(blocks, i), Paragraph)
        and length(of_block(blocks[i + 1])) >= 2 * length(_line(block))
    ]
    return _promote(blocks, dict.fromkeys(found, Rank.LABEL)) if len(found) > 2 else blocks


def _speakers(blocks: Blocks) -> Blocks:
    """`@name` alone on a line before what that person said, twice or more."""
    found = [
        i
        for i, block in enumerate(blocks)
        if _SPEAKER.fullmatch(_line(block)) and isinstance(_next(blocks, i), Paragraph)
    ]
    return _promote(blocks, dict.fromkeys(found, Rank.SPEAKER)) if len(found) > 1 else blocks


def _join_headings(blocks: Blocks) -> Blocks:
    """Two headings with no text between them are one typed on two lines; a bare number joins what follows."""
    out: list[Block] = []
    position = 0
    for run in _runs(blocks, lambda block: isinstance(block, Heading)):
        out += blocks[position : run.start]
        out += _joined([block for block in blocks[run.start : run.stop] if isinstance(block, Heading)])
        position = run.stop
    return (*out, *blocks[position:])


def _joined(run: list[Heading]) -> list[Heading]:
    first, *rest = run
    numbered = _BARE_NUMBER.fullmatch(of_inlines(first.inlines))
    if rest and (numbered or (len(run) == 2 and first.rank == rest[0].rank)):
        return _joined([Heading(first.rank, (*first.inlines, Span(" "), *rest[0].inlines)), *rest[1:]])
    return run


_STEPS: tuple[Callable[[Blocks], Blocks], ...] = (
    _without_uniform_marks,
    _captions,
    _bold_runs,
    _numerals,
    _brackets,
    _bold,
    _labels,
    _speakers,
    _join_headings,
)
