"""A small library in two states, and what must be true of it whenever a run that leads from one to the other ends."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from factorykb.site import MARKER
from tests import golden, sabotage

COMMANDS = {
    "convert": ("convert",),
    "build": ("build", "--site"),
    "offline": ("build", "--offline", "--site"),
}
_LEFT_OVER = ("*.kb-new", "*.kb-old")
_GENERATED = ("articles", "sources", "themes", "topics", "years", "index.md", "timeline.md")


Done = CompletedProcess[str]
Run = Callable[..., Done]


@dataclass(frozen=True)
class Lab:
    """A folder with `old` and `new` sources, and for both what a run without trouble makes of them."""

    root: Path
    run: Run = sabotage.run

    def kb(self, command: str, state: str, trouble: str = "count", moment: int = 0) -> Done:
        """Run a command on the sources of a state, with trouble if asked for."""
        return self.run(self.root, trouble, moment, *self.arguments(command, state))

    def prepare(self, command: str) -> int:
        """Make the sources and the references; returns how many changes a run makes from old to new."""
        for number, name in enumerate(golden.names()):
            text = (golden.CASES / name / "source.md").read_bytes()
            for state in ("old", "new"):
                (self.root / state).mkdir(parents=True, exist_ok=True)
                if (number + (state == "new")) % 4:  # some are only in one
                    changed = text if state == "old" else text.replace("。".encode(), "！".encode())
                    (self.root / state / f"{name}.md").write_bytes(changed)
        for state in ("new", "old"):
            assert self.kb(command, state).returncode == 1
            shutil.copytree(self.root / "out", self.root / f"reference-{state}")
        done = self.kb(command, "new")
        return int(done.stderr.split()[-1])

    def arguments(self, command: str, state: str) -> list[str]:
        first, *others = COMMANDS[command]
        seeds, docs, site = self.root / state, self.root / "out" / "docs", self.root / "out" / "site"
        return [first, "--seeds", str(seeds), "--docs", str(docs), *others, *([str(site)] if others else [])]

    def reset(self, state: str) -> None:
        """Put the finished folders of a state in place."""
        shutil.rmtree(self.root / "out", ignore_errors=True)
        shutil.copytree(self.root / f"reference-{state}", self.root / "out")

    def broken(self) -> list[str]:
        """What is neither as it was nor as it will be, now that a run was stopped: nothing, one hopes."""
        old, new = (contents(self.root / f"reference-{state}") for state in ("old", "new"))
        now = contents(self.root / "out")
        wrong = [
            path
            for path, data in now.items()
            if _is_page(path) and data not in (old.get(path), new.get(path))
        ]
        wrong += [path for path in old.keys() & new.keys() if _is_page(path) and path not in now]
        return wrong + self._site_in_pieces(old, new, now)

    def _site_in_pieces(self, old: Files, new: Files, now: Files) -> list[str]:
        wrong = []
        marker = f"/{MARKER}"  # says whether the pages were compared already: if not, the next run does it
        for folder in ("site/", "site-offline/"):
            states = [
                {p: d for p, d in files.items() if p.startswith(folder) and marker not in p}
                for files in (old, new, now)
            ]
            swapped = (self.root / "out" / f"{folder[:-1]}.kb-old").exists()
            if states[2] not in states[:2] and not (swapped and not states[2]):
                wrong.append(folder)
        return wrong

    def differing(self, state: str) -> list[str]:
        """What a finished run left otherwise than one without trouble does."""
        meant, now = contents(self.root / f"reference-{state}"), contents(self.root / "out")
        left = [path.name for pattern in _LEFT_OVER for path in self.root.rglob(pattern)]
        return left + sorted(path for path in meant.keys() | now.keys() if meant.get(path) != now.get(path))


Files = dict[str, bytes]


def contents(root: Path) -> Files:
    """Every file below a folder, by its path there."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def _is_page(path: str) -> bool:
    """Whether it is a committed page, or the zip."""
    parts = path.split("/")
    page = parts[0] == "docs" and parts[1] in _GENERATED and not path.endswith(".kb-new")
    return page or path == "site-offline.zip"


def moments(most: int, count: int, seed: int) -> list[int]:
    """Moments of a run with `most` changes, drawn at random."""
    return [random.Random(f"{seed} {number}").randint(1, most) for number in range(count)]
