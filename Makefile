# `make site` builds, `make test` checks everything, `make serve` previews. All set-up happens by itself, once.

PYTHON ?= python3
VENV := .venv
ZENSICAL := .venv-zensical
PORT ?= 8000
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := site
.PHONY: site serve test check-code bench bench-site bench-search bench-markdown bench-bounds bench-kill fuzz lighthouse golden lock zensical offline clean

site: $(VENV)/.run-ready
	$(BIN)/kb build

# A folder and a zip that open from a disk by double click, beside the site.
offline: $(VENV)/.run-ready
	$(BIN)/kb build --offline

serve: $(VENV)/.run-ready
	$(BIN)/kb serve --port $(PORT)

test: check-code $(ZENSICAL)/.ready
	$(BIN)/python -m tests.find_browser
	$(BIN)/kb convert --check
	$(BIN)/pytest --numprocesses auto --dist loadfile

check-code: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Writes what the golden cases should give, from what they give now. Read the difference before committing it.
golden: $(VENV)/.dev-ready
	$(BIN)/python -m tests.golden

# How good and how fast: the tagger against the project's own judgements, 10,000 made-up articles, made-up reposts.
bench: $(VENV)/.dev-ready
	$(BIN)/kb evaluate labels tests/bench/labels.jsonl --no-curation
	$(BIN)/kb evaluate queries tests/bench/queries.jsonl
	$(BIN)/python -m tests.bench.scale 100 1000 10000 --write
	$(BIN)/python -m tests.bench.reposts
	$(BIN)/python -m tests.bench.reposts --scale 10000

# What building the site costs, how large it is and what a page loads, at two sizes (about a quarter of an hour).
bench-site: $(VENV)/.dev-ready
	$(BIN)/python -m tests.find_browser
	$(BIN)/python -m tests.bench.site 10 10000 --write

# What a search costs, at three sizes and beside other engines (about ten minutes; Pagefind needs npm).
bench-search: $(VENV)/.dev-ready
	$(BIN)/python -m tests.find_browser
	$(BIN)/python -m tests.bench.search --peers --write

# The step from HTML to Markdown beside markdownify, html-to-markdown and trafilatura (a minute; they come from pip).
bench-markdown: $(VENV)/.dev-ready
	$(BIN)/python -m tests.bench.markdown --write

# What Lighthouse says of four kinds of pages (about six minutes; Lighthouse needs npm, for this alone).
lighthouse: site $(VENV)/.dev-ready
	$(BIN)/python -m tests.find_browser
	$(BIN)/python -m tests.bench.lighthouse --write

# Seconds and memory of the worst files that a source can be (about half an hour).
bench-bounds: $(VENV)/.dev-ready
	$(BIN)/python -m tests.bench.bounds

# Kills the converter at random moments and looks at what it left (about half an hour).
bench-kill: $(VENV)/.dev-ready
	$(BIN)/python -m tests.bench.kill 200

# Looks for files that crash a reader or lose text: make fuzz SECONDS=1800
SECONDS ?= 300
fuzz: $(VENV)/.dev-ready
	$(BIN)/python -m tests.fuzz $(SECONDS)

# Renews the pinned versions from the ranges in pyproject.toml.
lock: $(VENV)/.run-ready
	$(BIN)/python tools/lock.py

# The same docs/ and mkdocs.yml, built by MkDocs' successor into site-zensical/. It takes the folder from its
# configuration only, and that must lie beside the folder: hence a file of two lines.
zensical: $(VENV)/.run-ready $(ZENSICAL)/.ready
	$(BIN)/kb convert
	printf 'INHERIT: mkdocs.yml\nsite_dir: site-zensical\n' > .zensical.yml
	rm -rf site-zensical
	$(ZENSICAL)/bin/zensical build --clean --strict --config-file .zensical.yml

clean:
	rm -rf $(VENV) $(ZENSICAL) .zensical.yml .cache site site-offline site-offline.zip *.kb-new *.kb-old site-zensical docs/data docs/llms.txt docs/robots.txt .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "No venv could be made. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.run-ready: tools/requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r tools/requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.dev-ready: tools/requirements-dev.lock $(VENV)/.run-ready
	$(PIP) install --require-hashes -r tools/requirements-dev.lock
	@touch $@

$(ZENSICAL)/.ready: tools/requirements-zensical.lock | $(BIN)/python
	$(BIN)/python -m venv $(ZENSICAL)
	$(ZENSICAL)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r tools/requirements-zensical.lock
	@touch $@
