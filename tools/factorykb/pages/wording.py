"""The Chinese that the pages are written in: numbers, dates and names of things, in one place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from factorykb.editorial import TYPES
from factorykb.model import Article, Cleaned, Cleaning, Moment, Passage, Publisher
from factorykb.publishers import UNKNOWN
from factorykb.text import shortened

ZONE = "按北京时间"
ZONE_NOTE = "原文未注明时区，按北京时间处理"
DOT = "\u00a0· "  # keeps the dot at the end of its line
GAP = "\u2003"  # between names in a cloud; unlike a dot it is not seen at the end of a line
TIED = "\u00a0"  # keeps a number on the line of what it counts
NO_URL = "原文地址未知"
NO_DATE = "日期未知"
# Queries on the home page.
EXAMPLES = ("柔性制造", "厂二代", "制造业利润太薄怎么升级", "1688 产业带", "房地产")

GIST = 36  # characters of what a related passage begins to say
_NUMBER = re.compile(
    r"\W*(?:第|part|chapter|no\.?)?\s*(?:\d+|[一二三四五六七八九十百]+|[ivx]+)\s*(?:部分|章|节)?\W*",
    re.IGNORECASE,
)
_CHARACTERS_A_MINUTE = 450  # calm reading of Chinese on a screen; studies give 300-600

# What was cleaned away, in words a reader understands. One entry for each kind.
CLEANED = {
    Cleaned.KEYWORD_LINK: "{} 处指向站内搜索或公司页的关键词链接改为文字",
    Cleaned.REDIRECT: "{} 个跳转链接还原为真实地址",
    Cleaned.IMAGE_PROXY: "{} 张图片的代理地址还原为原图地址",
    Cleaned.DEAD_LINK: "{} 个没有有效地址的链接改为文字",
    Cleaned.FRAME: "{} 个嵌入的网页或播放器改为链接",
    Cleaned.INVISIBLE: "去掉 {} 处读者看不到的代码",
    Cleaned.PIXEL: "去掉 {} 个统计用的像素图",
    Cleaned.NO_IMAGE: "去掉 {} 个没有地址的图片标记",
    Cleaned.NAMED_IMAGE: "{} 张无法显示的图片写出文件名",
    Cleaned.CLOSING_LINK: "文末的原文链接移到页首",
    Cleaned.ANSWERER: "答主署名移到页首或段首",
    Cleaned.BYLINE: "{} 行署名移到页首",
    Cleaned.REPEATED_TITLE: "去掉正文里重复的标题",
    Cleaned.LINE_NUMBERS: "去掉 {} 列代码旁的行号",
}

# What a source file looks like, by the reader that read it.
DIALECTS = {
    "hexo-html": "网页正文按原样存下的 HTML",
    "hugo-markdown": "转成 Markdown 的文本，末行附原文链接",
    "jekyll-question": "问题页的存档，一个文件里依次收着各人的回答",
    "general": "一般的 HTML 或 Markdown 文本",
}


def count(number: int) -> str:
    """A number of characters as readers say it: 913, 2140, 1.2 万, 8 万, 78.4 万, 120 万."""
    if number < 10_000:
        return str(number)
    tens = number / 10_000
    return f"{tens:.{int(tens < 99.95)}f}".removesuffix(".0") + f"{TIED}万"


def count_number(number: int) -> str:
    """The digits of `count`."""
    return count(number).partition(TIED)[0]


def count_unit(number: int) -> str:
    """What stands behind the digits: 字 or 万字."""
    return f"{count(number).partition(TIED)[2]}字"


def minutes(characters: int) -> int:
    """How long reading takes, in whole minutes, at least one."""
    return max(1, math.ceil(characters / _CHARACTERS_A_MINUTE))


def reading_time(characters: int) -> str:
    total = minutes(characters)
    if total < 60:
        return f"约{TIED}{total}{TIED}分钟"
    hours, rest = divmod(round(total / 30), 2)
    return f"约{TIED}{hours}{TIED}个{'半' if rest else ''}小时"


def day(moment: Moment | None) -> str:
    """`2022-06-30`, in Beijing time."""
    return moment.when.date().isoformat() if moment else NO_DATE


def published(article: Article) -> str:
    """The day with what it means: a question's file knows only when its answers were collected."""
    verb = "采集于" if article.has_answers else "发表于"
    return f"{verb} {day(article.published)}" if article.published else NO_DATE


def page_of(number: int) -> str:
    """What follows the title of a list's further pages, so that a browser's tabs and hits of a search differ."""
    return f"（第 {number} 页）" if number > 1 else ""


def whole(text: str) -> str:
    """A piece of a line of facts that no line's end may divide; browsers break dates at their hyphens."""
    return f'<span class="kb-whole">{text}</span>'


def numeral(number: int) -> str:
    """One to ten in Chinese numerals as they count things, others in digits."""
    return "一两三四五六七八九十"[number - 1] if 1 <= number <= 10 else str(number)


def year(article: Article) -> int:
    """The year of publication; 0 when it is unknown."""
    return article.published.when.year if article.published else 0


def month(article: Article) -> int:
    """The month of publication, 1-12; 0 when it is unknown."""
    return article.published.when.month if article.published else 0


def span_of_years(articles: Sequence[Article]) -> str:
    return span_of(map(year, articles))


def span_of(years: Iterable[int]) -> str:
    """From the first to the last of some years, of which 0 is none."""
    known = sorted({*years} - {0})
    if not known:
        return NO_DATE
    return str(known[0]) if known[0] == known[-1] else f"{known[0]}–{known[-1]}"


def kind(article: Article) -> str:
    """What sort of text it is, after the publisher's name."""
    if not article.is_question:
        return article.publisher.name
    return f"{article.publisher.name}{'问题' if article.has_answers else '回答'}"


def origin(article: Article) -> str:
    """Where a text is from, as it is copied with words of it; an answer's author is named with the answer."""
    authors = "" if article.has_answers else "、".join(article.bylines.authors)
    parts = (authors, kind(article), published(article), article.bylines.note, article.url)
    return "，".join(filter(None, parts))


def left_out(short: int) -> str:
    """Why a list has fewer passages than its articles have on the matter; where to find them follows."""
    return f"另有 {short} 段只有寥寥几句，没有列在这里"


def first_publishers(publishers: Sequence[tuple[Publisher, int]]) -> str:
    """The three with most articles, and whether there are more."""
    names = "、".join(publisher.name for publisher, _ in publishers[:3])
    return f"{names}等 {len(publishers)} 个来源" if len(publishers) > 3 else names


def pages_near(number: int, total: int) -> list[int]:
    """The pages that a pager names: the ends, this one and those beside it, which fit on a phone's line; 0 stands for
    those left out between them, if they are more than one."""
    shown = sorted({1, total, *range(max(1, number - 1), min(total, number + 1) + 1)})
    named: list[int] = []
    for before, page in pairwise([0, *shown]):
        named += [page - 1] if page - before == 2 else [0] if page - before > 2 else []
        named.append(page)
    return named


def topic_type(kind: str) -> str:
    return TYPES[kind]


def where_to_look(article: Article) -> str:
    """What a reader can do when the original's address is unknown."""
    place = "" if article.publisher == UNKNOWN else f"到{article.publisher.name}"
    return f"未知。来源文件没有记下，可用原标题{place}查找"


def by_machine(article: Article) -> str:
    """What readers must know before they quote, to follow the other facts of a line; nothing of most articles."""
    return f"{DOT}{article.bylines.note}" if article.bylines.note else ""


def characters(number: int) -> str:
    """`7.8 万字` or `2246 字`."""
    return f"{count(number)}字" if number >= 10_000 else f"{number}{TIED}字"


def size_of(passage: Passage) -> str:
    """How long a passage is; of one without words what there is instead."""
    pictures = f"{passage.images}{TIED}张图片" if passage.images else "没有文字"
    return f"{passage.characters}{TIED}字" if passage.characters else pictures


def size(article: Article) -> str:
    """`245 个回答 · 7.8 万字` or `2246 字`."""
    said = characters(article.characters)
    return f"{len(article.answers)}{TIED}个回答{DOT}{said}" if article.has_answers else said


def cleaned(cleaning: Cleaning) -> list[str]:
    """What was done to the text, one phrase a kind, in the order of the table."""
    return [
        phrase.format(cleaning.counts[kind_]) for kind_, phrase in CLEANED.items() if kind_ in cleaning.counts
    ]


def gist(passage: Passage, length: int) -> str:
    """What a passage begins to say: its first line that is long enough to tell."""
    lines = passage.text.split("\n")
    line = next((line for line in lines if len(line) >= length // 2), lines[0])
    return shortened(line, length)


def sentence(text: str) -> str:
    """With a full stop, or whatever else ended it, at its end."""
    text = text.rstrip("。．.；;，,、 ")
    return text if text.endswith(("！", "？", "!", "?", "…", "。”", "！”", "？”")) else f"{text}。"


def is_number(title: str) -> bool:
    """Whether a heading is the number of its section and nothing else: it tells nothing where it stands alone."""
    return bool(_NUMBER.fullmatch(title))
