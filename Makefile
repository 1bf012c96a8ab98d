# make demo   exact gradients of a C program and of a Rust crate, from nothing but Python, make and a C compiler
# make test   every test, with the real compilers and engines
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# A file of tests stays on one core: what its tests share is built once.
PARALLEL := -n auto --dist loadfile

.PHONY: all demo test test-slow lint bench clean

all: demo

# Everything the other targets need: the virtual environment, the engine, compilers where they are missing.
$(VENV)/.ready: pyproject.toml tools/prepare.sh
	PYTHON="$(PYTHON)" sh tools/prepare.sh $(VENV)
	touch $@

demo: $(VENV)/.ready
	sh tools/demo.sh $(CURDIR)/$(BIN)

lint: $(VENV)/.ready
	$(BIN)/ruff check ad_build tests benchmarks tools
	$(BIN)/ruff format --check ad_build tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.ready lint
	sh tools/prepare.sh --test-tools $(VENV)
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow"

test-slow: $(VENV)/.ready
	sh tools/prepare.sh --test-tools $(VENV)
	$(BIN)/python -m pytest $(PARALLEL) -m slow

bench: $(VENV)/.ready
	$(BIN)/python benchmarks/gradient.py
	$(BIN)/python benchmarks/build_overhead.py
	$(BIN)/python benchmarks/dwarf.py
	$(BIN)/python benchmarks/seeds.py
	$(BIN)/python benchmarks/attributes.py

clean:
	rm -rf $(VENV) build *.egg-info
