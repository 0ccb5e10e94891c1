"""Runs `kb` with trouble at a chosen moment of its writing.

    python -m tests.sabotage FOLDER kill 17 convert --seeds …

`kill`: the process ends at the 17th change below FOLDER (a file opened for writing, renamed, linked or removed, a folder
made), as by SIGKILL. `time`: it ends after 17 milliseconds. `ENOSPC`, `EACCES`, `EROFS`: the 17th and every later change
but removals is refused with that error. `count`: nothing happens; the number of changes is the last word it says.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from factorykb import cli

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.rename", "os.link", "os.mkdir", "os.rmdir", "os.remove", "shutil.copyfile"}
_REMOVALS = {"os.rmdir", "os.remove"}


class Saboteur:
    """An audit hook: Python tells it about each change before it is made, in whatever library."""

    def __init__(self, folder: str, trouble: str, moment: int) -> None:
        self.folder, self.trouble, self.moment = folder, trouble, moment
        self.changes = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in _CHANGES and not (event == "open" and _writes(arguments)):
            return
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self.folder):
            return
        self.changes += 1
        if self.trouble == "kill" and self.changes == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.trouble.startswith("E") and self.changes >= self.moment and event not in _REMOVALS:
            number = getattr(errno, self.trouble)
            raise OSError(number, os.strerror(number), os.fspath(path))


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITES)


def run(folder: Path, trouble: str, moment: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` with `arguments` in a child, with trouble."""
    command = [sys.executable, "-m", "tests.sabotage", str(folder), trouble, str(moment), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def forked(folder: Path, trouble: str, moment: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As `run`, in a copy of this process: many times faster. Not for a process with threads."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.argv = ["sabotage", str(folder), trouble, str(moment), *arguments]
            status = 70  # what Python would show as a traceback
            try:
                main()
            except SystemExit as error:
                status = int(error.code or 0)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        words = said.read().decode("utf-8", "replace")
    return subprocess.CompletedProcess(arguments, os.waitstatus_to_exitcode(status), "", words)


def main() -> None:
    """In the child."""
    folder, trouble, moment, *arguments = sys.argv[1:]
    saboteur = Saboteur(folder, trouble, int(moment))
    sys.addaudithook(saboteur)
    if trouble == "time":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process without a word
        signal.setitimer(signal.ITIMER_REAL, int(moment) / 1000)
    sys.argv = ["kb", *arguments]
    try:
        cli.main()
    finally:
        if trouble == "count":
            sys.stderr.write(f"\n{saboteur.changes}\n")


if __name__ == "__main__":
    main()
