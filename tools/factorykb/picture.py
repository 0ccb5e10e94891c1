"""The picture of how the themes hang together: themes on a circle, a line for each pair that shares passages."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factorykb.editorial import FAMILIES, Theme

_SIZE = 720
_RADIUS = 205
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
    strongest = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:_STRONGEST]
    lines = "".join(_line(places[a], places[b], number) for (a, b), number in reversed(strongest))
    dots = "".join(_dot(place, counts.get(slug, 0)) for slug, place in places.items())
    return (
        f'<svg class="kb-map" viewBox="0 0 {_SIZE} {_SIZE}" role="img" aria-labelledby="map-title map-text">'
        f'<title id="map-title">主题之间的联系</title><desc id="map-text">{_described(ordered, strongest)}</desc>'
        f"{lines}{dots}</svg>"
    )


def _place(theme: Theme, index: int, total: int) -> _Place:
    angle = 2 * math.pi * (index + 0.5) / max(total, 1) - math.pi / 2
    x, y = (_SIZE / 2 + _RADIUS * trig(angle) for trig in (math.cos, math.sin))
    return _Place(theme, round(x, 1), round(y, 1), math.cos(angle) >= 0)


def _line(a: _Place, b: _Place, number: int) -> str:
    middle = _SIZE / 2
    return (
        f'<path d="M{a.x} {a.y}Q{middle} {middle} {b.x} {b.y}" stroke-width="{min(7.0, 0.6 + number * 0.35):.1f}">'
        f"<title>{html.escape(a.theme.name)}与{html.escape(b.theme.name)}：{number} 段</title></path>"
    )


def _dot(place: _Place, count: int) -> str:
    family = FAMILIES.index(place.theme.family) + 1
    radius = 4 + 1.6 * math.sqrt(count)
    x = place.x + (radius + 7 if place.right else -radius - 7)
    anchor = "start" if place.right else "end"
    name = html.escape(place.theme.name)
    return (
        f'<circle class="kb-family-{family}" cx="{place.x}" cy="{place.y}" r="{radius:.1f}"/>'
        f'<text x="{x:.1f}" y="{place.y + 6:.1f}" text-anchor="{anchor}">{name}</text>'
    )


def _described(themes: Sequence[Theme], strongest: Sequence[tuple[tuple[str, str], int]]) -> str:
    names = {theme.slug: theme.name for theme in themes}
    said = [f"{names[a]}与{names[b]}共有 {number} 段" for (a, b), number in strongest[:8]]
    return html.escape(
        f"{len(themes)} 个主题按家族围成一圈，两个主题同时出现在一段里就连一条线，越粗段数越多。"
        + "；".join(said)
        + "。"
    )
