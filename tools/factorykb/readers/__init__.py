"""The dialects. A reader is a module with `NAME`, `detect(document)` and `read(document)`.

The first reader in `READERS` that detects its dialect reads the document; the general one takes what is left.
To add a dialect: one new file here, one line in this tuple, one in `wording.DIALECTS`, one case under tests/cases/.
"""

from __future__ import annotations

from typing import Protocol

from factorykb import limits
from factorykb.errors import LimitError, SourceError
from factorykb.model import Document, Draft
from factorykb.readers import general, hexo_html, hugo_markdown, jekyll_question


class Reader(Protocol):
    """What a reader module offers."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 (a module constant)

    def detect(self, document: Document) -> bool:
        """Whether the document is of this dialect. Cheap, and never raises."""

    def read(self, document: Document) -> Draft:
        """Understand the document. Raises only SourceError and LimitError."""


READERS: tuple[Reader, ...] = (jekyll_question, hexo_html, hugo_markdown, general)


def read(document: Document) -> Draft:
    """Read a document with the reader of its dialect. Raises SourceError when it cannot be used."""
    reader = next(reader for reader in READERS if reader.detect(document))
    try:
        return reader.read(document)
    except LimitError as error:
        raise SourceError(document.source.path, document.body_line, str(error), limits.REMEDY) from error
