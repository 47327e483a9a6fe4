#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes the SPDX document of a program: sbom.sh VERSION PROGRAM DOCUMENT, as goreleaser calls it in its folder of files.
set -euo pipefail
program=$(realpath "$2") document=$(realpath "$3")
cd "$(dirname "$0")"
go run ./cmd/sbom -version "$1" "$program" "$document"
