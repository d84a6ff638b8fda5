# The single door. A bare machine needs Python 3.11 or newer and make; Node comes from PyPI.
#
#   make run     everything, then the server on http://127.0.0.1:8000
#   make test    every test          make check   format, lint, types, contracts, house rules
#   make bench   speed against hand-written code
#   make docs    regenerate generated pages    make gold   regenerate golden files    make lock

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := paas metadata formula workflow runtime ui_schema seeds

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test check check-python check-web bench gold docs lock coverage web clean

help:
	@sed -n '3,7s/^# *//p' Makefile

# ---------------------------------------------------------------- environment

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Zhuji needs Python 3.11 or newer (set PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
		$(PYTHON) -m venv --without-pip --clear $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install -q pip; } || { \
		rm -rf $(VENV); echo "$(PYTHON) can make no virtual environment: install its venv module (Debian: python3-venv)"; exit 1; }

$(VENV)/.locked: requirements.lock | $(BIN)/python
	@echo "Installing the locked dependencies"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: pyproject.toml hatch_build.py $(VENV)/.locked
	@PAAS_SKIP_WEB=1 $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Builds only what is stale; without web/package.json there is nothing to build.
web: $(VENV)/.installed
	@test ! -f web/package.json || $(BIN)/python hatch_build.py

# ---------------------------------------------------------------- doors

run: web
	@$(BIN)/paas run

test: web
	@$(BIN)/python -m pytest $(ARGS)
	@test ! -f web/package.json || $(BIN)/python hatch_build.py run --if-present test

check: check-python check-web
	@echo "check: all is well"

check-python: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -p no:randomly tests/architecture

check-web: $(VENV)/.installed
	@test ! -f web/package.json || $(BIN)/python hatch_build.py run --if-present check

$(VENV)/.benched: requirements-bench.lock | $(VENV)/.installed
	@echo "Installing the engines to compare with"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

bench: $(VENV)/.installed $(VENV)/.benched
	@mkdir -p bench/results
	@$(BIN)/python -m bench $(ARGS)

gold: $(VENV)/.installed
	PAAS_UPDATE_GOLD=1 $(BIN)/python -m pytest -q -p no:randomly tests/conformance

docs: $(VENV)/.installed
	$(BIN)/python -m tests.architecture.catalogue
	$(BIN)/python -m tests.architecture.formula_reference

# Coverage of the rooms where a missed branch is a wrong answer.
coverage: web
	$(BIN)/python -m pytest -q --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --include='formula/*,metadata/*,workflow/*' --fail-under=95

lock: | $(BIN)/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras -q -o requirements.lock
	$(BIN)/uv pip compile --group bench --universal --python-version 3.11 -c requirements.lock \
		--generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements-bench.lock

clean:
	rm -rf $(VENV) web/node_modules web/dist build dist .mypy_cache .ruff_cache .pytest_cache
