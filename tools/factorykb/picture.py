"""The picture of how the themes hang together: themes in a ring, a line for each pair that shares passages."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factorykb.editorial import FAMILIES, Theme
from factorykb.ranking import most_first

_WIDTH = 640  # units; on a phone one is about half a pixel, and the 26 of a letter stay readable
_ROW = 52  # from one name to the next below it, so that names never touch
_INSET = 222  # room for a name of eight characters on either side
_BULGE = 30
_STRONGEST = 34  # lines; more would be a ball of wool


@dataclass(frozen=True, slots=True)
class _Place:
    theme: Theme
    x: float
    y: float
    right: bool


def themes_svg(
    themes: Sequence[Theme], counts: Mapping[str, int], pairs: Mapping[tuple[str, str], int]
) -> str:
    """An inline SVG on one line, with a title and description for those who cannot see it.

    Args:
        themes: in the order of the circle; those of a family stand together.
        counts: theme → number of passages (size of its dot).
        pairs: (slug, slug) → number of shared passages (width of the line).
    """
    ordered = sorted(themes, key=lambda theme: FAMILIES.index(theme.family))
    places = {theme.slug: _place(theme, i, len(ordered)) for i, theme in enumerate(ordered)}
    strongest = most_first(pairs)[:_STRONGEST]
    lines = "".join(_line(places[a], places[b], number) for (a, b), number in reversed(strongest))
    dots = "".join(_dot(place, counts.get(slug, 0)) for slug, place in places.items())
    height = _ROW * math.ceil(len(ordered) / 2)
    return (
        f'<svg class="kb-map" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="map-title map-text">'
        f'<title id="map-title">主题之间的联系</title><desc id="map-text">{_described(ordered, strongest)}</desc>'
        f"{lines}{dots}</svg>"
    )


def _place(theme: Theme, index: int, total: int) -> _Place:
    """Clockwise from the top: down the right side in even rows, up the left one; the middle rows bulge outward."""
    rows = math.ceil(total / 2)
    right = index < rows
    row = index if right else total - 1 - index
    bulge = _BULGE * math.sin(math.pi * (row + 0.5) / rows)
    inset = _INSET + _BULGE - bulge
    return _Place(theme, round(_WIDTH - inset if right else inset, 1), _ROW * (row + 0.5), right)


def _line(a: _Place, b: _Place, number: int) -> str:
    # A line between two of one side goes by the middle, one across is almost straight.
    bend = f"{_WIDTH / 2:g} {(a.y + b.y) / 2:g}"
    return (
        f'<path d="M{a.x:g} {a.y:g}Q{bend} {b.x:g} {b.y:g}" stroke-width="{min(7.0, 0.6 + number * 0.35):.1f}">'
        f"<title>{html.escape(a.theme.name)}和{html.escape(b.theme.name)}：{number} 段</title></path>"
    )


def _dot(place: _Place, count: int) -> str:
    family = FAMILIES.index(place.theme.family) + 1
    radius = min(18.0, 4 + 1.6 * math.sqrt(count))
    x = place.x + (radius + 7 if place.right else -radius - 7)
    anchor = "start" if place.right else "end"
    name = html.escape(place.theme.name)
    return (
        f'<circle class="kb-family-{family}" cx="{place.x:g}" cy="{place.y:g}" r="{radius:.1f}"/>'
        f'<text x="{x:.1f}" y="{place.y + 9:.1f}" text-anchor="{anchor}">{name}</text>'
    )


def _described(themes: Sequence[Theme], strongest: Sequence[tuple[tuple[str, str], int]]) -> str:
    names = {theme.slug: theme.name for theme in themes}
    said = [f"{names[a]}和{names[b]}共有 {number} 段" for (a, b), number in strongest[:8]]
    return html.escape(
        f"{len(themes)} 个主题按家族分列两边，两个主题同时出现在一段里就连一条线，越粗段数越多。"
        + "；".join(said)
        + "。"
    )
