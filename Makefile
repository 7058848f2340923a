# Bare `make` prints this index.
.DEFAULT_GOAL := help
.PHONY: help build demo run test bench lint format clean

# Debug builds serve the demo, `make run` and the tests: from a clean clone they take a third of a release build's time.
DEBUG = scripts/debug build --product duocall
DEBUG_BINARY = .build/debug/duocall
RELEASE_BINARY = .build/release/duocall

help: ## this index
	@echo "Duocall: one POST rings two phones and connects them."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## builds, then shows one callback from the signed request to the end event
	@scripts/install-packages build
	@echo "Building (the first time takes some minutes)…"
	@$(DEBUG)
	@$(DEBUG_BINARY) demo

run: ## a server on loopback with a demo account and phones 1001-1009 that answer
	@scripts/install-packages build
	@$(DEBUG)
	@exec $(DEBUG_BINARY) demo --stay

test: ## installs what the tests need, builds, runs them all
	@scripts/install-packages build test
	@scripts/test

bench: ## measures a release build and prints each figure beside its target
	@scripts/bench

build: ## the release binary, .build/release/duocall
	@scripts/install-packages build
	@scripts/release
	@ls -l $(RELEASE_BINARY)

lint: ## the formatter's rules, and those of the tidy test
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Fuzzing/Package.swift Fuzzing/Sources
	@scripts/install-packages build
	@scripts/debug test --quiet --filter TidyTests

format: ## puts every file into the formatter's shape
	@swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Fuzzing/Package.swift Fuzzing/Sources

clean: ## removes what was built, and the demo's data
	@rm -rf .build Benchmarks/.build Fuzzing/.build duocall-data duocall-demo.wav
