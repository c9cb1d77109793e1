# `make demo` and `make test` are all a newcomer needs; both work on a bare clone.
.DEFAULT_GOAL := help
SHELL := bash
PY ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check bench format clean
help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/stamp: pyproject.toml monolith/requirements.txt
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]' -r monolith/requirements.txt
	touch $@

check: .venv/stamp ## Format, lint, types, layers, drift of generated docs
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --verbose

test: check ## Everything that must hold
	$(BIN)/pytest

bench: .venv/stamp ## Measure the proxy beside nginx, HAProxy, Envoy, Caddy and aiohttp (about six minutes)
	tests/benchmarks/install.sh
	$(BIN)/python -m tests.benchmarks $(BENCH)

format: .venv/stamp ## Put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what was made
	rm -rf .venv .venvs .cache .strangler build dist
