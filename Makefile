# Townline: `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STATE_DATA_DIR ?= ../shared/data
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
NC := --profile config/north-carolina --store build/north-carolina/store --private build/north-carolina/private
CT := --profile config/connecticut --store build/connecticut/store --private build/connecticut/private --mirror $(STATE_DATA_DIR) --mirror $(STATE_DATA_DIR)/../reference/oracle

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

.venv/installed: constraints.txt pyproject.toml scripts/find-python
	@python=$$(PYTHON="$(PYTHON)" scripts/find-python) && test -x .venv/bin/python || "$$python" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: .venv/installed ## Make the environment in .venv

.PHONY: demo
demo: demo-build ## Build the sample state (North Carolina) and serve it; Ctrl-C ends
	$(BIN)/townline $(NC) serve --host $(HOST) --port $(PORT)

.PHONY: demo-build
demo-build: .venv/installed ## Build the sample state: ingest, catalog, derive, maps
	$(BIN)/townline $(NC) ingest
	$(BIN)/townline $(NC) derive
	$(BIN)/townline $(NC) map --all --out build/north-carolina/maps

.PHONY: connecticut
connecticut: .venv/installed ## Build Connecticut from the files in STATE_DATA_DIR
	$(BIN)/townline $(CT) ingest
	$(BIN)/townline $(CT) derive
	$(BIN)/townline $(CT) map --all --out build/connecticut/maps

.PHONY: indicators
indicators: .venv/installed ## Ingest Connecticut and compute its indicators
	$(BIN)/townline $(CT) ingest
	$(BIN)/townline $(CT) derive

.PHONY: serve-connecticut
serve-connecticut: .venv/installed ## Serve Connecticut; Ctrl-C ends
	$(BIN)/townline $(CT) serve --host $(HOST) --port $(PORT)

.PHONY: lint
lint: .venv/installed ## Style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: unit
unit: .venv/installed ## Tests only (PYTEST="-k name" passes options on)
	$(BIN)/python -m pytest $(PYTEST)

.PHONY: test
test: lint unit ## All gates: style, types, import rules and tests

.PHONY: bench
bench: .venv/installed ## Benchmarks, side by side; results in build/bench
	$(BIN)/python -m bench

.PHONY: lock
lock: ## Pin the dependencies again (needs uv)
	uv pip compile --quiet --group dev --universal --python-version 3.12 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-annotate --no-header --output-file constraints.txt pyproject.toml

.PHONY: clean
clean: ## Remove what was built, but not the environment
	rm -rf build
