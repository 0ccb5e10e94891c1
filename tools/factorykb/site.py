"""The last step: MkDocs makes the site from `docs/`. The only module that knows MkDocs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer

from factorykb import config, pipeline, store
from factorykb.errors import BuildError, UsageError


def prepare(docs: Path) -> None:
    """Bring the hand-written pages and assets into a docs folder that is not the project's own.

    Raises:
        StoreError: the disk refused.
    """
    if docs.resolve() != config.DOCS:
        generated = {name.rstrip("/") for name in (*pipeline.PAGES, *pipeline.DATA)}
        by_hand = sorted(path.name for path in config.DOCS.iterdir() if path.name not in generated)
        store.copy_missing(config.DOCS, docs, by_hand)


def build(docs: Path, site: Path) -> None:
    """Build `site` from `docs` with MkDocs in strict mode.

    Raises:
        UsageError: one folder lies in the other.
        BuildError: MkDocs found something wrong; its warnings are in the message.
    """
    if docs.resolve().is_relative_to(site.resolve()) or site.resolve().is_relative_to(docs.resolve()):
        raise UsageError(f"{site} and {docs} lie inside each other. Give the site a folder of its own.")
    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    logger.propagate = False
    logging.getLogger("jieba").setLevel(logging.WARNING)  # its start-up notes say nothing to an editor
    try:
        mkdocs_build.build(_config(docs, site))
    except (MkDocsException, SystemExit) as error:
        details = "\n".join(warnings.messages) or str(error)
        raise BuildError(f"MkDocs did not accept the pages:\n{details}") from error
    finally:
        logger.removeHandler(warnings)


def serve(rebuild: Callable[[], None], site: Path, watched: Iterable[Path], address: tuple[str, int]) -> None:
    """Serve `site` on `address` and call `rebuild` whenever something in `watched` changes; until Ctrl-C.

    Raises:
        UsageError: the address cannot be used.
    """
    try:
        server = LiveReloadServer(builder=rebuild, host=address[0], port=address[1], root=str(site))
    except OSError as error:
        raise UsageError(
            f"Port {address[1]} cannot be used ({error.strerror}). Try another one with --port."
        ) from error
    for path in watched:
        server.watch(str(path))
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        server.shutdown()


def _config(docs: Path, site: Path) -> MkDocsConfig:
    return load_config(
        str(config.MKDOCS_YML), docs_dir=str(docs.resolve()), site_dir=str(site.resolve()), strict=True
    )


class _Warnings(logging.Handler):
    """Keeps MkDocs' warnings, for the message of the error they end in."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
