"""How many made-up reposts are found, and what finding them costs.

    python -m tests.bench.reposts            # recall by kind of edit and by how much is left
    python -m tests.bench.reposts FOLDER     # every pair found in a folder of sources, to be read
    python -m tests.bench.reposts --scale 10000

A repost is an article of the seeds or an answer of some length, edited until a given share of it is left:
`words` replaces single words all over, `sentences` drops, replaces and moves in whole ones, `mixed` does both, `framed`
leaves the text and puts foreign text before and after it. The overlap is that of `near_duplicates`: the share of the
shorter text's letters that stand in the other in runs of six; a text of less than half the other's length is a part, no repost.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from factorykb import config, near_duplicates, pipeline
from factorykb.model import Library
from factorykb.near_duplicates import Text
from factorykb.segment import Segmenter

_SEED = 20260101
_COPIES = 3  # of each text, each edited by other chances
_LONG = 400  # characters; shorter notices must be more alike to count as one
_ASKED = 0.8  # overlap from which on reposts should be found
_LONGEST = 4000  # characters; a question as a whole would be edited for minutes
Edit = Callable[[str, float, Sequence[str], random.Random], str]


def overlap(*texts: str) -> float:
    """How much of the shorter of two texts stands in the other, 0 to 1."""
    shorter, longer = sorted(map(near_duplicates.letters, texts), key=len)
    return near_duplicates.covered(near_duplicates.shingles(shorter), near_duplicates.shingles(longer))


def words(text: str, left: float, foreign: Sequence[str], chance: random.Random) -> str:
    pool = [word for word in _cut("".join(foreign[:40])) if word.strip()]
    return "".join(
        word if chance.random() < left or not word.strip() else chance.choice(pool) for word in _cut(text)
    )


def sentences(text: str, left: float, foreign: Sequence[str], chance: random.Random) -> str:
    out: list[str] = []
    for sentence in _sentences(text):
        if chance.random() < left:
            out.append(sentence)
        elif chance.random() < 0.5:
            out.append(chance.choice(foreign))
        if chance.random() < (1 - left) / 4:
            out.append(chance.choice(foreign))
    return "".join(out)


def mixed(text: str, left: float, foreign: Sequence[str], chance: random.Random) -> str:
    half = 1 - (1 - left) / 2
    return words(sentences(text, half, foreign, chance), half, foreign, chance)


def framed(text: str, left: float, foreign: Sequence[str], chance: random.Random) -> str:
    wanted = len(text) * (1 - left) / left
    lead, tail = (_filled(wanted / 2, foreign, chance) for _ in range(2))
    return lead + text + tail


EDITS: tuple[Edit, ...] = (words, sentences, mixed, framed)


def _filled(length: float, foreign: Sequence[str], chance: random.Random) -> str:
    out = ""
    while len(out) < length:
        out += chance.choice(foreign)
    return out


@cache
def _cut(text: str) -> tuple[str, ...]:
    return _segmenter().cut(text).words


@cache
def _segmenter() -> Segmenter:
    return Segmenter({})


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？!?\n])", text) if part]


def texts_of(library: Library) -> list[Text]:
    """Articles whole, and the answers of questions with several."""
    found: list[Text] = []
    for article in library.articles:
        several = len(article.answers) > 1
        found.append(Text(article.id, "\n".join(p.text for p in article.passages), gathered=several))
        if several:
            found += [Text(f"{article.id}#{p.anchor}", p.text) for p in article.answers]
    return found


def recall(library: Library) -> Iterator[str]:
    """A line a kind of edit and share."""
    chance = random.Random(_SEED)
    texts = texts_of(library)
    originals = [t for t in texts if near_duplicates.SHORTEST * 1.5 <= len(t.text) <= _LONGEST]
    for edit in EDITS:
        for left in (0.95, 0.9, 0.85, 0.8, 0.7):
            found = total = long = long_found = overlapping = overlapping_found = 0
            for copy in range(_COPIES):
                reposts = []
                for original in originals:
                    foreign = _sentences(chance.choice([t for t in originals if t is not original]).text)
                    reposts.append(
                        Text(f"repost-{copy}-{original.id}", edit(original.text, left, foreign, chance))
                    )
                pairs = near_duplicates.repeats([*texts, *reposts])
                for original, repost in zip(originals, reposts, strict=True):
                    hit = pairs.get(repost.id) == original.id
                    same = overlap(original.text, repost.text)
                    total, found = total + 1, found + hit
                    shorter, longer = sorted((len(original.text), len(repost.text)))
                    if same >= _ASKED and shorter >= longer / 2:
                        overlapping, overlapping_found = overlapping + 1, overlapping_found + hit
                    if len(original.text) >= _LONG:
                        long, long_found = long + 1, long_found + hit
            yield (
                f"{edit.__name__:>9} {left:.0%} left: {_share(found, total)}; of at least {_LONG} characters: "
                f"{_share(long_found, long)}; overlapping by {_ASKED:.0%}: {_share(overlapping_found, overlapping)}"
            )


def _share(found: int, total: int) -> str:
    return f"{found / total:.3f} of {total:>3}" if total else "none"


def pairs(folder: Path) -> Iterator[str]:
    """What is found in a folder of sources, to be read."""
    texts = texts_of(pipeline.read_folder(folder, 2).library)
    by_id = {one.id: one.text for one in texts}
    for name, other in near_duplicates.repeats(texts).items():
        yield f"{name} = {other}\n   {by_id[name][:80]!r}\n   {by_id[other][:80]!r}"
    yield f"{len(texts)} texts"


def scale(number: int, library: Library) -> str:
    """Seconds and memory for `number` texts of some 2,600 characters with one repost in ten."""
    chance = random.Random(_SEED)
    letters = [c for one in texts_of(library) for c in near_duplicates.letters(one.text)]
    texts: list[Text] = []
    for index in range(number):
        if index % 10 == 9:
            text = sentences(
                chance.choice(texts).text, 0.9, ["".join(chance.choices(letters, k=30)) + "。"], chance
            )
        else:
            text = "。".join("".join(chance.choices(letters, k=30)) for _ in range(chance.randint(30, 140)))
        texts.append(Text(str(index), text))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    begun = time.perf_counter()
    found = len(near_duplicates.repeats(texts))
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{number} texts, {sum(len(t.text) for t in texts):,} characters, {number // 10} reposts: {found} found in "
        f"{seconds:.1f} s; memory {before} → {peak} MiB"
    )


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--scale"]:
        print(scale(int(arguments[1]), pipeline.read_folder(config.SEEDS).library))
        return
    lines = pairs(Path(arguments[0])) if arguments else recall(pipeline.read_folder(config.SEEDS).library)
    for line in lines:
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
