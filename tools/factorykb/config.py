"""Where things are in a checkout of the project."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "seeds"
DOCS = PROJECT / "docs"
SITE = PROJECT / "site"
MKDOCS_YML = PROJECT / "mkdocs.yml"
CACHE = PROJECT / ".cache"
TOOLS = PROJECT / "tools"
EDITORIAL = PROJECT / "tools" / "editorial"
THEME = PROJECT / "tools" / "theme"
TEMPLATES = Path(__file__).resolve().parent / "pages"
