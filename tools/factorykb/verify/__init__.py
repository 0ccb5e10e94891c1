"""Whether every article's page shows what its source shows: a second reading of both, compared.

The source is read by `reading`, which shares nothing with the converter but the names of fields and of containers; the
built page by `page`. Both give lines of text and pictures in order; text is compared without white space and
characters nobody can see.

What is not on the page on purpose, or not where it was (`_moved`):

- a heading at the top that repeats the article's title, also with one of its publisher's names behind it;
- credits at the top (`文 | …`), which stand in the page's head;
- the answerer's name: `NAME的回答`, `知乎用户 NAME 发表`, `匿名用户 发表` and `作者：NAME` are the heading NAME, or NAME in
  the head; votes and a date behind it (`作者：NAME | 赞同：12`) are the next line;
- the last line of a source when it is one link to the original; the head has that link;
- a column of line numbers beside code;
- frames and players, and pictures whose address holds on their own site only: a line names them (`视频：…`).

Read as other tools read them: shortcodes and tags (`tags`); notes, tasks, attributes, formulas, containers, tables,
meanings of terms (`notations`). Comments, and the place for a table of contents, show nothing.

What is not compared: where links lead (keyword links become text, redirects are undone), how text looks,
descriptions of pictures, and in Markdown the characters ``* ~ _ ` \\`` (its marks; runs of them that mark nothing are
dropped, formulas keep them).
Instead no mark of Markdown may be visible that the source does not show literally (`marks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote

from factorykb import publishers
from factorykb.verify import marks
from factorykb.verify.page import Shown
from factorykb.verify.reading import Reading
from factorykb.verify.visible import Address, Line, letters

MOST = 20  # findings an article; a page that differs from its source in more places is another text
_SURE = 8  # letters; a shorter line may stand further down by chance
_TOP = 12  # lines; credits and a repeated title stand among these
# Names of answerers, and what else the heading says of the answer.
_FACTS = r"(?:[|｜·,，]*(.+?))?[|｜·,，]*"
_NAMES = (
    re.compile(rf"知乎用户(.+)发表(?=$|[|｜·,，（(于]){_FACTS}"),
    re.compile(
        rf"(知乎用户\w{{0,12}}|匿名用户|[^\w\s]?(?:[该此]?(?:用户|账号))?[^\w\s]?已(?:注销|重置)[^\w\s]?)发表(?=$|[|｜·,，（(于]){_FACTS}"
    ),
    re.compile(rf"(?:\d+[.、])?(.{{1,40}})的回答(?=$|[|｜·,，（(于]){_FACTS}"),
    re.compile(rf"(?:\d+[.、])?(?:作者|答主|回答者)[:：](.+?)(?=$|[|｜·,，（(于]){_FACTS}"),
)
# A player, or a picture that cannot be shown, is named in a line of its own.
_NAMED = re.compile(r"(?:网页|附件|视频|音频|插图)：(\S.*)")
_EMBEDDED = "内嵌的图片"  # names a picture that was written into its address and is not fit to be shown
_NEAR = 50  # addresses; a line names one of the next so many
_BROKEN_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:https?:)?//[^\n]*?\)")


class Kind(StrEnum):
    """What can be wrong with a page."""

    MISSING = "missing on the page"
    MOVED = "at another place on the page"
    EXTRA = "on the page and not in the source"
    PICTURE = "picture missing on the page"
    PLAYER = "frame or player missing on the page"
    MARK = "mark of Markdown visible on the page"
    NO_PAGE = "source without a page"


REMEDY = {
    Kind.MISSING: "Mend the reader of its dialect or `clean.py`; `kb audit FILE` shows what was cleaned",
    Kind.MOVED: "Find the rule that moved it (`structure.py`, `clean.py`)",
    Kind.EXTRA: "Find what wrote it; pages hold the source's words only",
    Kind.PICTURE: "See `_Walk.image` in `clean.py`: no address it knows, or the element never reached it",
    Kind.PLAYER: "See `_Walk.frame` in `clean.py`",
    Kind.MARK: "Mend how `body.py` reads this spelling, or escape it in the source",
    Kind.NO_PAGE: "Run `kb audit FILE`, then `kb build`",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong. `line`: 1-based in the source, None where it stands on the page only."""

    path: str
    line: int | None
    kind: Kind
    text: str
    letters: int = 0

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.kind}: {_ended(_shortened(self.text))} {REMEDY[self.kind]}."


def compare(path: str, source: Reading, page: Shown) -> Iterator[Finding]:
    """What of a source its page lacks, moves, or adds; at most some `MOST` of each kind.

    Args:
        path: how the source is called in messages.
    """
    lines, named = _without_names(source, page)
    yield from _text(path, source, replace(page, lines=tuple(lines)))
    for player in source.players:
        if player.candidates and player not in named:
            yield Finding(path, player.number, Kind.PLAYER, player.candidates[0])
    shown = [picture for picture in source.pictures if picture not in named]
    yield from _pictures(path, shown, page.pictures)
    for name, number in marks.unexpected(source.lines, page.lines).items():
        yield Finding(path, None, Kind.MARK, f"{name} ({number})")


# --- text --------------------------------------------------------------------------------------------------


def _text(path: str, source: Reading, page: Shown) -> Iterator[Finding]:
    whole = "".join(_letters(line.text, source.markdown) for line in page.lines)
    lines = [(line, text) for line in source.lines if (text := _letters(line.text, source.markdown))]
    match = _Match(whole)
    lost: list[tuple[int, str]] = []
    for index, (line, text) in enumerate(lines):
        if match.misses + len(lost) > MOST:
            break
        ahead = [other for _, other in lines[index + 1 : index + 4]]
        known = match.next(text) or _moved(index, len(lines), line, match, source, page)
        if not known and not match.later(text, ahead):
            lost += [(line.number, part) for part in match.missing(text)]
    else:
        match.end()
        for definition in source.perhaps:
            match.before(_letters(definition, source.markdown))
        lost += [
            (0, text)
            for text in (_letters(line, source.markdown) for line in source.anywhere)
            if not match.before(text)
        ]
    for number, part in lost:
        kind = Kind.MOVED if match.before(part) else Kind.MISSING
        yield Finding(path, number or None, kind, part, len(part))
    for extra in match.extra():
        yield Finding(path, None, Kind.EXTRA, extra)


@dataclass
class _Match:
    """A place in the page's text, up to which it was found in the source, and the gaps before it."""

    whole: str
    at: int = 0
    misses: int = 0

    def __post_init__(self) -> None:
        self.gaps: list[tuple[int, int]] = []

    def next(self, text: str) -> bool:
        """Go past `text` if it stands here."""
        if not self.whole.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def later(self, text: str, ahead: Sequence[str]) -> bool:
        """Go past `text` if it stands further down; not if one of the lines `ahead` stands here already."""
        if any(len(other) >= _SURE and self.whole.startswith(other, self.at) for other in ahead):
            return False
        end = None if len(text) >= _SURE else self.at + 50 * _SURE
        found = self.whole.find(text, self.at, end)
        if found < 0:
            return False
        self.misses += 1
        self.gaps.append((self.at, found))
        self.at = found + len(text)
        return True

    def end(self) -> None:
        """What still stands on the page is a gap too."""
        self.gaps.append((self.at, len(self.whole)))
        self.at = len(self.whole)

    def before(self, text: str) -> bool:
        """Whether `text` was passed over; it then explains that gap."""
        for index, (start, end) in enumerate(self.gaps):
            found = self.whole.find(text, start, end)
            if found >= 0:
                self.gaps[index : index + 1] = [(start, found), (found + len(text), end)]
                return True
        return False

    def missing(self, text: str) -> list[str]:
        """The sentences of `text` that stand nowhere further down; goes past those that do."""
        lost: list[str] = []
        for sentence in re.findall(r"[^。！？；]+[。！？；]*|[。！？；]+", text):
            if len(lost) > MOST:
                break
            if not self.next(sentence) and not self._near(sentence, len(text)):
                lost.append(sentence)
        return lost

    def _near(self, sentence: str, reach: int) -> bool:
        found = self.whole.find(sentence, self.at, self.at + 2 * reach + len(sentence))
        if found < 0:
            return False
        self.gaps.append((self.at, found))
        self.at = found + len(sentence)
        return True

    def extra(self) -> list[str]:
        """What nothing in the source explains."""
        return [self.whole[start:end] for start, end in self.gaps if start < end]


def _moved(index: int, total: int, line: Line, match: _Match, source: Reading, page: Shown) -> bool:
    """Whether a line is not where it was on purpose: the list in this module's description."""
    text = _letters(line.text, source.markdown)
    head = [_letters(said, source.markdown) for said in page.head]
    titles = {_folded(page.title), _folded(source.title)}
    if index < _TOP and (_folded(text) in titles or any(text in said for said in head)):
        return True
    if index < _TOP and _folded(_without_site(letters(line.text), head)) in titles:
        return True
    for name in _NAMES:
        found = name.fullmatch(text)
        if found and (match.next(found[1]) or any(found[1] in said for said in head)):
            facts = re.sub("^于", "发表于", found[2] or "")
            return not facts or match.next(facts)
    return index == total - 1 and text == _letters(source.closing, source.markdown)


def _without_site(text: str, head: Sequence[str]) -> str:
    """A repeated title without the reader's mail before it and one of its publisher's names behind it."""
    title = re.sub(r"^[(（][\d+]+(?:封私信|条消息|条通知)[^()（）]*[)）]", "", text)
    behind = re.fullmatch(r"(.+)[-|｜_－—]([^-|｜_－—]+)", title)
    if behind is None:
        return title
    publisher = publishers.find(None, [behind[2]])
    named = (letters(name).casefold() for name in publishers.names_of(publisher))
    is_own = any(line.startswith(letters(publisher.name)) for line in head)
    return behind[1] if is_own and behind[2].casefold() in named else title


def _without_names(source: Reading, page: Shown) -> tuple[list[Line], set[Address]]:
    """The page's lines but those that name a player or a picture of the source, and what these name."""
    shown = {address for picture in page.pictures for address in picture.candidates}
    waiting = [*source.players, *(one for one in source.pictures if shown.isdisjoint(one.candidates))]
    own = {line.text.strip() for line in source.lines if _NAMED.fullmatch(line.text.strip())}
    lines: list[Line] = []
    named: set[Address] = set()
    for line in page.lines:
        text = line.text.strip()
        name = None if text in own else _NAMED.fullmatch(text)
        found = name and next((one for one in waiting[:_NEAR] if _same(name[1], one)), None)
        if found:
            named.add(found)
            waiting.remove(found)
        else:
            lines.append(line)
    return lines, named


def _letters(text: str, markdown: bool) -> str:
    if not markdown:
        return letters(text)
    return re.sub(r"[*~_\\`]", "", letters(_BROKEN_LINK.sub(r"\1", text)))


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _ended(text: str) -> str:
    """A text with a full stop behind it, if it does not end a sentence itself."""
    return text if text.endswith(tuple(".!?…。！？")) else f"{text}."


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40]}…{text[-16:]}"


# --- pictures ----------------------------------------------------------------------------------------------


def _pictures(path: str, source: Sequence[Address], page: Sequence[Address]) -> Iterator[Finding]:
    """Pictures of the source that are not among the page's, in their order."""
    at = misses = 0
    for picture in source:
        found = next((i for i in range(at, len(page)) if _is(page[i], picture)), None)
        if found is None:
            misses += 1
            yield Finding(path, picture.number, Kind.PICTURE, picture.candidates[0])
            if misses > MOST:
                return
        else:
            at = found + 1
    if len(page) > len(source):
        more = len(page) - len(source)
        yield Finding(path, None, Kind.EXTRA, f"{more} pictures" if more > 1 else "a picture")


def _is(shown: Address, picture: Address) -> bool:
    return any(_same(address, picture) for address in shown.candidates)


def _same(shown: str, wanted: Address) -> bool:
    """Whether an address is one of those in the source: absolute where that was relative, unwrapped, decoded."""
    if shown == _EMBEDDED:
        return any(address.startswith("data:") for address in wanted.candidates)
    bare = _bare(shown)
    return any(bare in _bare(address) or bare.endswith(_bare(address)) for address in wanted.candidates)


def _bare(address: str) -> str:
    """An address for comparing: decoded, without its scheme."""
    for _ in range(3):
        address = unquote(address)
    return re.sub(r"\s", "", re.sub(r"^(?:https?:)?/*(?:\./)*", "", address.strip()))
