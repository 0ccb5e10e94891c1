"""MkDocs' build, by all cores and only of the pages that changed; the same files as `mkdocs build` makes.

The steps are those of `mkdocs.commands.build.build`, and MkDocs' own functions do the work. Three things differ. A page
is read, rendered, written and forgotten by itself, in one of several processes, where MkDocs holds all pages until
the last is written. A page keeps the HTML of the old site while everything that decides it is as it was: its
Markdown, that each file it links to is there, and the settings (`_digest_of`). Data files, which no one changes in
place, are linked and not copied.

What is known of a site's pages is kept in `.cache/`. It is a shortcut and never a source of truth: without it, or with
one that cannot be read, every page is made anew, with the same bytes.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment
from mkdocs import livereload
from mkdocs.commands import build as mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from mkdocs.utils.yaml import yaml_load

from factorykb import config, parallel, pictures, pipeline, store
from factorykb.errors import BuildError, UsageError

_OWNED = (*pipeline.DATA, f"{pictures.FOLDER}/")  # below docs: files that are only ever replaced whole
_MANUAL = "https://www.mkdocs.org/user-guide/configuration/"
# What MkDocs says of pages that somebody wrote beside ours, and what to do about it.
_NOT_LISTED = 'not included in the "nav" configuration'
_ADD = "Add each of them in mkdocs.yml: to `nav:` to have it in the navigation, else to `not_in_nav:`"


@dataclass(frozen=True, slots=True)
class _Made:
    """What is known of a page that was made: what decided its HTML, and what other pages need to know of it."""

    source: str  # hash of its Markdown
    targets: frozenset[str]  # files that it links to
    meta: Mapping[str, Any]
    anchors: frozenset[str]
    links: tuple[tuple[str, Mapping[str, str]], ...]  # file → anchor → the link as it is written
    looks: tuple[int, int] | None = None  # size and time of change of its HTML


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was made: by the name of its Markdown each page, and which of them were made anew."""

    settings: str
    pages: Mapping[str, _Made]
    anew: frozenset[str]


class _Asked(Files):
    """The site's files, with a note of those that were asked for, which are those that a page links to."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.asked: set[str] = set()

    def get_file_from_path(self, path: str) -> File | None:
        found = super().get_file_from_path(path)
        if found is not None:
            self.asked.add(found.src_uri)
        return found


@dataclass(frozen=True, slots=True)
class _Work:
    """What it takes to make a page."""

    settings: MkDocsConfig
    files: _Asked
    pages: Sequence[File]
    nav: Navigation
    env: Environment
    heard: _Warnings


def configured(docs: Path, site: Path, *, live: bool = False) -> MkDocsConfig:
    """What `mkdocs.yml` says, for building `site` from `docs`, both of which may lie anywhere.

    Args:
        docs: a folder that is there.
        live: for the preview, see `site.build`.

    Raises:
        UsageError: MkDocs does not understand the file, or it names plugins or hooks.
    """
    with _listening() as heard:
        try:
            settings = load_config(
                str(config.MKDOCS_YML),
                docs_dir=str(docs.resolve()),
                site_dir=str(site.resolve()),
                strict=True,
                extra={"live": live},
            )
        except (MkDocsException, SystemExit) as error:
            raise _misconfigured(error, heard.messages) from error
    if settings.plugins:
        raise UsageError("mkdocs.yml names plugins or hooks, and this site is built without. Take them out.")
    return settings


def _misconfigured(error: BaseException, messages: Sequence[str]) -> UsageError:
    """What MkDocs says of its settings, as one sentence and what to do; `messages`: its warnings."""
    place = config.MKDOCS_YML.name
    cause = error.__context__
    if isinstance(cause, yaml.MarkedYAMLError):
        line = f":{cause.problem_mark.line + 1}" if cause.problem_mark else ""
        return UsageError(
            f"{place}{line}: this is not YAML: {cause.problem}. Mend what stands there or above."
        )
    # An extension's trouble comes with its traceback, below the line that says it.
    said = "; ".join(
        dict.fromkeys(message.partition("\n")[0].rstrip(".") for message in messages or [str(error)])
    )
    return UsageError(f"{place}: {said}. Mend it there; what may stand in the file: {_MANUAL}")


def build(settings: MkDocsConfig, old: Path, jobs: int = 1) -> Built:
    """Make the site in the empty folder `settings.site_dir`; see `keep`.

    Args:
        settings: as `configured` gives them.
        old: the site that an earlier run made, if there is one; what did not change is taken from it.
        jobs: processes; the files are the same for any number.

    Raises:
        BuildError: MkDocs found something wrong; its warnings are in the message.
        UsageError: the index of the pictures cannot be read.
        OSError: the disk refused.
    """
    with _listening() as heard:
        try:
            built = _built(settings, old, jobs, heard)
        except (MkDocsException, SystemExit) as error:
            raise _refused(heard.messages or [str(error)]) from error
    if heard.messages:
        raise _refused(heard.messages)
    return built


def _refused(messages: Sequence[str]) -> BuildError:
    told = (f"{one}\n{_ADD}" if _NOT_LISTED in one else one for one in dict.fromkeys(messages))
    return BuildError("MkDocs did not accept the pages:\n" + "\n".join(told))


def keep(built: Built, site: Path) -> None:
    """Leave for the next run what is known of a site that is in its place now. Raises OSError."""
    store.write_bytes(_place(site), pickle.dumps(built, pickle.HIGHEST_PROTOCOL))


def _built(settings: MkDocsConfig, old: Path, jobs: int, heard: _Warnings) -> Built:
    docs, site = Path(settings.docs_dir), Path(settings.site_dir)
    digest = _digest_of(settings, docs)
    work = _gathered(settings, heard)
    sources = {file.src_uri: _hash(Path(str(file.abs_src_path))) for file in work.pages}
    places = {file.src_uri: file.dest_uri for file in work.pages}
    kept = {
        name: page
        for name, page in _known(old, digest).items()
        if sources.get(name) == page.source
        and all(target in work.files.src_uris for target in page.targets)
        and _looks(old / places[name]) == page.looks
    }
    _carry(work.files, site)
    for name in kept:
        store.link(old / places[name], site / places[name])
    anew = _anew([name for name in sources if name not in kept], sources, jobs, work)
    pages = {name: kept.get(name) or anew[name] for name in sources}
    _finish(pages, work)
    pictures.show(docs, site, [places[name] for name in anew])
    pages = {name: replace(page, looks=_looks(site / places[name])) for name, page in pages.items()}
    return Built(digest, pages, frozenset(anew))


def _gathered(settings: MkDocsConfig, heard: _Warnings) -> _Work:
    files = get_files(settings)
    env = settings.theme.get_env()
    files.add_files_from_theme(env, settings)
    set_exclusions(files, settings)
    nav = get_navigation(files, settings)
    pages = files.documentation_pages()
    for file in pages:
        if file.page is None:
            Page(None, file, settings)
    return _Work(settings, _Asked(files), pages, nav, env, heard)


def _carry(files: Files, site: Path) -> None:
    """Bring the files that are no pages into the site."""
    for file in files:
        if file.is_documentation_page() or not file.inclusion.is_included():  # type: ignore[no-untyped-call]
            continue
        if file.src_uri.startswith(_OWNED):
            store.link(Path(str(file.abs_src_path)), site / file.dest_uri)
        else:
            file.copy_file()


def _anew(names: Sequence[str], sources: Mapping[str, str], jobs: int, work: _Work) -> dict[str, _Made]:
    # The first one here, so that the processes share the compiled templates.
    made = [_made(name, work) for name in names[:1]]
    made += parallel.mapped(_made, names[1:], jobs, work, chunk=parallel.CHUNK, least=parallel.PAGES)
    work.heard.messages += [message for _, messages in made for message in messages]
    own = {name: name for name in work.files.src_uris}  # one string each, however many links
    return {
        name: replace(
            page,
            source=sources[name],
            targets=frozenset(own[target] for target in page.targets),
            links=tuple((own[target], links) for target, links in page.links),
        )
        for name, (page, _) in zip(names, made, strict=True)
    }


def _made(name: str, work: _Work) -> tuple[_Made, list[str]]:
    """Make one page; also what MkDocs warned of."""
    files, page = work.files, work.files.src_uris[name].page
    assert page is not None
    before = len(work.heard.messages)
    files.asked.clear()
    mkdocs._populate_page(page, work.settings, files)
    mkdocs._build_page(page, work.settings, work.pages, work.nav, work.env)
    page.markdown = page.content = None  # of ten thousand pages, all at once would not fit into 2 GiB
    page.toc = TableOfContents([])
    links = tuple((file.src_uri, links) for file, links in (page.links_to_anchors or {}).items())
    anchors = frozenset(page.present_anchor_ids or ())
    return _Made("", frozenset(files.asked), page.meta, anchors, links), work.heard.messages[before:]


def _finish(pages: Mapping[str, _Made], work: _Work) -> None:
    """What needs to know of all pages: the templates that are no page's, and whether links lead to places that are."""
    for name, made in pages.items():
        page = work.files.src_uris[name].page
        assert page is not None
        page.meta, page.present_anchor_ids = dict(made.meta), set(made.anchors)
        page.links_to_anchors = {work.files.src_uris[target]: dict(links) for target, links in made.links}
    for template in work.settings.theme.static_templates:
        mkdocs._build_theme_template(template, work.env, work.files, work.settings, work.nav)
    level = work.settings.validation.links.anchors
    for file in work.pages:
        assert file.page is not None
        file.page.validate_anchor_links(files=work.files, log_level=level)


# --- what is known of the old site -------------------------------------------------------------------------


def _known(old: Path, settings: str) -> Mapping[str, _Made]:
    """The pages of the old site, if it was made with the same settings."""
    try:
        built = pickle.loads(_place(old).read_bytes())
    except Exception:  # none yet, of another version, half a file: whatever it is, it is not needed
        return {}
    return built.pages if isinstance(built, Built) and built.settings == settings else {}


def _place(site: Path) -> Path:
    return config.CACHE / f"{hashlib.sha256(str(site.resolve()).encode()).hexdigest()[:16]}.site"


def _digest_of(settings: MkDocsConfig, docs: Path) -> str:
    """A digest of all that decides the HTML of any page, but its own Markdown and which files there are."""
    packages = sorted((one.name, one.version) for one in distributions())
    with open(str(settings.config_file_path), "rb") as file:
        written = yaml_load(file)  # with what !ENV stands for
    digest = hashlib.sha256(repr((sys.version, packages, written, settings.extra)).encode())
    code = Path(__file__).parent.rglob("*.py")
    theme = (path for path in Path(str(settings.theme.custom_dir)).rglob("*") if path.is_file())
    for path in (*sorted(code), *sorted(theme), docs / pictures.INDEX):
        digest.update(f"{path}\0{_hash(path)}".encode())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _looks(path: Path) -> tuple[int, int] | None:
    """Size and time of change; None of a file that is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


# --- MkDocs' warnings --------------------------------------------------------------------------------------


class _Warnings(logging.Handler):
    """Keeps MkDocs' warnings, for the message of the error they end in."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != livereload.__name__:  # what a preview's readers ask for in vain
            self.messages.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[_Warnings]:
    logger, warnings = logging.getLogger("mkdocs"), _Warnings()
    logger.addHandler(warnings)
    logger.propagate = False
    try:
        yield warnings
    finally:
        logger.removeHandler(warnings)
