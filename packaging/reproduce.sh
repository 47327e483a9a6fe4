#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes the release files of two platforms twice, in two folders, and compares them byte for byte. The other
# four platforms are built by make snapshot and by a release only: all six take eight minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
COMMIT=$(git rev-parse HEAD)
export COMMIT SYSTEMS="linux, windows" ARCHITECTURES=amd64
for copy in one two; do
	packaging/snapshot.sh "bin/release-$copy"
done

sums=$(cd bin/release-one && ls flux-probe_*_checksums.txt)
cmp "bin/release-one/$sums" "bin/release-two/$sums"
for copy in one two; do
	(cd "bin/release-$copy" && sha256sum --check --quiet "$sums")
done
find bin/release-one -maxdepth 1 \( -name '*.tar.gz' -o -name '*.zip' \) -size +20M | grep . && { echo "an archive is over 20 MiB"; exit 1; }

# The program of the archive, installed as the plugin managers do it.
FLUX_PROBE_DIST=$PWD/bin/release-one go -C packaging test -count=1 ./catalog
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf bin/release-one/flux-probe_*_linux_amd64.tar.gz -C "$work"
version=$("$work/flux-probe" version -o json)
echo "$version"
grep -q "\"commit\": \"$COMMIT\"" <<< "$version"
status=0
"$work/flux-probe" demo -q || status=$?
[ "$status" = 1 ] # the demo has failures
grep -q '"spdxVersion": "SPDX-2.3"' bin/release-one/flux-probe_*_linux_amd64.spdx.json
grep -q '_linux_amd64.spdx.json$' "bin/release-one/$sums"
ls "$work/man/flux-probe.1" "$work/completions/flux-probe.bash" "$work/LICENSE" >/dev/null
echo "two builds of $sums are equal"
