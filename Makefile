# Everything sets itself up: `make run` and `make test` may come first, in either order.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help run serve test check lint types imports docs soak bench lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# uv installs the hashed lock in seconds; where uv cannot be had, or cannot do it, pip installs the same lock.
# UV_SYSTEM_CERTS (once UV_NATIVE_TLS): trust whom this machine trusts, as pip does, also behind a company's proxy.
UV := VIRTUAL_ENV=.venv UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 $(BIN)/uv
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "newsbot needs Python 3.11 or newer; %s is %d.%d. Name another with: make PYTHON=python3.11" % (sys.executable, v[0], v[1]))'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@if $(PIP) uv && $(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock && \
		$(UV) pip install --quiet --no-deps --no-build-isolation -e . ; then :; \
	else \
		echo "uv could not do it here: pip installs the same lock, which takes some minutes."; \
		$(PIP) --require-hashes -r requirements.lock && $(PIP) --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(READY)

run: $(READY) ## Crawl the bundled sample newsroom into archive.db and say how to browse it
	@$(BIN)/newsbot crawl --sample

serve: $(READY) ## Browse archive.db on http://127.0.0.1:8001/
	@$(BIN)/newsbot serve

# By file and in their order: what the tests of a file look at together (a crawled archive) is made once.
TESTS := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not soak"

test: $(READY) ## Run the tests
	@$(TESTS)

check: lint types imports docs test ## What CI runs: lint, types, imports, docs, tests

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

imports: $(READY)
	@$(BIN)/lint-imports

docs: $(READY)
	@$(BIN)/cog --check -r README.md docs/*.md

.PHONY: cov cog
cov: $(READY) ## Run the tests and say what they cover
	@$(TESTS) --cov --cov-report=term:skip-covered

cog: $(READY) ## Write the generated tables of the docs anew
	@$(BIN)/cog -r README.md docs/*.md

soak: $(READY) ## The long proofs: real kills, big archives
	@$(BIN)/python -m pytest -m soak --timeout 1800

.PHONY: datasette-next
datasette-next: $(READY) ## Try the newest Datasette, alphas too, in an environment of its own; may fail
	@$(BIN)/python bench/datasette_next.py

bench: $(READY) ## Measure speed beside a baseline, and quality where CORPORA names pages
	@$(BIN)/python -m bench crawl
	@$(BIN)/python -m bench quality

lock: $(READY) ## Resolve requirements.lock anew (no host name stands in it)
	@$(UV) pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --python-version 3.11 --upgrade -o requirements.lock

clean: ## Remove the environment; archive.db and captures/ stay
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
