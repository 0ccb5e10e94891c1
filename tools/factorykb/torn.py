"""Closes torn or hiding markup before HTML is parsed, so that none of it swallows what follows. Text in, text out."""

from __future__ import annotations

import re

from factorykb.text import without_endless_comments

# Elements without content that the parser does not know as such: it would put all that follows into them.
_VOID = re.compile(
    r"""<(source|track|wbr|embed)\b((?:[^<>"']|"[^"]{0,2000}"|'[^']{0,2000}'){0,2000})>""", re.IGNORECASE
)
# The same in the manner of XML, in which an exporter may write AMP's.
_ENDED = re.compile(
    r"""<(amp-[a-z]{1,20})\b((?:[^<>"'/]|/(?!>)|"[^"]{0,2000}"|'[^']{0,2000}'){0,2000}+)(?<=[\s"'])/>""",
    re.IGNORECASE,
)
# A comment, or a tag with its quotations; else a tag whose quotation is never closed, else an opening that no end
# follows before the next one.
_TAG = re.compile(
    r"""<(?:!--.*?-->|[!?][^<>]*+>|(?P<name>[A-Za-z][A-Za-z-]*+|/)(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>"""
    r"""|(?P<torn>[A-Za-z/][^<>]*+>)|(?P<open>[A-Za-z/!?]))""",
    re.DOTALL,
)
# Elements whose inside the parser would take for text, entities and tags with it; no browser shows such today.
_RAW = re.compile(r"<(/?)(?:xmp|plaintext|listing|noembed|noframes)\b", re.IGNORECASE)
# On a page, a line names what they show.
_NAMED = frozenset("iframe object video audio amp-iframe amp-video amp-audio".split())
# Elements that hide all that follows, or make it text, where they do not end.
HIDING = _NAMED | frozenset("script style template svg canvas map datalist dialog title textarea".split())
_HIDING_END = re.compile(rf"</({'|'.join(sorted(HIDING))})", re.IGNORECASE | re.ASCII)


def with_tags_closed(html: str) -> str:
    """HTML in which each comment, tag and quotation, and each element of `HIDING`, ends.

    One that never ends would hide all that follows: such an opening becomes text, loses its quotation marks, or is
    closed at once. Elements whose inside would be text (`<xmp>`) get a name without a meaning. Takes time in
    proportion to the length of `html`.
    """
    html = without_endless_comments(_RAW.sub(r"<\1x-text", html))
    ends = {found[1].lower(): found.start() for found in _HIDING_END.finditer(html)}  # the last of each name

    def mended(tag: re.Match[str]) -> str:
        if tag["torn"]:
            return re.sub("[\"']", "", tag[0])
        name = (tag["name"] or "").lower()
        if name in HIDING and tag.start() > ends.get(name, -1):
            return _unhidden(tag[0], name)
        return f"&lt;{tag[0][1:]}" if tag["open"] else tag[0]

    return _TAG.sub(mended, html)


def with_voids_ended(html: str) -> str:
    """HTML in which elements without content that the parser does not know as such (`<source>`, `<wbr>`, `<amp-img …/>`)
    end at once. Its tags are whole."""
    return _ENDED.sub(r"<\1\2></\1>", _VOID.sub(r"<\1\2></\1>", html))


def _unhidden(tag: str, name: str) -> str:
    """What stands for an opening tag of `HIDING` without an end: a mere name (在 <head> 里加 <script>) is spoken of."""
    if tag[1:-1].strip().lower() == name:
        return f"&lt;{tag[1:-1]}&gt;"
    return f"{tag}</{name}>" if name in _NAMED else "<x-text>"
