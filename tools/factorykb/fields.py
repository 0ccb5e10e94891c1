"""What the fields of front matter say, under all the names that files give them. Shared by all dialects."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from factorykb.dates import is_vague, moment
from factorykb.errors import SourceError
from factorykb.fold import in_simplified
from factorykb.model import Document, Moment, Publisher, SourceWarning
from factorykb.publishers import names_of
from factorykb.text import plain, with_halves_joined

# What files call each field, as `frontmatter.snake_case` writes it: the usual names, then those of crawlers and exporters.
TITLE_KEYS = (
    "title headline question_title 标题 文章标题 题目 问题 问题标题 標題 文章標題 題目 問題 問題標題".split()
)
_PUBLISHED_KEYS = (
    "date published pub_date pubdate publish_date published_at publish_time pubtime pub_time published_time "
    "published_date publication_date release_time date_published post_date ptime 发布时间 发布日期 发表时间 发表日期 发布于 "
    "日期 时间 發布時間 發佈時間 發布日期 發佈日期 發表時間 發表日期 時間"
).split()
_CREATED_KEYS = "created created_at created_time create_time creation_date time 创建时间 建立時間".split()
_MODIFIED_KEYS = (
    "lastmod updated modified last_modified_at last_modified updated_at updated_time update_time modified_time 更新时间 "
    "修改时间 编辑时间 更新時間 修改時間"
).split()
_URL_KEYS = (
    "original_url source_url url_source origin_url original_link url link permalink canonical canonical_url "
    "answer_url article_url source_link source_page web_url article_link original source question_url "
    "原始链接 原文链接 原文地址 原文 链接 网址 文章链接 来源链接 来源 "
    "原文連結 原文鏈接 原文網址 連結 鏈接 網址 文章連結 來源連結 來源"
).split()
_AUTHOR_KEYS = ("author", "authors", "author_name", "byline", "作者", "作者名", "答主", "回答者")
_PUBLISHER_KEYS = "source publisher 来源 媒体 出处 來源 媒體 出處".split()
_SITE_KEYS = "source_name site_name sitename site hostname domain domain_name 平台 网站 来源网站 網站".split()
_CHANNEL_KEYS = ("categories", "category", "channel", "分类", "栏目", "频道", "分類", "欄目", "頻道")
# Fields beside these that no page shows; other names in Chinese may be words of the text.
UNUSED_KEYS = frozenset(
    "标签 关键词 摘要 简介 字数 阅读 阅读量 阅读数 浏览量 点赞 点赞数 赞同 赞同数 评论 评论数 收藏 收藏数 转发数 封面 "
    "编号 类型 状态 抓取时间 采集时间 爬取时间 保存时间 下载时间 tags keywords description summary excerpt id type status "
    "lang language image cover word_count words views likes votes comments 標籤 關鍵字 關鍵詞 簡介 編號 類型 狀態".split()
)
BODY_KEYS = frozenset(("markdown_content", "正文", "内容"))  # where the text begins
# Names under which crawlers put the text itself.
TEXT_KEYS = (*BODY_KEYS, "content", "content_html", "body", "html", "text", "markdown", "內容")
KEYS = frozenset(
    (
        *TITLE_KEYS,
        *_PUBLISHED_KEYS,
        *_CREATED_KEYS,
        *_MODIFIED_KEYS,
        *_URL_KEYS,
        *_AUTHOR_KEYS,
        *_PUBLISHER_KEYS,
        *_SITE_KEYS,
        *_CHANNEL_KEYS,
    )
)

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
_ENTITIES = re.compile(
    r"&(?:quot|apos|[lr][ds]quo|middot|[mn]dash|hellip|#3[49]|#183|#\d{4,5}|#[xX][4-9][0-9A-Fa-f]{3});"
)
_WIKILINK = re.compile(r"\[\[([^\[\]|]{1,200})(?:\|([^\[\]|]{1,200}))?\]\]")
_BETWEEN_NAMES = re.compile(r"\s*[、；]\s*")
# Behind a comma may stand an office (`张三，某报记者`), so that only names of the usual length are taken apart there.
_NAMES = re.compile(r"[\u4e00-\u9fff]{1,4}(?:[，,]\s*[\u4e00-\u9fff]{1,4})+")
_OFFICE = re.compile(r"记者|作者|编辑|主编|教授|博士|学者|律师|院士|老师|总监|主任")
# What a page writes before the name.
_ROLE = re.compile(r"^(?:作者|撰文|文|[来來]源|出[处處])\s*[：:|｜丨/／]\s*(?=\S)")
# Another one behind it: `文/甲 图/乙`, `来源：某报　作者：甲`.
_NEXT_ROLE = re.compile(
    r"\s+(?:作者|[图圖]片?|[摄攝]影|[编編][辑輯]|[责責][编編]|排版|[设設][计計]|校[对對])\s*[：:|｜丨/／].*",
    re.DOTALL,
)
# An address behind a publisher's name: `经济日报 http://…`, `经济日报（http://…）`.
_ADDRESS_BEHIND = re.compile(r"(?<=\S)(?:\s+|\s*[（(])(https?://[^\s（）()]{4,2000})[）)]?$")
_MAIL = re.compile(r"^[(（](?:\d+|99\+) ?(?:封私信|条消息|条通知)[^()（）]{0,20}[)）]\s*")
_WHOLE_ADDRESS = re.compile(r"(https?)(://[^\s/].*)", re.IGNORECASE | re.DOTALL)
_NAMED_LINK = re.compile(r"\[([^\[\]]{1,200})\]\(https?://[^\s()]*\)")
_LINK = re.compile(r"\A(?:\[[^\[\]]*\]\(|<)([^\s()<>]+)[)>]\Z")
_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(.+)")
_UNFILLED = re.compile(r"\{\{.*\}\}")  # what a template's author left to the generator


def text_of(document: Document, *keys: str) -> str:
    """The first non-empty scalar among `keys`, cleaned, also where it is all of a list; "" when there is none."""
    for key in keys:
        value = document.front.get(key)
        if isinstance(value, list) and len(value) == 1:
            [value] = value
        if isinstance(value, str) and _cleaned(value):
            return _cleaned(value)
    return ""


def _cleaned(value: str) -> str:
    """One clean line; what only HTML writes as entities (quotation marks, dashes, Chinese characters) as it is read."""
    return plain(_ENTITIES.sub(lambda found: html.unescape(found[0]), with_halves_joined(value)))


def list_of(document: Document, key: str) -> tuple[str, ...]:
    """The texts under `key`, whether it holds one text, a list, or lists in a list (one level); of a person with
    several fields the name."""
    value = document.front.get(key)
    values = value if isinstance(value, list) else [value]
    flat = [inner for item in values for inner in (item if isinstance(item, list) else [item])]
    named = (item.get("name") if isinstance(item, dict) else item for item in flat)
    return tuple(cleaned for item in named if isinstance(item, str) and (cleaned := _cleaned(item)))


def _lists_of(document: Document, keys: Iterable[str]) -> tuple[str, ...]:
    there = (key for key in keys if key in document.front)  # of some forty, hardly one
    return tuple(dict.fromkeys(value for key in there for value in list_of(document, key)))


def authors_of(document: Document) -> tuple[str, ...]:
    """The names of the authors, those in one text apart (`甲、乙`, `甲, 乙`), without the brackets of a link."""
    return tuple(
        name
        for names in map(_without_link, _lists_of(document, _AUTHOR_KEYS))
        for part in _BETWEEN_NAMES.split(_name(names))
        for name in _at_commas(part)
    )


def _without_link(names: str) -> str:
    """`[[甲]]` and `[甲](https://…)` as 甲."""
    return _WIKILINK.sub(lambda link: link[2] or link[1], _NAMED_LINK.sub(r"\1", names))


def _name(written: str) -> str:
    """A name without the word for its role before it, and without other roles behind it."""
    return _NEXT_ROLE.sub("", _ROLE.sub("", written))


def _at_commas(names: str) -> list[str]:
    """Names that stand between commas; a text that is not only such names is one."""
    are_names = _NAMES.fullmatch(names) and not _OFFICE.search(in_simplified(names))
    return re.split(r"[，,]\s*", names) if are_names else [names] if names else []


def title_of(document: Document) -> str:
    """The original title: the front matter's, else the heading that a body begins with, else as Jekyll takes it from
    the file's name (`2024-02-10-my-post.md`).

    Raises:
        SourceError: there is none, or nothing of it is visible.
    """
    title = text_of(document, *TITLE_KEYS) or _headed(document) or _named(document)[1]
    if not title:
        raise SourceError(
            document.source.path,
            document.lines.get("title", max(1, document.body_line - 1)),
            "the article has no title",
            "Add `title: …` to the front matter",
        )
    return title


def has_title(front: Mapping[str, object]) -> bool:
    """Whether there is something under a name for a title."""
    return any(front.get(key) for key in TITLE_KEYS)


def _headed(document: Document) -> str:
    """The heading that a body begins with: `# …` or `<h1>`; "" where there is none. One of several `<h1>` is a
    section's."""
    heading = _HEADING.match(document.body)
    if heading is None or (heading["html"] is not None and len(_H1.findall(document.body)) > 1):
        return ""
    return plain(heading["markdown"] or html.unescape(with_halves_joined(heading["html"])))


def _named(document: Document) -> tuple[str, str]:
    """Date and title in a file's name, or in its folder's where the file is an index, as in Hugo; "" where there are none."""
    path = PurePosixPath(document.source.path)
    name = path.parent.name if path.stem.lower() == "index" else path.stem
    found = _DATED_NAME.fullmatch(name)
    return (found[1], plain(found[2].replace("-", " "))) if found else ("", "")


def published_of(document: Document) -> Moment | None:
    """When the article appeared, by its front matter or its file's name (`2024-02-10-my-post.md`); None when neither
    says. Raises SourceError for a date in the front matter that is none; one that names no day says nothing.

    Where a field for it is there and empty, a date of creation is that of a clipper's note and says nothing."""
    blank = any(key in document.front for key in _PUBLISHED_KEYS)
    stated = _moment_of(document, _PUBLISHED_KEYS) or (None if blank else _moment_of(document, _CREATED_KEYS))
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
    """The first whole address among those that the front matter gives as the original's."""
    return next((address for address in _addresses(document) if not _is_front_page(address)), None)


def _addresses(document: Document) -> Iterator[str]:
    """The whole addresses under all names for one."""
    written = (_address_in(document, key) for key in _URL_KEYS if key in document.front)
    found = map(_WHOLE_ADDRESS.fullmatch, written)
    return (address[1].lower() + address[2] for address in found if address)


def _is_front_page(address: str) -> bool:
    """Whether an address names a site and no article on it."""
    return re.fullmatch(r"https?://[^/?#]+/?", address) is not None


def _address_in(document: Document, key: str) -> str:
    """What stands under `key`, without a link's or its own brackets, of several fields the address, of a name with an
    address behind it that."""
    value = document.front.get(key)
    if isinstance(value, dict):
        return plain(str(value.get("url") or value.get("link") or ""))
    text = text_of(document, key)
    behind = _ADDRESS_BEHIND.search(text) if key in _PUBLISHER_KEYS else None
    return behind[1] if behind else _LINK.sub(r"\1", text).replace("&amp;", "&")


def url_warnings(document: Document) -> tuple[SourceWarning, ...]:
    """What to say where the front matter names a host and gives no address (`url: www.e.com/a`). A scheme that it does
    not have is not made up. A path (`permalink: /2024/a/`) is a page's place on its own site and needs no word."""
    named = (key for key in _URL_KEYS if key not in _PUBLISHER_KEYS)
    key = next((key for key in named if text_of(document, key)), "")
    url = text_of(document, key)
    if not _NAMES_HOST.match(url):
        return ()
    what = "a site's front page" if _is_front_page(url) else "no whole address"
    problem = f"{key} is {url[:80]!r}, which is {what}, so the page has no link to the original"
    remedy = "Write it with all that a browser shows above the article, https:// or http:// first"
    return (SourceWarning(document.lines.get(key), problem, remedy),)


def date_warnings(document: Document) -> tuple[SourceWarning, ...]:
    """What to say where a date names no day (`八十年代`)."""
    keys = [*_PUBLISHED_KEYS, *_CREATED_KEYS, *_MODIFIED_KEYS]
    vague = {key: raw for key in keys if (raw := text_of(document, key)) and is_vague(raw)}
    return tuple(
        SourceWarning(
            document.lines.get(key),
            f"{key} is {raw[:40]!r}, which names no day, so no date is taken from it",
            "Write it as 2024-02-10 where the day is known",
        )
        for key, raw in vague.items()
    )


def _moment_of(document: Document, keys: Iterable[str]) -> Moment | None:
    for key in keys:
        raw = _without_link(text_of(document, key))
        if raw and not _UNFILLED.fullmatch(raw) and not is_vague(raw):
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


def shown_title(original: str, publisher: Publisher) -> str:
    """The title that readers see: site names at its ends (` _ 36氪…`, ` - 知乎`) are dropped.

    A part between ` _ ` that holds the publisher's name goes; after ` - ` or ` | ` only the bare name does.
    """
    names = names_of(publisher)
    parts = re.split(r"\s+_\s+", original)
    kept = [part for part in parts if not any(name in part for name in names)] or parts
    return without_site(" _ ".join(kept), publisher) or original


def without_site(title: str, publisher: Publisher) -> str:
    """A title without the bare name of its site behind it (`… - 知乎`), and without the reader's mail that a browser's tab
    shows before it (`(12 封私信) …`)."""
    bare = "|".join(re.escape(name) for name in names_of(publisher))
    title = re.sub(rf"\s{{0,9}}[-|｜_－—]\s{{0,9}}(?:{bare})$", "", title, flags=re.IGNORECASE)
    return _MAIL.sub("", title).strip()


def publishers_of(document: Document) -> tuple[str, ...]:
    """What the front matter calls the publisher, then its site; the original's address (`source: https://…`) is no name,
    nor is a site's."""
    written = (_ADDRESS_BEHIND.sub("", name) for name in _lists_of(document, _PUBLISHER_KEYS))
    url = url_of(document)
    names = [name for name in written if name != url and not _is_front_page(name)]
    sites = [name for name in _lists_of(document, _SITE_KEYS) if "://" not in name]
    hosts = [urlsplit(address).hostname or "" for address in _addresses(document) if _is_front_page(address)]
    return tuple(_name(_without_link(name)) for name in dict.fromkeys((*names, *sites, *hosts)) if name)


def channels_of(document: Document) -> tuple[str, ...]:
    """The categories, the last and most telling first; aggregators name the publisher among them."""
    return tuple(reversed(_lists_of(document, _CHANNEL_KEYS)))
