"""Imports run one way, and each module keeps to its job."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from factorykb import config
from factorykb.readers import READERS

PACKAGE = config.PROJECT / "tools" / "factorykb"
SCRIPTS = sorted((config.DOCS / "assets").rglob("*.js"))

# Each layer may import those below it and, where marked, its own neighbours.
LAYERS: tuple[tuple[frozenset[str], bool], ...] = (
    (frozenset({"__main__"}), False),
    (frozenset({"cli"}), False),
    (frozenset({"console", "runs", "adding", "explain"}), False),
    (frozenset({"site", "offline", "outward", "report", "evaluate", "verify", "standing"}), False),
    (frozenset({"building"}), False),
    (frozenset({"pipeline"}), False),
    (frozenset({"pages", "search", "exports"}), False),
    (frozenset({"articles", "catalogue", "overview", "picture", "pictures", "excerpts", "readers"}), True),
    (frozenset({"analysis"}), False),
    (
        frozenset(
            {
                "structure",
                "passages",
                "markdown",
                "clean",
                "frontmatter",
                "sources",
                "store",
                "headless",
                "fetching",
                "markup",
            }
        ),
        False,
    ),
    (frozenset({"body", "fields", "near_duplicates", "originals", "themes", "topics", "relations"}), False),
    (
        frozenset(
            {
                "lexicon",
                "dates",
                "links",
                "notices",
                "attributes",
                "inlines",
                "torn",
                "repairs",
                "shortcodes",
                "publishers",
                "substance",
                "subject",
                "webpage",
            }
        ),
        False,
    ),
    (frozenset({"matching", "editorial"}), False),
    (frozenset({"segment"}), False),
    (frozenset({"fold"}), False),
    (frozenset({"limits"}), False),
    (frozenset({"text"}), False),
    (frozenset({"publication"}), False),
    (frozenset({"cache"}), False),
    (frozenset({"model", "errors", "config", "parallel", "ranking"}), False),
)
RANK = {name: depth for depth, (names, _) in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def test_the_readme_names_the_layers_in_their_order() -> None:
    readme = (config.PROJECT / "README.md").read_text(encoding="utf-8")
    said = re.search(r"Imports run one way: `(.*?)`", readme, re.DOTALL)
    assert said is not None
    names = re.findall(r"\w+", said[1])
    names.remove("stages")
    assert [RANK[name] for name in names] == sorted(RANK[name] for name in names)
    stages = {name for name in RANK if RANK["analysis"] < RANK[name] <= RANK["lexicon"]}
    assert RANK.keys() - stages <= set(names)


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The top modules of the package that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            head, *rest = node.module.split(".")
            if head == "factorykb":
                found |= {rest[0]} if rest else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("factorykb.")}
    return found & RANK.keys()


def test_every_module_has_a_place() -> None:
    assert {layer(path) for path in modules()} == RANK.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = layer(path)
    neighbours = LAYERS[RANK[own]][1]
    upward = {
        name
        for name in imported(path) - {own}
        if RANK[name] < RANK[own] or (RANK[name] == RANK[own] and not neighbours)
    }
    assert not upward, f"{own} imports {sorted(upward)}, which stand above it"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_console_prints_only_the_command_exits_and_only_the_store_writes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if layer(path) not in ("cli", "console"):
        assert not re.search(r"\bprint\(|typer", text)
    if layer(path) != "cli":
        assert not re.search(r"sys\.exit|SystemExit\(|typer\.Exit", text)
    if layer(path) not in ("store", "cache"):  # that writes its one file, and no page
        assert not re.search(
            r"write_text|write_bytes\(|open\(.*[\"']w|unlink|os\.replace|shutil\.[cmr]",
            text.replace("store.write_bytes(", ""),
        )


def test_no_reader_knows_another() -> None:
    for path in (PACKAGE / "readers").glob("*.py"):
        if path.name != "__init__.py":
            others = set(re.findall(r"factorykb\.readers(?:\.(\w+))", path.read_text(encoding="utf-8")))
            assert others <= {"common"}, path


def test_readers_have_their_own_names() -> None:
    assert len({reader.NAME for reader in READERS}) == len(READERS)


def test_scripts_are_indented_with_blanks() -> None:
    assert [path.name for path in SCRIPTS if "\t" in path.read_text(encoding="utf-8")] == []


def test_no_template_string_of_a_script_stands_in_another() -> None:
    """What takes comments out of the built scripts where the better library is missing (rjsmin) would also take blanks out
    of the inner one."""
    nested = re.compile(r"`[^`]*\$\{[^}`]*`")
    assert nested.search("`a${b ? `c` : d}`")
    assert not nested.search("`a${b}` + `c${d}`")
    assert len(SCRIPTS) > 10
    assert [path.name for path in SCRIPTS if nested.search(path.read_text(encoding="utf-8"))] == []
