# Townline: `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STATE_DATA_DIR ?= ../shared/data
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# the state that targets work on; the sample state, north-carolina, needs no other folder
STATE ?= connecticut
# language of reports: en or es
IN ?= en
BUILD := build/$(STATE)
STORE := $(BUILD)/store
MAPS := $(BUILD)/maps
states := $(patsubst config/%/state.yml,%,$(wildcard config/*/state.yml))
$(if $(filter $(STATE),$(states)),,$(error there is no config/$(STATE)/state.yml; STATE can be: $(states)))
# what was made, one file for each; beside it lies a rule, written by townline, with all that it was made from
MADE := $(BUILD)/made
MIRRORS ?= --mirror "$(STATE_DATA_DIR)" --mirror "$(STATE_DATA_DIR)/../reference/oracle"
TOWNLINE = $(BIN)/townline --profile config/$(STATE) --store $(STORE) --private $(BUILD)/private $(MIRRORS)
# everything is made anew when another release is installed or a code list has changed
CODE := .venv/installed $(wildcard catalog/vocabularies/*.yml)

empty :=
space := $(empty) $(empty)
# what somebody asked for: as a word for the shell, and as the name of a file
quoted = "$(subst \,,$(subst `,,$(subst ",,$(subst $$,,$(1)))))"
file_of = $(subst $(space),_,$(subst /,+,$(subst :,+,$(subst %,+,$(subst ",,$(call quoted,$(strip $(1))))))))
asked_map = $(MADE)/map/$(call file_of,$(INDICATOR) by $(BY) of $(PLACES) in $(PERIOD))
asked_disparity = $(MADE)/disparity/$(call file_of,$(INDICATOR)-$(BY)-$(PLACES))
asked_change = $(MADE)/change/$(call file_of,$(INDICATOR)-$(PLACES))
asked_profile = $(MADE)/profile/$(call file_of,$(TOWN) $(IN))
asked_atlas = $(MADE)/atlas/$(IN)
asked_site = $(MADE)/site/$(call file_of,$(or $(URL),folder))
declared_maps = $(patsubst config/$(STATE)/maps/%.yml,$(MADE)/maps/%,$(wildcard config/$(STATE)/maps/*.yml))

# a second make reads the rules that the first one's commands have written
again = @+$(MAKE) --no-print-directory
opener = import sys, webbrowser; from pathlib import Path; \
  webbrowser.open(Path(Path(sys.argv[1]).read_text().splitlines()[0]).resolve().as_uri())
open = $(if $(OPEN),@$(BIN)/python -c "$(opener)" "$(1)")
known = ; to see what there is: $(BIN)/townline --profile config/$(STATE) --store $(STORE) indicators
# what a target must be told is asked for before anything is built
asks = $(if $(filter $(1),$(MAKECMDGOALS)),$(foreach one,$(2),$(if $(strip $($(one))),,$(error give $(one)=…, for example: make $(1) $(3)$(if $(filter INDICATOR,$(one)),$(known))))))
$(call asks,map,INDICATOR,INDICATOR=low-income)
$(call asks,disparity,INDICATOR BY PLACES,INDICATOR=poverty-by-age BY=age PLACES=town)
$(call asks,change,INDICATOR PLACES,INDICATOR=chronic-absenteeism PLACES=school_district)
$(call asks,profile,TOWN,TOWN=Mansfield)
$(if $(filter en es,$(IN)),,$(error IN is '$(IN)'; it can be: en es))

rules := $(wildcard $(MADE)/*.d $(MADE)/*/*.d)
ifdef rules
include $(rules)
$(rules): ;
endif

##@ Start

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@printf '%s\n' '' 'STATE is $(STATE) unless you say STATE=north-carolina, or another folder of config/.' \
	  'OPEN=1 opens what was made. What has not changed is left as it is. Examples:' \
	  '  make map INDICATOR=low-income BY="age" PLACES="tract town" OPEN=1' \
	  '  make disparity INDICATOR=poverty-by-age BY=age PLACES=town' \
	  '  make change INDICATOR=chronic-absenteeism PLACES=school_district' \
	  '  make register PEOPLE=100000 REGION=09190' \
	  '  make profile TOWN="West Hartford" IN=es' \
	  '  make site STATE=north-carolina URL=https://gis.example.gov'

.venv/installed: constraints.txt pyproject.toml scripts/find-python
	@python=$$(PYTHON="$(PYTHON)" scripts/find-python) && test -x .venv/bin/python || "$$python" -m venv .venv
	@echo "Installing into .venv: 1.6 GB; some minutes the first time"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: .venv/installed ## Make the environment in .venv

.PHONY: demo
demo: demo-build ## Build the sample state, North Carolina, and serve it
	$(again) serve STATE=north-carolina

.PHONY: demo-build
demo-build: ## Build the sample state: ingest, catalog, derive, maps
	$(again) build STATE=north-carolina

.PHONY: connecticut
connecticut: ## Build Connecticut from the files in STATE_DATA_DIR
	$(again) build STATE=connecticut

##@ Build and serve STATE

.PHONY: build
build: maps ## Bring everything up to date: ingest, catalog, indicators, maps

.PHONY: ingest
ingest: .venv/installed ## Bring layers up to date whose files or declarations changed
	$(again) $(MADE)/ingest

.PHONY: indicators
indicators: ingest ## Bring indicators, indexes and releases up to date
	$(again) $(MADE)/derive

.PHONY: refresh
refresh: .venv/installed ## Ask all sources for news, also those in the network
	@rm -f $(MADE)/ingest
	$(again) indicators

.PHONY: serve
serve: .venv/installed ## Serve what is built; HOST, PORT; Ctrl-C ends
	@exec $(TOWNLINE) serve --host $(HOST) --port $(PORT)

.PHONY: site
site: maps ## The site as a folder for any web server: [URL=…]
	$(again) "$(asked_site)"
	$(call open,$(asked_site))

##@ Maps and reports for analysts

.PHONY: maps
maps: indicators ## All maps that STATE declares in config/STATE/maps
	$(if $(declared_maps),$(again) $(declared_maps),@echo "config/$(STATE)/maps declares no maps")

.PHONY: map
map: indicators ## One map: INDICATOR=… [BY=…] [PLACES=…] [PERIOD=…]
	$(again) "$(asked_map)"
	$(call open,$(asked_map))

.PHONY: disparity
disparity: indicators ## Disparities as CSV and Parquet: INDICATOR=… BY=… PLACES=…
	$(again) "$(asked_disparity)"

.PHONY: change
change: indicators ## Changes between two periods as CSV: INDICATOR=… PLACES=…
	$(again) "$(asked_change)"

.PHONY: profile
profile: indicators ## The profile of a place as PDF: TOWN=… [IN=es]
	$(again) "$(asked_profile)"
	$(call open,$(asked_profile))

.PHONY: atlas
atlas: indicators ## The profiles of all towns, as one PDF and one each: [IN=es]
	$(again) "$(asked_atlas)"
	$(call open,$(asked_atlas))

$(MADE)/ingest: $(CODE) $(wildcard config/$(STATE)/layers/*.yml)
	$(TOWNLINE) ingest --rule "$@"

$(MADE)/derive: $(CODE) $(wildcard $(patsubst %,config/$(STATE)/%/*.yml,indicators indexes registers))
	$(TOWNLINE) derive --rule "$@"

$(MADE)/maps/%: config/$(STATE)/maps/%.yml $(CODE)
	$(TOWNLINE) map "$*" --out $(MAPS) --rule "$@"

$(MADE)/map/%: $(CODE)
	$(TOWNLINE) map --indicator $(call quoted,$(INDICATOR)) $(foreach one,$(BY),--by $(call quoted,$(one))) $(foreach one,$(PLACES),--places $(call quoted,$(one))) \
	  $(foreach one,$(PERIOD),--period $(call quoted,$(one))) --out $(MAPS) --rule "$@"

$(MADE)/disparity/%: $(CODE)
	$(TOWNLINE) disparity $(call quoted,$(INDICATOR)) --by $(call quoted,$(BY)) --places $(call quoted,$(PLACES)) --out "$(BUILD)/disparity/$*" --rule "$@"

$(MADE)/change/%: $(CODE)
	$(TOWNLINE) change $(call quoted,$(INDICATOR)) --places $(call quoted,$(PLACES)) --out "$(BUILD)/change/$*" --rule "$@"

$(MADE)/profile/%: $(CODE)
	$(TOWNLINE) report profile $(call quoted,$(TOWN)) --language $(IN) --out $(BUILD)/reports --rule "$@"

$(MADE)/atlas/%: $(CODE)
	$(TOWNLINE) report atlas --language $* --out $(BUILD)/reports --rule "$@"

# one folder, so that it is made anew when it was made with another URL
$(MADE)/site/%: $(CODE) $(wildcard config/$(STATE)/*/* $(STORE)/layers/*/current.json)
	@rm -f $(MADE)/site/*
	$(TOWNLINE) site --out $(BUILD)/site $(if $(URL),--url $(call quoted,$(URL))) --rule "$@"

# a made-up register of all people of Connecticut takes five minutes and 3 GB of memory; one region takes less
PEOPLE ?= 100000
REGION ?= 09190
REGISTER := build/connecticut-register/mirror/person-register.parquet

.PHONY: register
register: .venv/installed ## A made-up register and its tables: [PEOPLE=…] [REGION=…]
	$(again) $(REGISTER) && $(MAKE) --no-print-directory indicators STATE=connecticut-register \
	  MIRRORS='--mirror $(dir $(REGISTER)) --mirror "$(STATE_DATA_DIR)"'

$(REGISTER): bench/make_register.py .venv/installed
	$(BIN)/python bench/make_register.py "$@" "$(STATE_DATA_DIR)" --people $(PEOPLE) $(if $(REGION),--region $(REGION))

##@ Quality

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
test: lint test-services test-layers ## All gates: style, types, import rules and tests

# parts that share no process, server, browser or folder, so that `make --jobs=2` runs two at once

.PHONY: test-services
test-services: .venv/installed ## Tests of what is served, drawn and printed, and of the commands
	$(BIN)/python -m pytest -m "not clients" tests/services

.PHONY: test-layers
test-layers: .venv/installed ## Tests of everything else: catalog, layers, make
	$(BIN)/python -m pytest -m "not clients" --ignore=tests/services

.venv-ogc/installed: tests/ogc/requirements.txt .venv/installed
	$(BIN)/python -m venv .venv-ogc
	.venv-ogc/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/ogc/requirements.txt
	@touch $@

.PHONY: test-ogc
test-ogc: .venv-ogc/installed ## The conformance tests of ogctests, in their own environment
	$(BIN)/python tests/ogc/suite.py .venv-ogc/bin/python

.PHONY: test-clients
test-clients: .venv/installed ## Tests with real clients: QGIS, GDAL, OWSLib
	$(BIN)/python -m pytest -m clients

.PHONY: bench
bench: .venv/installed ## Benchmarks, side by side; results in build/bench
	$(BIN)/python -m bench

##@ Maintenance

.PHONY: lock
lock: ## Pin the dependencies again (needs uv)
	uv pip compile --quiet --group dev --universal --python-version 3.12 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-annotate --no-header --output-file constraints.txt pyproject.toml

.PHONY: clean
clean: ## Remove what was built, but not the environment
	rm -rf build
