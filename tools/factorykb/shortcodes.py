"""Shortcodes of Hugo (`{{< figure … >}}`) and WordPress (`[caption]`), tags of Hexo and Jekyll (`{% codeblock %}`) → Markdown
and HTML.

A site generator replaces them; the file alone shows their source. Pictures become pictures, code becomes code,
players become frames (which `clean` makes links), containers give up their content. What a tag says in words of
its own (a caption, a title) stays, how it is to look goes. Unknown shortcodes of Hugo go the way of containers, and
so do unknown tags in `{% %}` that have an end or a quoted Chinese text; any other is text, for that notation is
written about as often as it is used.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from factorykb.text import CODE_SPAN, is_cjk

_TAG = re.compile(
    rf"(?P<code>{CODE_SPAN})"
    r"|\{\{[<%]\s*+(?P<hugo_end>/?)\s*+(?P<hugo>[A-Za-z][\w./-]{0,60})(?P<hugo_rest>[^{}]{0,2000}?)(?:/\s*+)?[>%]\}\}"
    r"|\{%-?[ ]*(?P<liquid>[A-Za-z_]{1,60})(?P<liquid_rest>[^{}\n]{0,2000}?)-?%\}"
)
# Opening and closing tags of code: Hugo's, then Hexo's and Jekyll's.
_CODE = re.compile(
    r"\{\{[<%]\s*+(?P<hugo_end>/?)\s*+(?P<hugo>highlight|code|mermaid|echarts)\b[^{}\n]{0,500}[>%]\}\}"
    r"|\{%-?[ ]*(?P<end>(?:end)?)(?P<liquid>codeblock|code|highlight|mermaid)\b(?P<rest>[^{}\n]{0,500}?)-?%\}"
)
# WordPress's: one picture with its caption, as it is stored or as converters escape it; pictures by number only.
_CODE_TAG = r"(?:pre|code|kbd|samp|script|style)\b"
_IMG = r"<img\b[^<>]*+>"
_OF_WORDPRESS = re.compile(
    rf"(?P<code>{CODE_SPAN}|<{_CODE_TAG}(?:[^<]|<(?!/?{_CODE_TAG}))*+</{_CODE_TAG})"
    r"|(?<!\[)\\?\[(?:gallery(?:[ \t]++[a-z_\\]++=\"[^\"\[\]\n]{0,2000}\")++[ \t]*+/?\\?\](?!\()"
    r"|caption(?P<rest>(?:[ \t]++[a-z]++=\"[^\"\[\]\n]{0,1000}\")*+)[ \t]*+\\?\]\s*+"
    rf"(?P<picture><a\b[^<>]*+>\s*+{_IMG}\s*+</a>|{_IMG}"
    r"|(?P<linked>\[)?!\[[^\[\]\n]*+\]\([^()\n]*+\)(?(linked)\]\([^()\n]*+\)))"
    r"(?P<words>(?:(?!\\?\[/?caption).){0,1000})\\?\[/caption\\?\])",
    re.DOTALL,
)
_BLOCK = re.compile(r"\n[ \t]*\n|</?(?:p|div|figure|h[1-6]|[uo]l|li|table|blockquote)\b", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"\A(?:\s|<br ?/?>)+", re.IGNORECASE)
# What a page is put together from, and what it leaves out.
_UNSEEN = re.compile(
    rf"(?P<kept>{CODE_SPAN}"
    r"|\{%-?[ ]*raw[ ]*-?%\}(?:[^{]|\{(?!%-?[ ]*(?:end)?raw)){0,20000}?\{%-?[ ]*endraw[ ]*-?%\})"
    r"|^[ \t]*\{%-?[ ]*include(?:_relative)?[ ]+[\w./-]{1,200}[ ]*-?%\}[ \t]*$"
    r"|\{%-?[ ]*comment[ ]*-?%\}(?:[^{]|\{(?!%-?[ ]*comment)){0,20000}?\{%-?[ ]*endcomment[ ]*-?%\}",
    re.MULTILINE,
)
_BACKTICKS = re.compile(r"`+|\0\d+\.(\d+)\0")
# A part of tabs or of a time line, whose title stands in a comment: `<!-- tab 标题@icon -->`.
_PART = re.compile(r"<!--[ \t]*(?:tab|timeline|node)[ \t]+([^\s@][^\n@]{0,200}?)(?:@[^\n]{0,60}?)?[ \t]*-->")
# `](/{{ site.baseurl }}/a.png)`, `src="{{ "/a.png" | relative_url }}"`: the path alone says which file it is.
_IN_ADDRESS = re.compile(
    r"(\]\([ \t]*|(?:src|href)=[\"'])\{\{-?[ ]*(?:[\"']([^\"'{}\n]{0,300})[\"'][^{}\n]{0,100}|[\w.]+[^{}\"'\n]{0,100})\}\}"
)
_END = re.compile(r"\{%-?[ ]*end([A-Za-z_]{1,60})\b|\{\{[<%]\s*+(/)\s*+([A-Za-z][\w./-]{0,60})")
_PATH_IN_ADDRESS = re.compile(
    r"(\]\([ \t]*|(?:src|href)=[\"'])\{%-?[ ]*(?:asset_path|static|image_buster)[ ]+[\"']?([^\"'{}%\n]{1,300}?)[\"']?[ ]*-?%\}"
)
_ARGUMENT = re.compile(r"""(?:([A-Za-z][\w-]*)\s*[=:]\s*)?(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s"'`,]+))""")
_ADDRESS = re.compile(
    r"(?:https?:)?//\S+|\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif|mp4|mp3|pdf|html?)(?:[?#]\S*)?", re.I
)

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|avif)(?:[?#]|$)", re.IGNORECASE)

_PICTURES = frozenset("figure img image asset_img imgproc picture photo inlineimg inlineimage".split())
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "{}",
    "video": "{}",
    "audio": "{}",
    "iframe": "{}",
    "pdf": "{}",
}
_CONTAINERS = frozenset("raw verbatim tabs blockquote quote pullquote cq centerquote aplayer meting".split())
# Tags whose arguments are words for readers but for those that say how it looks; some have an inside too.
_SAID = frozenset(
    "note notel tab details folding fold folders hideinline hideblock hidetoggle timenode expand collapse admonition "
    "notice callout alert hint mark u emp wavy del kbd psw span p label tag quot checkbox radio copy badge btn button "
    "include_code".split()
)
_BOXES = frozenset("note notel admonition notice callout alert hint".split())  # whose look alone says nothing
_LOOK = (
    r"(?:red|pink|orange|yellow|green|cyan|blue|purple|violet|gr[ae]y|black|white|light|dark|default|primary|secondary|"
    r"success|info|warning|danger|error|note|tip|abstract|question|failure|bug|example|quote|caution|important|simple|"
    r"modern|flat|disabled|no-icon|open|checked|plus|minus|times|center|left|right|large|larger|huge|ultra|small|block|"
    r"outline|logo|subtitle|h[1-6]|true|false|fa[a-z]?|fa-[\w-]+|#[0-9A-Fa-f]{3,8}|[\d.]+(?:px|%|em)|[a-z_]+:[!-~]*)"
)
_QUOTED = re.compile(r"""(?<!\S)(?:"([^"]+)"|'([^']+)')""")
_PARTS = re.compile(r"""(?:(?<=[\s,])|\A)("[^"]+"|'[^']+')(?=[\s,]|\Z)|::|,""")
_LOOKS = re.compile(rf"^{_LOOK}(?:\s+{_LOOK})*(?:\s+|$)|(?:\s+{_LOOK})+$")
_NAMED = re.compile(r"""([A-Za-z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"',]+))""")
_SAY_OF_PICTURES = frozenset("title caption attr description desc".split())
_TITLES = frozenset("title caption attr summary name content text label header author source".split())
# Tags of templates, which an article only speaks of.
_CONTROL = frozenset(
    "if elsif elif for unless case when block macro with filter call set assign capture cycle tablerow autoescape "
    "trans".split()
)
_REFERENCES = frozenset("ref relref post_link post_path post_url asset_path asset_link link".split())


@dataclass(frozen=True, slots=True)
class _Arguments:
    named: dict[str, str]
    plain: tuple[str, ...]

    def address(self, *names: str) -> str:
        """The first address: under one of `names`, else whatever looks like one."""
        named = (self.named[name] for name in names if self.named.get(name))
        return next(named, next((value for value in self.plain if _ADDRESS.fullmatch(value)), ""))

    @property
    def texts(self) -> list[str]:
        """The values without a name that are no address."""
        return [value for value in self.plain if not _ADDRESS.fullmatch(value)]

    @property
    def words(self) -> list[str]:
        """What is written for readers: values that are Chinese or several words, and no address."""
        values = ((name in _TITLES, value) for name, value in self.named.items())
        every = (*values, *((False, value) for value in self.plain))
        return [
            value
            for is_title, value in every
            if not _ADDRESS.fullmatch(value) and (is_title or any(map(is_cjk, value)) or " " in value.strip())
        ]


def paired(body: str) -> frozenset[str]:
    """The names of the tags that a body ends somewhere: they have an inside. Those of Hugo with the slash (`/note`)."""
    return frozenset("".join(names).lower() for names in _END.findall(body))


def backticks(text: str) -> int:
    """The length of the longest run of backticks in a text, those in hidden code (`\\0number.backticks\\0`) too."""
    return max((int(run[1] or len(run[0])) for run in _BACKTICKS.finditer(text)), default=0)


def expanded(prose: str, ends: frozenset[str]) -> str:
    """Markdown without fenced code, its shortcodes replaced. Those in code spans stay.

    Args:
        ends: what `paired` says of the whole body.
    """
    prose = of_wordpress(prose)
    if "{{" not in prose and "{%" not in prose and not ends:
        return prose
    prose = _UNSEEN.sub(lambda found: found["kept"] or "", _with_fences(prose))
    prose = _PATH_IN_ADDRESS.sub(r"\1\2", _IN_ADDRESS.sub(r"\1\2", prose))
    if ends & {"tabs", "timeline"}:
        prose = _PART.sub(r"\n\n\1\n\n", prose)
    return _TAG.sub(lambda tag: _replaced(tag, ends), prose)


def of_wordpress(text: str) -> str:
    """HTML or Markdown in which WordPress's pictures have their captions. Others of its shortcodes are text."""
    return _OF_WORDPRESS.sub(_captioned, text) if "[caption" in text or "[gallery" in text else text


def _captioned(found: re.Match[str]) -> str:
    """A picture with its caption; nothing for a gallery, which names no picture."""
    if found["code"] or not found["picture"]:
        return found["code"] or ""
    words = _LINE_BREAKS.sub("", found["words"]).rstrip()
    if _BLOCK.search(words):
        return found[0]
    words = words or _arguments(found["rest"]).named.get("caption", "")
    return found["picture"] + (f'<figcaption class="caption">{words}</figcaption>' if words else "")


def _with_fences(prose: str) -> str:
    """Code between an opening and the next closing tag of its name becomes fenced code."""
    out: list[str] = []
    at = 0
    opening: re.Match[str] | None = None
    for tag in _CODE.finditer(prose):
        if not (tag["hugo_end"] or tag["end"]):
            opening = opening or tag
        elif opening and (opening["hugo"], opening["liquid"]) == (tag["hugo"], tag["liquid"]):
            out += [prose[at : opening.start()], _fenced(opening, prose[opening.end() : tag.start()])]
            at, opening = tag.end(), None
    return "".join([*out, prose[at:]])


def _fenced(opening: re.Match[str], text: str) -> str:
    fence = "`" * max(3, backticks(text) + 1)
    title = " ".join(_arguments(opening["rest"]).texts) if opening["liquid"] == "codeblock" else ""
    lines = text.strip("\n")
    return f"{title}\n\n{fence}\n{lines}\n{fence}\n\n"


def _replaced(found: re.Match[str], ends: frozenset[str]) -> str:
    """What stands for a tag."""
    if found["code"]:
        return found[0]
    name = (found["hugo"] or found["liquid"]).lower()
    rest = found["hugo_rest"] or found["liquid_rest"] or ""
    arguments = _arguments(rest)
    if found["hugo_end"]:
        return _container_end(name)
    if name in _SAID:
        apart = (f"/{name}" if found["hugo"] else name) in ends
        return _said(rest, apart=apart, is_box=name in _BOXES)
    for names, write in _WRITERS:
        if name in names:
            return write(name, arguments) or (found[0] if write is _include else "")
    if found["hugo"] or (name in ends and name not in _CONTROL):
        return _container(name, arguments)
    if name not in _CONTROL and (
        said := [a or b for a, b in _QUOTED.findall(rest) if any(map(is_cjk, a or b))]
    ):
        return " ".join(said)
    ended = name.removeprefix("end")
    is_end = (
        ended != name
        and ended not in _CONTROL
        and any(ended in names for names in (_CONTAINERS, _SAID, ends))
    )
    return _container_end(ended) if is_end else found[0]


def _said(rest: str, *, apart: bool, is_box: bool) -> str:
    """The words of a tag: `'https://e.com/', 文字, fas fa-heart` → `文字`, laid on the address."""

    def value(found: re.Match[str]) -> str:
        text = found[2] or found[3] or found[4] or ""
        return f',"{text}",' if found[1].lower() in _TITLES else ","

    parts = [part.strip() for part in _PARTS.split(_NAMED.sub(value, rest)) if part]
    words = " ".join(filter(None, map(_without_looks, parts)))
    if apart:
        return f"\n\n{words}\n\n"
    texts = list(map(_unquoted, parts))
    # Of a tag without an inside (`{% kbd left %}`, `{{< kbd left >}}`) a look that is all it says is a word.
    is_silent = is_box or any(map(_ADDRESS.fullmatch, texts))
    return words or ("" if is_silent else " ".join(filter(None, texts)))


def _without_looks(part: str) -> str:
    text = _unquoted(part)
    bare = _LOOKS.sub("", text)
    return "" if _ADDRESS.fullmatch(text) else text if text != part and bare else bare


def _unquoted(part: str) -> str:
    quoted = len(part) > 1 and part[0] == part[-1] and part[0] in "\"'"
    return part[1:-1].strip() if quoted else part


def _arguments(rest: str) -> _Arguments:
    named: dict[str, str] = {}
    plain: list[str] = []
    for found in _ARGUMENT.finditer(rest):
        name, *values = found.groups()
        value = next((v for v in values if v is not None), "")
        if name and not value.startswith("//"):
            named[name.lower()] = value
        else:
            plain.append(f"{name}:{value}" if name else value)
    return _Arguments(named, tuple(plain))


def _picture(_name: str, arguments: _Arguments) -> str:
    address = arguments.address("src", "link", "url")
    alt = arguments.named.get("alt", "")
    said = [value for key, value in arguments.named.items() if key in _SAY_OF_PICTURES and value]
    said += [
        v
        for v in arguments.plain
        if v != address and not re.fullmatch(r"[\d.]+(?:px|%)?", v) and any(map(is_cjk, v))
    ]
    image = f"![{re.sub(r'[][]', '', alt)}](<{re.sub('[<>]', '', address)}>)"
    caption = f'<figcaption class="caption">{html.escape(" ".join(said))}</figcaption>' if said else ""
    return image + caption


def _include(_name: str, arguments: _Arguments) -> str:
    """Another file of the site; what it is told may be a picture."""
    values = (*arguments.named.values(), *arguments.plain)
    picture = next((value for value in values if _PICTURE.search(value)), None)
    if picture is None:
        return " ".join(arguments.words)
    return _picture("", replace(arguments, named={**arguments.named, "src": picture}))


def _player(name: str, arguments: _Arguments) -> str:
    value = arguments.address("src", "url", "id", "mp4", "file") or next(iter(arguments.plain), "")
    address = _gist(arguments.plain or (value,)) if name == "gist" else value
    if "/" not in address:
        address = _PLAYERS[name].format(value)
    return f'\n\n<iframe src="{html.escape(address)}"></iframe>\n\n'


def _gist(parts: Sequence[str]) -> str:
    """The address of a gist, given as its owner, number and file; its page names files by letters, digits and `-`."""
    whole = next((part for part in parts if "://" in part), "")
    if whole:
        return whole
    files = [re.sub(r"[^a-z0-9_]+", "-", part.lower()) for part in parts if "." in part]
    path = "/".join(part for part in parts if "." not in part)
    return f"https://gist.github.com/{path}" + (f"#file-{files[0]}" if files else "")


def _reference(name: str, arguments: _Arguments) -> str:
    """An address inside this site, which is not ours; the words laid on it stay."""
    if name == "link" and (address := arguments.address("href", "url")):
        said = arguments.words or arguments.texts
        return f"[{' '.join(said) or address}]({address})"
    return " ".join(arguments.words)


def _container(name: str, arguments: _Arguments) -> str:
    is_quotation = name in ("blockquote", "quote")
    if any(map(_PICTURE.search, (*arguments.named.values(), *arguments.plain))):
        return _include(name, arguments)
    said = " ".join(arguments.texts if is_quotation and not arguments.named else arguments.words)
    opening = "<blockquote>" if is_quotation else ""
    return f"{opening}\n\n{said}\n\n" if said or opening else ""


def _container_end(name: str) -> str:
    return "\n\n</blockquote>\n\n" if name in ("blockquote", "quote") else ""


_WRITERS: tuple[tuple[frozenset[str], Callable[[str, _Arguments], str]], ...] = (
    (_PICTURES, _picture),
    (frozenset(("include", "include_relative")), _include),
    (frozenset(_PLAYERS), _player),
    (_REFERENCES, _reference),
    (_CONTAINERS, _container),
)
