# Eurocluster KPI pipeline: `make` lists what there is.
#
# Every target works alone on a machine with nothing but Python 3.11 or 3.12 and make: what it
# needs is installed into .venv from the hashed locks first, and costs nothing the second time.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach candidate,python3.12 python3.11 python3 python,$(shell \
	$(candidate) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
	>/dev/null 2>&1 && echo $(candidate))))

# Compiled modules halve the start of every Airflow command; no tool reports to its makers.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := False
# openpyxl writes other bytes where lxml is installed; the examples are committed as it writes
# them without.
export OPENPYXL_LXML := False

LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url $(UPGRADE)
# uv does not read pip's settings; where only pip knows the way to a mirror, pip goes (slower).
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode \
	--require-hashes -r $(1) \
	|| $(BIN)/python -m pip install --quiet --require-hashes -r $(1)

.DEFAULT_GOAL := help
.PHONY: help run up down airflow secrets test check lint examples guide bench fuzz crash lock \
	clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-9s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Run the whole night on the example consortium and show the scoreboard
	@$(BIN)/python -m eurocluster.airflow.in_process
	@$(BIN)/eurocluster kpis

up: $(VENV)/.run ## Start Airflow on this machine (loopback; PORT=8080 to choose the port)
	@$(BIN)/python -m eurocluster.airflow.local_stack up $(if $(PORT),--port $(PORT))

down: $(VENV)/.run ## Stop what `make up` started
	@$(BIN)/python -m eurocluster.airflow.local_stack down

airflow: $(VENV)/.run ## Run an Airflow command beside `make up` (ARGS="dags test refresh_kpis")
	@$(BIN)/python -m eurocluster.airflow.local_stack airflow $(ARGS)

secrets: $(VENV)/.run ## Write the secret files of docker-compose.yml to secrets/, once
	@$(BIN)/python -m eurocluster.airflow.production_secrets secrets

# Three slow tests at a time on two cores: servers, Airflow and Chromium let one wait mostly.
test: $(VENV)/.test ## Everything: style, types, SQL, and all tests, fast ones first
	@$(MAKE) --no-print-directory -j2 lint $(VENV)/.servers
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not nightly"
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "slow or nightly"

check: lint ## The same without the slow tests
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not nightly"

lint: $(VENV)/.test ## Style, import rules, types and SQL only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project & \
		$(BIN)/mypy && wait $$!

examples: $(VENV)/.test ## Write the example consortium and the worked examples anew, same bytes
	@$(BIN)/python -m examples.generator.build
	@$(BIN)/python tests/worked_examples/build.py

guide: $(VENV)/.servers ## Take the pictures of docs/portal.md anew
	@GUIDE=yes $(BIN)/pytest -q tests/nightly/test_local_stack.py -k "coordinator"

bench: $(VENV)/.test ## Measure against peers and the limit (ARGS="--runs 5", ARGS=delivery)
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(VENV)/.test ## Try 10,000 mutated files (ARGS="--files 1000 --seed 2"), thousands in order
	@$(BIN)/python -m fuzz $(ARGS)
	@ROUND_TRIPS=4000 NIGHTS=10 $(BIN)/pytest -q tests/properties

crash: $(VENV)/.test ## Kill 200 nights and closings at any moment (ARGS="--kills 20 --seed 2")
	@$(BIN)/python -m crash $(ARGS)

lock: $(VENV)/.uv ## Renew the locks from pyproject.toml (UPGRADE=--upgrade for newer versions)
	$(LOCK) --group uv -o requirements-uv.lock
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group test -c requirements.lock \
		-o requirements-test.lock
	$(LOCK) pyproject.toml --group build --group production -c requirements.lock \
		-o requirements-production.lock

clean: ## Remove the virtual environment and the caches (never var/, which holds your data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.uv: requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed and none was found." \
		"Install one, or say where it is: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@echo "Preparing $(VENV) with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module does not" \
		"work here; on Debian and Ubuntu it is the package python3-venv." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-uv.lock
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	@echo "Installing what a run needs (a minute or two, once)"
	@$(call INSTALL,requirements.lock)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.lock
	@echo "Installing what the tests need"
	@$(call INSTALL,requirements-test.lock)
	@touch $@

# The servers that partners' registers lie on: programs of Debian, and Azurite, which is Node's.
# RUNLEVEL keeps Debian from starting them itself.
SERVERS := smbd:samba smbclient:smbclient sshd:openssh-server sftp:openssh-client vsftpd:vsftpd \
	dovecot:dovecot-imapd postgres:postgresql curl:curl jq:jq openssl:openssl node:nodejs npm:npm \
	chromium:chromium
AZURITE := tests/sources/servers/azurite

$(VENV)/.servers: $(VENV)/.test $(AZURITE)/package-lock.json
	@missing=$$(PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin | tr ' ' :)"; \
	for pair in $(SERVERS); do \
		command -v $${pair%%:*} >/dev/null 2>&1 || printf '%s ' "$${pair#*:}"; done); \
	test -z "$$missing" || { \
		install="apt-get install --yes --quiet=2 --no-install-recommends $$missing"; \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { \
			echo "The tests start servers; these packages are missing: $$missing" >&2; \
			echo "As root: $$install" >&2; exit 1; }; \
		echo "Installing servers for the tests: $$missing"; \
		export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; \
		$$install >/dev/null 2>&1 || { apt-get update --quiet=2 && $$install >/dev/null; }; }
	@mkdir -p $(VENV)/azurite
	@cp $(AZURITE)/package.json $(AZURITE)/package-lock.json $(VENV)/azurite/
	@npm ci --prefix $(VENV)/azurite --silent --ignore-scripts --no-audit --no-fund
	@touch $@
