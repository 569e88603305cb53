# Everything goes into .venv beside this file; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check bench shift pictures clean

run: .venv/ready-run  ## start the console (ARGS="--port 0" passes options)
	$(BIN)/deskbell $(ARGS)

test: .venv/ready-test  ## install what the tests need and run them (ARGS="-k queue" passes options)
	$(BIN)/python -m pytest $(ARGS)

check: .venv/ready-check  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-test  ## figures as ratios, measured side by side in one run
	$(BIN)/python -m tests.bench

shift: .venv/ready-test  ## a whole shift: 300 contacts, 6,000 messages, four agents, ten minutes (ARGS="--seed 5")
	$(BIN)/python -m tests.shift --form long $(ARGS)

.venv/pip: 
	$(PYTHON) -c 'import sys; sys.exit("Deskbell needs Python 3.11 or later: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	touch $@

.venv/ready-run: .venv/pip pyproject.toml
	$(PIP) install --editable .
	touch $@

.venv/ready-test: .venv/pip pyproject.toml
	$(PIP) install --editable '.[test]'
	touch $@ .venv/ready-run

.venv/ready-check: .venv/pip pyproject.toml
	$(PIP) install --editable '.[test,check]'
	touch $@ .venv/ready-run .venv/ready-test

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
