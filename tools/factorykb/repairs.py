"""Markdown as other tools read it → CommonMark that says the same. Text in, text out; no code fences inside.

What CommonMark has no notation for, and would show or drop: rows with more cells than their table's head, notes
(`[^1]`), tasks (`[x]`), attributes (`{: .note}`), formulas (`$x_1$`). Definitions of links (`[1]: https://…`) hold
only where they are used and lead somewhere; any other is a line of text, which CommonMark would drop.
"""

from __future__ import annotations

import re
from collections import Counter

from factorykb.text import is_cjk

_LEAD = r"[ \t>]*(?:[-*+]|\d{1,9}[.)])?[ \t]*"
_SPAN = r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))"

_DELIMITERS = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")

_DEFINITION = re.compile(rf"^({_LEAD})\[([^\[\]\n]{{1,200}})\]:[ \t]*(\S*)(.*)$", re.MULTILINE)
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\]")
_ADDRESS = re.compile(r"<?(?:(?:https?:)?//|\.{0,2}/|#|mailto:|[\w/.-]+\.[A-Za-z]{2,5}>?$)")
_TITLE = re.compile(r"[ \t]*(?:[ \t](?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*")

_NOTE = re.compile(rf"{_SPAN}|(?P<start>^{_LEAD})?\[\^(?P<note>[^\]\s]{{1,40}})\](?P<colon>:)?", re.MULTILINE)
_TASK = re.compile(r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[([ xX])\](?=[ \t])", re.MULTILINE)

_ATTRIBUTE = r"(?:[.#][\w-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+)|toc)"
_ATTRIBUTES = re.compile(rf"{_SPAN}|\{{:[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*[ \t]*\}}")
_CONTENTS = re.compile(
    r"^[ \t]*(?:[-*+]|1\.)[ \t]+\S[^\n]{0,40}\n[ \t]*\{:[ \t]*toc[^{}\n]*\}[ \t]*$", re.MULTILINE
)
_HEADING_ID = re.compile(
    r"^([ ]{0,3}#{1,6}[ \t][^\n{}]{1,300}?)[ \t]*\{[#.][^{}\n\"'<>]{1,80}\}[ \t]*$", re.MULTILINE
)

_FORMULAS = re.compile(r"^\$\$[ \t]*\n((?:(?!\$\$)[^\n]*\n){1,60}?)[ \t]*\$\$[ \t]*$", re.MULTILINE)
_FORMULA = re.compile(
    rf"{_SPAN}|(?<![\\$])(?P<formula>\$\$[^$\n`]{{1,1000}}\$\$|\$(?=[^\s$])[^$\n`]{{0,300}}(?<![\s\\])\$(?![\d$]))"
)
_TEX = re.compile(r"[\\^_{}]")


def repaired(prose: str) -> str:
    """All of the above. Takes time in proportion to the length of `prose`."""
    prose = _HEADING_ID.sub(r"\1", _CONTENTS.sub("", prose))
    prose = _ATTRIBUTES.sub(lambda found: found["code"] or "", prose)
    prose = _FORMULAS.sub(r"```\n$$\n\1$$\n```", prose)
    prose = _FORMULA.sub(_formula, prose)
    prose = _TASK.sub(lambda found: f"{found[1]}{'☐' if found[2] == ' ' else '☑'}", prose)
    return _tables(_definitions(_notes(prose)))


def _formula(found: re.Match[str]) -> str:
    text = found["formula"]
    is_tex = text and _TEX.search(text) and not any(map(is_cjk, text))
    return f"`{text}`" if is_tex else found[0]


def _notes(prose: str) -> str:
    """Notes that are both cited and written: the number is raised, the note a paragraph with its number."""
    cited, written = set[str](), set[str]()
    for found in _NOTE.finditer(prose):
        if found["note"]:
            (written if _is_written(found) else cited).add(found["note"])
    both = cited & written

    def replaced(found: re.Match[str]) -> str:
        note = found["note"]
        if note not in both:
            return found[0]
        if _is_written(found):
            return f"\n{found['start']}&#91;{note}]"
        return f"{found['start'] or ''}<sup>&#91;{note}]</sup>{found['colon'] or ''}"

    return _NOTE.sub(replaced, prose)


def _is_written(found: re.Match[str]) -> bool:
    return found["start"] is not None and found["colon"] is not None


def _definitions(prose: str) -> str:
    """Escape definitions that are none."""
    written = Counter(_folded(found[2]) for found in _DEFINITION.finditer(prose))
    if not written:
        return prose
    named = Counter(_folded(found[1]) for found in _LABEL.finditer(prose))
    waiting = {label for label, number in written.items() if named[label] > number}

    def kept_or_escaped(found: re.Match[str]) -> str:
        label = _folded(found[2])
        if label in waiting and _ADDRESS.match(found[3]) and _TITLE.fullmatch(found[4]):
            waiting.discard(label)  # of two definitions the first holds, and the other would be dropped
            return found[0]
        return f"{found[1]}&#91;{found[2]}]:{found[0][found.end(2) - found.start() + 2 :]}"

    return _DEFINITION.sub(kept_or_escaped, prose)


def _folded(label: str) -> str:
    return re.sub(r"\s+", " ", label.strip()).casefold()


def _tables(prose: str) -> str:
    """Give the head of a table as many cells as its longest row has."""
    if "|" not in prose:
        return prose
    lines = prose.split("\n")
    at = 1
    while at < len(lines):
        head, delimiters = lines[at - 1], lines[at]
        if "|" not in head or not _DELIMITERS.fullmatch(delimiters) or _cells(head) != _cells(delimiters):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        more = max((_cells(row) for row in lines[at + 1 : end]), default=0) - _cells(head)
        if more > 0:
            lines[at - 1] = _widened(head, "", more)
            lines[at] = _widened(delimiters, "---", more)
        at = end
    return "\n".join(lines)


def _cells(row: str) -> int:
    return len(_CELL_END.split(re.sub(r"^[ \t>]*\|?|\|?[ \t]*$", "", row)))


def _widened(row: str, cell: str, more: int) -> str:
    open_end = "" if re.search(r"(?<!\\)\|[ \t]*$", row) else " |"
    return row.rstrip() + open_end + f" {cell} |" * more
