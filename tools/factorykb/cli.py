"""The command `kb`, behind the door `__main__`: what its commands and options are, and how a run ends: 0 fine, 1 refused,
failed or different, 2 misuse, 130 stopped."""

from __future__ import annotations

import gc
import json
import os
import shlex
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from jinja2 import TemplateError, TemplateSyntaxError

from factorykb import (
    adding,
    config,
    console,
    evaluate,
    explain,
    fetching,
    headless,
    offline,
    outward,
    pictures,
    pipeline,
    runs,
    site,
    sources,
    store,
)
from factorykb.adding import Status
from factorykb.analysis import Knowledge
from factorykb.console import say, tell
from factorykb.errors import INTERRUPTED, STOPPED, BuildError, KbError, UsageError
from factorykb.model import Article, Refusal
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


def _can_be_written(path: Path | None) -> Path | None:
    """A place for the report, looked at before the work that it reports. Raises UsageError."""
    if path is not None and path.is_dir():
        raise UsageError(f"{path} is a folder. Name the file that the report is to be written to.")
    if path is not None and path.exists() and not path.is_file():
        raise UsageError(f"{path} is no plain file. Name one for the report, or - for standard output.")
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
Uncurated = Annotated[
    bool,
    typer.Option(
        "--no-curation", help="Write the pages as the tagger alone has them, without the editors' rules."
    ),
]
Full = Annotated[bool, typer.Option("--full", help="List every source, however many there are.")]

_CORES = os.cpu_count() or 1
_reading = partial(console.bar, "Reading")

# How seldom Python looks for objects that name each other in circles (`gc.set_threshold`). What is made here lives to
# the end and has hardly a circle: with Python's own numbers, 700 and 10, a tenth of the time went there.
_GC_THRESHOLDS = (20_000, 20, 50)


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
        tell(STOPPED)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # none where the shell closed it
        with suppress(OSError):  # nobody reads on
            stream.flush()
    os._exit(status)


def main() -> None:
    """Run the command; turns the project's errors into one message and an exit status."""
    gc.set_threshold(*_GC_THRESHOLDS)
    try:
        app()
    except UsageError as error:
        console.fail(f"kb: {error}")
        raise SystemExit(2) from error
    except KbError as error:
        console.fail(f"kb: {error}")
        raise SystemExit(1) from error
    except BrokenPipeError:  # `kb … | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    except OSError as error:
        console.fail(f"kb: {store.refused(error, 'the system refused')}")
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


def _check_report(json_file: Path | None, *folders: Path) -> None:
    """Make sure that the report lies in no folder that the run replaces or publishes. Raises UsageError."""
    if json_file is None or not console.is_for_people(json_file):
        return
    for folder in folders:
        if json_file.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"{json_file} lies inside {folder}. Give the report another place.")


def _warn(seeds: Path, docs: Path, *, curated: bool = True) -> None:
    """Say so when pages that were there go: when there is nothing to convert, or when they are made of other sources
    than the project's, or without its rules."""
    if not sources.find(seeds)[0]:
        names = " ".join(sources.SUFFIXES)
        console.warn(
            f"there are no sources in {seeds}. Give --seeds a folder with files that end in {names}."
        )
    others = "" if site.is_same(seeds, config.SEEDS) else f" of {seeds}"
    others += "" if curated else " without the editors' rules"
    if others and site.is_same(docs, config.DOCS):
        console.warn(
            f"the committed pages in {docs} become those{others}. Give --docs another folder to keep them; "
            "`kb convert` by itself brings them back."
        )


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
    no_curation: Uncurated = False,
) -> None:
    """Turn the sources in SEEDS into the pages below DOCS.

    With --docs elsewhere the hand-written pages and assets are copied there first, so that any folder of
    sources can be tried without touching the committed pages.

    One line a source says what was made of it. A source that cannot be used is named with its line and the
    way out, and the others go on.
    """
    site.check_folders(seeds, docs)
    _check_report(json_file, seeds, docs)
    curated = not no_curation
    if check:
        made = runs.check(seeds, docs, jobs, _reading, curated=curated)
    else:
        _warn(seeds, docs, curated=curated)
        with store.locked(docs, tell):
            site.prepare(docs)
            made = runs.convert(seeds, docs, jobs, _reading, curated=curated)
    is_different = check and bool(made.changes)
    for_people = console.is_for_people(json_file)
    if for_people:
        _hint_at_vocabulary(made.knowledge)
    _report(made, json_file, full=full)
    if for_people:
        console.show_changes(made.changes, check=check)
    if for_people and is_different:
        _hint_at_converting(seeds, docs)
    raise typer.Exit(1 if made.conversion.library.refused or is_different else 0)


def _report(made: runs.Converted, json_file: Path | None, *, full: bool) -> None:
    outcomes, aside = made.conversion.outcomes, made.conversion.left_aside
    repeats = made.knowledge.repeats
    console.show_report(outcomes, json_file, full=full, aside=aside, repeats=repeats, changes=made.changes)


def _hint_at_vocabulary(knowledge: Knowledge) -> None:
    if knowledge.idle:
        rules = counted(len(knowledge.idle), "entry of curation.yml takes", "entries of curation.yml take")
        say(f"{rules} away what is not there; see: kb vocabulary", style="dim")
    _hint_at_unused(knowledge)


def _hint_at_converting(seeds: Path, docs: Path) -> None:
    again = shlex.join(["kb", "convert", *_options(seeds, docs)])
    after = " and commit what it changes" if site.is_same(docs, config.DOCS) else ""
    console.fail(f"The pages are not current. Run `{again}`{after}.")


@app.command()
def build(
    seeds: Seeds = config.SEEDS,
    docs: Docs = config.DOCS,
    site_dir: Site = config.SITE,
    jobs: Jobs = _CORES,
    json_file: Json = None,
    full: Full = False,
    no_curation: Uncurated = False,
    offline_too: Annotated[
        bool, typer.Option("--offline", help="Also make a folder and a zip that open without a server.")
    ] = False,
) -> None:
    """Convert, then build the site with MkDocs in strict mode."""
    site.check_folders(seeds, docs, site_dir)
    site.check_settings()
    _check_report(json_file, seeds, docs, site_dir, *(offline.places(site_dir) if offline_too else ()))
    _warn(seeds, docs, curated=not no_curation)
    if offline_too:
        site.check_folders(seeds, docs, offline.places(site_dir)[0])
        offline.check(site_dir)
    for_people = console.is_for_people(json_file)
    with store.locked(docs, tell):
        site.prepare(docs)
        verified_before = site.is_verified(site_dir)
        made = runs.convert(seeds, docs, jobs, _reading, curated=not no_curation)
        _report(made, json_file, full=full)
        anew = site.build(docs, site_dir, tell, jobs=jobs)
        compared = anew if verified_before else None
        whole = _verified(made.conversion, seeds, site_dir, compared, jobs, for_people=for_people)
        carried = offline.make(site_dir) if offline_too else None
    if for_people:
        _say_where(seeds, docs, site_dir, carried)
    raise typer.Exit(0 if whole and not made.conversion.library.refused else 1)


def _verified(
    conversion: Conversion,
    seeds: Path,
    site_dir: Path,
    anew: Collection[str] | None,
    jobs: int,
    *,
    for_people: bool,
) -> bool:
    """Whether the pages that were made anew (None: all) show what their sources show; says so."""
    only = None if anew is None else {Path(name).stem for name in anew if name.startswith("articles/")}
    refused = [refusal.path for refusal in conversion.library.refused]
    result = verifying.run(seeds, site_dir, only=only, refused=refused, jobs=jobs)
    console.show_verified(result, for_people=for_people)
    if not result.findings:
        site.set_verified(site_dir)
    return not result.findings


def _say_where(seeds: Path, docs: Path, site_dir: Path, carried: tuple[Path, Path] | None) -> None:
    """Where the site is, and how to look at it; `carried`: the folder and the zip to carry away."""
    looking = shlex.join(["python3", "-m", "http.server", "-d", str(site_dir)])
    if not _options(seeds, docs, site_dir):
        looking = f"make serve, or {looking}"
    say(f"The site is in {site_dir}. Look at it: {looking}")
    if carried:
        folder, packed = carried
        say(f"To carry away: {packed}, or open {folder / 'index.html'}")


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
        console.show_verified(result)
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
    failing = _failing({link.address for link in found}) if check else {}
    listed = [link for link in found if not check or link.address in failing]
    if as_json:
        entries = [asdict(link) | ({"trouble": failing[link.address]} if check else {}) for link in listed]
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        for link in listed:
            trouble = f" ({failing[link.address]})" if check else ""
            say(f"{link.page}: {link.text} {link.address}{trouble}")
        failed = f", {counted(len(listed), 'fails', 'fail')}" if check else ""
        say(f"{counted(len(found), 'link leads', 'links lead')} out of the site{failed}.")
    raise typer.Exit(1 if failing else 0)


def _failing(addresses: set[str]) -> dict[str, str]:
    with console.bar("Asking", len(addresses)) as bar:
        return outward.troubles(addresses, outward.LIMITS, lambda *_: bar.advance())


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
    preview = _Preview(seeds, docs, site_dir)
    preview.convert_and_build()
    by_hand = [config.DOCS / name for name in site.by_hand()]
    watched = [seeds, config.EDITORIAL, config.TEMPLATES, config.THEME, config.MKDOCS_YML, *by_hand]
    say(f"Preview at http://127.0.0.1:{port}/ (stop with Ctrl-C)")
    there = [path for path in watched if path.exists()]
    site.serve(preview.rebuild, site_dir, there, ("127.0.0.1", port))


class _Preview:
    """Keeps pages and site current while someone looks at them: one rebuilding at a time, the pages first."""

    def __init__(self, seeds: Path, docs: Path, site_dir: Path) -> None:
        self._seeds, self._docs, self._site_dir = seeds, docs, site_dir
        self._one_at_a_time = threading.Lock()

    def rebuild(self) -> None:
        """Return once the pages can be looked at; the data, which take as long again, follow in another thread."""
        shown = threading.Event()
        threading.Thread(target=self._work, args=[shown], daemon=True).start()
        shown.wait()

    def _work(self, shown: threading.Event) -> None:
        try:
            with self._one_at_a_time:
                self.convert_and_build(shown)
            say("The preview is up to date.")
        except (KbError, TemplateError) as error:
            place = f"{error.filename}:{error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
            console.fail(f"kb: {place}{error}")
        finally:
            shown.set()

    def convert_and_build(self, shown: threading.Event | None = None) -> None:
        """Bring all up to date; sets `shown` once the pages are."""
        site.check_settings()
        with store.locked(self._docs, tell):
            site.prepare(self._docs)
            made, finish = runs.with_pages(self._seeds, self._docs, _CORES, _reading)
            console.show_troubles(made.conversion.outcomes)
            if shown:
                with suppress(BuildError):  # if it is not the data that are missing, it comes again below
                    self._build()
                    shown.set()
            finish()
            self._build()
        gc.collect()  # MkDocs' pages name each other in circles, and a preview goes on for hours

    def _build(self) -> None:
        site.build(self._docs, self._site_dir, tell, jobs=_CORES, live=True)


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
    console.show_report(outcomes, json_file, full=True, aside=aside)
    raise typer.Exit(1 if any(isinstance(outcome, Refusal) for outcome in outcomes) else 0)


def _audited(path: Path) -> tuple[Sequence[Outcome], Sequence[str]]:
    """What became of a file or of those in a folder, and the files that are no sources."""
    if path.is_dir() and path.suffix.lower() not in sources.SUFFIXES:
        conversion = runs.read(path, _CORES, _reading)
        return conversion.outcomes, conversion.left_aside
    if path.is_file() and sources.why_none(path.name):
        return (), [str(path)]
    return [pipeline.read_file(path, str(path))], ()


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Source files to take in.")],
    seeds: Seeds = config.SEEDS,
) -> None:
    """Audit files and copy those that can be used into SEEDS. Never overwrites a different file."""
    became: Counter[Status] = Counter()
    with store.locked(seeds, tell):
        known = adding.identities(runs.read(seeds, _CORES, _reading).library)
        for path in files:
            outcome = adding.as_source(path, seeds, known)
            console.show_source(outcome)
            if isinstance(outcome, Article):
                copied = adding.copied(path, seeds / path.name)
                (tell if copied.status is Status.REFUSED else say)(copied.said)
                became[copied.status] += 1
                if copied.status is not Status.REFUSED:
                    known[outcome.identity] = replace(outcome.source, path=adding.place_of(path, seeds))
    if became[Status.ADDED]:
        _hint_at_reading(seeds)
    raise typer.Exit(0 if became[Status.ADDED] + became[Status.THERE] == len(files) else 1)


def _hint_at_reading(seeds: Path) -> None:
    options = _options(seeds)
    after = "docs/articles and commit both"
    if options:  # whose pages are none of the project's
        options, after = [*options, "--docs", "FOLDER"], "FOLDER/articles; FOLDER is a new one of yours"
    convert_them = shlex.join([".venv/bin/kb", "convert", *options])
    say(f"Next: {convert_them}, then read the new pages in {after}.")


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
    library = runs.read(seeds, _CORES, _reading).library
    if dry_run:
        console.show_plan(pictures.plan(library, docs, again=again))
        return
    with store.locked(docs, tell):
        # Not before: a run that waited would lose what the other one has kept.
        plan = pictures.plan(library, docs, again=again)
        index = _fetched(plan, docs, max_mb * 1_000_000)
    after = pictures.Plan(plan.addresses, pictures.waiting(plan.addresses, index), index)
    console.show_plan(after)
    raise typer.Exit(1 if after.waiting else 0)


def _fetched(plan: pictures.Plan, docs: Path, most_bytes: int) -> pictures.Index:
    """Fetch what is waiting, with a progress bar; names each picture that is not kept."""
    with console.bar("Fetching", len(plan.waiting)) as bar:

        def show(address: str, record: pictures.Record) -> None:
            bar.advance()
            if record.status is not pictures.Status.KEPT:
                say(f"{record.status}: {address}: {record.reason}")

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
    else:
        console.show_labels(result)


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
        say(f"recall@5: {recall:.3f} over {counted(judged, 'judged passage')}")


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
        say(f"{ndcg:.3f} {'first right' if right else '           '}  {query}")
    say(
        f"nDCG@10: {result.ndcg_at_10:.3f}, first right: {result.first_right:.3f}, "
        f"without hits: {result.empty}, over {counted(result.judged, 'query', 'queries')}"
    )


@app.command("explain")
def explain_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|TEXT|FILE", help="A passage (article#anchor or its address), a text, or a file."
        ),
    ] = "",
    changes: Annotated[
        list[str] | None,
        typer.Option("--with", help='A term to try: "slug: term=weight". More than once for several.'),
    ] = None,
    seeds: Seeds = config.SEEDS,
) -> None:
    """Show which words earn a text its themes and which fall short.

    --with shows what new terms would change in all passages, and explains the text as if they were there.
    """
    knowledge = _knowledge(seeds)
    tried: Mapping[str, explain.Change] = {}
    if changes:
        knowledge, tried = explain.with_terms(knowledge, changes)
    for slug, change in tried.items():
        _say_change(slug, change)
    if what:
        for line in explain.as_lines(what, knowledge):
            say(line)
    if not what and not changes:
        raise UsageError("Give a passage's id, a text or a file, or a change with --with.")


def _say_change(slug: str, change: explain.Change) -> None:
    for verb, ids in (("gains", change.gained), ("loses", change.lost)):
        for name in ids:
            say(f"{name} {verb} {slug}")
    gained = counted(len(change.gained), "passage gains", "passages gain")
    lost = counted(len(change.lost), "loses", "lose")
    say(f"{gained} {slug}, {lost} it (before curation).")


@app.command()
def vocabulary(
    candidates: Annotated[bool, typer.Option("--candidates", help="Words that are in no list yet.")] = False,
    unused: Annotated[
        bool, typer.Option("--unused", help="Terms that stand nowhere in the sources.")
    ] = False,
    most: Annotated[
        int, typer.Option(min=1, help="How many words of a kind, or terms of a line, to list.")
    ] = 60,
    seeds: Seeds = config.SEEDS,
) -> None:
    """Check the editors' files; list words that they might add, or terms that no source uses."""
    knowledge = _knowledge(seeds)
    words = knowledge.vocabulary
    for sentence in knowledge.idle:
        console.warn(sentence)
    say(
        f"{counted(len(words.themes), 'theme')}, {counted(len(words.topics), 'topic')}, "
        f"{counted(len(words.rules), 'rule')}: {'no errors' if knowledge.idle else 'all in order'}."
    )
    if candidates:
        titles = ("frequent", "linked by publishers")
        for title, found in zip(titles, explain.candidates(knowledge, most), strict=True):
            say(f"{title}: " + ", ".join(f"{w} {n}" for w, n in found))
    if unused:
        for (line, slug), terms in explain.unused_terms(knowledge).items():
            left = len(terms) - most
            more = f", and {left:,} more" if left > 0 else ""
            place = f"tools/editorial/themes.yml:{line}"
            say(f"warning: {place}: {slug}: in no source: {', '.join(terms[:most])}{more}")
    else:
        _hint_at_unused(knowledge)


def _hint_at_unused(knowledge: Knowledge) -> None:
    if knowledge.unused:
        terms = counted(len(knowledge.unused), "term of themes.yml stands", "terms of themes.yml stand")
        say(f"{terms} in no source; see: kb vocabulary --unused", style="dim")


def _knowledge(seeds: Path, *, curated: bool = True) -> Knowledge:
    return runs.know(runs.read(seeds, _CORES, _reading), seeds, _CORES, curated=curated)
