"""The articles by year and month, for the page 时间线. Bounded: what does not fit is a link to the year's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from factorykb.model import Article
from factorykb.pages import wording
from factorykb.pages.lists import Month, months_of

_NAMED_IN_ALL = 300  # articles named on the page; about 100 KB of HTML
_NAMED_A_MONTH = 12


@dataclass(frozen=True, slots=True)
class Named:
    """`named` are the newest articles of the month, as many as the page has room for."""

    month: Month
    named: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """`number` is 0 for articles without a date; `months` are those with articles, the latest first."""

    number: int
    count: int
    months: tuple[Named, ...]

    def in_month(self, number: int) -> Month | None:
        return next((one.month for one in self.months if one.month.number == number), None)


def years(articles: Sequence[Article]) -> tuple[Year, ...]:
    """The library's articles (newest first, the undated last), grouped."""
    room = _NAMED_IN_ALL
    out: list[Year] = []
    for year, group in groupby(articles, key=wording.year):
        of_year = tuple(group)
        at, months = 0, list[Named]()
        for month in months_of(year, of_year):
            named = of_year[at : at + min(month.count, _NAMED_A_MONTH, room)]
            at += month.count
            room -= len(named)
            months.append(Named(month, named))
        out.append(Year(year, len(of_year), tuple(months)))
    return tuple(out)


def most_in_a_month(of_years: Sequence[Year]) -> int:
    """The tallest bar of the chart."""
    months = (one.month for year in of_years for one in year.months)
    return max((month.count for month in months if month.number), default=1)
