# Lianfang: make run · make test · make check · make bench · make clean
SHELL := /bin/bash
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

# What was typed reaches the scripts as one word, whatever is in it: they say what is wrong with it.
run: export HOST := $(value HOST)
run: export PORT := $(value PORT)

.PHONY: run test check bench clean setup-dev services

run:
	@scripts/setup run
	@$(BIN)/lianfang serve --demo --host "$$HOST" --port "$$PORT"

setup-dev:
	@scripts/setup dev

check: setup-dev
	@scripts/check

services: setup-dev
	@scripts/services

test: check services
	@scripts/test

bench: setup-dev services
	@scripts/with-services $(BIN)/python -m bench

clean:
	rm -rf $(VENV) frontend/node_modules src/lianfang/web/static/build .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@echo "保留了 lianfang-data/（业务数据）。Kept lianfang-data/ (the office's data)."
