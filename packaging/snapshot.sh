#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes the files of a release of the last commit in folder $1, without publishing. They are made in a clone,
# so that nothing else is in them. COMMIT is another one, and SYSTEMS and ARCHITECTURES restrict for which platforms.
set -euo pipefail
out=$1
goreleaser=(${GORELEASER:-go run github.com/goreleaser/goreleaser/v2@v2.15.1})
top=$(git rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git clone -q "$top" "$work/flux-probe"
cd "$work/flux-probe"
git checkout -q "${COMMIT:-HEAD}"
sed -i.old -e "s/goos: \[.*/goos: [${SYSTEMS:-linux, darwin, windows}]/" -e "s/goarch: \[.*/goarch: [${ARCHITECTURES:-amd64, arm64}]/" .goreleaser.yaml

# Images and signatures need docker and an identity.
"${goreleaser[@]}" release --snapshot --clean --skip publish,sign,docker
if [ -z "${SYSTEMS:-}${ARCHITECTURES:-}" ]; then
	(cd packaging && go run ./cmd/catalog -out ../dist ../dist/flux-probe_*_checksums.txt)
fi
rm -rf "$top/$out"
mkdir -p "$(dirname "$top/$out")"
mv dist "$top/$out"
