# `make help` lists the targets. Python 3.11+ and make are all that has to be there before.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# On every core; a process keeps to its files until the others have nothing left to do. Each has a browser
# and a PostgreSQL of its own, so eight are enough.
PYTEST := $(BIN)/python -m pytest --numprocesses logical --maxprocesses 8 --dist worksteal
LOCK := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

.PHONY: help setup run test check fmt diagrams soak fuzz lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed-dev ## virtual environment with the exact versions of both locks

run: .venv/.installed ## the sandbox at http://127.0.0.1:8000
	$(BIN)/qilian serve --sandbox

test: check ## everything that CI checks
	$(PYTEST)

check: .venv/.installed-dev
	@scripts/system-packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/.installed-dev ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

diagrams: .venv/.installed-dev ## draw every diagram to docs/diagrams
	$(BIN)/python scripts/draw-diagrams

soak: .venv/.installed-dev ## the long runs of which make test takes a slice
	QILIAN_SOAK=1 $(PYTEST) -m soak --ignore tests/soak
	QILIAN_SOAK=1 $(PYTEST) -m soak -s tests/soak

fuzz: .venv/.installed-dev ## the random-input tests at length
	HYPOTHESIS_PROFILE=fuzz $(PYTEST) -m fuzz

lock: .venv/.installed-dev ## renew both locks from pyproject.toml
	$(PIP) install --quiet uv
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

.venv/bin/python:
	@scripts/make-venv $(PYTHON)

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
