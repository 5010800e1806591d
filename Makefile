# Everything a newcomer needs: `make demo` and `make test` set up their own environment in .venv.

# .python-version picks the interpreter where pyenv or uv is at work; else the first that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo "$$p"; break; }; done)
RUN := .venv/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
PATTERN_SEEDS ?= 30
# Kills of sweeps: a few among all tests, sixty in continuous integration, a thousand by make reliability.
KILLS ?= 12
# Mutated files of each kind: a few among all tests, two thousand by make reliability.
FUZZ ?= 50
# Data sets of each kind with which coverage is simulated: a few among all tests, 2,000 and more by make coverage.
COVERAGE_SETS ?= 100
# Seeds with which the peer on data frames is compared: the fewest that show each fault; 10 by make reliability.
PEER_SEEDS ?= 5

# Browser tests that `make browser` runs and continuous integration does not, to stay under 25 minutes.
ONLY_IN_FULL := $(addprefix --ignore=tests/e2e/,test_load.py test_faults.py test_screenshots.py test_visual_regression.py)

.PHONY: help demo test golden lint format patterns reliability coverage bench browser browser-short docs clean
help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

demo: .venv/demo ## compare Silicon Valley and Route 128 (under four minutes)
	@rm -rf demo
	.venv/bin/alliance-sim compare route128 silicon_valley --decompose --out demo

test: .venv/dev ## all tests but the slow suites
	KILLS=$(KILLS) FUZZ=$(FUZZ) PEER_SEEDS=$(PEER_SEEDS) COVERAGE_SETS=$(COVERAGE_SETS) $(RUN) -m pytest -n 2 --dist worksteal

golden: .venv/dev ## what differs from the stored digests of outcomes and columns (WRITE=1 stores them)
	$(RUN) -m tests.golden $(if $(WRITE),--write)

lint: .venv/dev ## ruff and the type checker, strict on the library
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/basedpyright

format: .venv/dev ## put the code in shape
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

patterns: .venv/dev ## the patterns of the model, 30 paired seeds each, with runs that are reused and a page in results/patterns
	PATTERN_SEEDS=$(PATTERN_SEEDS) $(RUN) -m analysis patterns results/patterns

reliability: .venv/engines ## a thousand kills, a million runs, 2,000 bit flips and 2,000 mutated files of each kind (an hour)
	KILLS=1000 FLIPS=2000 FUZZ=2000 MILLION=1 PROCESSORS=1 $(RUN) -m pytest -rP tests/reliability
	PEER_SEEDS=10 GOLDEN=all $(RUN) -m pytest tests/peer tests/golden

coverage: .venv/dev ## coverage of every interval, verdict and plan by simulation; the tables go to docs/statistics.md
	OPENBLAS_NUM_THREADS=1 $(RUN) -m tests.statistics.coverage --write

bench: .venv/dev ## speed compared with the same rules as plain Mesa agents
	$(RUN) -m benchmarks.speed
	$(RUN) -m benchmarks.throughput
	$(RUN) -m benchmarks.scale
	$(RUN) -m benchmarks.bounds

browser: .venv/browser ## tests of the page in a real browser (needs Chromium), with ten minutes of play, and new screenshots
	PICTURES=docs/images/page $(RUN) -m pytest -s tests/e2e

browser-short: .venv/browser ## the lessons, the class and accessibility in a browser; what a busy machine made late is looked at once more
	$(RUN) -m pytest -n 2 -m "not slow" $(ONLY_IN_FULL) tests/e2e || \
		$(RUN) -m pytest -n 0 -m "not slow" --last-failed $(ONLY_IN_FULL) tests/e2e

docs: .venv/dev ## the book: tutorials, the model in full, reference (warnings are errors)
	$(RUN) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "The book is in docs/_build/html/index.html"

clean: ## forget the environment and everything made
	rm -rf .venv demo results dist docs/_build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed; install it, or say make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Versions are pinned in constraints.txt, so that a result can be made again.
.venv/demo: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[report]'
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ .venv/demo

.venv/engines: .venv/dev
	$(PIP) install -c constraints.txt -e '.[dev,engines]'
	@touch $@

.venv/browser: .venv/dev
	$(PIP) install -c constraints.txt -e '.[dev,browser]'
	@touch $@
