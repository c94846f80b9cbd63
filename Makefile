# Two commands: `make run` shows a real job on real data, `make test` passes the tests. Everything they need is installed here.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build run test lint bench bench-nexmark bench-linear clean

# What the build links, what the data preparation runs on, and what the page is tested in.
APT_BUILD := liblz4-dev libpcre2-dev libsqlite3-dev libssl-dev pkg-config
APT_RUN := curl python3 python3-pip python3-setuptools
APT_TEST := chromium

# Those that keep deadlines run apart from those that take all cores.
TIMED_TESTS := TransportTests|WorkerTests|CoordinatorTests|HTTPAPITests

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# $(call install,PACKAGES): installs what dpkg does not have yet.
install = missing=$$(for p in $(1); do dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || echo $$p; done); \
	[ -z "$$missing" ] || { $(SUDO) apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup:
	@command -v swift >/dev/null || { echo "Swift 6.3 is needed: https://www.swift.org/install/linux/" >&2; exit 1; }
	@$(call install,$(APT_BUILD))

build: setup ## The release binary, .build/release/swiftwater
	swift build -c release --product swiftwater

run: build ## A local cluster, the flights of 2013, live results and the web page
	@command -v curl python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1 || { $(call install,$(APT_RUN)); }
	@python3 deploy/examples/flights/prepare.py swiftwater-data/flights
	@deploy/run.sh

test: setup ## Build and run every test
	@command -v chromium >/dev/null || { $(call install,$(APT_TEST)); }
	swift build --build-tests
	swift test --skip-build --skip '$(TIMED_TESTS)|ClusterTests'
	swift test --skip-build --filter '$(TIMED_TESTS)'
	swift test --skip-build --filter ClusterTests

lint: ## Formatting, as the tests check it
	swift format lint --strict --recursive Sources Tests Package.swift

bench: build ## The figures, beside Flink where it is set up
	swift build -c release --product swiftwater-bench
	.build/release/swiftwater-bench

bench-nexmark: build ## Nexmark, query by query: cost, memory and checkpoints, beside Flink where it is set up
	swift build -c release --product swiftwater-bench
	.build/release/swiftwater-bench --only nexmark

bench-linear: build ## How cost and memory grow with events, keys, open windows and join fan-out: a table, and a plot as SVG
	swift build -c release --product swiftwater-bench
	.build/release/swiftwater-bench --only linear --output swiftwater-data/linear.json

clean: ## Remove the build and the local cluster's data
	rm -rf .build swiftwater-data
