# make report: the ten-year report · make test: the checks · make lab: explore · make bench: timings
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/ready

EDITION ?= ten-year

.PHONY: report test test-fast coverage lab bench check browser lock clean

report: $(READY)
	$(BIN)/ircc report --edition $(EDITION)

check: $(READY)
	$(BIN)/ircc check

# Of what takes long a sample; with IRCC_THOROUGH=1, as .ci/run sets it, all: every page in the browser, 200 drawn registries.
test: $(READY) browser
	IRCC_THOROUGH=$${IRCC_THOROUGH:-0} $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The same, and how much of the code was run, branches too: takes half as long again.
coverage: $(READY) browser
	IRCC_THOROUGH=$${IRCC_THOROUGH:-0} $(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term --cov-fail-under=92

# For daily work: no browser, no report, nothing that reads whole raw tables again and again.
test-fast: $(READY)
	$(BIN)/python -m pytest -q -n 2 tests/analysis tests/registry tests/report/site/test_links.py tests/report/site/test_slugs.py \
	  --ignore tests/registry/ingest --ignore tests/registry/clean --ignore tests/registry/crosscheck --ignore tests/registry/test_doubtful.py

lab: $(READY)
	$(BIN)/python -m ircc_lib.report.kernels.provisioner install --sys-prefix
	$(BIN)/jupyter lab --notebook-dir=. notebooks/explore.ipynb

bench: $(READY)
	$(BIN)/python -m benchmarks

# The browser tests want Chromium; where it cannot be had they say so and skip.
browser:
	@sh tests/browser/install.sh

# The lock is written with uv, for all of Python 3.11 to 3.14 on Linux, macOS and Windows.
lock: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m uv pip compile --universal --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-strip-extras --all-extras --python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf reports/* data/processed/*

$(READY): requirements.lock pyproject.toml setup.py
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14) and 'IRCC needs Python 3.11 to 3.14; this is ' + sys.version.split()[0] + '. Choose another with: make PYTHON=python3.12')"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
