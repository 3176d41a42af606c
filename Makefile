# make app          start the dashboard on http://localhost:8501
# make test         run lint and all tests, including those in a real browser
# make lint         check style, spelling and docstrings
# make test-oldest  run the tests with the oldest versions that pyproject.toml allows
# make docs         regenerate the pages of losses and checks from their classes
# make site         build the documentation site in docs/_build/html
# make screenshots  check that README's screenshots show the dashboard as it is
# make lock         pin the dependencies of the image with their hashes
# make audit        report known vulnerabilities of them, and write sbom.json
# make dist         build the wheel and the sdist, and try both in new environments
# make bench        measure speed and growth; takes twenty minutes or more
# make bench-speed  measure speed alone: README's table; takes about ten minutes
# make bench-small  compare small tables with linear models; takes ten minutes or more
# make bench-quality  compare default networks with boosted trees; takes an hour or more
# make bench-alignment  compare embeddings with NCA, LDA and CCA; takes an hour or more
# make bench-large  measure errors, times and memory on large tables; half an hour
# make bench-ranking  simulate the error rates of the ranking; takes an hour or more
# make bench-probabilities  compare probabilities with known ones; takes half an hour
# make bench-gpu    compare a GPU with the CPU, where there is one; ten minutes
# make bench-load   let several people use one server; takes a quarter of an hour
# make bench-checks  simulate false alarms and hits of checks; takes half an hour
# make bench-decisions  compare decided costs with those of predictions; ten minutes
# make bench-verdict  simulate the error rates of noise verdicts; takes hours
PYTHON ?= python3
PORT ?= 8501
VENV ?= .venv
BIN := $(VENV)/bin
OLDEST := $(VENV)-oldest

.DEFAULT_GOAL := help
.PHONY: help app test lint test-oldest docs site screenshots dist bench bench-speed \
  bench-small bench-quality bench-alignment bench-large bench-ranking bench-verdict \
  bench-checks bench-decisions bench-probabilities bench-load bench-gpu \
  lock audit chromium clean

help:
	@sed -n '/^# /!q;s///p' Makefile

app: $(VENV)/.app
	$(BIN)/python -m skloss --port $(PORT)

test: lint chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell -D - -D docs/words.txt
	$(BIN)/python docs/lint_docstrings.py

# The browser tests are left out: they depend on Streamlit, which has one version.
test-oldest: $(OLDEST)/.dev
	OMP_NUM_THREADS=1 $(OLDEST)/bin/python -m pytest -n 2 --dist worksteal -m "not browser"

docs: $(VENV)/.app
	$(BIN)/python docs/make_losses.py
	$(BIN)/python docs/make_checks.py
	$(BIN)/python docs/make_opening.py

site: $(VENV)/.site
	OMP_NUM_THREADS=1 $(BIN)/python -m sphinx -q -W --keep-going docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

screenshots: chromium
	$(BIN)/python docs/screenshots.py

dist: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python docs/try_dist.py dist

lock: $(VENV)/.app
	$(BIN)/python docs/make_lock.py

# pip-audit has an environment of its own, so that it does not audit itself.
audit:
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock
	$(VENV)-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock \
	  -f cyclonedx-json -o sbom.json

bench: bench-speed
	PYTHONPATH=. $(BIN)/python benchmarks/growth.py

bench-speed: $(VENV)/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/speed.py

bench-small: $(VENV)/.app
	PYTHONPATH=. OMP_NUM_THREADS=1 $(BIN)/python benchmarks/small.py --jobs 2

bench-quality: $(VENV)/.bench
	PYTHONPATH=. OMP_NUM_THREADS=1 $(BIN)/python benchmarks/quality.py

bench-alignment: $(VENV)/.app
	PYTHONPATH=. OMP_NUM_THREADS=1 $(BIN)/python benchmarks/alignment.py

bench-large: $(VENV)/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/large.py

bench-ranking: $(VENV)/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/ranking.py

bench-probabilities: $(VENV)/.bench
	OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/probabilities.py

bench-checks: $(VENV)/.bench
	OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/checks.py

bench-decisions: $(VENV)/.bench
	OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/decisions.py

bench-gpu: $(VENV)/.app
	PYTHONPATH=. $(BIN)/python benchmarks/gpu.py

bench-load: chromium $(VENV)/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/load.py

bench-verdict: $(VENV)/.bench
	OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/verdict.py

# Each stamp is touched after an installation, so that a second call skips it.
$(VENV)/.app: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt docs/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.app $(VENV)/.site

$(VENV)/.site: requirements.txt docs/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements.txt -r docs/requirements.txt
	@touch $@ $(VENV)/.app

$(VENV)/.bench: requirements.txt benchmarks/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

$(OLDEST)/.dev: pyproject.toml requirements-dev.txt docs/requirements.txt | $(BIN)/python
	$(PYTHON) -m venv --clear $(OLDEST)
	sed -n '/^dependencies/,/^\[tool/p' pyproject.toml | grep -o '"[a-z0-9-]*>=[0-9.]*' \
	  | tr -d '"' | sed 's/>=/==/' >$(OLDEST)/oldest.txt
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements-dev.txt -c $(OLDEST)/oldest.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or newer, or pass its path: make app PYTHON=/path/to/python"; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "skloss needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) -V 2>&1). Pass a newer one: make app PYTHON=python3.12"; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$(PYTHON) could not create a virtual environment. On Debian or Ubuntu: apt install python3-venv"; \
	  exit 1; }

# The browser tests need Chromium, from the system's packages if possible. They are
# skipped with a message if it cannot be installed.
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq
chromium: $(VENV)/.dev
	@if command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif ! command -v apt-get >/dev/null; then $(BIN)/python -m playwright install chromium \
	  || echo "No Chromium: the browser tests will be skipped. Install Chromium or Chrome to run them."; \
	elif [ "$$(id -u)" = 0 ]; then $(APT) update && $(APT) install -y chromium >/dev/null; \
	elif sudo -n true 2>/dev/null; then sudo $(APT) update && sudo $(APT) install -y chromium >/dev/null; \
	else echo "No Chromium: the browser tests will be skipped. To run them: sudo apt install chromium"; \
	fi

clean:
	rm -rf $(VENV) $(VENV)-audit $(OLDEST) sbom.json .pytest_cache .ruff_cache .hypothesis screenshots build dist *.egg-info \
	  docs/_build docs/api docs/auto_gallery
