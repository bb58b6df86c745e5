# Two commands are enough: `make run` and `make test`. Each starts from nothing but Python, git and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# What Python has compiled once it may keep: every process of the bot would compile the bot anew.
unexport PYTHONDONTWRITEBYTECODE

# One more than there are cores: tests also wait, for processes, gateways and time that runs out.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.PHONY: run test check bench torture screenshots format clean

run: $(STAMP)
	@$(BIN)/qunzhu run

test: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

bench: $(STAMP)
	$(BIN)/python -m tests.bench

torture: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m lab -o addopts="--strict-markers --strict-config" --timeout 1800

screenshots: $(STAMP)
	$(BIN)/python -m tests.browser.screenshots

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The lock decides what is installed; uv is fetched into the environment so that nothing else is touched.
$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "Qunzhu needs Python 3.11, 3.12 or 3.13; say which with: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1"
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --frozen --all-extras --all-groups --inexact --compile-bytecode --python $(BIN)/python --quiet
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/gateway/node_modules tests/browser/node_modules
