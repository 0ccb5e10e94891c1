"""Plain text: what a reader sees, and how long it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from factorykb.model import (
    Block,
    Break,
    Code,
    Figure,
    Heading,
    Inline,
    InlineImage,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)

# Invisible characters that only do harm: C0 and C1 controls, zero-width space and joiners' cousins, BOM,
# soft hyphen, directional marks and overrides, interlinear annotations, lone surrogates, noncharacters.
# U+200C/U+200D stay: Indic scripts and emoji sequences are built with them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINE = re.compile("\r\n?|\x85|\u2028|\u2029")
_BLANK = "[ \t\n\u00a0\u1680\u2000-\u200a\u202f\u205f]"
# Not `+`: where a pattern begins with a class, the engine skips to its first character at three times the pace.
_SPACE = re.compile(f"{_BLANK}{_BLANK}*")

# Han, kana, Hangul, CJK punctuation and full-width forms.
CJK = (
    "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
)
_CJK_CHAR = re.compile(f"[{CJK}\U00020000-\U0003ffff]")
_CJK_RUN = re.compile(f"{_CJK_CHAR.pattern}+")

# A character written as the two halves that UTF-16 has for it, each by its number: `&#55357;&#56832;`.
HALVES = (
    r"&#(?:[xX](?P<high>[dD][89abAB][0-9a-fA-F]{2})|(?P<first>55[2-9]\d\d|56[0-2]\d\d|563[01]\d));"
    r"&#(?:[xX](?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|(?P<second>56[3-9]\d\d|57[0-3]\d\d));"
)
_HALVES = re.compile(HALVES)

# Code inside a line of Markdown. It names a group, so that it can stand only once in a pattern.
CODE_SPAN = r"(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`)"


def without_invisible(text: str) -> str:
    """`text` with Unix line ends and without characters that nobody can see."""
    return INVISIBLE.sub("", _NEWLINE.sub("\n", text))


def with_halves_joined(html: str) -> str:
    """HTML in which no character is written as two numbers, which are none for themselves."""
    return _HALVES.sub(joined_halves, html)


def joined_halves(pair: re.Match[str]) -> str:
    """The character that a match of `HALVES` means; the match where its numbers mean none."""
    high = int(pair["high"], 16) if pair["high"] else int(pair["first"])
    low = int(pair["low"], 16) if pair["low"] else int(pair["second"])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10 | low - 0xDC00))
    return pair[0]


def without_endless_comments(html: str) -> str:
    """HTML in which the opening of a comment that never ends, and would hide all that follows, is text."""
    ended = html.rfind("-->") + 1
    return html[:ended] + html[ended:].replace("<!--", "&lt;!--")


def shortened(text: str, length: int) -> str:
    """At most `length` characters of a text, the last an ellipsis where it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def collapsed(text: str) -> str:
    """Runs of white space (no-break and typographic spaces too, not the ideographic one) become one blank."""
    return _SPACE.sub(" ", text)


def plain(text: str) -> str:
    """One clean line: nothing invisible, single blanks, nothing at the ends."""
    return collapsed(without_invisible(text)).strip(" \u3000")


def is_cjk(char: str) -> bool:
    return bool(_CJK_CHAR.match(char))


def is_english(text: str) -> bool:
    """Whether a text is in an alphabet, as English is, rather than in Chinese: more than 40 letters, and hardly any of
    `CJK` among them."""
    chinese = len(text) - len(_CJK_RUN.sub("", text))
    if chinese >= 0.05 * len(text):
        return False  # as most; to count the letters takes longer
    letters = sum(map(str.isalpha, text))
    return letters > 40 and chinese < 0.05 * letters


def length(text: str) -> int:
    """The number of characters without white space: 字数 as Chinese readers count it."""
    return sum(map(len, text.split()))


def of_inlines(inlines: Iterable[Inline]) -> str:
    """The visible text of a line; breaks become newlines, pictures nothing."""
    return "".join(
        item.text if isinstance(item, Span) else "\n" if isinstance(item, Break) else "" for item in inlines
    )


def merged(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Inlines with neighbouring spans of one look as one span."""
    out: list[Inline] = []
    for look, run in groupby(inlines, key=lambda item: isinstance(item, Span) and (item.marks, item.href)):
        if look:
            out.append(Span(of_inlines(run), *look))
        else:
            out.extend(run)
    return tuple(out)


def of_block(block: Block) -> str:
    """The visible text of a block, captions included; blocks inside it on lines of their own."""
    match block:
        case Paragraph(inlines) | Heading(inlines=inlines):
            return of_inlines(inlines)
        case Figure(caption=caption):
            return of_inlines(caption)
        case Quote(blocks):
            return of_blocks(blocks)
        case ListBlock(items):
            return "\n".join(filter(None, map(of_blocks, items)))
        case Table(rows):
            cells = (of_inlines(cell.inlines) for row in rows for cell in row)
            return "\n".join(filter(None, cells))
        case Code(text):
            return text
        case Rule():
            return ""


def of_blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(filter(None, map(of_block, blocks)))


def images_of(blocks: Iterable[Block]) -> int:
    """How many pictures the blocks show."""
    return sum(1 for _ in pictures_of(blocks))


def pictures_of(blocks: Iterable[Block]) -> Iterator[Figure | InlineImage]:
    """The pictures that the blocks show, in their order."""
    for block in blocks:
        yield from _pictures(block)


def _pictures(block: Block) -> Iterator[Figure | InlineImage]:
    match block:
        case Figure():
            yield block
        case Paragraph(inlines) | Heading(inlines=inlines):
            yield from (item for item in inlines if isinstance(item, InlineImage))
        case Quote(blocks):
            yield from pictures_of(blocks)
        case ListBlock(items):
            for item in items:
                yield from pictures_of(item)
        case Table(rows):
            cells = (cell for row in rows for cell in row)
            yield from (item for cell in cells for item in cell.inlines if isinstance(item, InlineImage))
