# SPDX-License-Identifier: Apache-2.0
LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
BIN := $(CURDIR)/bin/flux-probe
.DEFAULT_GOAL := help

.PHONY: docs help build install test unit e2e bench lint fmt golden cluster demo picture assets kubernetes clean

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

build: ## build bin/flux-probe
	CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/flux-probe

install: ## install flux-probe into GOBIN
	CGO_ENABLED=0 go install -trimpath ./cmd/flux-probe

test: unit e2e ## run all tests; the first run gets etcd and kube-apiserver

unit: ## run the tests that need no cluster
	go test ./...

e2e: ## run the real binary against a real API server
	cd test && go test -count=1 -timeout 60m ./...

bench: ## time the formats, and the prober beside a bare loop of the same reviews
	go test -run '^$$' -bench . ./matrix/... ./probe/... ./ui/tui
	go test -run '^$$' -bench . -benchtime 2x ./ui
	cd test && go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...

lint: ## run golangci-lint in both modules
	$(LINT) run ./...
	cd test && $(LINT) run ./...

fmt: ## format all Go files
	gofmt -w cmd docs matrix probe ui test

golden: ## rewrite the golden files
	go test ./ui/... ./matrix/... -update

docs: ## rewrite what the documentation shows: the schema of matrix files, an example of each format
	cd test && go run ./cmd/schema .. > ../docs/matrix-file.schema.json.new && mv ../docs/matrix-file.schema.json.new ../docs/matrix-file.schema.json
	go test ./ui -run TestExamplesAreCurrent -update

cluster: ## run an API server with Flux 2.9 until Ctrl-C
	@cd test && go build -o ../bin/cluster ./cmd/cluster && exec ../bin/cluster

demo: build ## probe a Flux with two faults
	@cd test && go build -o ../bin/cluster ./cmd/cluster && exec ../bin/cluster --demo --probe $(BIN)

picture: build ## draw docs/ui.svg, the picture of the README, from a real run in tmux
	@cd test && go run ./cmd/picture --probe $(BIN) --out ../docs/ui.svg

assets: ## get etcd and kube-apiserver and print their folder
	@cd test && go run ./cmd/cluster --assets

kubernetes: ## read again what --manifests knows of Kubernetes
	cd test && go run ./cmd/kubernetes

clean: ## remove what was built here; the cache of etcd and kube-apiserver stays
	rm -rf bin dist
