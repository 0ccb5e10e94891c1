"""Shortcodes of Hugo and tags of Hexo and Jekyll as what a reader sees of them, for the second reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

CODE_SPAN = r"(?<!`)(`+)(?!`)[^\n]{1,500}?(?<!`)\1(?!`)"
_SHOWN = (
    "aplayer|asset_img|asset_link|asset_path|audio|bilibili|blockquote|centerquote|cq|figure|gist|iframe|image|img|include|"
    "include_relative|inlineimage|inlineimg|link|meting|pdf|photo|picture|post_link|post_path|post_url|pullquote|quote|raw|"
    "tabs|verbatim|video|vimeo|youtube"
)
# Tags that say what stands in them, but for words of looks at the ends of each part.
_SPOKEN = (
    "admonition|alert|badge|btn|button|callout|checkbox|collapse|copy|del|details|emp|expand|fold|folders|folding|"
    "hideblock|hideinline|hidetoggle|hint|include_code|kbd|label|mark|note|notel|notice|p|psw|quot|radio|span|tab|tag|timenode|u|wavy"
)
_LOOKS = (
    "(?:abstract|black|block|blue|bug|caution|center|checked|cyan|danger|dark|default|disabled|error|example|failure|"
    "false|flat|gray|green|grey|h[1-6]|huge|important|info|large|larger|left|light|logo|minus|modern|no-icon|note|open|"
    "orange|outline|pink|plus|primary|purple|question|quote|red|right|secondary|simple|small|subtitle|success|times|"
    r"tip|true|ultra|violet|warning|white|yellow|fa[a-z]?|fa-[\w-]+|#[0-9A-Fa-f]{3,8}|[\d.]+(?:px|%|em)|[a-z_]+:[!-~]*)"
)
# Whose look alone says nothing.
_BOXES = frozenset("admonition alert callout hint note notel notice".split())
_TITLES = "attr|author|caption|content|header|label|name|source|summary|text|title"
_TEMPLATES = frozenset(
    "assign autoescape block call capture case cycle elif elsif filter for if macro set tablerow trans unless when with".split()
)
_UNSEEN = (
    rf"(?m){CODE_SPAN}|(\{{%-?[ ]*raw[ ]*-?%\}}(?:[^{{]|\{{(?!%-?[ ]*(?:end)?raw)){{0,20000}}?\{{%-?[ ]*endraw[ ]*-?%\}})"
    r"|^[ \t]*\{%-?[ ]*include(?:_relative)?[ ]+[\w./-]+[ ]*-?%\}[ \t]*$"
    r"|\{%-?[ ]*comment[ ]*-?%\}(?:[^{]|\{(?!%-?[ ]*comment)){0,20000}?\{%-?[ ]*endcomment[ ]*-?%\}"
)
_CODE_TAG = re.compile(
    r"\{\{[<%]\s*+(/?)\s*+(?:highlight|code|mermaid|echarts)\b[^{}\n]{0,500}[>%]\}\}"
    r"|\{%-?[ ]*(end|)(?:codeblock|code|highlight|mermaid)\b([^{}\n]{0,500}?)-?%\}"
)
_TEMPLATE = r"(\]\([ \t]*|(?:src|href)=[\"'])\{\{[ \t]*(?:[\"']([^\"'{}\n]*)[\"'])?[^{}\n]{0,100}\}\}"
_PATH = r"(\]\([ \t]*|(?:src|href)=[\"'])\{%-?[ ]*(?:asset_path|image_buster|static)[ ]+[\"']?([^\"'{}%\n]+?)[\"']?[ ]*-?%\}"
_PART = r"<!--[ \t]*(?:tab|timeline|node)[ \t]+([^\s@][^\n@]{0,200}?)(?:@[^\n]{0,60}?)?[ \t]*-->"
_VALUE = re.compile(r"""(?:([\w-]+)[ ]*[=:][ ]*)?(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s"'`,]+))""")
_FILE = re.compile(
    r"(?:https?:)?//\S+|\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif|mp4|mp3|pdf|html?)(?:[?#]\S*)?", re.I
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|avif)(?:[?#]|$)", re.IGNORECASE)
_PLAYER = re.compile(r"\{[{%][<%-]?\s*(?:audio|bilibili|gist|iframe|pdf|video|vimeo|youtube)\b")
_PICTURE_TAG = re.compile(
    r"\{[{%][<%-]?\s*(?:asset_img|figure|im(?:age|g)|inlineim(?:age|g)|include|photo|picture)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\{[{%][<%-]?\s*link\b")
_QUOTATION = re.compile(r"\{[{%][<%-]?\s*(?:block)?quote\b[^=]*$")
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def _tag(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"{CODE_SPAN}|\{{\{{[<%]\s*+(?P<end>/?)\s*+(?:{names})(?![\w/.-])(?P<hugo>[^{{}}]{{0,2000}}?)(?:/\s*+)?[>%]\}}\}}"
        rf"|\{{%-? *(?:end)?(?:{names})\b(?P<rest>[^{{}}\n]{{0,2000}}?)-?%\}}",
        re.IGNORECASE,
    )


_SPOKEN_TAG = _tag(_SPOKEN)
_SHOWN_TAG = _tag(_SHOWN)
_ANY_OF_HUGO = re.compile(
    rf"{CODE_SPAN}|\{{\{{[<%]\s*+/?\s*+[A-Za-z][\w./-]*+(?P<hugo>[^{{}}]{{0,2000}}?)(?:/\s*+)?[>%]\}}\}}(?P<rest>)"
)
_ANY = re.compile(
    rf"{CODE_SPAN}|\{{%-? *(?:end)?(?P<name>[A-Za-z_]+)\b(?P<hugo>)(?P<rest>[^{{}}\n]{{0,2000}}?)-?%\}}",
    re.IGNORECASE,
)


def said(body: str) -> str:
    """Markdown with what is visible of its tags in their place."""
    if "{{" not in body and "{%" not in body:
        return body
    body = re.sub(_UNSEEN, lambda one: one[0] if one[1] or one[2] else "", _with_fences(body))
    body = re.sub(_PATH, r"\1\2", re.sub(_TEMPLATE, r"\1\2", body))
    ends = {name.lower() for name in re.findall(r"\{%-? *end([A-Za-z_]+)\b", body)}
    ends |= {f"/{name.lower()}" for name in re.findall(r"\{\{[<%]\s*+/\s*+([A-Za-z][\w./-]*)", body)}
    if ends & {"tabs", "timeline"}:
        body = re.sub(_PART, r"\n\n\1\n\n", body)
    body = _SPOKEN_TAG.sub(partial(_spoken, ends=ends), body)
    body = _ANY_OF_HUGO.sub(_shown, _SHOWN_TAG.sub(_shown, body))

    def any_other(tag: re.Match[str]) -> str:
        name = (tag["name"] or "").lower()
        if not name or name.removeprefix("end") in _TEMPLATES:
            return tag[0]
        quoted = [a or b for a, b in re.findall(r"""\s(?:"([^"]+)"|'([^']+)')""", tag["rest"])]
        words = " ".join(filter(_CHINESE.search, quoted))
        return _shown(tag) if name in ends else words or tag[0]

    return _ANY.sub(any_other, body)


def _with_fences(body: str) -> str:
    out, at = "", 0
    opening: re.Match[str] | None = None
    for tag in _CODE_TAG.finditer(body):
        if not (tag[1] or tag[2]):
            opening = opening or tag
        elif opening:
            words = (opening[3] or "").split() if "codeblock" in opening[0] else []
            title = " ".join(
                word for word in words if not re.match(r"[A-Za-z][\w-]*:", word) and not _FILE.fullmatch(word)
            )
            code = body[opening.end() : tag.start()].strip("\n")
            fence = "`" * (3 + max(map(len, re.findall("`+", code)), default=0))
            out += f"{body[at : opening.start()]}{title}\n\n{fence}\n{code}\n{fence}\n"
            at, opening = tag.end(), None
    return out + body[at:]


def _spoken(found: re.Match[str], ends: set[str]) -> str:
    """The words of a tag without the names of its values, its addresses and its looks; where a tag without an inside
    says nothing else, its looks."""
    if found[1]:
        return found[0]
    rest = re.sub(rf"(?i)(?<![\w-])(?:{_TITLES})=", ",", found["hugo"] or found["rest"] or "")
    rest = re.sub(r"""[A-Za-z][\w-]*=(?:"[^"]*"|'[^']*'|[^\s"',]+)""", ",", rest)
    words, texts = "", list[str]()
    for part in re.split(r"""(?:(?<=[\s,])|\A)("[^"]+"|'[^']+')(?=[\s,]|\Z)|::|,""", rest):
        text = (part or "").strip()
        bare = text[1:-1].strip() if re.fullmatch(r"""(["']).+\1""", text) else text
        looks = (
            rf"^{_LOOKS}(?:\s+{_LOOKS})*$" if bare != text else rf"^(?:{_LOOKS}(?:\s+|$))+|(?:\s+{_LOOKS})+$"
        )
        texts.append(bare)
        if not _FILE.fullmatch(bare):
            words += " " + re.sub(looks, "", bare)
    name = re.match(r"\{(?:%-? *|\{[<%]\s*)([A-Za-z_]+)", found[0])
    slash = "" if found["hugo"] is None else "/"
    is_alone = name is not None and slash + name[1].lower() not in ends
    is_box = name is not None and name[1].lower() in _BOXES
    if is_alone and not is_box and not words.strip() and not any(map(_FILE.fullmatch, texts)):
        return " ".join(texts)
    return words if is_alone and words.strip() else f"\n\n{words}\n\n"


def _player(found: re.Match[str], values: Sequence[tuple[str, str]]) -> str:
    """The address a player's tag names. Hugo's `gist` is told the user, the number and perhaps a file, one by one."""
    said = [value for _, value in values]
    if not re.match(r"\{\{[<%]\s*gist\b", found[0]) or len(said) < 2:
        return said[0]
    file = "".join("#file-" + re.sub(r"[^a-z0-9_]+", "-", name.lower()) for name in said[2:3])
    return f"https://gist.github.com/{said[0]}/{said[1]}{file}"


def _shown(found: re.Match[str]) -> str:
    """The picture a tag names, its player, its words for readers."""
    tag = found[0]
    if found[1]:
        return tag
    values = [
        (name, next(filter(None, value), ""))
        for name, *value in _VALUE.findall(found["hugo"] or found["rest"] or "")
    ]
    if values and _PLAYER.match(tag):
        return f'<iframe src="{_player(found, values)}"></iframe>'
    if _LINK.match(tag):
        return _link(values)
    is_picture = _PICTURE_TAG.match(tag) is not None
    source = next((value for name, value in values if name == "src"), None) if is_picture else None
    out = ""
    for name, value in values:
        if is_picture and name in ("title", "caption", "attr", "description", "desc"):
            out += f" {value}"
        elif _PICTURE.search(value):
            out += f"![](<{value}>)" if source in (None, value) else ""
        elif _QUOTATION.match(tag):
            out += _words(name, value, every=True)
        else:
            out += _words(name, value, several=not is_picture)
    return tag if not out and re.match(r"\{%-?\s*include", tag) else out


def _link(values: Sequence[tuple[str, str]]) -> str:
    """The words of a link; where it has none, what it says beside its address, else that."""
    words = "".join(_words(name, value) for name, value in values)
    if words.strip() or not any(_FILE.fullmatch(value) for _, value in values):
        return words
    return " ".join([value for _, value in values if not _FILE.fullmatch(value)] or [values[0][1]])


def _words(name: str, value: str, *, several: bool = True, every: bool = False) -> str:
    """A value if it is written for readers: a title, Chinese, `several` words or, where so, `every` one; no address."""
    if _FILE.fullmatch(value) or name in ("alt", "src", "class"):
        return ""
    is_phrase = several and " " in value.strip()
    return f" {value}" if every or re.fullmatch(_TITLES, name) or _CHINESE.search(value) or is_phrase else ""
