"""Shortcodes of Hugo (`{{< figure … >}}`) and tags of Hexo and Jekyll (`{% codeblock %}`) → Markdown and HTML.

A site generator replaces them; the file alone shows their source. Pictures become pictures, code becomes code,
players become frames (which `clean` makes links), containers give up their content. What a tag says in words of
its own (a caption, a title) stays. Hugo's unknown shortcodes go the way of containers; unknown tags in `{% %}` are
text, for that notation is written about as often as it is used.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from factorykb.text import is_cjk

_TAG = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|\{\{[<%]\s*(?P<hugo_end>/?)\s*(?P<hugo>[A-Za-z][\w./-]{0,60})(?P<hugo_rest>[^{}\n]{0,2000}?)/?\s*[>%]\}\}"
    r"|\{%-?[ ]*(?P<liquid>[a-z_]{1,60})(?P<liquid_rest>[^{}\n]{0,2000}?)-?%\}"
)
# Opening and closing tags of code: Hugo's, then Hexo's and Jekyll's.
_CODE = re.compile(
    r"\{\{[<%]\s*(?P<hugo_end>/?)\s*(?P<hugo>highlight|code)\b[^{}\n]{0,500}[>%]\}\}"
    r"|\{%-?[ ]*(?P<end>(?:end)?)(?P<liquid>codeblock|code|highlight)\b(?P<rest>[^{}\n]{0,500}?)-?%\}"
)
# `](/{{ site.baseurl }}/a.png)`, `src="{{ "/a.png" | relative_url }}"`: the path alone says which file it is.
_IN_ADDRESS = re.compile(
    r"(\]\([ \t]*|(?:src|href)=[\"'])\{\{-?[ ]*(?:[\"']([^\"'{}\n]{0,300})[\"'][^{}\n]{0,100}|[\w.]+[^{}\"'\n]{0,100})\}\}"
)
_ARGUMENT = re.compile(r"""(?:([A-Za-z][\w-]*)\s*[=:]\s*)?(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s"'`,]+))""")
_ADDRESS = re.compile(
    r"(?:https?:)?//\S+|\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif|mp4|mp3|pdf|html?)(?:[?#]\S*)?", re.I
)

_PICTURES = frozenset("figure img image asset_img imgproc picture photo".split())
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "video": "{}",
    "audio": "{}",
    "iframe": "{}",
    "pdf": "{}",
}
_CONTAINERS = frozenset(
    "raw verbatim note notel tabs tab blockquote quote pullquote cq centerquote details folding fold label".split()
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
    def words(self) -> list[str]:
        """What is written for readers: values that are Chinese or several words, and no address."""
        values = (*self.named.values(), *self.plain)
        return [v for v in values if not _ADDRESS.fullmatch(v) and (any(map(is_cjk, v)) or " " in v.strip())]


def expanded(prose: str) -> str:
    """Markdown without fenced code, its shortcodes replaced. Those in code spans stay."""
    if "{{" not in prose and "{%" not in prose:
        return prose
    return _TAG.sub(_replaced, _IN_ADDRESS.sub(r"\1\2", _with_fences(prose)))


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
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    title = " ".join(_arguments(opening["rest"]).words) if opening["liquid"] == "codeblock" else ""
    lines = text.strip("\n")
    return f"{title}\n\n{fence}\n{lines}\n{fence}\n\n"


def _replaced(found: re.Match[str]) -> str:
    if found["code"]:
        return found[0]
    name = (found["hugo"] or found["liquid"]).lower()
    arguments = _arguments(found["hugo_rest"] or found["liquid_rest"] or "")
    if found["hugo_end"]:
        return _container_end(name)
    for names, write in _WRITERS:
        if name in names:
            return write(name, arguments)
    if found["hugo"]:
        return _container(name, arguments)
    return _container_end(name[3:]) if name.startswith("end") and name[3:] in _CONTAINERS else found[0]


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
    said = [value for key, value in arguments.named.items() if key in ("title", "caption", "attr") and value]
    said += [
        v
        for v in arguments.plain
        if v != address and not re.fullmatch(r"[\d.]+(?:px|%)?", v) and any(map(is_cjk, v))
    ]
    image = f'<img src="{html.escape(address)}" alt="{html.escape(alt)}">'
    caption = f"<figcaption>{html.escape(' '.join(said))}</figcaption>" if said else ""
    return f"\n\n<figure>{image}{caption}</figure>\n\n"


def _player(name: str, arguments: _Arguments) -> str:
    value = arguments.address("src", "url", "id", "mp4", "file") or next(iter(arguments.plain), "")
    address = (
        value
        if "/" in value and name != "gist"
        else _PLAYERS[name].format("/".join(arguments.plain) or value)
    )
    return f'\n\n<iframe src="{html.escape(address)}"></iframe>\n\n'


def _reference(name: str, arguments: _Arguments) -> str:
    """An address inside this site, which is not ours; the words laid on it stay."""
    if name == "link" and (address := arguments.address()):
        return f"[{' '.join(value for value in arguments.plain if value != address)}]({address})"
    return " ".join(arguments.words)


def _container(name: str, arguments: _Arguments) -> str:
    said = " ".join(arguments.words)
    opening = "<blockquote>" if name in ("blockquote", "quote") else ""
    return f"{opening}\n\n{said}\n\n" if said or opening else ""


def _container_end(name: str) -> str:
    return "\n\n</blockquote>\n\n" if name in ("blockquote", "quote") else ""


_WRITERS: tuple[tuple[frozenset[str], Callable[[str, _Arguments], str]], ...] = (
    (_PICTURES, _picture),
    (frozenset(_PLAYERS), _player),
    (_REFERENCES, _reference),
    (_CONTAINERS, _container),
)
