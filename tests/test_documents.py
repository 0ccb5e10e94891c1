"""The documents and the code agree, and nothing is committed that must not be."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml
from typer.main import get_command

from factorykb import config, editorial
from factorykb.cli import app
from factorykb.editorial import FAMILIES
from factorykb.readers import READERS

README = (config.PROJECT / "README.md").read_text(encoding="utf-8")


def committed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=config.PROJECT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_every_command_and_option_is_in_the_readme() -> None:
    command = get_command(app)
    missing = []
    for name, sub in command.commands.items():  # type: ignore[attr-defined]
        row = next((line for line in README.split("\n") if line.startswith(f"| `kb {name}")), "")
        options = {option for parameter in sub.params for option in parameter.opts if option.startswith("--")}
        missing += [f"kb {name} {option}" for option in options if f"`{option}" not in row] if row else [name]
    assert missing == []


def test_every_theme_has_its_family_s_colour_where_it_is_named() -> None:
    style = (config.DOCS / "assets" / "css" / "site.css").read_text("utf-8")
    for theme in editorial.load(config.EDITORIAL).themes:
        rule = style.partition(f'[href*="{theme.slug}"]')[2].partition("}")[0]
        assert f"--kb-theme: var(--kb-family-{FAMILIES.index(theme.family) + 1})" in rule, theme.slug


def test_every_make_target_is_in_the_readme() -> None:
    makefile = (config.PROJECT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.M)[0].split()
    assert [target for target in targets if f"make {target}" not in README] == []


def test_every_dialect_is_in_the_readme() -> None:
    assert [reader.NAME for reader in READERS if f"`{reader.NAME}`" not in README] == []


def test_every_dependency_has_its_reason_in_the_readme_and_its_pin_in_the_lock() -> None:
    project = tomllib.loads((config.PROJECT / "pyproject.toml").read_text())["project"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        pinned = re.findall(r"^([a-z0-9.-]+)==", (config.PROJECT / "tools" / lock).read_text(), re.M)
        names = [re.split(r"[<>=\[]", line)[0] for line in wanted]
        assert set(names) <= set(pinned)
        assert [name for name in names if f"| {name} |" not in README] == []


def test_theme_overrides_and_extensions_are_listed() -> None:
    overrides = [p.relative_to(config.THEME).as_posix() for p in config.THEME.rglob("*.html")]
    assert [name for name in overrides if f"`{name}`" not in README] == []
    extensions = yaml.safe_load(config.MKDOCS_YML.read_text())["markdown_extensions"]
    names = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in extensions]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_the_top_level_holds_only_what_belongs_there() -> None:
    allowed = {"seeds", "docs", "tools", "tests", "mkdocs.yml", "pyproject.toml", "README.md", "Makefile", "LICENSE", ".gitignore", ".ci"}  # fmt: skip
    assert {name.split("/")[0] for name in committed()} <= allowed


@pytest.mark.parametrize(
    "pattern",
    [
        r"https?://[^\s/]*(?:pypi|npmjs|pythonhosted)",
        r"--index-url",
        rf"{re.escape(str(config.PROJECT))}/",
        r"/(?:root|home/\w+)/",
    ],
)
def test_no_registry_and_no_path_of_a_machine_is_committed(pattern: str) -> None:
    for name in committed():
        if name != "tests/test_documents.py" and not name.startswith(("seeds/", "docs/articles/")):
            text = (config.PROJECT / name).read_text(encoding="utf-8", errors="replace")
            assert not re.search(pattern, text), name


def test_nothing_generated_but_pages_is_committed() -> None:
    assert [name for name in committed() if name.startswith(("docs/data/", "site/", ".venv/"))] == []
