"""The piece of a passage that shows why it is here: around the words that matter, with those words marked."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_LENGTH = 110  # characters
# A full-width mark ends in a blank of its own; “”‘’… stand in English, too.
_AFTER_MARK = re.compile("(?<=[。！？；：，、」』）》])\n")
_NEAR = 30  # characters: a sentence or clause that begins further before the first word is cut
_SENTENCE_END = re.compile(r"[。！？!?\n；;]|(?<!\d)\. ")
_CLAUSE_END = re.compile(r"[，、：]|[,:](?![\d/])")
_PARTICLE = re.compile("[的了着]")  # a word has ended there
_WITHIN_WORD = re.compile(r"[A-Za-z0-9]+(?:[.,'’-][A-Za-z0-9]+)*")
_BRACKET = re.compile("[（(「『《【）)」』》】]")
_NEVER_FIRST = "，。！？；：、…—”’」』》】）),;:!? \u3000\n"


def around(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The window of `text` in which most of the `spans` lie; its beginning when there are none.

    Args:
        spans: begin and end of each place that matters, in order; they do not overlap.

    Returns HTML: the text escaped, the places in <mark>, an ellipsis where it was cut.
    """
    start = _best_start(text, spans)
    end = min(len(text), start + _LENGTH)
    parts = ["…"] if start else []
    position = start
    for low, high in spans:
        if start <= low and high <= end:
            parts += [html.escape(text[position:low], quote=False)]
            parts += [f"<mark>{html.escape(text[low:high], quote=False)}</mark>"]
            position = high
    rest = text[position:end] if end == len(text) else text[position:end].rstrip("，、：…— \n") + "…"
    parts += [html.escape(rest, quote=False)]
    return _AFTER_MARK.sub("", "".join(parts)).replace("\n", " ")


def _best_start(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where the window begins that holds most spans: at the start of the sentence of its first one, if near, else of a
    clause; never with a mark that closes what is not shown."""
    best, most = 0, 0
    right = 0
    for left, (low, _) in enumerate(spans):
        right = max(right, left)
        while right < len(spans) and spans[right][1] <= low + _LENGTH - 20:
            right += 1
        if right - left > most:
            best, most = low, right - left
    cut = _cut_before(text, best)
    return next((at for at in range(cut, best) if text[at] not in _NEVER_FIRST), best) if cut else 0


def _cut_before(text: str, best: int) -> int:
    """Where to cut so that what is shown begins as a sentence, a clause or at least a word."""
    low = max(0, best - _NEAR)
    ends = [end.end() for end in _SENTENCE_END.finditer(text, max(0, low - 1), best)]
    if ends or not low:
        return ends[-1] if ends else 0
    near = best - 20
    end = (
        _CLAUSE_END.search(text, near, best)
        or _CLAUSE_END.search(text, low, best)
        or _PARTICLE.search(text, near, best - 2)
    )
    cut = end.end() if end else best - 12
    words = (word for word in _WITHIN_WORD.finditer(text, low, best) if word.start() < cut < word.end())
    cut = next((word.start() for word in words), cut)
    bracket = _BRACKET.search(text, cut, best)
    return bracket.end() if bracket and bracket[0] in _NEVER_FIRST else cut
