"""The project's own errors. Every message says what is wrong and what to do about it."""

from __future__ import annotations

INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it
STOPPED = "Stopped. Nothing half-written is left; run the same command again."  # said then


class KbError(Exception):
    """Root of all errors that the command line turns into a message and an exit status."""


class UsageError(KbError):
    """The command was asked for something that cannot be done (exit status 2)."""


class BuildError(KbError):
    """MkDocs refused to build the pages (exit status 1)."""


class LimitError(KbError):
    """A source holds more than any article does (`limits`). The message says what, without a full stop."""


class SourceError(KbError):
    """One source file cannot be used; the others go on.

    Args:
        path: the file as the reader of the message would type it.
        line: 1-based line the trouble is on, or None when it concerns the whole file.
        problem: what is wrong, one sentence without a full stop.
        remedy: what to do about it, one sentence without a full stop.
    """

    def __init__(self, path: str, line: int | None, problem: str, remedy: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.problem}. {self.remedy}."

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, int | None, str, str]]:
        # Exceptions are pickled by their `args`, which here hold the message, not the four fields.
        return SourceError, (self.path, self.line, self.problem, self.remedy)
