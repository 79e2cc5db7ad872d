# Two commands are enough to begin with: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet --quiet

.PHONY: run test check bench lock diagrams clean browser

run: .venv/.installed  ## Serve the app, on a demo workspace where there is no data yet
	@$(BIN)/orchflow demo --if-empty
	@exec $(BIN)/orchflow serve

test: export PYTHONDONTWRITEBYTECODE =
test: .venv/.tested-with browser  ## Everything: unit, both plan-store engines, pages, browser, contract
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/.tested-with  ## What takes seconds: style, types, layers, fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m "not browser and not slow"

bench: .venv/.tested-with  ## Measure the speeds that the design promises
	$(BIN)/python -m bench

lock: .venv/.tested-with  ## Lock the exact versions again after a change of pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --extra demo --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --extra demo --group build --group dev pyproject.toml -o requirements-dev.lock

diagrams: .venv/.installed  ## Draw the guides' diagrams anew from their text, with Graphviz
	$(BIN)/python -m orchflow.guidance.diagrams

clean:
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv (once, about a minute) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable '.[demo]'
	@touch $@

.venv/.tested-with: requirements-dev.lock .venv/.installed
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

browser: .venv/.tested-with
	@if ! command -v chromium-headless-shell >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests …"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell; } >/dev/null 2>&1 || true; \
	  fi; \
	  command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || $(BIN)/playwright install chromium; \
	fi
