# `make demo` and `make test` do all their own set-up; `make help` lists the rest.
.PHONY: help setup ui demo demo-headless test lint fmt bench vscode clean

PROFILE := --release
BIN := target/release/truceline

help:
	@echo "make demo           build everything, run the synthetic mission, open the desk"
	@echo "make test           build everything and run every test"
	@echo "make lint           formatting and lints"
	@echo "make vscode         build the extension for Visual Studio Code (editors/vscode/truceline.vsix)"
	@echo "make bench          benchmarks (set BENCH_INPUTS=DIR for the large inputs)"

setup:
	@scripts/setup build

setup-test:
	@scripts/setup test

# The web desk is built once and embedded in the binary.
ui/dist/index.html: editors/vscode/syntaxes/terms.tmLanguage.json $(shell find ui/src ui/public ui/index.html ui/field.html ui/window.html ui/vite.workers.ts ui/package.json ui/package-lock.json ui/vite.config.ts -type f 2>/dev/null)
	cd ui && npm ci --no-audit --no-fund --loglevel=error && npm run build --silent

ui: setup ui/dist/index.html

build: ui
	cargo build --locked $(PROFILE) -p truceline

demo: build
	$(BIN) demo

demo-headless: build
	$(BIN) demo --no-serve

test: setup-test ui
	cargo test --locked $(PROFILE) --workspace
	cargo build --locked $(PROFILE) -p truceline
	cd ui && npm test --silent
	$(MAKE) vscode
	cd editors/vscode && npm run check --silent && TRUCELINE=$(CURDIR)/$(BIN) npm test --silent
	scripts/e2e

lint: ui
	cargo fmt --all --check
	cargo clippy --locked $(PROFILE) --workspace --all-targets -- -D warnings
	cd ui && npm run check --silent

# The extension bundles what it needs; nothing of it is fetched when it runs.
vscode: setup
	cd editors/vscode && npm ci --no-audit --no-fund --loglevel=error && npm run package --silent

bench:
	cargo bench --locked --workspace

clean:
	cargo clean
	rm -rf ui/dist ui/node_modules editors/vscode/dist editors/vscode/node_modules editors/vscode/truceline.vsix
