"""Dates in any of the shapes that sources write them in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from factorykb.fold import in_simplified
from factorykb.model import Moment
from factorykb.text import is_cjk

# A fixed offset, so that a machine without a time-zone database does the same; no summer time since 1992.
_SHANGHAI = timezone(timedelta(hours=8))
_CHINESE_DATE = re.compile(
    r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?"
    r"(?:,?[\sT]*(\d{1,2})(?:[:：时点](\d{1,2})(?:[:：分](\d{1,2}))?\s*[分秒]?|[时点]整?))?"
    r"(?:\s*(?P<zone>[+-]\d{2}:?\d{2}))?"
)
# With its half of the day; the British one, in 24 hours, has the day before the month.
_AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(, \d{1,2}:\d{2}(?::\d{2})?\s[AP]M)", re.IGNORECASE)
_LONGEST_DATE = 100  # characters
# `二〇二四年十二月二十一日`, also with the zero of ASCII or a circle in the place of 〇.
_NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_WRITTEN_OUT = re.compile(r"[〇零○0一二三四五六七八九十]{1,4}(?=[年月日时点分秒])")
_TENS = re.compile(r"([1-9]?)十([1-9]?)")
# The end of a day, which is the beginning of the next one.
_MIDNIGHT = re.compile(r"(?<!\d)24(?=(?:[:：]00){1,2}(?![\d:：.])|[时点](?!\d))")
_TIME = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_MONTH = re.compile(
    r"(?:1[89]|20)\d\d(?:s|[-/.](?:0?[1-9]|1[0-2]))?"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?,? \d{4}"
)
_EPOCH = re.compile(r"(1\d{9})(?:\.\d+|(\d{3}))?")  # seconds or milliseconds: from 2001 to 2033
# What stands around a date in a page: `编辑于 …`, `… 星期四`, `…・IP 属地福建`, Go's and MarkDownload's second word on the zone.
_AROUND_DATE = re.compile(
    r"^(?:(?:发布|发表|编辑|更新|首发|创建)(?:于|时间|日期)|时间|日期)[:：]?|[（(]?(?:星期|周)[一二三四五六日天][）)]?"
    r"|[\s·・|]*(?:IP\s*属地|来自|来源[：:]).{0,20}$|(?<=[+-]\d{4})\s+[A-Z]{3,4}$|\[[A-Z][A-Za-z]+/[A-Za-z_]+\]$"
    # Java's name of the zone, which others take for Chicago's.
    r"|(?<=\d) CST(?= \d{4}$)"
)
# Names of the zone in which a date without one is read anyway.
_BEIJING = re.compile(r"\s*(?:CST|Asia/(?:Shanghai|Chongqing)|PRC|[（(]?北京时间[）)]?)$|^北京时间[：:]?\s*")
_ORDINAL = re.compile(
    r"(?<=\d)(?:st|nd|rd|th)\b|(?<=\b[A-Z][a-z]{2})\.(?= \d)|(?<=\d{4}) at(?= \d)", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{8})(\d{6})")  # 20240205150409
_ZONE = re.compile(r"\s*[（(]?(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?(\d\d))?[）)]?$")
_HALF_DAY = re.compile(r"(?P<half>上午|下午|晚上|中午|凌晨|早上)\s*(?P<hour>\d{1,2})(?=[:：时点])")
_AFTERNOON = ("下午", "晚上", "中午")
_AM_PM = re.compile(r"\b(?P<hour>\d{1,2})(?P<rest>:\d\d(?::\d\d)?)\s*(?P<half>[AP])\.?M\b\.?", re.IGNORECASE)


def moment(raw: str) -> Moment:
    """Read a date in any of the shapes that sources use.

    ISO 8601, RFC 2822 (`Mon, 07 Feb 2022 03:59:59 GMT`), `February 10, 2024`, `2024年2月10日 08:30` or `2024/2/10`, in
    half days too (`下午3:20`, `3:20 PM`), seconds and milliseconds since 1970, and these with what pages write around them
    (`编辑于 …・IP 属地福建`), in Traditional characters, too. A date without a zone is taken as Asia/Shanghai. The result is
    always in Asia/Shanghai.

    Raises:
        ValueError: `raw` is no date, or a date that does not exist.
    """
    if len(raw) > _LONGEST_DATE:
        raise ValueError(raw)
    written = in_simplified(raw.strip())
    bare, is_midnight = _MIDNIGHT.subn("00", _bare_date(written))
    try:
        when = _parse(bare) + timedelta(days=is_midnight)
        if when.tzinfo is None:
            return Moment(when.replace(tzinfo=_SHANGHAI), zone_assumed=not _BEIJING.search(written))
        return Moment(when.astimezone(_SHANGHAI), zone_assumed=False)
    except OverflowError as error:
        raise ValueError(raw) from error


def is_date(raw: str) -> bool:
    """Whether `moment` can read it."""
    try:
        return bool(moment(raw))
    except ValueError:
        return False


def is_vague(raw: str) -> bool:
    """Whether a text is no date and says when without naming a day of a year (`八十年代`, `昨天 10:30`, `2024-02`), or says
    in Chinese that it does not know. One with year, month and day is a date with a mistake in it."""
    numbers = re.findall(r"\d+", _TIME.sub("", _WRITTEN_OUT.sub(_in_digits, in_simplified(raw))))
    in_words = any(map(is_cjk, raw)) and len(numbers) < 3
    says_when = bool(in_words or _MONTH.fullmatch(raw))
    return says_when and len(raw) <= _LONGEST_DATE and not is_date(raw)


def _bare_date(raw: str) -> str:
    """A date without the words around it, in 24 hours."""
    bare = _WRITTEN_OUT.sub(_in_digits, _AMERICAN_DATE.sub(r"\3/\1/\2\4", raw))
    bare = _AROUND_DATE.sub("", bare).strip()
    compact = _COMPACT.fullmatch(bare)
    bare = f"{compact[1]}T{compact[2]}" if compact else _ORDINAL.sub("", _BEIJING.sub("", bare))
    if not re.search(r"[A-Za-z]{3},? [A-Za-z]{3}", bare):  # RFC 2822 has its own zones
        bare = _ZONE.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}:{zone[3] or '00'}", bare)
    bare = _AM_PM.sub(lambda found: f"{_hour(found, found['half'] in 'pP')}{found['rest']}", bare)
    return _HALF_DAY.sub(lambda found: f" {_hour(found, found['half'] in _AFTERNOON)}", bare)


def _in_digits(numeral: re.Match[str]) -> str:
    """A Chinese number below a hundred, or digit by digit; as it stands where it is neither."""
    digits = numeral[0].translate(_NUMERALS)
    tens = _TENS.fullmatch(digits)
    return f"{tens[1] or 1}{tens[2] or 0}" if tens else digits


def _hour(found: re.Match[str], afternoon: bool) -> int:
    """The hour of the day that an hour of a half day is; one of a whole day (`下午15:20`, `中午11:30`) is it already."""
    hour = int(found["hour"])
    if hour > 12 or (found["half"] == "中午" and hour > 9):
        return hour
    return hour % 12 + 12 * (afternoon and (found["half"], hour) != ("晚上", 12))


def _parse(raw: str) -> datetime:
    for read in (_parse_epoch, _parse_iso, _parse_rfc2822, _parse_chinese):
        when = read(raw)
        if when is not None:
            return when
    raise ValueError(raw)


def _parse_epoch(raw: str) -> datetime | None:
    found = _EPOCH.fullmatch(raw)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _parse_iso(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", raw))
    except ValueError:
        return None


def _parse_rfc2822(raw: str) -> datetime | None:
    if not re.search(r"[A-Za-z]{3}", raw):
        return None
    try:
        timed = raw if ":" in raw else re.sub(r"\b(\d{4})\b", r"\1 00:00", raw, count=1)
        when = parsedate_to_datetime(re.sub(r"\bGMT(?=[+-]\d{4})", "", timed))
    except (ValueError, IndexError, OverflowError):
        return None
    # RFC 2822 writes "-0000" for "this is UTC, the local zone is unknown"; Python answers without a zone.
    return when.replace(tzinfo=UTC) if when.tzinfo is None and "-0000" in raw else when


def _parse_chinese(raw: str) -> datetime | None:
    found = _CHINESE_DATE.fullmatch(raw)
    if found is None:
        return None
    *parts, zone = found.groups()
    when = datetime(*(int(part) for part in parts if part))  # type: ignore[arg-type]
    return when.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo) if zone else when
