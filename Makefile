# What one command does, for people and for CI. A fresh machine needs python3 (3.11 or newer), make
# and network; Kafka also java (17 or newer) and mvn, or a memory broker stands in and says so.

PYTHON ?= python3
TEST_WORKERS ?= 4
VENV := .venv
SHELL := /bin/bash
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
UV := $(BIN)/uv
# Where only pip's own configuration names a mirror, uv finds nothing and pip does.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK_OPTIONS := --quiet --universal --generate-hashes --python-version 3.11 --no-header
ACCURACY := .venv-accuracy
# Compiled once, not by each of the processes that a stack and its tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo up down status test conformance check static snapshots client bench reads growth accuracy accuracy-baselines lock venv
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: venv ## from nothing to matched records and explained exceptions
	$(BIN)/python -m tieout_local demo

up: venv ## start everything in the background; addresses and a key in .tieout/env
	$(BIN)/python -m tieout_local up

down: venv ## stop what `make up` started; its data stays
	$(BIN)/python -m tieout_local down

status: venv ## what runs, and where
	@$(BIN)/python -m tieout_local status

test: static ## everything that has to be green
	$(BIN)/pytest -n $(TEST_WORKERS) tests

conformance: venv ## the seeds, a scenario for each dialect, schemathesis; the last line is JSON
	@PYTHONPATH=tests TIEOUT_REQUIRE=$${TIEOUT_REQUIRE:-corpus} \
	  $(BIN)/pytest -p conformance.report tests/conformance

check: static ## the quick half of `make test`: style, types, imports, contracts
	$(BIN)/pytest tests/test_tidy.py tests/contracts

static: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

snapshots: venv ## write schemas, docs/events.md and docs/asyncapi.json anew from the contracts
	PYTHONPATH=tests $(BIN)/python -m contracts.snapshots

client: venv ## write docs/openapi.json and the Python client's models and methods anew
	$(BIN)/python -m tieout_gateway.openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json
	PYTHONPATH=clients/python $(BIN)/python -m client_generator docs/openapi.json clients/python/tieout_client

bench: venv ## measure throughput and latency on this machine
	$(BIN)/python tests/bench/run.py

reads: venv ## measure reads of exceptions and matches a second through the gateway
	PYTHONPATH=tests $(BIN)/python tests/bench/reads.py

growth: venv ## measure each part of the engine as what is open grows to a million
	PYTHONPATH=tests $(BIN)/python tests/bench/growth.py

accuracy: $(ACCURACY)/.installed ## match two real sets through the API, beside two linkage packages
	set -o pipefail; $(ACCURACY)/bin/python tests/bench/accuracy/baselines.py \
	  | PYTHONPATH=tests $(BIN)/python tests/bench/accuracy/run.py

accuracy-baselines: $(ACCURACY)/.installed ## what recordlinkage and splink match of the bank payments
	$(ACCURACY)/bin/python tests/bench/accuracy/baselines.py

lock: venv ## pin anew what pyproject.toml asks for; the image installs the second file
	$(UV) pip compile $(LOCK_OPTIONS) --all-extras pyproject.toml -o requirements.lock
	$(UV) pip compile $(LOCK_OPTIONS) -c requirements.lock pyproject.toml -o deploy/runtime-requirements.lock
	$(UV) pip compile $(LOCK_OPTIONS) deploy/build-requirements.in -o deploy/build-requirements.lock
	$(UV) pip compile $(LOCK_OPTIONS) tests/bench/accuracy/requirements.in -o tests/bench/accuracy/requirements.lock

venv: $(INSTALLED) ## install what requirements.lock pins into .venv

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "python3 is older than 3.11: name a newer one, make PYTHON=python3.12 …" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) uv
	$(UV) pip sync --quiet requirements.lock || $(PIP_INSTALL) --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps --editable . || $(PIP_INSTALL) --no-deps --editable .
	@touch $@

# The packages that the product is compared with stay out of its environment and its lock.
$(ACCURACY)/.installed: tests/bench/accuracy/requirements.lock $(INSTALLED)
	test -x $(ACCURACY)/bin/python || $(BIN)/python -m venv $(ACCURACY)
	$(UV) pip sync --quiet --python $(ACCURACY)/bin/python $< \
	  || $(ACCURACY)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
