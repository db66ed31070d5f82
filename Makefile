# The project's commands. They need Python 3.11 or newer with venv, and make; everything else is installed into .venv,
# in the versions and with the hashes of requirements.lock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
STAMP := $(VENV)/.installed
# What was installed, and where: an environment that was moved has to be linked anew.
WANTED = $(shell (cat requirements.lock pyproject.toml; pwd) | cksum)

.DEFAULT_GOAL := help
.PHONY: help demo test benchmark campaign-intake campaign-canary lock installed install

help:
	@echo "make demo          a running clearing point with invented organizations, cases and a first release"
	@echo "make demo ONCE=1   the same, but end after the release"
	@echo "make demo PORT=n   the same on another port than 8000"
	@echo "make test          lint, types, import contracts and all tests"
	@echo "make benchmark     intake beside raw COPY, and counting beside reading (some ten minutes)"
	@echo "make campaign-intake  10,000 generated bad files to a server of their own (some ten minutes); CASES=n SEED=n"
	@echo "make campaign-canary  500 marked identities through every door, then a search of every byte (some minutes); IDENTITIES=n"
	@echo "make lock          pin what a changed pyproject.toml asks for (needs uv)"
	@echo "PYTHON=python3.12  with any of them: the Python to make .venv with"

demo: installed
	@$(BIN)/clearpoint demo $(if $(PORT),--port $(PORT)) $(if $(filter-out 0,$(ONCE)),--once)

# Three at a time also on two cores: the longest tests wait for other processes most of their time.
test: installed
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest --numprocesses 3 --dist worksteal

benchmark: installed
	@$(BIN)/python -m benchmarks intake
	@$(BIN)/python -m benchmarks counting

campaign-intake: installed
	@$(BIN)/python -m tests.campaign intake --cases $(or $(CASES),10000) --seed $(or $(SEED),1)

campaign-canary: installed
	@CANARY_IDENTITIES=$(or $(IDENTITIES),500) $(BIN)/pytest tests/flows/test_no_identity_leaks.py

lock:
	@uv=$$(command -v $(BIN)/uv || command -v uv) \
		|| { echo "make lock needs uv: $(BIN)/python -m pip install uv" >&2; exit 1; }; \
	$$uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev -q --no-header \
		-o requirements.lock pyproject.toml

# Installs when the lock, the project's description or the place has changed, and is silent otherwise.
installed:
	@[ "$$(cat $(STAMP) 2>/dev/null)" = "$(WANTED)" ] || $(MAKE) --no-print-directory install

install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV); this takes about a minute the first time."
	@[ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@echo "$(WANTED)" > $(STAMP)
