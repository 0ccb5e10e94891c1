"""Kills `kb` at random moments and looks at what it left.

    python -m tests.bench.kill 200

Half of the kills fall on a change that is just being made (a file opened, renamed, removed), the other half on any
moment of the run. After each, no page may be anything but as it was or as it will be, the site must be whole, and
the next run must leave exactly what a run without trouble leaves, with no temporary file. Then the same with a disk
that is full, read-only or forbidden from a random change on: a sentence and exit status 1 or 2.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from factorykb import analysis, config, editorial
from factorykb.lexicon import Lexicon
from tests import crashing, sabotage
from tests.crashing import Lab

_SHARES = {"convert": 0.65, "build": 0.28, "offline": 0.07}


def _warm() -> None:
    """Build once what every run builds first, the words of the vocabulary: the copies of this process have it then."""
    lexicon = Lexicon(editorial.load(config.EDITORIAL))
    lexicon.segmenter.cut("工业")
    analysis.Lexicon = lambda vocabulary, cache: lexicon  # type: ignore[attr-defined,assignment,misc]


def main(kills: int) -> int:
    _warm()
    bad: Counter[str] = Counter()
    killed: Counter[bool] = Counter()
    for command, share in _SHARES.items():
        with tempfile.TemporaryDirectory() as folder:
            lab = Lab(Path(folder).resolve(), sabotage.forked)
            changes = lab.prepare(command)
            begun = time.monotonic()
            lab.kb(command, "new")
            longest = time.monotonic() - begun
            count = round(kills * share)
            for number, moment in enumerate(crashing.moments(changes, count, 1)):
                lab.reset("old")
                trouble = "time" if number % 2 else "kill"
                when = random.Random(number).randint(1, round(1000 * longest)) if number % 2 else moment
                done = lab.kb(command, "new", trouble, when)
                killed[done.returncode < 0] += 1
                bad.update(_looked_at(lab, command, "broken", lab.broken()))
                lab.kb(command, "new")
                bad.update(_looked_at(lab, command, "not repaired", lab.differing("new")))
                if number % 10 == 9:
                    print(f"{command}: {killed[True]} killed, {killed[False]} had ended", flush=True)
            print(
                f"{command}: {killed[True]} kills so far, of {changes} changes each, {sum(bad.values())} faults so far",
                flush=True,
            )
            for trouble in ("ENOSPC", "EACCES", "EROFS"):
                for moment in crashing.moments(changes, max(2, count // 20), 2):
                    lab.reset("old")
                    done = lab.kb(command, "new", trouble, moment)
                    said = (
                        done.returncode in (1, 2) and "kb:" in done.stderr and "Traceback" not in done.stderr
                    )
                    bad.update(_looked_at(lab, command, trouble, [] if said else [done.stderr[-800:]]))
                    bad.update(_looked_at(lab, command, "broken", lab.broken()))
                    lab.kb(command, "new")
                    bad.update(_looked_at(lab, command, "not repaired", lab.differing("new")))
            print(f"{command}: disks refused, {sum(bad.values())} faults so far", flush=True)
    return int(sum(bad.values()) > 0)


def _looked_at(lab: Lab, command: str, what: str, found: list[str]) -> list[str]:
    for one in found[:5]:
        print(f"FAULT {command} {what}: {one}", flush=True)
    return found[:1]


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
