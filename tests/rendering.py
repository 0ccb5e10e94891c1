"""Renders Markdown as the site does and as a CommonMark viewer does, and reads what is visible."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml
from bs4 import BeautifulSoup
from markdown import Markdown
from markdown_it import MarkdownIt

from factorykb import config


@lru_cache(maxsize=1)
def _extensions() -> tuple[list[str], dict[str, dict[str, object]]]:
    """The site's own extensions from mkdocs.yml, with the ones that MkDocs always adds."""
    listed = yaml.safe_load(config.MKDOCS_YML.read_text())["markdown_extensions"]
    names = ["toc", "tables", "fenced_code"]
    options: dict[str, dict[str, object]] = {}
    for entry in listed:
        name, settings = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
        names.append(name)
        options[name] = settings
    return list(dict.fromkeys(names)), options


def python_markdown(text: str) -> str:
    """HTML as MkDocs makes it with the site's extensions."""
    names, options = _extensions()
    return str(Markdown(extensions=names, extension_configs=options).convert(text))


def commonmark(text: str) -> str:
    """HTML as a CommonMark viewer with tables makes it."""
    return str(MarkdownIt("commonmark").enable("table").render(text))


DIALECTS = {"python-markdown": python_markdown, "commonmark": commonmark}


def visible(html: str) -> str:
    """The text of HTML without any white space."""
    return without_space(BeautifulSoup(html, "lxml").get_text())


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


def shape(html: str) -> list[str]:
    """The names of the block elements in order: what structure a text has."""
    names = (
        "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table tr hr figure img em strong a script iframe".split()
    )
    return [tag.name for tag in BeautifulSoup(html, "lxml").find_all(names)]
