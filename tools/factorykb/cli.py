"""The command `kb`, behind the door `__main__`. The only module that prints and exits: 0 fine, 1 refused, failed or
different, 2 misuse, 130 stopped."""

from __future__ import annotations

import gc
import json
import math
import os
import re
import shlex
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from jinja2 import TemplateError, TemplateSyntaxError
from rich import box
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from factorykb import (
    cache,
    config,
    editorial,
    evaluate,
    explain,
    fetching,
    headless,
    offline,
    outward,
    pictures,
    pipeline,
    report,
    site,
    sources,
    standing,
    store,
    themes,
)
from factorykb.analysis import Knowledge, passage_id
from factorykb.cache import NOTHING, Cache
from factorykb.errors import INTERRUPTED, STOPPED, BuildError, KbError, UsageError
from factorykb.model import Article, Empty, Refusal, ThemeHit
from factorykb.pipeline import Conversion, Outcome
from factorykb.report import counted
from factorykb.verify import run as verifying

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turns the source articles in seeds/ into the pages of docs/ and the site in site/.\n\n"
    "Exit status: 0 all went well, 1 something was refused, failed or differs (of sources the rest went on), "
    "2 the command was misused.",
    epilog="Start with: kb build, then kb serve. Try one file with: kb audit FILE.",
)
evaluation = typer.Typer(
    no_args_is_help=True, help="Measure the tagger, the related passages and the search against judgements."
)
app.add_typer(evaluation, name="evaluate")
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def _can_be_written(path: Path | None) -> Path | None:
    """A place for the report, looked at before the work that it reports. Raises UsageError."""
    if path is not None and path.is_dir():
        raise UsageError(f"{path} is a folder. Name the file that the report is to be written to.")
    return path


Seeds = Annotated[Path, typer.Option(help="The folder of source files.")]
Docs = Annotated[Path, typer.Option(help="The folder of pages that MkDocs builds from.")]
Site = Annotated[Path, typer.Option("--site", help="The folder that receives the finished site.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes to read sources with.")]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json",
        help="Write the report as JSON to this file, - for standard output.",
        callback=_can_be_written,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
NoCuration = Annotated[
    bool, typer.Option("--no-curation", help="Show the tagger alone, without the editors' rules.")
]
Full = Annotated[bool, typer.Option("--full", help="List every source, however many there are.")]

_CORES = os.cpu_count() or 1
_NAMED = 10  # passages of an article that `kb explain` names
_NEAR_MISSES = 5  # themes that `kb explain` names although they were not reached


# Objects made before the next look for cycles among the young, such looks before one among the older, and again. What
# is made here lives to the end and has hardly a cycle: Python's own 700 and 10 cost a tenth of the time.
_COLLECTED = (20_000, 20, 50)


def command() -> None:
    """What `__main__` runs: `main`, then out at once. To free the objects of ten thousand articles one by one takes 3 s."""
    status = 0
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        status = end.code
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:  # which is also what typer makes of Ctrl-C
        _tell(STOPPED)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # none where the shell closed it
        with suppress(OSError):  # nobody reads on
            stream.flush()
    os._exit(status)


def main() -> None:
    """Run the command; turns the project's errors into one message and an exit status."""
    gc.set_threshold(*_COLLECTED)
    try:
        app()
    except UsageError as error:
        err.print(f"kb: {error}", style="red", markup=False, soft_wrap=True)
        raise SystemExit(2) from error
    except KbError as error:
        err.print(f"kb: {error}", style="red", markup=False, soft_wrap=True)
        raise SystemExit(1) from error
    except BrokenPipeError:  # `kb … | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    except OSError as error:
        err.print(
            f"kb: {store.refused(error, 'the system refused')}", style="red", markup=False, soft_wrap=True
        )
        raise SystemExit(1) from error


def _options(seeds: Path, docs: Path = config.DOCS, site_dir: Path = config.SITE) -> list[str]:
    """What to give a command so that it works on these folders: nothing for those that it takes by itself."""
    given = (
        ("--seeds", seeds, config.SEEDS),
        ("--docs", docs, config.DOCS),
        ("--site", site_dir, config.SITE),
    )
    return [
        part for name, folder, own in given if not site.is_same(folder, own) for part in (name, str(folder))
    ]


def _warn(seeds: Path, docs: Path) -> None:
    """Say so when pages that were there go: when there is nothing to convert, or other sources than the project's."""
    if not sources.find(seeds)[0]:
        names = " ".join(sources.SUFFIXES)
        _warning(f"there are no sources in {seeds}. Give --seeds a folder with files that end in {names}.")
    if site.is_same(docs, config.DOCS) and not site.is_same(seeds, config.SEEDS):
        _warning(
            f"the committed pages in {docs} become those of {seeds}. Give --docs another folder to keep them; "
            "`kb convert` by itself brings them back."
        )


def _warning(sentence: str) -> None:
    err.print(f"warning: {sentence}", style="yellow", markup=False, soft_wrap=True)


def _tell(sentence: str) -> None:
    err.print(sentence, markup=False, soft_wrap=True)


@app.command()
def convert(
    seeds: Seeds = config.SEEDS,
    docs: Docs = config.DOCS,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and list the pages that differ.")
    ] = False,
    jobs: Jobs = _CORES,
    json_file: Json = None,
    full: Full = False,
    no_curation: NoCuration = False,
) -> None:
    """Turn the sources in SEEDS into the pages below DOCS.

    With --docs elsewhere the hand-written pages and assets are copied there first, so that any folder of
    sources can be tried without touching the committed pages.

    One line a source says what was made of it. A source that cannot be used is named with its line and the
    way out, and the others go on.
    """
    site.check_folders(seeds, docs)
    if check:
        conversion = _read(seeds, jobs)
        knowledge = _know(conversion, seeds, jobs, curated=not no_curation)
        changes = pipeline.differing_pages(knowledge, docs, jobs)
    else:
        _warn(seeds, docs)
        with store.locked(docs, _tell):
            site.prepare(docs)
            conversion, knowledge, changes = _converted(seeds, docs, jobs, curated=not no_curation)
    if knowledge.unused and json_file != Path("-"):
        out.print(
            f"{counted(len(knowledge.unused), 'term of themes.yml stands', 'terms of themes.yml stand')} in no source; "
            "see: kb vocabulary --unused",
            style="dim",
        )
    _show(conversion, knowledge, json_file, full=full, changes=changes)
    if json_file != Path("-"):
        _show_changes(changes, check=check)
        if check and changes:
            again = shlex.join(["kb", "convert", *_options(seeds, docs)])
            after = " and commit what it changes" if site.is_same(docs, config.DOCS) else ""
            err.print(
                f"The pages are not current. Run `{again}`{after}.", style="red", markup=False, soft_wrap=True
            )
    raise typer.Exit(1 if conversion.library.refused or (check and changes) else 0)


@app.command()
def build(
    seeds: Seeds = config.SEEDS,
    docs: Docs = config.DOCS,
    site_dir: Site = config.SITE,
    jobs: Jobs = _CORES,
    json_file: Json = None,
    full: Full = False,
    no_curation: NoCuration = False,
    offline_too: Annotated[
        bool, typer.Option("--offline", help="Also make a folder and a zip that open without a server.")
    ] = False,
) -> None:
    """Convert, then build the site with MkDocs in strict mode."""
    site.check_folders(seeds, docs, site_dir)
    site.check_settings()
    _warn(seeds, docs)
    if offline_too:
        site.check_folders(seeds, docs, offline.places(site_dir)[0])
        offline.check(site_dir)
    with store.locked(docs, _tell):
        site.prepare(docs)
        verified_before = site.is_verified(site_dir)
        conversion, knowledge, changes = _converted(seeds, docs, jobs, curated=not no_curation)
        _show(conversion, knowledge, json_file, full=full, changes=changes)
        anew = site.build(docs, site_dir, _tell, jobs=jobs)
        whole = _verified(conversion, seeds, site_dir, anew if verified_before else None, jobs, json_file)
        made = offline.make(site_dir) if offline_too else None
    if json_file != Path("-"):
        looking = shlex.join(["python3", "-m", "http.server", "-d", str(site_dir)])
        if not _options(seeds, docs, site_dir):
            looking = f"make serve, or {looking}"
        out.print(f"The site is in {site_dir}. Look at it: {looking}", markup=False, soft_wrap=True)
    if made and json_file != Path("-"):
        folder, packed = made
        out.print(f"To carry away: {packed}, or open {folder / 'index.html'}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if whole and not conversion.library.refused else 1)


@app.command("verify")
def verify_(
    seeds: Seeds = config.SEEDS, site_dir: Site = config.SITE, jobs: Jobs = _CORES, as_json: AsJson = False
) -> None:
    """Compare every page of the built site with its source, read a second time and independently.

    Every line of text and every picture must be there, in order, and no mark of Markdown may be visible. Names
    what is missing; exits 1 if anything is.
    """
    result = verifying.run(seeds, site_dir, jobs=jobs)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
    else:
        _show_verified(result)
    raise typer.Exit(1 if result.findings else 0)


@app.command("links")
def links_(
    site_dir: Site = config.SITE,
    check: Annotated[
        bool, typer.Option("--check", help="Ask for each address over the network; exit 1 if any fails.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the links that lead out of the built site: page, text and address.

    Asks nothing of the network unless --check is given: then 10 seconds an address at most, one question at a
    time to a host, and only what fails is listed.
    """
    found = list(outward.links(site_dir))
    failing = _asked({link.address for link in found}) if check else {}
    listed = [link for link in found if not check or link.address in failing]
    if as_json:
        entries = [asdict(link) | ({"trouble": failing[link.address]} if check else {}) for link in listed]
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        for link in listed:
            trouble = f" ({failing[link.address]})" if check else ""
            out.print(f"{link.page}: {link.text} {link.address}{trouble}", markup=False, soft_wrap=True)
        failed = f", {counted(len(listed), 'fails', 'fail')}" if check else ""
        out.print(f"{counted(len(found), 'link leads', 'links lead')} out of the site{failed}.")
    raise typer.Exit(1 if failing else 0)


def _asked(addresses: set[str]) -> dict[str, str]:
    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=len(addresses))
        return outward.troubles(addresses, outward.LIMITS, lambda *_: progress.advance(task))


def _verified(
    conversion: Conversion,
    seeds: Path,
    site_dir: Path,
    anew: Collection[str] | None,
    jobs: int,
    json_file: Path | None,
) -> bool:
    """Whether the pages that were made anew (None: all) show what their sources show; says so."""
    only = None if anew is None else {Path(name).stem for name in anew if name.startswith("articles/")}
    refused = [refusal.path for refusal in conversion.library.refused]
    result = verifying.run(seeds, site_dir, only=only, refused=refused, jobs=jobs)
    if json_file != Path("-"):
        _show_verified(result)
    for finding in result.findings if json_file == Path("-") else ():
        err.print(str(finding), style="red", markup=False, soft_wrap=True)
    if not result.findings:
        site.set_verified(site_dir)
    return not result.findings


def _show_verified(result: verifying.Result) -> None:
    if not result.articles and not result.findings:
        out.print("No article's page changed; nothing to compare.")
        return
    for finding in result.findings:
        err.print(str(finding), style="red", markup=False, soft_wrap=True)
    kept = math.floor(result.kept * 10_000) / 100  # never rounded up to 100
    share = f"{kept:.2f} % of {counted(result.letters, 'character')}" if result.letters else "no characters"
    what = f"{share} and {counted(result.pictures, 'picture')}"
    end = (
        f"; {counted(len(result.findings), 'thing')} to mend, named above."
        if result.findings
        else ", nothing is missing."
    )
    pages = counted(result.articles, "page compared with its source", "pages compared with their sources")
    out.print(f"{pages}: {what}{end}", soft_wrap=True)


@app.command()
def serve(
    seeds: Seeds = config.SEEDS,
    docs: Docs = config.DOCS,
    site_dir: Site = config.SITE,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8000,
) -> None:
    """Preview the site on this machine; it is rebuilt when a source, the vocabulary or a template changes."""

    site.check_folders(seeds, docs, site_dir)
    _warn(seeds, docs)
    one_at_a_time = threading.Lock()

    def rebuild() -> None:
        """Return once the pages can be looked at; the data, which take as long again, follow in another thread."""
        shown = threading.Event()
        threading.Thread(target=work, args=[shown], daemon=True).start()
        shown.wait()

    def work(shown: threading.Event) -> None:
        try:
            with one_at_a_time:
                convert_and_build(shown)
            out.print("The preview is up to date.")
        except (KbError, TemplateError) as error:
            place = f"{error.filename}:{error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
            err.print(f"kb: {place}{error}", style="red", markup=False, soft_wrap=True)
        finally:
            shown.set()

    def convert_and_build(shown: threading.Event | None = None) -> None:
        site.check_settings()
        with store.locked(docs, _tell):
            site.prepare(docs)
            conversion, _, _, finish = _with_pages(seeds, docs, _CORES)
            for outcome in conversion.outcomes:
                if not isinstance(outcome, Empty):
                    _print(err, report.of_source(outcome, named=False))
            if shown:
                with suppress(BuildError):  # if it is not the data that are missing, it comes again below
                    site.build(docs, site_dir, _tell, jobs=_CORES, live=True)
                    shown.set()
            finish()
            site.build(docs, site_dir, _tell, jobs=_CORES, live=True)
        gc.collect()  # MkDocs' pages name each other in circles, and a preview goes on for hours

    convert_and_build()
    by_hand = [config.DOCS / name for name in site.by_hand()]
    watched = [seeds, config.EDITORIAL, config.TEMPLATES, config.THEME, config.MKDOCS_YML, *by_hand]
    out.print(f"Preview at http://127.0.0.1:{port}/ (stop with Ctrl-C)", markup=False, soft_wrap=True)
    site.serve(rebuild, site_dir, [path for path in watched if path.exists()], ("127.0.0.1", port))


@app.command()
def audit(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files or folders to look at.")],
    json_file: Json = None,
) -> None:
    """Say what the converter would make of files, and what troubles it. Writes nothing."""
    outcomes: list[Outcome] = []
    aside: list[str] = []
    for path in paths:
        own, others = _audited(path)
        outcomes += own
        aside += others
    _report(outcomes, json_file, full=True, aside=aside)
    raise typer.Exit(1 if any(isinstance(outcome, Refusal) for outcome in outcomes) else 0)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Source files to take in.")],
    seeds: Seeds = config.SEEDS,
) -> None:
    """Audit files and copy those that can be used into SEEDS. Never overwrites a different file."""
    there = added = 0
    with store.locked(seeds, _tell):
        known = _identities(seeds)
        for path in files:
            outcome = _as_source(path, known)
            _print(err if isinstance(outcome, Refusal) else out, report.of_source(outcome))
            target = seeds / path.name
            was_there = target.exists()
            if isinstance(outcome, Article) and _copied(path, target):
                known[outcome.identity] = str(target)
                there += was_there
                added += not was_there
    if added:
        options = _options(seeds)
        after = "docs/articles and commit both"
        if options:  # whose pages are none of the project's
            options, after = [*options, "--docs", "FOLDER"], "FOLDER/articles; FOLDER is a new one of yours"
        convert_them = shlex.join([".venv/bin/kb", "convert", *options])
        out.print(f"Next: {convert_them}, then read the new pages in {after}.", markup=False, soft_wrap=True)
    raise typer.Exit(0 if there + added == len(files) else 1)


@app.command()
def images(
    seeds: Seeds = config.SEEDS,
    docs: Docs = config.DOCS,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to fetch, and from where.")
    ] = False,
    max_mb: Annotated[
        int, typer.Option("--max-mb", min=1, help="End the run after so many megabytes.")
    ] = 500,
    again: Annotated[bool, typer.Option("--again", help="Ask anew for what was gone or refused.")] = False,
) -> None:
    """Fetch the articles' pictures once into DOCS/assets/pictures; the built site then shows these copies.

    Each is decoded and written anew as WebP; its original address stays with it. A run that was stopped goes
    on where it was. Without this command the pages show the pictures from where they are.
    """
    site.check_folders(seeds, docs)
    if not docs.is_dir():
        first = shlex.join(["kb", "convert", *_options(seeds, docs)])
        raise UsageError(f"{docs} is no folder. Make its pages first: {first}")
    library = _read(seeds, _CORES).library
    if dry_run:
        _print(out, report.of_plan(pictures.plan(library, docs, again=again)))
        return
    with store.locked(docs, _tell):
        # Not before: a run that waited would lose what the other one has kept.
        plan = pictures.plan(library, docs, again=again)
        index = _fetched(plan, docs, max_mb * 1_000_000)
    after = pictures.Plan(plan.addresses, pictures.waiting(plan.addresses, index), index)
    _print(out, report.of_plan(after))
    raise typer.Exit(1 if after.waiting else 0)


def _fetched(plan: pictures.Plan, docs: Path, most_bytes: int) -> pictures.Index:
    """Fetch what is waiting, with a progress bar; names each picture that is not kept."""
    columns = (TextColumn("Fetching"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=len(plan.waiting))

        def show(address: str, record: pictures.Record) -> None:
            progress.advance(task)
            if record.status is not pictures.Status.KEPT:
                out.print(f"{record.status}: {address}: {record.reason}", markup=False, soft_wrap=True)

        return pictures.keep(plan, docs, fetching.Limits(), most_bytes, show)


@evaluation.command("labels")
def evaluate_labels(
    file: Annotated[Path, typer.Argument(help="Judgements, one JSON object a line.")],
    seeds: Seeds = config.SEEDS,
    no_curation: NoCuration = False,
    as_json: AsJson = False,
) -> None:
    """Precision, recall and F1 of the themes, strict and lenient, and the accuracy of `substantive`."""
    result = evaluate.labels(file, _knowledge(seeds, curated=not no_curation))
    if as_json:
        typer.echo(json.dumps(asdict(result)))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("over substantive passages", "precision", "recall", "F1"):
        table.add_column(name, justify="left" if name.startswith("over") else "right")
    for name in ("strict_micro", "strict_macro", "lenient_micro", "lenient_macro"):
        score: evaluate.Score = getattr(result, name)
        table.add_row(
            name.replace("_", " "), *(f"{value:.3f}" for value in (score.precision, score.recall, score.f1))
        )
    out.print(table)
    out.print(
        f"substantive: {result.substantive:.3f} right of {result.judged} judged ({result.missing} not found)"
    )


@evaluation.command("related")
def evaluate_related(
    file: Annotated[Path, typer.Argument(help="Judgements, one JSON object a line.")],
    seeds: Seeds = config.SEEDS,
    no_curation: NoCuration = False,
    as_json: AsJson = False,
) -> None:
    """Mean recall@5 of the related passages."""
    recall, judged = evaluate.related(file, _knowledge(seeds, curated=not no_curation))
    if as_json:
        typer.echo(json.dumps({"recall_at_5": recall, "judged": judged}))
    else:
        out.print(f"recall@5: {recall:.3f} over {counted(judged, 'judged passage')}")


@evaluation.command("queries")
def evaluate_queries(
    file: Annotated[Path, typer.Argument(help="Judgements, one JSON object a line.")],
    seeds: Seeds = config.SEEDS,
    no_curation: NoCuration = False,
    as_json: AsJson = False,
) -> None:
    """nDCG@10 of the site's own search engine, run in a headless browser over an index made for it."""
    knowledge = _knowledge(seeds, curated=not no_curation)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        site.prepare(root)
        pipeline.write(knowledge, root)
        with headless.searching(root) as search:
            result = evaluate.queries(file, knowledge, search)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
        return
    for query, (ndcg, right) in result.each.items():
        out.print(f"{ndcg:.3f} {'first right' if right else '           '}  {query}", markup=False)
    out.print(
        f"nDCG@10: {result.ndcg_at_10:.3f}, first right: {result.first_right:.3f}, "
        f"without hits: {result.empty}, over {counted(result.judged, 'query', 'queries')}"
    )


@app.command("explain")
def explain_(
    what: Annotated[
        str, typer.Argument(metavar="ID|TEXT|FILE", help="A passage (article#anchor), a text, or a file.")
    ] = "",
    change: Annotated[str, typer.Option("--with", help='A term to try: "slug: term=weight".')] = "",
    seeds: Seeds = config.SEEDS,
) -> None:
    """Show which words earn a text its themes and which fall short; --with shows what a new term would change."""
    knowledge = _knowledge(seeds)
    if change:
        done = explain.with_term(knowledge, change)
        for verb, ids in (("gains the theme", done.gained), ("loses the theme", done.lost)):
            for name in ids:
                out.print(f"{name} {verb}", markup=False, soft_wrap=True)
        gained, lost = len(done.gained), len(done.lost)
        out.print(
            f"{counted(gained, 'passage gains', 'passages gain')} it, "
            f"{counted(lost, 'loses', 'lose')} it (before curation)."
        )
    if what:
        _explain(what, knowledge)
    if not what and not change:
        raise UsageError("Give a passage's id, a text or a file, or a change with --with.")


def _explain(what: str, knowledge: Knowledge) -> None:
    heading, text, whole = _text_of(what, knowledge)
    reading = explain.reading_of(heading, text, knowledge)
    for hit in reading.themes:
        out.print(f"{hit.slug} {hit.weight:g}: {_evidence(hit)}", markup=False, soft_wrap=True)
    if not reading.themes:
        out.print("no theme")
    elif not explain.is_about_industry(whole, knowledge):
        out.print("but no theme is given: too few words of the whole are about industry")
    bar, missed = explain.near_misses(heading, text, knowledge)
    for hit in missed[:_NEAR_MISSES]:
        why = f", {themes.MAX_THEMES} are weightier" if hit.weight >= bar else f" of {bar:g}"
        line = f"not reached: {hit.slug} {hit.weight:g}{why}: {_evidence(hit)}"
        out.print(line, markup=False, soft_wrap=True)
    topics = ", ".join(f"{hit.name} ×{hit.count}" for hit in reading.topics) or "none"
    out.print(f"topics: {topics}", markup=False, soft_wrap=True)
    out.print("substantive" if reading.substantive else "not substantive: too few words that say something")
    rule = knowledge.vocabulary.rules.get(what)
    if rule is not None:
        out.print(f"curation.yml:{rule.line}: {rule.reason}", markup=False, soft_wrap=True)


def _evidence(hit: ThemeHit) -> str:
    return ", ".join(f"{e.term} ×{e.count} {e.weight:g}" for e in hit.evidence)


def _text_of(what: str, knowledge: Knowledge) -> tuple[str, str, list[tuple[str, str]]]:
    """Heading and text of what is to be explained, and of all passages of the article that they belong to."""
    for article in knowledge.library.articles:
        if article.id == what:
            raise UsageError(_of_its_passages(article))
        for passage in article.passages:
            if passage_id(article, passage) == what:
                return passage.title, passage.text, [(p.title, p.text) for p in article.passages]
    if _is_there(what, Path.is_dir):
        raise UsageError(
            f"{what} is a folder. Name one of its files; what becomes of all: kb audit {shlex.quote(what)}"
        )
    if _is_there(what, Path.is_file):
        outcome = pipeline.read_file(Path(what), what)
        if isinstance(outcome, Article):
            whole = [(p.title, p.text) for p in outcome.passages]
            return outcome.title, "\n".join(f"{title}\n{text}" for title, text in whole), whole
        raise UsageError(f"{what} is no source that can be read. See: kb audit {shlex.quote(what)}")
    if re.fullmatch(r"[\w./~-]*(?:#p-\w*|-[0-9a-f]{6,}|\.\w{2,4})", what, re.ASCII):
        raise UsageError(
            f"There is no passage and no file {what}. A passage's id is article#anchor: the end of its address on the "
            "site, after articles/ and without the slash before the #."
        )
    return "", what, [("", what)]


def _of_its_passages(article: Article) -> str:
    """What to say to someone who names an article where a passage is asked for."""
    ids = [passage_id(article, passage) for passage in article.passages]
    lines = [
        f"{article.id} is an article, of {counted(len(ids), 'passage')}. Name one of them:",
        *ids[:_NAMED],
    ]
    if len(ids) > _NAMED:
        lines.append(f"and {len(ids) - _NAMED} more, in data/passages.jsonl")
    return "\n".join(lines)


def _is_there(what: str, kind: Callable[[Path], bool]) -> bool:
    with suppress(OSError, ValueError):  # a text is longer than any name may be
        return kind(Path(what))
    return False


@app.command()
def vocabulary(
    candidates: Annotated[bool, typer.Option("--candidates", help="Words that are in no list yet.")] = False,
    unused: Annotated[
        bool, typer.Option("--unused", help="Terms that stand nowhere in the sources.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="How many words of a kind to list.")] = 60,
    seeds: Seeds = config.SEEDS,
) -> None:
    """Check the editors' files; list words that they might add, or terms that no source uses."""
    knowledge = _knowledge(seeds)
    words = knowledge.vocabulary
    out.print(
        f"{counted(len(words.themes), 'theme')}, {counted(len(words.topics), 'topic')}, "
        f"{counted(len(words.rules), 'rule')}: all in order."
    )
    if candidates:
        for title, found in zip(
            ("frequent", "linked by publishers"), explain.candidates(knowledge, most), strict=True
        ):
            out.print(f"{title}: " + ", ".join(f"{w} {n}" for w, n in found), markup=False, soft_wrap=True)
    if unused:
        for slug, terms in explain.unused_terms(knowledge).items():
            out.print(f"warning: {slug}: in no source: {', '.join(terms)}", markup=False, soft_wrap=True)


def _knowledge(seeds: Path, *, curated: bool = True) -> Knowledge:
    return _know(_read(seeds, _CORES), seeds, _CORES, curated=curated)


def _identities(seeds: Path) -> dict[str, str]:
    """Identity → path of the works that are in SEEDS already."""
    articles = _read(seeds, _CORES).library.articles if seeds.is_dir() else ()
    return {article.identity: article.source.path for article in articles}


def _copied(path: Path, target: Path) -> bool:
    if target.exists():
        same = target.read_bytes() == path.read_bytes()
        message = "is there already" if same else "is there already with other content; rename the new file"
        (out if same else err).print(f"{target} {message}", markup=False, soft_wrap=True)
        return same
    twin = _twin(target)
    if twin:
        message = "are one file on disks that do not tell cases apart; rename the new file"
        err.print(f"{target} and {twin.name} {message}", markup=False, soft_wrap=True)
        return False
    try:
        store.write_bytes(target, path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written ({error.strerror}). Check the folder's permissions."
        ) from error
    out.print(f"added {target}", markup=False, soft_wrap=True)
    return True


def _twin(target: Path) -> Path | None:
    """A file beside `target` that is the same one on some disks."""
    beside = target.parent.iterdir() if target.parent.is_dir() else ()
    return next((path for path in beside if store.one_name(path.name) == store.one_name(target.name)), None)


def _as_source(path: Path, known: dict[str, str]) -> Outcome:
    """What would become of a file as a source; refused when the work is there under another name."""
    if path.is_dir():
        remedy = f"Name the files in it; what would become of them: kb audit {shlex.quote(str(path))}"
        return Refusal(str(path), None, "this is a folder", remedy)
    if path.is_file() and path.suffix.lower() not in sources.SUFFIXES:
        names = " ".join(sources.SUFFIXES)
        return Refusal(str(path), None, "the name does not end like a source file's", f"Use one of {names}")
    if store.is_odd(path.name):
        remedy = "Rename it with letters, digits, - and _, and not too long"
        return Refusal(str(path), None, "the name is one that not every system takes", remedy)
    outcome = pipeline.read_file(path, str(path))
    if isinstance(outcome, Empty):
        return Refusal(str(path), None, "there is no text in it", "Only sources with text get a page")
    there = known.get(outcome.identity) if isinstance(outcome, Article) else None
    if there is not None and Path(there).name != path.name:
        return Refusal(
            str(path), None, f"this work is there already as {there}", "Keep the better one of the two files"
        )
    return outcome


def _audited(path: Path) -> tuple[Sequence[Outcome], Sequence[str]]:
    """What became of a file or of those in a folder, and the files that are no sources."""
    if path.is_dir() and path.suffix.lower() not in sources.SUFFIXES:
        conversion = _read(path, _CORES)
        return conversion.outcomes, conversion.left_aside
    return [pipeline.read_file(path, str(path))], ()


def _converted(
    seeds: Path, docs: Path, jobs: int, *, curated: bool = True
) -> tuple[Conversion, Knowledge, store.Changes]:
    """Bring all up to date; where it stands as the last run left it, only what to report of that."""
    conversion, knowledge, changes, finish = _with_pages(seeds, docs, jobs, curated=curated)
    finish()
    return conversion, knowledge, changes


def _with_pages(
    seeds: Path, docs: Path, jobs: int, *, curated: bool = True
) -> tuple[Conversion, Knowledge, store.Changes, Callable[[], None]]:
    """Bring the pages up to date; the last of what it returns does the same for the data."""
    digest = standing.inputs(seeds, docs, curated=curated)
    done = standing.look(digest, docs)
    if done is not None:
        return done.conversion, done.knowledge, store.Changes((), ()), lambda: None
    with Cache(cache.of(docs)) as kept:
        conversion = _read(seeds, jobs, kept)
        knowledge = _know(conversion, seeds, jobs, curated=curated, cache=kept)
        changes, entries = pipeline.write_pages(knowledge, docs, jobs, kept)

    def finish() -> None:
        pipeline.write_data(knowledge, entries, docs, jobs)
        with suppress(OSError):  # a disk that keeps no record costs time, nothing else
            standing.keep(digest, docs, conversion, knowledge)

    return conversion, knowledge, changes, finish


def _read(seeds: Path, jobs: int, cache: Cache = NOTHING) -> Conversion:
    """Read the sources, with a progress bar where that takes long."""
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        return pipeline.read_folder(
            seeds,
            jobs,
            on_start=lambda total: progress.update(task, total=total),
            on_done=lambda: progress.advance(task),
            cache=cache,
        )


def _know(
    conversion: Conversion, seeds: Path, jobs: int, *, curated: bool = True, cache: Cache = NOTHING
) -> Knowledge:
    vocabulary = editorial.load(config.EDITORIAL)
    complete = seeds.resolve() == config.SEEDS
    return pipeline.know(
        conversion.library, vocabulary, curated=curated, complete=complete, jobs=jobs, cache=cache
    )


def _show(
    conversion: Conversion, knowledge: Knowledge, json: Path | None, *, full: bool, changes: store.Changes
) -> None:
    aside, repeats = conversion.left_aside, knowledge.repeats
    _report(conversion.outcomes, json, full=full, aside=aside, repeats=repeats, changes=changes)


def _report(
    outcomes: Sequence[Outcome],
    json: Path | None,
    *,
    full: bool,
    aside: Sequence[str] = (),
    repeats: Mapping[str, str] = MappingProxyType({}),
    changes: store.Changes | None = None,
) -> None:
    if json == Path("-"):
        typer.echo(report.as_data(outcomes, aside, changes, repeats), nl=False)
        return
    _print(out, report.as_lines(outcomes, aside, repeats, full=full))
    if json is not None:
        try:
            store.write(json, report.as_data(outcomes, aside, changes, repeats))
        except OSError as error:
            raise UsageError(f"{json} cannot be written ({error.strerror}).") from error


def _show_changes(changes: store.Changes, *, check: bool) -> None:
    if not changes:
        out.print("The pages are current.")
        return
    would = "would be " if check else ""
    told = [f"  {would}written: {path}" for path in changes.written]
    told += [f"  {would}removed: {path}" for path in changes.removed]
    out.print("\n".join(told), markup=False, soft_wrap=True)  # line by line, ten thousand take a second


def _print(console: Console, lines: Iterable[RenderableType]) -> None:
    for line in lines:
        # Only tables are fitted to the window; a line may be as long as it is, so that it can be searched.
        console.print(line, soft_wrap=isinstance(line, Text))
