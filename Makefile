# The project's table of contents. `make demo` and `make test` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo run test slow simulations check fix bench chaos fuzz pictures words constraints clean

help:           ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/for-use        ## set everything up and watch a finance model train in the browser
	$(BIN)/tuneboard up --demo finance-newsdesk

run: $(VENV)/for-use         ## set everything up and open the dashboard
	$(BIN)/tuneboard up

test: check browser postgres s3       ## set everything up, check the code and run the tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations 30 $(ARGS)

slow: browser postgres s3       ## go the longer ways: whole journeys, clusters, kills, made-up inputs
	$(BIN)/python -m pytest -m slow -n 2 --dist loadgroup --no-loadscope-reorder --durations 30 $(ARGS)

simulations: $(VENV)/for-work    ## count over hundreds of made-up worlds how often what is claimed holds
	$(BIN)/python -m pytest -m simulation -n 2 --dist load $(ARGS)

check: $(VENV)/for-work      ## style, types, and the arrow between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fix: $(VENV)/for-work        ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/for-work      ## measure, side by side with rivals
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/first_number.py
	$(BIN)/python benchmarks/dashboard.py
	$(BIN)/python benchmarks/sessions.py
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/many_rows.py
	$(BIN)/python benchmarks/labels.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/turns.py
	$(BIN)/python benchmarks/job_queue.py
	$(BIN)/python benchmarks/commands.py
	$(BIN)/python benchmarks/metrics.py
	$(BIN)/python benchmarks/truth.py --write docs/truth.md

chaos: $(VENV)/for-work postgres      ## kill every process at every named spot and at random, and look what is lost
	$(BIN)/python benchmarks/chaos.py --kills $${KILLS:-300} --write docs/chaos.md
	$(BIN)/python benchmarks/crowd.py --minutes $${MINUTES:-10}
	$(BIN)/python benchmarks/crowd.py --minutes $${MINUTES:-10} --postgres

fuzz: $(VENV)/for-work       ## try ten thousand odd files, models, backups and requests, and a hundred thousand at every parser
	$(BIN)/python -m tests.fuzz --cases $(or $(INPUTS),10000)
	$(BIN)/python -m tests.fuzz.parsers --inputs $$(( 10 * $(or $(INPUTS),10000) ))

pictures: $(VENV)/for-work browser   ## take the README's pictures again
	$(BIN)/python docs/pictures/make.py

constraints: $(VENV)/for-work        ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+\(cpu\|cu[0-9]*\)$$//' | grep -v '^nvidia-\|^triton\|^cuda-' > constraints.txt

clean:          ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

.PHONY: browser
browser: $(VENV)/for-work
	@.ci/browser

.PHONY: postgres
postgres: $(VENV)/for-work
	@.ci/postgres

.PHONY: s3
s3: $(VENV)/for-work
	@.ci/s3 $(VENV)

$(VENV)/for-use: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tuneboard needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@echo "Setting up .venv (once; a minute or two, about 2 GB) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[dashboard]'
	@touch $@

$(VENV)/for-work: $(VENV)/for-use
	@$(PIP) --editable '.[dashboard,develop]'
	@touch $@
