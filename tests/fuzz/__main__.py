"""Look for counterexamples to the properties in `test_fuzz.py` for a given time.

    python -m tests.fuzz SECONDS [WORD…]

Each property gets an equal share, new examples every time. What is found is printed as small as it could be made;
exit status 1 then. Words choose the properties whose names hold one of them.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings

from tests.fuzz import test_fuzz

_BATCH = 300  # examples between two looks at the clock


def properties(words: list[str]) -> dict[str, Callable[[], None]]:
    found = {name: getattr(test_fuzz, name) for name in vars(test_fuzz) if name.startswith("test_")}
    return {name: run for name, run in found.items() if not words or any(word in name for word in words)}


def search(run: Callable[[], None], seconds: float) -> tuple[int, str]:
    """Try examples until the time is over or one fails; how many were tried, and what failed."""
    again = settings(
        max_examples=_BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )(run)
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            again()
        except BaseException as error:  # Hypothesis groups several failures
            if isinstance(error, KeyboardInterrupt):
                raise
            return tried, _words(error)
        tried += _BATCH
    return tried, ""


def _words(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "\n".join(map(_words, error.exceptions))
    notes = "".join(note for note in getattr(error, "__notes__", []) if "Explanation" not in note)
    return f"{notes}\n{''.join(traceback.format_exception(error, limit=-1))[-2000:]}"


def main(seconds: float, words: list[str]) -> int:
    chosen = properties(words)
    failed = 0
    for name, run in chosen.items():
        tried, found = search(run, seconds / len(chosen))
        result = f"after {tried} examples\n{found}" if found else f"{tried} examples, nothing found"
        print(f"{name}: {result}", flush=True)
        failed += bool(found)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:]))
