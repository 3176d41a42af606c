# make app    the dashboard on http://localhost:8501, with a sample loaded
# make test   lint and all tests, in a real browser too
# make lint   style and spelling only
# make docs   the catalogue of losses, anew from their classes
# make bench  how fast it is against others, and how it grows; ten minutes or more
PYTHON ?= python3
PORT ?= 8501
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help app test lint docs bench chromium clean

help:
	@sed -n '/^# /!q;s///p' Makefile

app: $(VENV)/.app
	SKLOSS_SAMPLE=diabetes $(BIN)/python -m streamlit run dashboard.py \
	  --server.address=localhost --server.port=$(PORT)

test: lint chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

docs: $(VENV)/.app
	$(BIN)/python docs/make_losses.py

bench: $(VENV)/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/speed.py
	PYTHONPATH=. $(BIN)/python benchmarks/growth.py

# The stamps are newer than the requirements once those are installed, so a
# second call starts at once.
$(VENV)/.app: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.app

$(VENV)/.bench: requirements.txt benchmarks/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "No $(PYTHON) here. Install Python 3.11 or newer, or name yours: make app PYTHON=/path/to/python"; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "skloss needs Python 3.11 or newer and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make app PYTHON=python3.12"; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$(PYTHON) could not create a virtual environment. On Debian or Ubuntu: apt install python3-venv"; \
	  exit 1; }

# The browser tests need a Chromium. A system package is taken where there is
# one; without the right to install, they are skipped and say so.
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
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis screenshots build dist *.egg-info
