# `make help` lists what can be done. Two commands are enough: `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help run serve demo test test-slow bench check format lock deps clean content oracle \
  oracle-books

PYTHON ?= python3.11
ifeq (, $(shell command -v $(PYTHON)))
  PYTHON := python3
endif
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOST ?= 127.0.0.1
PORT ?= 8000
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(STAMP)

run: $(STAMP) ## Do the main job once, load the demonstration chamber, and serve it
	$(BIN)/commons demo --serve --host $(HOST) --port $(PORT)

serve: $(STAMP) ## Serve an empty instance
	$(BIN)/commons serve --host $(HOST) --port $(PORT)

demo: $(STAMP) ## Do the main job once and leave the files in out/
	$(BIN)/commons demo --out out

test: $(STAMP) ## Everything but the long campaigns
	$(BIN)/python -m pytest -q -n 3 --dist loadscope --no-loadscope-reorder

test-slow: $(STAMP) ## The long campaigns
	$(BIN)/python -m pytest -q -m slow

bench: $(STAMP) ## Ratios measured in one run, beside their targets
	$(BIN)/python benchmarks/run.py

ORACLE := .oracle

$(ORACLE)/.installed: oracle/requirements.txt
	$(PYTHON) -m venv $(ORACLE)
	$(ORACLE)/bin/pip install --quiet -r oracle/requirements.txt
	touch $@

oracle: $(ORACLE)/.installed ## Compare elections with the academic library, kept in a folder of its own
	PYTHONPATH=src $(ORACLE)/bin/python oracle/compare.py

BOOKS := .oracle-books

$(BOOKS)/.installed: oracle/books-requirements.txt
	$(PYTHON) -m venv $(BOOKS)
	$(BOOKS)/bin/pip install --quiet -r oracle/books-requirements.txt
	touch $@

oracle-books: $(BOOKS)/.installed ## Beancount and readers of linked data, for the tests of exports

check: $(STAMP) ## What CI checks before the tests: form, types, borders, content
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy src tests
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict charters ledger procurement
	$(BIN)/commons content check

format: $(STAMP) ## Put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := uv pip compile pyproject.toml --generate-hashes --no-annotate \
  --no-header --python-version 3.11

lock: ## Renew the locked requirements (needs uv)
	$(LOCK) --group dev --upgrade -o requirements.txt
	$(LOCK) -c requirements.txt -o requirements-service.txt

deps: ## System packages for the tests: a browser, PDF and accounting tools (may need root)
	$(SUDO) apt-get update -q
	$(SUDO) apt-get install -q -y --no-install-recommends \
	  chromium poppler-utils git hledger ledger

clean: ## Remove what can be made again
	rm -rf $(VENV) $(ORACLE) $(BOOKS) .mypy_cache .ruff_cache .pytest_cache .hypothesis out
