"""The golden cases: tests/cases/<name>/source.md and what must come of it.

`expected.md` is the page of a source that is converted, `expected.txt` the message of one that is not.
`make golden` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from factorykb import pages, pipeline
from factorykb.analysis import Knowledge
from factorykb.errors import SourceError
from factorykb.model import Article, Empty, Library

CASES = Path(__file__).parent / "cases"


def names() -> list[str]:
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


def result(name: str) -> tuple[str, str]:
    """The file name of the expectation and its content, as the converter gives it now."""
    outcome = pipeline.read_file(CASES / name / "source.md", f"seeds/{name}.md")
    match outcome:
        case Article():
            return "expected.md", pages.files(Knowledge(Library((outcome,))))[f"articles/{outcome.id}.md"]
        case Empty():
            return "expected.txt", f"no text: {outcome.title} {outcome.url}\n"
        case _:
            error = SourceError(outcome.path, outcome.line, outcome.problem, outcome.remedy)
            return "expected.txt", f"{error}\n"


def main() -> None:
    """Write all expectations anew."""
    for name in names():
        file, text = result(name)
        for old in (CASES / name).glob("expected.*"):
            old.unlink()
        (CASES / name / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
