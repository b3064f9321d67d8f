# make demo   set up, make the synthetic region, receive it, run the report set, say what to open
# make test   set up, run every test
# make check  linters, types, import contract
PYTHON ?= python3
VENV ?= .venv
DEMO ?= demo
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The tests start the program some hundred times; it is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check benchmark fixture lock clean

demo: $(READY)
	$(BIN)/toolkit demo $(DEMO)

# Modules run in the order of their names: those that come last are short, and no processor waits for a long one.
test: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder -p no:nbval --durations 15 tests
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --nbval --nbval-cell-timeout 120 \
		--nbval-sanitize-with tests/nbval_sanitize.cfg notebooks/templates

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmark: $(READY)
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/receiving.py
	$(BIN)/python benchmarks/reports.py $(DEMO)

# The small region that templates store their outputs from, and those outputs; read the difference before committing.
fixture: $(READY)
	$(BIN)/python -m toolkit.demo.fixture tests/fixtures/region
	$(BIN)/python -m toolkit.reports.refresh

# The lock: exact versions with hashes, for every platform and Python from 3.11 (needs uv on the PATH).
lock:
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
		--no-annotate --no-header pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The toolkit needs Python 3.11 or newer; name one: make PYTHON=python3.12 demo"; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (once, about a minute)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
