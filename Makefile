# Everything a person runs. Only Python 3.11 or newer, git and make are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Each worker has servers of its own, and 1 GB of memory to want: one for each core, but at most four.
WORKERS ?= logical
PYTEST := pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.tsbuildinfo' 2>/dev/null)

# Tests start the product's processes by the dozen: none compiles again what another has.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: up test static web-test check bench bench-quality web types format clean

up: $(VENV)/run web/dist/index.html
	@$(BIN)/metacortex up

test: $(VENV)/dev web/dist/index.html tests/fakes/oidc/node_modules/.package-lock.json
	$(BIN)/coverage erase
	@$(MAKE) --no-print-directory -j2 static web-test
	$(BIN)/coverage run -m $(PYTEST) -m "not faults"
	$(BIN)/coverage run -m $(PYTEST) -m faults
	$(BIN)/coverage combine -q && $(BIN)/coverage report --skip-covered --format=total

static: $(VENV)/dev
	$(BIN)/ruff format --check src tests bench tools
	$(BIN)/ruff check src tests bench tools
	$(BIN)/mypy

web-test: web/dist/index.html
	. tools/node.sh && cd web && pnpm lint && pnpm typecheck && pnpm test

check: static tests/fakes/oidc/node_modules/.package-lock.json
	$(BIN)/lint-imports
	$(BIN)/$(PYTEST) -m "not browser and not faults and not slow" --ignore=tests/test_architecture.py \
		--ignore=tests/test_openapi.py -p no:schemathesis

bench: $(VENV)/dev
	$(BIN)/python bench/speed.py
	$(BIN)/python bench/calls.py

bench-quality: $(VENV)/dev
	$(BIN)/python bench/quality.py

format: $(VENV)/dev
	$(BIN)/ruff format src tests bench tools
	$(BIN)/ruff check --fix src tests bench tools

web: web/dist/index.html

types: $(VENV)/dev
	$(BIN)/python -c "import json; from metacortex.entrypoints.api import create_app; print(json.dumps(create_app().openapi(), indent=1, sort_keys=True))" > web/openapi.json
	. tools/node.sh && cd web && pnpm install --frozen-lockfile && pnpm generate

web/dist/index.html: $(WEB_SOURCES) tools/node.sh | $(VENV)/run
	. tools/node.sh && cd web && pnpm install --frozen-lockfile && pnpm build

# A certified OpenID Connect server that tests sign in with.
tests/fakes/oidc/node_modules/.package-lock.json: tests/fakes/oidc/package-lock.json tools/node.sh | $(VENV)/dev
	. tools/node.sh && npm ci --loglevel=error --no-audit --no-fund --prefix tests/fakes/oidc
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/run
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

clean:
	rm -rf $(VENV) web/dist web/node_modules tests/fakes/oidc/node_modules
