# Townline: `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STATE_DATA_DIR ?= ../shared/data
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# the state that analysts' targets work on; the sample state needs no other folder
STATE ?= connecticut
MIRRORS := --mirror $(STATE_DATA_DIR) --mirror $(STATE_DATA_DIR)/../reference/oracle
TOWNLINE = $(BIN)/townline --profile config/$(STATE) --store build/$(STATE)/store --private build/$(STATE)/private $(MIRRORS)
MAPS = build/$(STATE)/maps

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
	$(MAKE) serve STATE=north-carolina

.PHONY: demo-build
demo-build: ## Build the sample state: ingest, catalog, derive, maps
	$(MAKE) build STATE=north-carolina

.PHONY: connecticut
connecticut: ## Build Connecticut from the files in STATE_DATA_DIR
	$(MAKE) build STATE=connecticut

.PHONY: build
build: .venv/installed ## Build STATE: ingest, catalog, derive, maps (what did not change is left as it is)
	$(TOWNLINE) ingest
	$(TOWNLINE) derive
	$(TOWNLINE) map --all --out $(MAPS)

.PHONY: serve
serve: .venv/installed ## Serve what is built of STATE; Ctrl-C ends
	$(TOWNLINE) serve --host $(HOST) --port $(PORT)

.PHONY: indicators
indicators: .venv/installed ## Ingest STATE and compute its indicators, indexes and releases
	$(TOWNLINE) ingest
	$(TOWNLINE) derive

.PHONY: maps
maps: .venv/installed ## Draw all maps that STATE declares
	$(TOWNLINE) map --all --out $(MAPS)

.PHONY: map
map: .venv/installed ## Draw one map: INDICATOR=low-income [BY=age] [PLACES=town] [PERIOD=…]
	$(TOWNLINE) map --out $(MAPS) --indicator "$(INDICATOR)" $(if $(BY),--by "$(BY)") $(if $(PLACES),--places "$(PLACES)") \
	  $(if $(PERIOD),--period "$(PERIOD)")

.PHONY: disparity
disparity: .venv/installed ## Disparities as table: INDICATOR=… BY=… PLACES=…
	$(TOWNLINE) disparity "$(INDICATOR)" --by "$(BY)" --places "$(PLACES)" --out build/$(STATE)/disparity

.PHONY: profile
profile: .venv/installed ## The profile of a place as PDF: TOWN=Mansfield
	$(TOWNLINE) report profile "$(TOWN)" --out build/$(STATE)/reports

.PHONY: atlas
atlas: .venv/installed ## The profiles of all towns as PDF
	$(TOWNLINE) report atlas --out build/$(STATE)/reports

.PHONY: site
site: .venv/installed ## The site as a folder that any web server can host
	$(TOWNLINE) site --out build/$(STATE)/site

.PHONY: disparity
disparity: .venv/installed ## Disparity of Connecticut as CSV, Parquet, dictionary: INDICATOR=poverty-by-age BY=age PLACES=town
	$(BIN)/townline $(CT) disparity $(INDICATOR) --by $(BY) --places $(PLACES) --out build/disparity/$(INDICATOR)-$(BY)-$(PLACES)

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

.venv-ogc/installed: tests/ogc/requirements.txt .venv/installed
	$(BIN)/python -m venv .venv-ogc
	.venv-ogc/bin/python -m pip install --quiet --disable-pip-version-check -r tests/ogc/requirements.txt
	@touch $@

.PHONY: test-ogc
test-ogc: .venv-ogc/installed ## The independent conformance tests of ogctests, in an environment of their own
	$(BIN)/python tests/ogc/suite.py .venv-ogc/bin/python

.PHONY: test-clients
test-clients: .venv/installed ## Tests with real desktop clients (QGIS from Debian's packages)
	$(BIN)/python -m pytest -m clients

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
