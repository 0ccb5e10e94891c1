"""The articles by year and month, for the page 时间线. Bounded: what does not fit is a link to the year's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from factorykb.model import Article
from factorykb.pages import wording

_NAMED_IN_ALL = 300  # articles named on the page; about 100 KB of HTML
_NAMED_A_MONTH = 12


@dataclass(frozen=True, slots=True)
class Month:
    """`number` is 1-12; `named` are the newest articles of the month, as many as the page has room for."""

    number: int
    count: int
    named: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """`number` is 0 for articles without a date; `months` are those with articles, the latest first."""

    number: int
    count: int
    months: tuple[Month, ...]

    def in_month(self, number: int) -> int:
        return next((month.count for month in self.months if month.number == number), 0)


def years(articles: Sequence[Article]) -> tuple[Year, ...]:
    """The library's articles (newest first, the undated last), grouped."""
    room = _NAMED_IN_ALL
    out: list[Year] = []
    for year, group in groupby(articles, key=wording.year):
        of_year = tuple(group)
        months: list[Month] = []
        for number, of_month in groupby(of_year, key=_month):
            all_ = tuple(of_month)
            named = all_[: min(_NAMED_A_MONTH, room)]
            room -= len(named)
            months.append(Month(number, len(all_), named))
        out.append(Year(year, len(of_year), tuple(months)))
    return tuple(out)


def most_in_a_month(of_years: Sequence[Year]) -> int:
    """The tallest bar of the chart."""
    return max((month.count for year in of_years for month in year.months if month.number), default=1)


def _month(article: Article) -> int:
    return article.published.when.month if article.published else 0
