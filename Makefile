# Everything a person needs to run, test and check the project. Works with the make of macOS too.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help run dev stop test check lock clean erase

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.runtime ## Install what is missing, fill an empty database, serve on http://127.0.0.1:8000
	@$(PY) -m config.quickstart run

dev: $(VENV)/.dev ## The same, reloading when code changes and with DEBUG on
	@$(PY) -m config.quickstart dev

stop: $(VENV)/.runtime ## Stop what 'make run' or 'make dev' started, and the database
	@$(PY) -m config.quickstart stop

test: $(VENV)/.dev ## Run all tests, also those in a real browser
	@sh .ci/chromium
	@$(PY) -m config.database with $(PY) -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Look at the code without running it, and at the settings of a public site
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m djlint templates --lint --quiet
	@$(PY) -m config.database with $(PY) manage.py makemigrations --check --dry-run
	@SITE_URL=https://plans.example.org DATABASE_URL=postgres://plans@localhost/plans \
	  EMAIL_URL=smtp+tls://mail.example.org:587 DEFAULT_FROM_EMAIL=plans@example.org \
	  SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  $(PY) manage.py check --deploy --fail-level WARNING
	@$(PY) -m config.database with $(PY) -m pytest -q -n 0 tests/test_architecture.py

lock: $(VENV)/.dev ## Choose the newest versions that pyproject.toml allows, and write them down
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@for set in "requirements.lock" "requirements-dev.lock --group dev --constraint requirements.lock" \
	    "requirements-s3.lock --extra s3 --constraint requirements.lock"; do \
	  $(VENV)/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-annotate --no-header -o $$set || exit 1; \
	done

clean: ## Remove what can be made again: the environment, collected files, caches. Keeps all data
	rm -rf $(VENV) var/static .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

erase: $(VENV)/.runtime ## Delete the embedded database with everything in it
	@$(PY) -m config.database erase

$(VENV)/.runtime: requirements.lock .ci/venv
	@sh .ci/venv $(VENV)
	@echo "Installing packages …"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock .ci/venv
	@sh .ci/venv $(VENV)
	@echo "Installing packages for development …"
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime
