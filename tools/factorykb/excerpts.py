"""The piece of a passage that shows why it is here: around the words that matter, with those words marked."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_LENGTH = 110  # characters
# A full-width mark ends in a blank of its own; “”‘’… stand in English, too.
_AFTER_MARK = re.compile("(?<=[。！？；：，、」』）》])\n")
_SENTENCE_ENDS = "。！？!?\n；;"
_CLAUSE_END = re.compile("[，、：]")
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
    sentence = max(text.rfind(end, 0, best) for end in _SENTENCE_ENDS) + 1
    clause = _CLAUSE_END.search(text, max(0, best - 20), best)
    cut = sentence if best - sentence <= 30 else clause.end() if clause else best - 12
    return next((at for at in range(cut, best) if text[at] not in _NEVER_FIRST), best) if cut else 0
