"""What the terminal shows: sentences, reports, how far a piece of work is. Beside `cli` the only module that prints."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from factorykb import report, store
from factorykb.errors import UsageError
from factorykb.evaluate import LabelReport, Score
from factorykb.model import Empty, Refusal
from factorykb.pictures import Plan
from factorykb.pipeline import Outcome
from factorykb.report import counted
from factorykb.verify.run import Result

# What is said holds names and texts of others: brackets and colons in it are no markup. A line may be as long as it is,
# so that it can be searched.
_out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
_err = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)


def say(sentence: str, style: str = "") -> None:
    """A line of what was asked for, on standard output."""
    _out.print(sentence, style=style)


def tell(sentence: str) -> None:
    """A line beside what was asked for, on standard error."""
    _err.print(sentence)


def warn(sentence: str) -> None:
    """What went well and may not be what was meant; the sentence ends with what to do."""
    _err.print(f"warning: {sentence}", style="yellow")


def fail(sentence: str) -> None:
    """What went wrong, and what to do about it."""
    _err.print(sentence, style="red")


class Bar:
    """A progress bar that is on the terminal."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def begin(self, total: int) -> None:
        """Say how much there is to do."""
        self._progress.update(self._task, total=total)

    def advance(self) -> None:
        """One more is done. From any thread."""
        self._progress.advance(self._task)


@contextmanager
def bar(label: str, total: int | None = None) -> Iterator[Bar]:
    """A progress bar for the time of the block; nothing where standard error is no terminal.

    Args:
        total: how much there is to do; None where that turns out later.
    """
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as progress:
        yield Bar(progress, progress.add_task("", total=total))


# --- reports -----------------------------------------------------------------------------------------------


def is_for_people(json_file: Path | None) -> bool:
    """Whether standard output is read by people: `--json -` has it for the report alone."""
    return json_file != Path("-")


def show_report(
    outcomes: Sequence[Outcome],
    json_file: Path | None,
    *,
    full: bool,
    aside: Sequence[str] = (),
    repeats: Mapping[str, str] = MappingProxyType({}),
    changes: store.Changes | None = None,
) -> None:
    """What became of each source, for people or, with `--json -`, for programs; a file is written beside.

    Raises:
        UsageError: the file cannot be written.
    """
    if not is_for_people(json_file):
        typer.echo(report.as_data(outcomes, aside, changes, repeats), nl=False)
        return
    _show(_out, report.as_lines(outcomes, aside, repeats, full=full))
    if json_file is not None:
        try:
            # Where the name is a link, what it leads to is replaced.
            store.write(json_file.resolve(), report.as_data(outcomes, aside, changes, repeats))
        except OSError as error:
            raise UsageError(f"{json_file} cannot be written ({error.strerror}).") from error


def show_changes(changes: store.Changes, *, check: bool) -> None:
    """The pages that changed or, with `--check`, would."""
    if not changes:
        say("The pages are current.")
        return
    would = "would be " if check else ""
    told = [f"  {would}written: {path}" for path in changes.written]
    told += [f"  {would}removed: {path}" for path in changes.removed]
    say("\n".join(told))  # line by line, ten thousand take a second


def show_source(outcome: Outcome) -> None:
    """What became of one source."""
    _show(_err if isinstance(outcome, Refusal) else _out, report.of_source(outcome))


def show_troubles(outcomes: Iterable[Outcome]) -> None:
    """What was refused and what there is to warn of."""
    for outcome in outcomes:
        if not isinstance(outcome, Empty):
            _show(_err, report.of_source(outcome, named=False))


def show_plan(plan: Plan) -> None:
    """How the articles' pictures stand."""
    _show(_out, report.of_plan(plan))


def show_verified(result: Result, *, for_people: bool = True) -> None:
    """What comparing pages with their sources gave; only what is wrong, unless `for_people`."""
    for finding in result.findings:
        fail(str(finding))
    if not for_people:
        return
    if not result.articles and not result.findings:
        say("No article's page changed; nothing to compare.")
        return
    kept = math.floor(result.kept * 10_000) / 100  # never rounded up to 100
    share = f"{kept:.2f} % of {counted(result.letters, 'character')}" if result.letters else "no characters"
    what = f"{share} and {counted(result.pictures, 'picture')}"
    end = (
        f"; {counted(len(result.findings), 'thing')} to mend, named above."
        if result.findings
        else ", nothing is missing."
    )
    pages = counted(result.articles, "page compared with its source", "pages compared with their sources")
    say(f"{pages}: {what}{end}")


def show_labels(result: LabelReport) -> None:
    """How good the themes are, as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("over substantive passages", "precision", "recall", "F1"):
        table.add_column(name, justify="left" if name.startswith("over") else "right")
    for name in ("strict_micro", "strict_macro", "lenient_micro", "lenient_macro"):
        score: Score = getattr(result, name)
        table.add_row(
            name.replace("_", " "), *(f"{value:.3f}" for value in (score.precision, score.recall, score.f1))
        )
    _show(_out, [table])
    say(f"substantive: {result.substantive:.3f} right of {result.judged} judged ({result.missing} not found)")


def _show(console: Console, lines: Iterable[RenderableType]) -> None:
    for line in lines:
        console.print(line, soft_wrap=isinstance(line, Text))  # only tables are fitted to the window
