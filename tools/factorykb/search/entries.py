"""The pages that are no articles, as search shows them: themes, topics, lists and what was written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from factorykb.editorial import Theme, Topic, Vocabulary
from factorykb.errors import UsageError
from factorykb.search.units import PageEntry
from factorykb.topics import slugs_of

_FENCE = "---\n"
_PROSE = "about.md"  # generated for its figures; otherwise written by hand, so all of its text is found


def of_generated(files: Mapping[str, str], vocabulary: Vocabulary) -> Iterator[PageEntry]:
    """The generated pages but the articles. `files`: path relative to docs → Markdown with front matter."""
    themes = {f"themes/{theme.slug}.md": theme for theme in vocabulary.themes}
    slugs = slugs_of(vocabulary.topics)
    topics = {f"topics/{slugs[topic.name]}.md": topic for topic in vocabulary.topics}
    for path, text in sorted(files.items()):
        if path.startswith("articles/") and path != "articles/index.md":
            continue
        front, _ = _split(text)
        if path == _PROSE:
            yield _whole(path, text)
        elif path in themes:
            yield PageEntry("theme", url_of(path), themes[path].name, _about_theme(themes[path]))
        elif path in topics:
            yield PageEntry("topic", url_of(path), topics[path].name, _about_topic(topics[path]))
        else:
            yield PageEntry("page", url_of(path), front["title"], front.get("description", ""))


def by_hand(docs: Path, generated: Mapping[str, str]) -> Iterator[PageEntry]:
    """The other pages of a docs folder, with all their text.

    Raises:
        UsageError: one is not in UTF-8, or its front matter is not valid YAML.
    """
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        if name not in generated and not any(part.startswith(".") for part in name.split("/")):
            try:
                yield _whole(name, path.read_text(encoding="utf-8"))
            except UnicodeDecodeError as error:
                raise UsageError(f"{path}: the page is not in UTF-8. Save it in UTF-8.") from error
            except yaml.YAMLError as error:
                raise _no_yaml(path, error) from error


def _no_yaml(path: Path, error: yaml.YAMLError) -> UsageError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 2 if mark is not None else 1  # the fence above is a line too
    problem = getattr(error, "problem", None) or "a character stands in it that YAML forbids"
    remedy = "Mend it; a text with a colon and a blank in it belongs into quotation marks."
    return UsageError(f"{path}:{line}: the front matter is not valid YAML ({problem}). {remedy}")


def _whole(name: str, text: str) -> PageEntry:
    """A page with all its text. `name` is its path relative to docs."""
    front, body = _split(text)
    shown = BeautifulSoup(MarkdownIt().render(body), "lxml").get_text("\n")
    lines = [line.strip() for line in shown.split("\n")]
    whole = "\n".join(filter(None, [str(front.get("description", "")), *lines]))
    return PageEntry("page", url_of(name), str(front.get("title") or Path(name).stem), whole)


def url_of(path: str) -> str:
    """`themes/core-tech.md` → `themes/core-tech/`, `themes/index.md` → `themes/`, `index.md` → ``."""
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    parts = [part for part in (folder, "" if stem == "index" else stem) if part]
    return "/".join(parts) + "/" if parts else ""


def _split(text: str) -> tuple[dict[str, str], str]:
    """Front matter and body of a page of ours; what has no front matter is all body, as for MkDocs."""
    if not text.startswith(_FENCE):
        return {}, text
    before, _, body = text[len(_FENCE) :].partition("\n" + _FENCE)
    front = yaml.safe_load(before)
    return (front, body) if isinstance(front, dict) else ({}, text)


def _about_theme(theme: Theme) -> str:
    return f"{theme.description}\n{theme.introduction}"


def _about_topic(topic: Topic) -> str:
    also = f"也包括：{'、'.join(topic.aliases)}" if topic.aliases else ""
    return "\n".join(filter(None, (topic.description, also)))
