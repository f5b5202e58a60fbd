# `make demo` runs the portal with a demo firm; all it needs is Python 3.11 or newer. `make help` lists the rest.

PORTAL := .venv/bin/portal
RUN := .venv/bin/python -m
SIZE ?= S

.PHONY: help demo demo-install install check test bench faults
.DEFAULT_GOAL := help

help:
	@echo 'make demo         run the portal with a demo firm on http://localhost:8000 (PORT, DATA_DIR change where)'
	@echo 'make install      install what developing needs into .venv'
	@echo 'make check        format, types, layers, templates'
	@echo 'make test         every test, against real servers'
	@echo 'make faults       put faults into a copy, one at a time, and see that the tests notice each'
	@echo 'make bench SIZE=S measure (S or L)'

demo: demo-install
	@exec $(PORTAL) up --demo

demo-install:
	@$(call install,demo)

install:
	@$(call install,development)

check: install
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	.venv/bin/lint-imports
	$(RUN) djlint --lint --profile jinja --ignore H025,H052 templates
	$(RUN) pytest tests/architecture

test: install
	.venv/bin/python requirements/machine.py
	$(RUN) pytest -n 2

faults: install
	$(RUN) tests.security.faults

bench: install
	$(RUN) benchmarks --size $(SIZE)

# Runs requirements/install.py with the first Python that can; PYTHON=… names one.
define install
set -e; \
for candidate in $(PYTHON) .venv/bin/python python3 python3.13 python3.12 python3.14 python3.11 python; do \
  if command -v "$$candidate" >/dev/null 2>&1 && "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then \
    exec "$$candidate" requirements/install.py $(1); \
  fi; \
done; \
echo 'No Python from 3.11 to 3.14 with its venv module was found.' >&2; \
echo 'Install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python), or name it: make demo PYTHON=/path/to/python3.13' >&2; \
exit 1
endef
