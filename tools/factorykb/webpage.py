"""What a saved web page says of its article, under the names of front matter; HTML that was escaped whole."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from factorykb.text import with_halves_joined

_DOCUMENT = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype\s+html|html)\b[^<>]*>", re.IGNORECASE | re.DOTALL
)
# A comment or a script before it may name the tags.
_START = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<apart>script|style|title|template)\b.*?(?:</(?P=apart)\b|\Z)|(?P<start></head\s*>|(?=<body\b))",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\s*&lt;(?:p|div|section|article|figure|h[1-6])\b[^<]*&gt;\s*", re.IGNORECASE)
_ESCAPED_START = re.compile(r"\s*&lt;")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
# SingleFile's own comment, which names the address that was saved.
_SAVED_FROM = re.compile(r"<!--\s*Page saved with SingleFile\s+url: *(\S+)")
# The names of <meta> for each field, the best first (Open Graph, schema.org, and what Chinese sites use).
_META = {
    "title": ("og:title", "twitter:title"),
    "author": ("author", "article:author", "og:article:author"),
    "published": (
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "og:release_date",
        "publishdate",
        "pubdate",
        "apub:time",
    ),
    "url": ("og:url",),
    "site_name": ("og:site_name", "application-name"),
}

# Where WeChat says it, below the title. What pages say for search engines may be another article's.
_PUBLISHED = re.compile(r'<em\b[^<>]{0,200}\bid="publish_time"[^<>]{0,200}>([^<>\n]{8,40})</em>')

_HEADING = re.compile(r"<h1\b[^<>]{0,500}>(.{1,500}?)</h1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,500}>")
# What a browser's tab shows behind the heading: `…- 知乎`, `…|界面新闻 · 商业`. Two dashes begin a subtitle.
_SITE = re.compile(r"\s{0,9}(?:[-_|｜－]|—(?!—))(?!—)\s{0,9}(\S.{0,39})")
_BETWEEN_SITES = re.compile(r"\s*[-_|｜－—]\s*")


def is_document(text: str) -> bool:
    """Whether a text is a whole page of HTML rather than a piece of one."""
    return _DOCUMENT.match(text) is not None


def unescaped(body: str) -> str:
    """A body of HTML whose tags, all of them, were written as entities (`&lt;p&gt;`), as feeds do, as HTML. One with
    paragraphs of its own speaks of tags."""
    is_escaped = _ESCAPED.fullmatch(body) and all(map(_ESCAPED_START.match, _PARAGRAPHS.split(body.strip())))
    return html.unescape(with_halves_joined(body)) if is_escaped else body


def body_start(text: str) -> int:
    """Where the visible part of a document begins: behind its head, for browsers show what stands before <body>, too."""
    return next((found.end() for found in _START.finditer(text) if found["start"] is not None), 0)


def fields_of(text: str) -> dict[str, list[str]]:
    """What the head of a document says, the best first, by the names of front matter, and when its body says that it
    was published; nothing under a name that is not filled."""
    head = _Head()
    head.feed(with_halves_joined(text[: body_start(text) or len(text)]))
    said = {name: [head.said[key] for key in keys if head.said.get(key)] for name, keys in _META.items()}
    saved = _SAVED_FROM.search(text)
    said["url"] = [*filter(None, (saved and saved[1], head.said.get("canonical"))), *said["url"]]
    said["title"] += filter(None, [head.title.strip()])
    heading, site = _without_site(text, said["title"][0]) if said["title"] else ("", "")
    said["title"][:0] = filter(None, [heading])
    said["site_name"] += filter(None, [site])
    published = _PUBLISHED.search(text)
    said["published"] += [published[1]] if published else []
    return {name: values for name, values in said.items() if values}


def _without_site(text: str, title: str) -> tuple[str, str]:
    """The heading of a page whose title has its site's name behind that, and this name; else nothing."""
    found = _HEADING.search(text, body_start(text))
    heading = " ".join(html.unescape(_TAG.sub("", found[1])).split()) if found else ""
    behind = _SITE.fullmatch(title[len(heading) :]) if heading and title.startswith(heading) else None
    return (heading, _BETWEEN_SITES.split(behind[1])[-1].strip()) if behind else ("", "")


class _Head(HTMLParser):
    """Notes the title and, by name, what <meta> and the canonical <link> say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        self._in_title = tag == "title" and not self.title
        if tag == "meta":
            name = given.get("property") or given.get("name") or given.get("itemprop") or ""
            self.said.setdefault(name.lower(), given.get("content", ""))
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.said.setdefault("canonical", given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
