"""HTML as a reader sees it: blocks of text with their lines, pictures, players. No tree, one pass."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

_SILENT = frozenset(
    "script style template head title svg canvas map datalist dialog rp meter progress annotation annotation-xml".split()
)
_COPIES = {"katex-mathml", "MJX_Assistive_MathML", "MathJax_Preview"}  # a formula once more, unseen
_PLAYERS = frozenset("iframe frame video audio embed object amp-iframe amp-video amp-audio".split())
# No end tag comes.
VOID = frozenset(
    "area base basefont br col embed frame hr img input link meta param source spacer track wbr".split()
)
_BOUNDARIES = frozenset(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_AROUND = {"q": ("“", "”"), "rt": ("（", "）")}  # what a browser writes around an element
_CODE = frozenset(("code", "pre", "kbd", "samp", "tt"))
_ITEM = re.compile(r"<(/?)(ol|ul|li)\b([^<>]*)", re.IGNORECASE)
_SOURCE = re.compile(r"_?src\d?|(?:zoom)?file|original|imgsrc|(?:real|data|lay|lazy|orig)[_-]src|src[_-]lazy")
# On somebody's disk.
_FILE = re.compile(r"(?:file:/{1,3}|[A-Za-z]:).*[\\/]([^\\/]+\.\w{2,4})", re.DOTALL)
# Parts of names of attributes that hold no address.
_SAYS_SOMETHING_ELSE = re.compile(
    r"(?:^|-)(?:filename|name|caption|type|meta|link|title|desc|credit|id|alt)(?:-|$)"
)
_UNUSABLE = re.compile(
    r"(?!https?:|data:image/)[A-Za-z][A-Za-z0-9+.-]*:|#|data:image/gif;base64,R0lGODlhAQAB"
    r"|data:image/svg\+xml[^<]*<svg\b[^<>]*(?:/>|>\s*</svg>)"  # pictures of nothing
)
# Where they stand alone and never end.
_SPOKEN_OF = _SILENT - {"head", "meter", "progress"} | _PLAYERS - {"frame", "embed"} | {"textarea"}
_SILENT_END = re.compile(rf"</({'|'.join(sorted(_SILENT | _SPOKEN_OF))})\b", re.IGNORECASE)
_CONTROLS = frozenset(("Cc", "Cf", "Cs"))
_BLANKS = frozenset(("Zs", "Zl", "Zp"))
_NONCHARACTERS = "\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind. `literal`: the source shows each of its characters, none can be a mark of Markdown."""

    text: str
    literal: bool
    code: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What stands between two block boundaries. `number` is the 1-based line of the file."""

    number: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Address:
    """A picture or a player: all addresses that its element names, any of which may be the one shown.

    `place` counts characters and boundaries before it. `fallback`: it stands in a `noscript`.
    """

    number: int
    candidates: tuple[str, ...]
    place: int = 0
    fallback: bool = False


@dataclass
class Visible(HTMLParser):
    """Feed it HTML; `close` it; then `lines`, `pictures` and `players` hold what is visible, in order."""

    known: frozenset[str] | None = None  # names of elements; others are text. None: all are elements
    lines: list[Line] = field(default_factory=list)
    pictures: list[Address] = field(default_factory=list)
    players: list[Address] = field(default_factory=list)
    number: int | None = None  # the line of the file, where the parser's own count is not it
    literal: bool = True

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._runs: list[Run] = []
        self._silent: list[str] = []
        self._code = 0
        self._noscript = False
        self._said = 0
        self._ends: Counter[str] = Counter()
        self._lists: list[_Numbers | None] = []
        self._sizes: deque[tuple[int, bool]] = deque()
        self._sources: list[str] | None = None  # of the <picture> being read
        self._end_at = 0  # where in the parser's text the last end tag begins

    def announce(self, text: str) -> None:
        """Tell once of all HTML that will be fed: which elements end at all, how many items lists have."""
        self._ends.update(match[1].lower() for match in _SILENT_END.finditer(text))
        self._sizes.extend(_sizes(text))

    def close(self) -> None:
        super().close()
        self.boundary()

    def here(self) -> int:
        return self.getpos()[0] if self.number is None else self.number

    def boundary(self) -> None:
        """End the line of text being read."""
        self._said += 1
        if any(letters(run.text) for run in self._runs):
            self.lines.append(Line(self.here(), tuple(self._runs)))
        self._runs = []

    def say(self, text: str, *, literal: bool | None = None, code: bool = False) -> None:
        """Visible text."""
        if text and not self._silent:
            kind = self.literal if literal is None else literal
            self._runs.append(Run(text, kind, code or self._code > 0))
            self._said += len(text.strip())

    def picture(self, attributes: Mapping[str, str]) -> None:
        """An `img`. One of a pixel's size is a tracker's; one without any address shows nothing."""
        candidates = (*addresses_in(attributes), *(self._sources or ())) or _words_for(attributes)
        if self._sources is not None:
            self._sources = []
        found = Address(self.here(), candidates, self._said, self._noscript)
        sizes = {attributes.get(name, "").removesuffix("px") for name in ("width", "height")} - {""}
        is_pixel = sizes and sizes <= {"0", "1"}
        if found.candidates and not is_pixel and not self._silent:
            self.pictures.append(found)

    def _is_text(self, tag: str) -> bool:
        return self.known is not None and tag not in self.known and "-" not in tag

    # --- as the parser calls them ------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        spoken_of = not attrs and tag in _SPOKEN_OF and not self._ends[tag] and not self._silent
        if self._is_text(tag) or spoken_of:
            self.say(self.get_starttag_text() or "", literal=True)
        elif self._silent and tag == self._silent[-1]:
            self._silent.append(tag)
        elif tag == "script" and attributes.get("type", "").startswith("math/tex"):
            self._code += 1
        elif tag in _SILENT or tag in _PLAYERS or set(attributes.get("class", "").split()) & _COPIES:
            self._silence(tag, attributes)
        elif tag == "source" and self._silent and self._silent[0].endswith(("video", "audio")):
            self._player(attributes)
        elif tag in ("picture", "source"):
            self._sources = [*(self._sources or []), *addresses_in(attributes)]
        elif tag == "img":
            self.picture(attributes)
        elif tag == "amp-img" and not {"placeholder", "fallback"} & attributes.keys():
            sized = attributes.get("layout", "") in ("", "fixed")  # else width and height are a shape
            self.picture(attributes if sized else {**attributes, "width": "", "height": ""})
        elif tag == "noscript":
            self._noscript = True
        else:
            self._open(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if not self._is_text(tag):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._is_text(tag):
            end = self.rawdata.find(">", self._end_at)
            self.say(self.rawdata[self._end_at : end + 1], literal=True)  # `tag` lost its capitals
        elif self._silent:
            self._ends[tag] -= 1
            if tag == self._silent[-1]:
                self._silent.pop()
        elif tag == "noscript":
            self._noscript = False
        elif tag == "picture":
            rest, self._sources = self._sources, None
            self.picture({"src": rest[0]} if rest else {})
        elif tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        elif tag in _CODE or (tag == "script" and self._code):
            self._code = max(0, self._code - 1)
        elif tag in _AROUND:
            self.say(_AROUND[tag][1])
        if tag in _BOUNDARIES:
            self.boundary()

    def parse_endtag(self, i: int) -> int:
        """Note where an end tag stands; the parser has its text for beginnings alone."""
        self._end_at = i
        return super().parse_endtag(i)

    def set_cdata_mode(self, elem: str, **kwargs: object) -> None:
        """Take no script or style that never ends for the rest of the page."""
        if self._ends[elem] > 0:
            super().set_cdata_mode(elem, **kwargs)  # type: ignore[arg-type]

    def handle_data(self, data: str) -> None:
        self.say(data)

    def unknown_decl(self, data: str) -> None:
        """`<![CDATA[ … ]]>`, which a browser takes for a comment."""

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BOUNDARIES:
            self.boundary()
        if tag in ("ol", "ul"):
            size, given = self._sizes.popleft() if self._sizes else (0, False)
            self._lists.append(_Numbers(attributes, size, given) if tag == "ol" else None)
        if tag == "li" and self._lists and (numbers := self._lists[-1]):
            self.say(numbers.next(attributes))
        if tag in _AROUND:
            self.say(_AROUND[tag][0])
        if tag in _CODE and not self._silent:
            self._code += 1

    def _silence(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _PLAYERS and not self._silent:
            self.boundary()
            self._player(attributes)
        copy = tag not in _SILENT | _PLAYERS
        # Never closed, it would silence all that follows.
        if copy or (tag not in VOID and self._ends[tag] > 0):
            self._silent.append(tag)

    def _player(self, attributes: Mapping[str, str]) -> None:
        """A player names its address itself or in the first <source> inside it."""
        named = (attributes.get(key, "").strip() for key in ("src", "data-src", "data"))
        found = tuple(address for address in named if len(address) > 1 and not _UNUSABLE.match(address))
        inside = self._silent and self.players and not self.players[-1].candidates
        if inside and found:
            self.players[-1] = Address(self.players[-1].number, found)
        elif not self._silent:
            self.players.append(Address(self.here(), found))


def once(pictures: Sequence[Address]) -> list[Address]:
    """Without those of a `noscript` that repeat a lazy picture beside them; any other is the only copy."""
    lazy = {picture.place for picture in pictures if not picture.fallback}
    return [picture for picture in pictures if not picture.fallback or picture.place not in lazy]


def _words_for(attributes: Mapping[str, str]) -> tuple[str, ...]:
    """What may stand on the page for a picture whose address is of use to nobody else."""
    source = attributes.get("src", "")
    on_disk = _FILE.fullmatch(source)
    words = (attributes.get("alt", ""), unquote(on_disk[1]) if on_disk else "")
    holds_a_place = source.startswith("data:image/")  # of what never came
    return () if holds_a_place else tuple(filter(letters, words))


def addresses_in(attributes: Mapping[str, str]) -> tuple[str, ...]:
    """All addresses in the attributes of an `img`: `src`, `srcset` and whatever lazy loaders call theirs."""
    found: list[str] = []
    for name, value in attributes.items():
        if name == "srcset" or name.endswith("-srcset"):
            found += [part.split()[0] for part in re.split(r",\s", value) if part.split()]
        elif _SOURCE.fullmatch(name) or (
            name.startswith(("data-", "lazy")) and "/" in value and not _SAYS_SOMETHING_ELSE.search(name)
        ):
            found.append(value.strip())
    usable = (address for address in found if len(address) > 1 and not _UNUSABLE.match(unquote(address)))
    return tuple(dict.fromkeys(usable))


class _Without(dict[int, str | None]):
    """For `str.translate`: None for noncharacters and what is of some categories but `kept`, each looked up once."""

    def __init__(self, categories: frozenset[str], kept: str = "") -> None:
        super().__init__({ord(char): char for char in kept})
        self._categories = categories

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        seen = unicodedata.category(char) not in self._categories and char not in _NONCHARACTERS
        self[code] = found = char if seen else None
        return found


_SEEN = _Without(_CONTROLS | _BLANKS)
_WRITTEN = _Without(_CONTROLS, kept="\t\n\u200c\u200d")


def letters(text: str) -> str:
    """`text` without white space and without characters that nobody can see."""
    return text.translate(_SEEN)


def written(text: str) -> str:
    """`text` with its white space, without other characters that nobody can see, but for the two that join letters or
    keep them apart."""
    return text.translate(_WRITTEN)


def whole(html: str) -> str:
    """HTML in which each character that is written as two numbers, UTF-16's, is one."""
    high = r"&#([xX][dD][89abAB][0-9a-fA-F]{2}|55[2-9]\d\d|56[0-2]\d\d|563[01]\d);"
    low = r"&#([xX][dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});"

    def char(pair: re.Match[str]) -> str:
        units = [int(n[1:], 16) if n[0] in "xX" else int(n) for n in pair.groups()]
        text = b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "ignore")
        return text if len(text) == 1 and text > "\uffff" else pair[0]

    return re.sub(high + low, char, html)


class _Numbers:
    """The numbers of an ordered list's items where they are given one by one or count down."""

    def __init__(self, attributes: Mapping[str, str], size: int, given: bool) -> None:
        self.step = -1 if "reversed" in attributes else 1
        start = attributes.get("start", "")
        self.at = int(start) if start.isdigit() else 1 if self.step > 0 else size
        self.shown = given or self.step < 0

    def next(self, attributes: Mapping[str, str]) -> str:
        value = attributes.get("value", "")
        if re.fullmatch(r"-?[0-9]{1,6}", value):
            self.at = int(value)
        self.at += self.step
        return f"{self.at - self.step}. " if self.shown else ""


def _sizes(text: str) -> list[tuple[int, bool]]:
    """How many items each list has and whether any gives its number, in the order in which the lists begin."""
    sizes: list[tuple[int, bool]] = []
    open_lists: list[int] = []
    for found in _ITEM.finditer(text):
        if found[2].lower() == "li":
            if not found[1] and open_lists:
                size, given = sizes[open_lists[-1]]
                sizes[open_lists[-1]] = (size + 1, given or "value" in found[3].lower())
        elif not found[1]:
            open_lists.append(len(sizes))
            sizes.append((0, False))
        elif open_lists:
            open_lists.pop()
    return sizes
