# All that is written lives in BYHAND_DATA_DIR: the environment, the caches, the logs, the demo's database.
BYHAND_DATA_DIR ?= $(CURDIR)/.byhand
override DATA := $(abspath $(BYHAND_DATA_DIR))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := $(DATA)/venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
k ?=

export BYHAND_DATA_DIR := $(DATA)
export HYPOTHESIS_STORAGE_DIRECTORY := $(DATA)/cache/hypothesis
export MYPY_CACHE_DIR := $(DATA)/cache/mypy
export PIP_CACHE_DIR ?= $(DATA)/cache/pip
export PYTHONPYCACHEPREFIX := $(DATA)/cache/pycache
export RUFF_CACHE_DIR := $(DATA)/cache/ruff
export UV_CACHE_DIR ?= $(DATA)/cache/uv
export UV_PYTHON := $(BIN)/python
# Compiled once and kept in the cache, or each of the suite's processes would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

PYTEST := $(BIN)/python -m pytest -o cache_dir=$(DATA)/cache/pytest
SUITE := $(PYTEST) -q -n 3 --dist worksteal -m "not registry"
UV := $(BIN)/uv --quiet
COMPILE := $(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" $(upgrade)

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-full sweep planted check check-locks fix bench docs connector screenshots lock clean
.DELETE_ON_ERROR:

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.ready-to-work ## everything needed to run, test and change By Hand

demo: $(VENV)/.ready-to-run ## a Slack and networks of its own on this machine, with By Hand at work
	@$(BIN)/byhand demo --data-dir "$(DATA)/demo" $(args)

run: $(VENV)/.ready-to-run ## By Hand for your team, by the settings in .env
	@$(BIN)/byhand run --env-file .env

test: $(VENV)/.ready-to-work ## the tests on SQLite and PostgreSQL; k=words chooses
	@$(SUITE) $(if $(k),-k "$(k)")

test-full: $(VENV)/.ready-to-work ## more drawn examples, another order, the locks for every platform
	@$(SUITE) --examples full --randomly-seed=1
	@$(SUITE) --randomly-seed=2
	@$(MAKE) --no-print-directory check-locks

sweep: $(VENV)/.ready-to-work ## the loop, killed before and after each of its commits and calls (about an hour)
	@BYHAND_SWEEP=all $(SUITE) tests/e2e/test_killed_anywhere.py

planted: $(VENV)/.ready-to-work ## faults planted one by one, each of which the suite must see (about three minutes)
	@$(BIN)/python -m tests.planted $(args)

check: $(VENV)/.ready-to-work ## format, lint, types, layers, and the docs held to the code
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir $(DATA)/cache/import_linter
	@env -u BYHAND_REQUIRE $(PYTEST) -q tests/foundation

check-locks: $(VENV)/.ready-to-work ## the locks resolve as wheels for Python 3.11 to 3.14 on Linux, macOS and Windows
	@env -u BYHAND_REQUIRE $(PYTEST) -q -m registry

fix: $(VENV)/.ready-to-work ## format, and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-to-work ## measure what the design promises about speed
	@for file in bench/*.py; do $(BIN)/python "$$file" || exit 1; done

docs: $(VENV)/.ready-to-work ## hold the docs to the code: links, words, settings, commands
	@env -u BYHAND_REQUIRE $(PYTEST) -q tests/foundation/test_docs.py

connector: $(VENV)/.ready-to-work ## the files of a new network to begin with: name=forum
	@$(BIN)/python -m tests.connectors.begin $(name)

screenshots: $(VENV)/.ready-to-work ## the pictures of the demo's page in docs/pictures, by Chromium
	@$(BIN)/python -m tests.browser.screenshots

lock: $(VENV)/.ready-to-work ## resolve the requirements again; upgrade=--upgrade takes the newest
	@$(COMPILE) -c requirements/constraints.in pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) --group dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(COMPILE) --group build -o requirements/build.txt

clean: ## remove the environment and the caches; the databases stay
	@rm -rf "$(VENV)" "$(DATA)/cache"

$(VENV)/.ready-to-run: pyproject.toml requirements/runtime.txt requirements/build.txt
	@test -n "$(PYTHON)" || { echo "By Hand needs Python 3.11 or later: install it, or name it with make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (on Debian and Ubuntu: python3-venv)"; exit 1; }
	@echo "Setting up in $(DATA) with $$($(PYTHON) --version) ..."
	@$(BIN)/python -c "" 2>/dev/null || $(PYTHON) -m venv --clear "$(VENV)"
	@$(PIP) --require-hashes --only-binary :all: -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch "$@"

$(VENV)/.ready-to-work: $(VENV)/.ready-to-run requirements/dev.txt
	@$(PIP) --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch "$@"
