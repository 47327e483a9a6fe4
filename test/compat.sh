#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs scripts of the end-to-end tests against the API server of each Kubernetes minor in MINORS. The API
# servers are built from their Go modules, a quarter of an hour for each on two cores, once.
set -euo pipefail
cd "$(dirname "$0")"
declare -A patch=([31]=14 [32]=13 [33]=13 [34]=4 [35]=4 [36]=3 [37]=2)
scripts=${SCRIPTS:-'TestScripts/(healthy-older|impersonation|impersonation-constrained|other-tenant|lockdown|multi-tenancy|references|caller-in-namespace|least-privilege|partial-discovery)$'}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/flux-probe

# build compiles kube-apiserver 1.$1 into folder $2. Its module names the modules of its repository by paths
# that exist there only, so that each is replaced by its release.
build() {
	local version=1.$1.${patch[$1]} work modules
	work=$(mktemp -d)
	modules=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
	cp -r apiserver/kube-apiserver "$work/"
	{
		printf 'module compat\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$version"
		sed -n "s/^\t\(k8s.io\/[a-z-]*\) => .\/staging.*/\t\1 => \1 v0.$1.${patch[$1]}/p" "$modules"
		printf ')\n'
	} > "$work/go.mod"
	(
		cd "$work"
		go mod tidy
		stamp="-X k8s.io/component-base/version."
		go build -trimpath -ldflags "-s -w ${stamp}gitVersion=v$version ${stamp}gitMajor=1 ${stamp}gitMinor=$1" -o "$2/kube-apiserver.new" ./kube-apiserver
	)
	mv "$2/kube-apiserver.new" "$2/kube-apiserver"
	rm -rf "$work"
}

newest=$(go run ./cmd/cluster --assets)
failed=
for minor in ${MINORS:-31 32 33 34 35 36 37}; do
	printf '\n== Kubernetes 1.%s\n' "$minor"
	assets=$newest
	if [ "$minor" != 37 ]; then
		assets=$cache/compat-1.$minor.${patch[$minor]}
		mkdir -p "$assets"
		[ -x "$assets/kube-apiserver" ] || build "$minor" "$assets"
		ln -sf "$newest/etcd" "$assets/etcd"
	fi
	KUBEBUILDER_ASSETS=$assets go test -count=1 -timeout 60m ./e2e -run "$scripts" || failed+=" 1.$minor"
done
[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }
