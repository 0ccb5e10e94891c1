"""Addresses: which may stay, which are wrappers around another, which are a site's advertising for itself."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from factorykb.text import INVISIBLE, plain

# Redirect wrappers: host (with or without www.) → the query parameter that holds the real address.
_WRAPPERS = {
    "link.zhihu.com": "target",
    "link.juejin.cn": "target",
    "link.csdn.net": "target",
    "jianshu.com": "to",
    "go.skimresources.com": "url",
    "images.weserv.nl": "url",
    "google.com": "q",
    "sspai.com": "target",
    "gitee.com": "target",
    "oschina.net": "url",
    "c.pc.qq.com": "url",
}
# Wrappers whose host is a site of its own: only these paths redirect.
_WRAPPER_PATHS = {
    "jianshu.com": "/go",
    "google.com": "/url",
    "sspai.com": "/link",
    "gitee.com": "/link",
    "oschina.net": "/action/GoToLink",
}
# Keyword links that name no search word in their query (the rest is known by `_searches_for`).
_KEYWORD_LINKS = (
    re.compile(r"^https?://(?:www\.)?zhihu\.com/search\b"),
    re.compile(r"^https?://zhida\.zhihu\.com/search\b"),
    re.compile(r"^https?://36kr\.com/project(?:Details)?/"),
    re.compile(r"^https?://(?:www\.)?36dianping\.com/space/"),
)
# Parameters that say how a reader came, and not which page it is.
_TRACKING = re.compile(
    r"(?:utm_\w{1,30}|spm(?:_id_from)?|scm|hm(?:sr|pl|cu|kw|ci)|bd_vid|vd_source|share_(?:token|source|medium)|gclid|fbclid"
    r"|msclkid|yclid|mc_[ce]id|chksm|mpshare|isappinstalled)(?:=|\Z)",
    re.IGNORECASE,
)
# Of an article on WeChat, whose addresses also say how a reader came to it.
_OF_WECHAT = re.compile(r"(?:__biz|mid|idx|sn)=")
_LONGEST = 8_000  # characters; more no server takes
_SCHEMES = ("http", "https", "mailto")
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE)
# What lazy loaders put in the place of a picture: a GIF of one pixel, a drawing of nothing.
_BLANK = re.compile(
    r"data:image/(?:gif;base64,R0lGODlhAQAB|svg\+xml[^<]{0,100}<svg\b[^<>]{0,2000}(?:/>|>\s{0,9}</svg>))",
    re.I,
)
_MOST_EMBEDDED = 400_000  # characters, some 300 KB; what is larger belongs into a file
# What no browser takes in a host, once percent signs are resolved (WHATWG URL, forbidden domain code points), and
# what stands for bytes that are no UTF-8.
_NOT_IN_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|\ufffd]")
_NOT_IN_URL = re.compile(
    '%(?![0-9A-Fa-f]{2})|[\x00-\x20\x7f"<>\\\\^`{|}()\\[\\]*\u00a0\u3000]' + "|" + INVISIBLE.pattern
)


def is_keyword(href: str, text: str, classes: list[str]) -> bool:
    """Whether a link only sends the reader to the publisher's own search or company page for its words.

    So does one that searches for exactly the words it is laid on, in UTF-8 or GB 18030. (Laid on an address, a link
    with that address in its query leads there.)
    """
    if "project-link" in classes or any(pattern.match(href) for pattern in _KEYWORD_LINKS):
        return True
    words = plain(text)
    return len(words) > 1 and not words.isdigit() and "://" not in words and _searches_for(href, words)


def _searches_for(href: str, text: str) -> bool:
    query = href[:_LONGEST].partition("?")[2].partition("#")[0]
    for pair in query.split("&"):
        raw = pair.partition("=")[2].replace("+", " ")
        if unquote(raw) == text:
            return True
        try:
            if raw and unquote_to_bytes(raw).decode("gb18030") == text:
                return True
        except UnicodeDecodeError:
            continue
    return False


def unwrapped(url: str) -> str:
    """The address inside a redirect wrapper or image proxy; `url` itself when it is none."""
    if len(url) > _LONGEST:
        return url
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    parameter = _WRAPPERS.get(host)
    if parameter is None or not parts.path.startswith(_WRAPPER_PATHS.get(host, "")):
        return url
    target = dict(parse_qsl(parts.query, separator="&")).get(parameter, "")
    if target.startswith("//"):
        return "https:" + target
    if re.match(r"[a-z0-9.-]+\.[a-z]{2,}/", target):
        return "https://" + target
    return target if re.match(r"https?://", target) else url


def canonical(url: str) -> str:
    """One spelling of all `safe` addresses of a work, to tell whether two are the same; not one to show.

    Unwrapped, with https, without a slash at the end, tracking parameters and fragment, but for one by which a site
    routes (`#/a`, `#!a`).
    """
    parts = urlsplit(safe(unwrapped(url), None) or url)
    pairs = [pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair)]
    if parts.netloc.lower() == "mp.weixin.qq.com":
        pairs = list(filter(_OF_WECHAT.match, pairs)) or pairs
    query = "&".join(pairs)
    route = parts.fragment if parts.fragment[:1] in ("/", "!") else ""
    return urlunsplit(("https", parts.netloc.lower(), parts.path.rstrip("/"), query, route.rstrip("/")))


def safe(url: str, base: str | None) -> str | None:
    """`url` as an absolute address that may stand in a page, or None.

    Args:
        url: as it stands in the source, entities already resolved.
        base: the article's own address, for relative ones; None when unknown.

    Only http, https and mailto pass. Characters that end or change a Markdown link, or that nobody can
    see, are percent-encoded.
    """
    url = re.sub("[\t\r\n]", "", url).strip()
    if url.startswith("//"):
        url = "https:" + url
    if len(url) > _LONGEST:
        return None
    try:
        scheme = urlsplit(url).scheme.lower()
        if not scheme and base and url and not url.startswith("#"):
            url = urljoin(base, url)
            scheme = urlsplit(url).scheme.lower()
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if scheme not in _SCHEMES or (scheme != "mailto" and not host):
        return None
    if host and _NOT_IN_HOST.search(unicodedata.normalize("NFKC", unquote(host))):
        return None
    return _NOT_IN_URL.sub(lambda match: quote(match[0], safe="", errors="replace"), url)


def safe_picture(url: str, base: str | None) -> str | None:
    """As `safe`, and pictures that are written into the address itself: PNG, JPEG, GIF and WebP of at most
    300 KB. A browser draws those and runs nothing in them; SVG it would."""
    embedded = re.sub(r"\s", "", url) if url[:5].lower() == "data:" else ""
    if embedded:
        return embedded if len(embedded) <= _MOST_EMBEDDED and _EMBEDDED.fullmatch(embedded) else None
    address = safe(url, base)
    return None if address is None or address.startswith("mailto:") else address


def is_blank_picture(url: str) -> bool:
    """Whether an address is a picture of nothing that holds the place of one still to load."""
    return _BLANK.match(url if "<" in url else unquote(url[:_LONGEST])) is not None


def file_name(url: str) -> str:
    """The name of a file on somebody's disk (`file:///…/a.png`, `C:\\…\\a.png`); "" for any other address."""
    found = re.fullmatch(r"(?:file:/{1,3}|[A-Za-z]:)[^<>\"\n]{0,300}[\\/]([^\\/<>\"\n]{1,100}\.\w{2,4})", url)
    return unquote(found[1]) if found else ""


def is_name(url: str) -> bool:
    """Whether an address that is not `safe` at least tells a reader which file is meant (`/images/a.png`)."""
    name = re.fullmatch(
        r"(?![A-Za-z][A-Za-z0-9+.-]*:)(?!//)(?:[^\s<>\"]{2,300}|[^<>\"\n]{2,300}\.\w{2,4})", url
    )
    return name is not None and url[0] != "#"
