"""The last step: the site's folder, and its preview. What MkDocs does in between stands in `building`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mkdocs.livereload import LiveReloadServer
from rjsmin import jsmin

from factorykb import building, config, pipeline, sources, store
from factorykb.errors import UsageError
from factorykb.parallel import mapped

MARKER = ".kb-site"  # says that a folder is a site of ours

_VERIFIED = "verified\n"


def check_folders(seeds: Path, docs: Path, site: Path | None = None) -> None:
    """Make sure that nothing but an earlier run's files can be lost; call it before anything is written.

    Raises:
        UsageError: there is no folder of sources, folders lie inside each other, or one holds files that no earlier
            run made.
    """
    sources.check(seeds)
    folders = [folder.resolve() for folder in (seeds, docs, site) if folder is not None]
    for one in folders:
        for other in folders:
            if one is not other and one.is_relative_to(other):
                raise UsageError(f"{one} lies inside {other}. Give seeds, docs and site a folder each.")
    for folder in (docs, site):
        if folder is not None and folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder. Give a new or empty one.")
    if docs.resolve() != config.DOCS and _holds_others(docs, "data/catalogue.json"):
        raise UsageError(f"{docs} holds files that kb did not write. Give --docs a new or empty folder.")
    if site is not None and site.resolve() != config.SITE and _holds_others(site, MARKER):
        raise UsageError(
            f"{site} holds files that kb did not write, and building empties it. "
            "Give --site a new or empty folder."
        )


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one folder; it need not be there."""
    return one.resolve() == other.resolve()


def check_settings() -> None:
    """Make sure that MkDocs understands `mkdocs.yml`; to call before the work of converting.

    Raises:
        UsageError: it does not, or the project's docs are not there.
    """
    by_hand()  # names what is missing, where MkDocs would blame its settings
    building.configured(config.DOCS, config.SITE)


def is_verified(site: Path) -> bool:
    """Whether an earlier run finished a site in this folder and found all its pages true to their sources."""
    marker = site / MARKER
    return marker.is_file() and marker.read_text(encoding="utf-8") == _VERIFIED


def set_verified(site: Path) -> None:
    """Note that the pages are true to their sources; holds until the next build."""
    store.write(site / MARKER, _VERIFIED)


def _holds_others(folder: Path, marker: str) -> bool:
    return folder.is_dir() and any(folder.iterdir()) and not (folder / marker).exists()


def prepare(docs: Path) -> None:
    """Bring the hand-written pages and assets into a docs folder that is not the project's own.

    Raises:
        StoreError: the disk refused.
    """
    if docs.resolve() != config.DOCS:
        store.copy_changed(config.DOCS, docs, by_hand())


def by_hand() -> list[str]:
    """The names of the files and folders in the project's docs that no command writes, sorted.

    Raises:
        UsageError: the project's docs are not there.
    """
    if not config.DOCS.is_dir():
        raise UsageError(
            f"{config.DOCS} is missing, with the pages written by hand. Get it back: git checkout docs"
        )
    generated = {name.rstrip("/") for name in (*pipeline.PAGES, *pipeline.DATA)}
    return sorted(path.name for path in config.DOCS.iterdir() if path.name not in generated)


def build(
    docs: Path, site: Path, tell: store.Tell = lambda sentence: None, *, jobs: int = 1, live: bool = False
) -> frozenset[str]:
    """Build `site` from `docs` with MkDocs in strict mode. Replaces `site`: call `check_folders` before.

    Where pictures were kept (`kb images`), the pages show those. The old site stays until the new one is whole.

    Args:
        tell: called with a sentence when another run has to be waited for.
        jobs: processes; the site is the same for any number.
        live: for `serve`, whose pages carry an inline script and therefore no Content-Security-Policy.

    Returns:
        The pages that were made anew, by their names below `docs`; the others are as they were.

    Raises:
        BuildError: MkDocs found something wrong; its warnings are in the message.
        UsageError: `mkdocs.yml` or the index of the pictures cannot be read.
        StoreError: the disk refused.
    """
    with store.replacing(site, tell) as new:
        built = building.build(building.configured(docs, new, live=live), site, jobs)
        lighten(new, jobs)
        (new / MARKER).touch()
    with suppress(OSError):  # a disk that keeps no record costs time, nothing else
        building.keep(built, site)
    return built.anew


def lighten(site: Path, jobs: int = 1) -> None:
    """Make our scripts half as long, which matters most to a first search. They run as they were, too."""
    paths = sorted((site / "assets").rglob("*.js"))
    # In other processes, which end: the library brings Go's runtime, with threads of its own.
    light = mapped(_light, [path.read_text(encoding="utf-8") for path in paths], jobs)
    for path, script in zip(paths, light, strict=True):
        store.write(path, script)


def _light(script: str) -> str:
    """A script without comments and blanks and with short names inside functions."""
    try:
        import minify
    except ImportError:  # no wheel for this machine
        return str(jsmin(script))
    light: str = minify.string("text/javascript", script)
    return f"\ufeff{light}"  # little Chinese is left to guess the encoding by, where a server or page does not name it


def serve(rebuild: Callable[[], None], site: Path, watched: Iterable[Path], address: tuple[str, int]) -> None:
    """Serve `site` on `address` and call `rebuild` whenever something in `watched` changes; until Ctrl-C,
    which is raised.

    Raises:
        UsageError: the address cannot be used.
    """
    server = LiveReloadServer(builder=rebuild, host=address[0], port=address[1], root=str(site))
    not_found = site / "404.html"
    server.error_handler = lambda code: not_found.read_bytes() if code == 404 and not_found.exists() else None
    for path in watched:
        server.watch(str(path))
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        server.shutdown()
        raise
    except OSError as error:
        raise UsageError(
            f"Port {address[1]} cannot be used ({error.strerror}). Choose another one: kb serve --port N, or "
            "make serve PORT=N."
        ) from error
