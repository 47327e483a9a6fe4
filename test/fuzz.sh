#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs each fuzz target for the time $1. What fails is kept in testdata/fuzz of its package.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' . | sort | while IFS=: read -r file target; do
	dir=$(dirname "$file") name=${target#func }
	echo "$dir $name"
	if (cd "$dir" && go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" .) 2>&1 | tee "$log"; then
		continue
	fi
	# Before Go 1.27 the end of the time can be taken for a failure (golang/go issue 75804). No input has failed then.
	if grep -q '^ *context deadline exceeded$' "$log" && ! grep -qE 'Failing input|_test\.go:|panic' "$log"; then
		echo "$dir $name: the time was over"
		continue
	fi
	exit 1
done
