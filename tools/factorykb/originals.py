"""What an element says of its picture: which address is the original's, and what kind of picture it is."""

from __future__ import annotations

import re

from bs4 import Tag

from factorykb.attributes import attribute, classes
from factorykb.text import plain

_SOURCES = ("data-original", "data-actualsrc", "data-src", "data-lazy-src", "data-original-src")
# Any other attribute in which a lazy loader keeps an address: data-url, lazy-src, file, _src, data-lazyload …
_LAZY = re.compile(
    r"_?src\d?|file|zoomfile|imgsrc|(?:real|data|lay|lazy|orig)[_-]src|src[_-]lazy|data-path|original"
    r"|(?:data|lazy)-[\w-]*(?:src|url|lazy|orig|echo|image|img|large|file)[\w-]*",
    re.I,
)
# Parts of other attributes' names.
_NO_ADDRESS = re.compile(
    r"(?:^|-)(?:filename|name|caption|type|meta|link|title|desc|credit|id|alt)(?:-|$)", re.I
)
_PLACE = re.compile(r"/|\.\w{3,4}\Z")  # in every address, and not in a size (`data-img-size-val="1080,720"`)
_USELESS_ALT = re.compile(
    r"(?:图片?|图像|配图|插图|images?|img|pic(?:ture)?|photo|\S+\.(?:jpe?g|png|gif|webp))\d*", re.I
)


def written_addresses(node: Tag) -> list[str]:
    """All addresses that an image's attributes hold, the best first: an original, a lazy one, the widest, `src`.

    As they are written: neither complete nor safe. One that only holds the place of a picture still to load may be
    among them, and the same one twice.
    """
    lazy = [
        name
        for name in node.attrs
        if _LAZY.fullmatch(name)
        and not (name.endswith("srcset") or name == "src" or _NO_ADDRESS.search(name))
    ]
    named = (attribute(node, name) for name in dict.fromkeys((*_SOURCES, *lazy)))
    found = [value for value in named if _PLACE.search(value)]
    sets = [
        address
        for name in node.attrs
        if name.endswith("srcset")
        for address in _srcset(attribute(node, name))
    ]
    source = attribute(node, "src")
    # What stands in the address itself is mostly a blank in the place of what is still to load.
    last = [source] if source.startswith("data:") else []
    return [address for address in (*found, *([] if last else [source]), *sets, *last) if address]


def alt_of(node: Tag) -> str:
    """The description of a picture; empty where it only says that there is one, or names its file."""
    alt = plain(attribute(node, "alt"))
    return "" if _USELESS_ALT.fullmatch(alt) else alt


def _srcset(value: str) -> list[str]:
    """Addresses of a srcset, widest first."""
    sized: list[tuple[float, str]] = []
    for candidate in re.split(r",\s", value):
        url, _, size = candidate.strip(" ,").partition(" ")
        digits = size.strip().rstrip("wx")
        sized.append((float(digits) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", digits) else 0.0, url))
    return [url for _, url in sorted(sized, key=lambda pair: -pair[0]) if url]


def is_pixel(node: Tag) -> bool:
    """Whether a picture is as large as those that count visitors: no side it gives is longer than one pixel."""
    sizes = {attribute(node, name).removesuffix("px") for name in ("width", "height")} - {""}
    return bool(sizes) and sizes <= {"0", "1"}


def belongs_into_line(node: Tag) -> bool:
    """Whether a picture is a formula or an emoji: by Zhihu's and common classes, or by a height no larger than a
    line's."""
    if classes(node) & {"emoji", "emoticon", "eeimg"} or attribute(node, "eeimg"):
        return True
    if "://www.zhihu.com/equation?tex=" in attribute(node, "src"):
        return True
    height = attribute(node, "height").removesuffix("px")
    return height.isascii() and height.isdigit() and 1 < int(height[:4]) <= 32


def repeats(fallback: Tag, other: Tag) -> bool:
    """Whether a `noscript` (`fallback`) holds nothing but pictures that an element beside it shows too, by the names
    of their files. Another `noscript` shows none."""
    if other.name == "noscript" or fallback.get_text(strip=True):
        return False
    own, others = (
        {
            url.partition("?")[0].rpartition("/")[2]
            for one in tag.find_all("img")
            for url in written_addresses(one)
        }
        for tag in (fallback, other)
    )
    return bool(own) and own <= others
