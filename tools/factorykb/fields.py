"""One table of normalisers for the fields of front matter: dates, titles, names. Shared by all dialects."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from factorykb.errors import SourceError
from factorykb.model import Document, Moment, Publisher, SourceWarning
from factorykb.publishers import names_of
from factorykb.text import plain

# A fixed offset, so that a machine without a time-zone database does the same; no summer time since 1992.
SHANGHAI = timezone(timedelta(hours=8))

_DATE_KEYS = ("date", "published", "pubdate", "publish_date", "published_at", "created", "created_at", "time")
_MODIFIED_KEYS = ("lastmod", "updated", "modified", "last_modified_at")
_URL_KEYS = ("original_url", "source_url", "url", "link", "permalink", "canonical")
_AUTHOR_KEYS = ("author", "authors")

# What names a host, with a scheme that may be misspelt or none: `www.e.com/a`, `e.com/a`, `http:/e.com/a`.
# A place on a site (`/2024/a`, `node.js/intro`) is none, so only the usual ends of a host's name count.
_NAMES_HOST = re.compile(
    r"(?:[A-Za-z]{2,6}(?::/{0,2}|//)|//)?"
    r"(?:www\.|(?:[\w-]+\.)+(?:com|cn|net|org|gov|edu|io|info|cc|tv|me|hk|tw)(?![\w.-]))"
)
# A heading without any mark in it, at the beginning of Markdown or of HTML. (One with marks is no title yet.)
_HEADING = re.compile(
    r"(?:[ \t]*+\n)*+ {0,3}#[ \t]++(?P<markdown>[^\n*_`\[\]<>&\\#{}$~|]++)#*+[ \t]*+(?:\n|\Z)"
    r"|(?:[ \t]*+\n)*+ {0,3}(?:<(?:html|body|main|article|section|div)\b[^<>]*+>\s*+)*+"
    r"<h1(?:\s[^<>]*+)?>(?P<html>[^<>{}]*+)</h1[ \t]*>",
    re.IGNORECASE,
)
_H1 = re.compile(r"<h1[\s>]", re.IGNORECASE)
_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(.+)")
_CHINESE_DATE = re.compile(
    r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?\s*秒?)?"
)


def text_of(document: Document, *keys: str) -> str:
    """The first non-empty scalar among `keys`, cleaned; "" when there is none."""
    for key in keys:
        value = document.front.get(key)
        if isinstance(value, str) and plain(value):
            return plain(value)
    return ""


def list_of(document: Document, key: str) -> tuple[str, ...]:
    """The texts under `key`, whether it holds one text, a list, or lists in a list (one level); of a person with
    several fields the name."""
    value = document.front.get(key)
    values = value if isinstance(value, list) else [value]
    flat = [inner for item in values for inner in (item if isinstance(item, list) else [item])]
    named = (item.get("name") if isinstance(item, dict) else item for item in flat)
    return tuple(cleaned for item in named if isinstance(item, str) and (cleaned := plain(item)))


def authors_of(document: Document) -> tuple[str, ...]:
    return tuple(name for key in _AUTHOR_KEYS for name in list_of(document, key))


def title_of(document: Document) -> str:
    """The original title: the front matter's, else the heading that a body begins with, else as Jekyll takes it from
    the file's name (`2024-02-10-my-post.md`).

    Raises:
        SourceError: there is none, or nothing of it is visible.
    """
    title = text_of(document, "title") or _headed(document) or _named(document)[1]
    if not title:
        raise SourceError(
            document.source.path,
            document.lines.get("title", document.body_line - 1),
            "the article has no title",
            "Add `title: …` to the front matter",
        )
    return title


def _headed(document: Document) -> str:
    """The heading that a body begins with: `# …` or `<h1>`; "" where there is none. One of several `<h1>` is a
    section's."""
    heading = _HEADING.match(document.body)
    if heading is None or (heading["html"] is not None and len(_H1.findall(document.body)) > 1):
        return ""
    return plain(heading["markdown"] or html.unescape(heading["html"]))


def _named(document: Document) -> tuple[str, str]:
    """Date and title in a file's name, or in its folder's where the file is an index, as in Hugo; "" where there are none."""
    path = PurePosixPath(document.source.path)
    name = path.parent.name if path.stem.lower() == "index" else path.stem
    found = _DATED_NAME.fullmatch(name)
    return (found[1], plain(found[2].replace("-", " "))) if found else ("", "")


def published_of(document: Document) -> Moment | None:
    """When the article appeared, by its front matter or its file's name (`2024-02-10-my-post.md`); None when neither
    says. Raises SourceError for a date in the front matter that is none."""
    stated = _moment_of(document, _DATE_KEYS)
    if stated:
        return stated
    try:
        return moment(_named(document)[0])
    except ValueError:
        return None


def modified_of(document: Document) -> Moment | None:
    """When the article was last changed; None when unknown. Raises SourceError as `moment`."""
    return _moment_of(document, _MODIFIED_KEYS)


def url_of(document: Document) -> str | None:
    """The address the front matter gives as the original's, if it is one."""
    found = re.fullmatch(r"(https?)(://[^\s/].*)", text_of(document, *_URL_KEYS), re.IGNORECASE | re.DOTALL)
    return found[1].lower() + found[2] if found else None


def url_warnings(document: Document) -> tuple[SourceWarning, ...]:
    """What to say where the front matter names a host and gives no address (`url: www.e.com/a`). A scheme that it does
    not have is not made up. A path (`permalink: /2024/a/`) is a page's place on its own site and needs no word."""
    key = next((key for key in _URL_KEYS if text_of(document, key)), "")
    url = text_of(document, key)
    if not _NAMES_HOST.match(url):
        return ()
    problem = f"{key} is {url[:80]!r}, which is no whole address, so the page has no link to the original"
    remedy = "Write it with all that a browser shows, https:// or http:// first"
    return (SourceWarning(document.lines.get(key), problem, remedy),)


def _moment_of(document: Document, keys: Iterable[str]) -> Moment | None:
    for key in keys:
        raw = text_of(document, key)
        if raw:
            try:
                return moment(raw)
            except ValueError as error:
                raise SourceError(
                    document.source.path,
                    document.lines.get(key),
                    f"{key} is {raw[:40]!r}, which is no date",
                    "Write it as 2024-02-10 08:30:00, or with a zone as 2024-02-10T08:30:00+08:00",
                ) from error
    return None


def moment(raw: str) -> Moment:
    """Read a date in any of the shapes that sources use.

    ISO 8601, RFC 2822 (`Mon, 07 Feb 2022 03:59:59 GMT`), and `2024年2月10日 08:30` or `2024/2/10`. A date
    without a zone is taken as Asia/Shanghai. The result is always in Asia/Shanghai.

    Raises:
        ValueError: `raw` is no date, or a date that does not exist.
    """
    when = _parse(raw.strip())
    if when.tzinfo is None:
        return Moment(when.replace(tzinfo=SHANGHAI), zone_assumed=True)
    try:
        return Moment(when.astimezone(SHANGHAI), zone_assumed=False)
    except OverflowError as error:
        raise ValueError(raw) from error


def _parse(raw: str) -> datetime:
    for read in (_parse_iso, _parse_rfc2822, _parse_chinese):
        when = read(raw)
        if when is not None:
            return when
    raise ValueError(raw)


def _parse_iso(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", raw))
    except ValueError:
        return None


def _parse_rfc2822(raw: str) -> datetime | None:
    if not re.search(r"[A-Za-z]{3}", raw):
        return None
    try:
        when = parsedate_to_datetime(re.sub(r"\bGMT(?=[+-]\d{4})", "", raw))
    except (ValueError, IndexError, OverflowError):
        return None
    # RFC 2822 writes "-0000" for "this is UTC, the local zone is unknown"; Python answers without a zone.
    return when.replace(tzinfo=UTC) if when.tzinfo is None and "-0000" in raw else when


def _parse_chinese(raw: str) -> datetime | None:
    found = _CHINESE_DATE.fullmatch(raw)
    return datetime(*(int(group) for group in found.groups() if group)) if found else None  # type: ignore[arg-type]


def shown_title(original: str, publisher: Publisher) -> str:
    """The title that readers see: site names at its ends (` _ 36氪…`, ` - 知乎`) are dropped.

    A part between ` _ ` that holds the publisher's name goes; after ` - ` or ` | ` only the bare name does.
    """
    names = names_of(publisher)
    parts = re.split(r"\s+_\s+", original)
    kept = [part for part in parts if not any(name in part for name in names)] or parts
    title = " _ ".join(kept)
    bare = "|".join(re.escape(name) for name in names)
    return (
        re.sub(rf"\s{{0,9}}[-|｜_－—]\s{{0,9}}(?:{bare})$", "", title, flags=re.IGNORECASE).strip()
        or original
    )


def folded(text: str) -> str:
    """`text` for comparing: NFKC, lower case, only letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def publishers_of(document: Document) -> tuple[str, ...]:
    """What the front matter calls the publisher."""
    return (*list_of(document, "source"), *list_of(document, "publisher"))


def channels_of(document: Document) -> tuple[str, ...]:
    """The categories, the last and most telling first; aggregators name the publisher among them."""
    return tuple(reversed(list_of(document, "categories")))
