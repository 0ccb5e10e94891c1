"""Every golden case gives what stands beside it."""

from __future__ import annotations

import pytest

from factorykb.readers import READERS
from tests import golden


@pytest.mark.parametrize("name", golden.names())
def test_case(name: str) -> None:
    file, text = golden.result(name)
    expected = golden.CASES / name / file
    assert expected.exists(), f"{expected} is missing: run `make golden`, read it, and commit it"
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", [reader.NAME for reader in READERS])
def test_every_dialect_has_a_case(dialect: str) -> None:
    pages = (golden.CASES / name / "expected.md" for name in golden.names())
    assert any(f"dialect: {dialect}\n" in page.read_text(encoding="utf-8") for page in pages if page.exists())
