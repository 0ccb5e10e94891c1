"""Marks of Markdown that a reader must not see, unless the source shows them literally."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from factorykb.verify.visible import Line

# Between letters and digits asterisks hide a part: 138****1234.
_HIDING = re.compile(r"(?<=[0-9A-Za-z]{3})\*{2,}(?=[0-9A-Za-z]{3})")
_ELEMENTS = "a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|section|span|strong|table|td|th|tr|u|ul"
_MARKS = {
    "**": re.compile(r"\*\*"),
    "__": re.compile(r"(?<![\w_])__[^\s_](?:[^_\n]*[^\s_])?__(?![\w_])"),
    "~~": re.compile(r"(?<!~)~~(?!~)"),
    "](": re.compile(r"\]\((?=https?:|//|/|\.|#|data:|mailto:|javascript:|<)"),
    "![": re.compile(r"!\[[^\]\n]{0,200}\]\("),
    "a backslash": re.compile(r"\\(?=[_*\[\]#`~>|!{}])"),
    "#": re.compile(r"\A\s*#{1,6}(?=\s)"),
    "```": re.compile(r"```|~~~"),
    "{{<": re.compile(r"\{\{[<%]\s*/?\s*[A-Za-z]"),
    "{%": re.compile(
        r"\{%-?\s*(?:end)?(?:asset_img|blockquote|code|codeblock|highlight|img|note|post_link|raw|youtube)\b"
    ),
    "a tag": re.compile(rf"</?(?:{_ELEMENTS})(?:\s+[A-Za-z_:@/-][^<>]{{0,500}}|\s*)/?>", re.IGNORECASE),
    "an entity": re.compile(r"&(?:nbsp|amp|lt|gt|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"),
    "a note's reference": re.compile(r"\[\^[^\]\s]{1,40}\]"),
}


def unexpected(source: Sequence[Line], page: Sequence[Line]) -> Counter[str]:
    """The marks on a page that its source does not show literally, each with how many there are too many.

    Code is left out on both sides. A mark is literal in the source where a character of it was escaped, or
    stands in HTML, which knows no Markdown.
    """
    return _count(page, literal_only=False) - _count(source, literal_only=True)


def _count(lines: Sequence[Line], *, literal_only: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines:
        runs = [run for run in line.runs if not run.code]
        text = _HIDING.sub(lambda found: " " * len(found[0]), "".join(run.text for run in runs))
        literal = "".join(("1" if run.literal else "0") * len(run.text) for run in runs)
        for name, mark in _MARKS.items():
            counts[name] += sum(
                not literal_only or "1" in literal[found.start() : found.end()]
                for found in mark.finditer(text)
            )
    return counts
