"""The data that travels through the pipeline: one frozen type a stage.

    Source → Document → Draft → Article(Passage…) → Library

A body is a tuple of blocks, a block holds inlines. Both are flat and small on purpose: every later step
(headings, passages, text, Markdown) is then a plain function over tuples, and markup that is not in this
file cannot reach a page.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import islice


class Packable:
    """Is pickled as its class and the values of its fields. What dataclasses with slots do by themselves takes three
    times as long, which was most of the time of a run with little to do."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in type(self).__slots__)


class Shared(Packable):
    """Equal ones become one object when they are unpickled: thousands of passages hold the same."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _one, super().__reduce__()


@lru_cache(maxsize=1 << 17)
def _one(kind: type, values: tuple[object, ...]) -> object:
    return kind(*values)


# --- inlines ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span(Packable):
    """A run of text with one look. `marks` is a subset of `MARKS`; `href` is an absolute address or None."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str | None = None

    def __repr__(self) -> str:
        """The same in every process, for digests: the order of a set is not."""
        return f"Span({self.text!r}, {sorted(self.marks)!r}, {self.href!r})"


@dataclass(frozen=True, slots=True)
class Break(Packable):
    """A line break inside a paragraph."""


@dataclass(frozen=True, slots=True)
class InlineImage(Packable):
    """A picture that belongs into the line: a formula, an emoji, a picture in a table cell."""

    src: str
    alt: str
    href: str | None = None


Inline = Span | Break | InlineImage
MARKS = ("strong", "em", "del", "sup", "sub", "code")

# --- blocks ----------------------------------------------------------------------------------------------


class Rank(IntEnum):
    """Where a heading came from; the smaller, the higher it stands. Source headings keep their level 1-6."""

    NUMERAL = 10  # 一、…
    SUB_NUMERAL = 20  # （一）…
    BRACKET = 30  # 【…】
    BOLD = 40  # a paragraph that is all bold
    SUB_BOLD = 45  # one below such a paragraph
    LABEL = 50  # 工业领域 …：  (never starts a passage)
    SPEAKER = 60  # @name     (never starts a passage)


@dataclass(frozen=True, slots=True)
class Paragraph(Packable):
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading(Packable):
    """`rank`: source level 1-6 or a `Rank`; `level`: the level on the page (2-6), 0 until it is known."""

    rank: int
    inlines: tuple[Inline, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class ListBlock(Packable):
    """`start` is the first number of an ordered list, None for bullets. `bare`: the items carry their own
    numbers (`1、…`) and get no marker."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Quote(Packable):
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Figure(Packable):
    src: str
    alt: str = ""
    caption: tuple[Inline, ...] = ()
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Cell(Packable):
    inlines: tuple[Inline, ...]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table(Packable):
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Code(Packable):
    text: str


@dataclass(frozen=True, slots=True)
class Rule(Packable):
    """A horizontal rule between two parts of a text."""


Block = Paragraph | Heading | ListBlock | Quote | Figure | Table | Code | Rule


class Cleaned(StrEnum):
    """The kinds of things that are taken away or mended on purpose. Nothing else may be."""

    KEYWORD_LINK = "keyword link made text"
    REDIRECT = "redirect undone"
    IMAGE_PROXY = "image proxy undone"
    DEAD_LINK = "link without a usable address made text"
    FRAME = "frame or player made a link"
    INVISIBLE = "invisible element dropped"
    PIXEL = "tracking pixel dropped"
    NO_IMAGE = "image without an address dropped"
    NAMED_IMAGE = "image that cannot be shown named"
    CLOSING_LINK = "closing link moved to the head"
    ANSWERER = "answerer's name moved to the head"
    BYLINE = "byline moved to the head"
    REPEATED_TITLE = "repeated title dropped"
    LINE_NUMBERS = "column of line numbers beside code dropped"


# --- stages ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source(Packable):
    """A file, decoded. `path` is relative to the seeds folder and starts with that folder's own name."""

    path: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceWarning(Packable):
    """What an editor should mend in a source that has a page all the same. `line` is 1-based or None."""

    line: int | None
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Document(Packable):
    """A source cut into front matter and body. All scalars of `front` are text, as they stand in the file.

    `lines` gives the 1-based line of each key, `body_line` that of the body's first line.
    """

    source: Source
    front: Mapping[str, object]
    lines: Mapping[str, int]
    body: str
    body_line: int
    warnings: tuple[SourceWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment(Packable):
    """A point in time. `zone_assumed`: the source named no zone and Asia/Shanghai was taken."""

    when: datetime
    zone_assumed: bool


@dataclass(frozen=True, slots=True)
class Publisher(Packable):
    """`key` is ASCII and stands in addresses; `name` is what readers see."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Part(Packable):
    """A piece of the body as HTML: one answer with its author, or the whole article (author None)."""

    html: str
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Draft(Packable):
    """What a dialect's reader has understood of a document. `html` of the parts is not yet cleaned."""

    source: Source
    dialect: str
    title: str
    publisher: Publisher
    published: Moment | None
    modified: Moment | None
    url: str | None
    authors: tuple[str, ...]
    parts: tuple[Part, ...]
    stripped: tuple[Cleaned, ...] = ()
    warnings: tuple[SourceWarning, ...] = ()

    @property
    def is_question(self) -> bool:
        return any(part.author is not None for part in self.parts)


@dataclass(frozen=True, slots=True)
class Cleaning(Packable):
    """What was taken away or mended, by kind, and the words that had been keyword links."""

    counts: Mapping[Cleaned, int] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage(Packable):
    """The unit of the knowledge base. `text` is the visible text without the passage's own heading;
    `characters` counts its characters without white space, `images` its pictures. The blocks are kept packed: they are
    needed once, for the page, and as objects those of ten thousand articles would not fit into a gigabyte."""

    anchor: str
    heading: tuple[Inline, ...]
    title: str
    author: str
    packed: bytes
    text: str
    characters: int
    images: int

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, made anew at each call."""
        return pickle.loads(zlib.decompress(self.packed))  # type: ignore[no-any-return]


def packed(blocks: tuple[Block, ...]) -> bytes:
    """`blocks` as a passage keeps them. Read back only from this process's or its cache's own bytes."""
    return zlib.compress(pickle.dumps(blocks, pickle.HIGHEST_PROTOCOL), 1)


@dataclass(frozen=True, slots=True)
class Bylines(Packable):
    """The credits of an article. `lines` are the source's own words, shown at the head of the page."""

    lines: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    disclosure: str | None = None

    @property
    def note(self) -> str:
        """What readers must know before they quote; empty for most."""
        return "机器改写或生成" if self.disclosure else ""


@dataclass(frozen=True, slots=True)
class Article(Packable):
    """A source made ready. `source` is without its text; `opening`: pictures before any text; `also_at`: other files
    of the work; `hidden`: an editor keeps it out of all lists."""

    id: str
    identity: str
    source: Source
    dialect: str
    title: str
    original_title: str
    publisher: Publisher
    published: Moment | None
    modified: Moment | None
    url: str | None
    bylines: Bylines
    is_question: bool
    opening: tuple[Figure, ...]
    passages: tuple[Passage, ...]
    description: str
    characters: int
    images: int
    cleaning: Cleaning
    also_at: tuple[str, ...] = ()
    warnings: tuple[SourceWarning, ...] = ()
    hidden: bool = False

    @property
    def has_answers(self) -> bool:
        """Whether it is a question with several answers, which then stand under their authors' names."""
        return self.is_question and sum(1 for _ in islice((p for p in self.passages if p.author), 2)) > 1

    @property
    def answers(self) -> tuple[Passage, ...]:
        """The passages that somebody answered with; none in an article that is no question."""
        return tuple(passage for passage in self.passages if passage.author)


MAX_THEMES = 4  # of a passage, whether words earn them or an editor gives them


@dataclass(frozen=True, slots=True)
class Evidence(Shared):
    """A term that speaks for a theme: how often it stands there, and what it adds to the score."""

    term: str
    count: int
    weight: float


@dataclass(frozen=True, slots=True)
class ThemeHit(Packable):
    """A theme of a passage. `weight` is the sum of the evidence's; 0 with no evidence: an editor set it, for this
    `reason`, which is "" where words earned it."""

    slug: str
    weight: float
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TopicHit(Shared):
    """A topic that a passage mentions, and how often."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Analysis(Packable):
    """What is known about a passage beyond its text. `related` are ids of passages, nearest first; `synsets`
    are the numbers of sets of synonyms with how many of their words it has, as `analysis.pairs` packs them; `repeats`
    is the id of the article or answer that says the same and stands for it, or ""."""

    themes: tuple[ThemeHit, ...] = ()
    topics: tuple[TopicHit, ...] = ()
    synsets: bytes = b""
    keywords: tuple[str, ...] = ()
    substantive: bool = True
    hidden: bool = False
    repeats: str = ""
    related: tuple[str, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether lists show the passage: it says something, nobody hid it, and no other stands for it."""
        return self.substantive and not self.hidden and not self.repeats

    @property
    def is_thin(self) -> bool:
        """Whether lists leave the passage out for the one reason that it says little."""
        return not (self.substantive or self.hidden or self.repeats)


@dataclass(frozen=True, slots=True)
class Refusal(Packable):
    """A source that has no page, and why. `line` is 1-based or None."""

    path: str
    line: int | None
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Empty(Packable):
    """A source that was understood and holds no text."""

    path: str
    dialect: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Library(Packable):
    """Everything that goes on the site, newest article first; refusals and empties by path."""

    articles: tuple[Article, ...]
    refused: tuple[Refusal, ...] = ()
    without_text: tuple[Empty, ...] = ()

    @property
    def listed(self) -> tuple[Article, ...]:
        """The articles that lists show; the others have a page, and search finds them."""
        return tuple(article for article in self.articles if not article.hidden)
