"""The piece of a passage that shows why it is here: around the words that matter, with those words marked."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from factorykb.fold import with_origins
from factorykb.lexicon import Lexicon
from factorykb.matching import Matcher

_LENGTH = 110  # characters of the original text
_LOOKED_AT = 20_000  # characters: a page shows hundreds of passages, and one passage stands on many pages
# A full-width mark ends in a blank of its own; “”‘’… stand in English, too.
_AFTER_MARK = re.compile("(?<=[。！？；：，、」』）》])\n")
_SENTENCE_ENDS = "。！？!?\n；;"


def around(text: str, words: Collection[str], matcher: Matcher, lexicon: Lexicon) -> str:
    """The window of `text` in which most of `words` (folded) stand; its beginning when none does.

    Returns HTML: the text escaped, those words in <mark>, an ellipsis where it was cut.

    The window is chosen by where the letters stand, and only the window is cut into words: a page lists
    hundreds of passages.
    """
    start = _best_start(text, _rough(text[:_LOOKED_AT], words))
    end = min(len(text), start + _LENGTH)
    window = text[start:end]
    parts = ["…"] if start else []
    position = 0
    for low, high in _spans(window, words, matcher, lexicon):
        parts += [html.escape(window[position:low], quote=False)]
        parts += [f"<mark>{html.escape(window[low:high], quote=False)}</mark>"]
        position = high
    parts += [html.escape(window[position:], quote=False), "…" if end < len(text) else ""]
    return _AFTER_MARK.sub("", "".join(parts)).replace("\n", " ")


def _rough(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where the letters of `words` stand, in order; may cross the boundaries of words."""
    origin = with_origins(text)
    found = [
        origin.original_span(at.start(), at.end())
        for word in words
        for at in re.finditer(re.escape(word), origin.text)
    ]
    return sorted(found)


def _spans(text: str, words: Collection[str], matcher: Matcher, lexicon: Lexicon) -> list[tuple[int, int]]:
    origin = with_origins(text)
    matches = matcher.find(lexicon.segmenter.cut(text))
    return [origin.original_span(match.start, match.end) for match in matches if match.word in words]


def _best_start(text: str, spans: list[tuple[int, int]]) -> int:
    """Where the window begins that holds most spans: at the start of the sentence of its first one, if near."""
    best, most = 0, 0
    right = 0
    for left, (low, _) in enumerate(spans):
        right = max(right, left)
        while right < len(spans) and spans[right][1] <= low + _LENGTH - 20:
            right += 1
        if right - left > most:
            best, most = low, right - left
    sentence = max(text.rfind(end, 0, best) for end in _SENTENCE_ENDS) + 1
    return sentence if best - sentence <= 30 else best - 12
