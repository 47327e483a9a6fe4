// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/manifests"
)

func assuming(t *testing.T, texts ...string) assume.List {
	t.Helper()
	list, err := assume.Parse(texts, func(path string) (*manifests.Manifests, error) { return manifests.Read(nil, path) })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func saved(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func inManifests(text string) Target { return Manifests(strings.NewReader(text), "", "-") }

// TestAssumedFileEqualsManifests adds objects to the demo by an assumption, and by applying them.
func TestAssumedFileEqualsManifests(t *testing.T) {
	const added = `---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: shop, name: robot}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: search, name: robot}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, namespace: shop, name: robot}]
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: shop, name: robot}
spec: {interval: 5m, prune: true, serviceAccountName: robot, sourceRef: {kind: GitRepository, name: shop}}
`
	assumed, err := Run(t.Context(), Options{Target: Demo(), Assume: assuming(t, "file="+saved(t, added))})
	if err != nil {
		t.Fatal(err)
	}
	real, err := Run(t.Context(), Options{Target: inManifests(string(DemoManifests()) + added)})
	if err != nil {
		t.Fatal(err)
	}
	if len(assumed.Findings) != len(real.Findings) || assumed.Turned.Result != probe.ResultFail {
		t.Fatalf("%d findings are assumed, %d would be; %s", len(assumed.Findings), len(real.Findings), assumed.Turned.Result)
	}
	for i, f := range assumed.Findings {
		if want := real.Findings[i]; f.Key() != want.Key() || f.Verdict != want.Verdict || f.Reason != want.Reason || f.Hint != want.Hint {
			t.Errorf("assumed %+v\nwould be %+v", f, want)
		}
	}
}

func TestAssumedScanIsReloaded(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo(), Sections: []string{"lockdown"}, Assume: assuming(t, "flag=*:--default-service-account-")})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Reload(t.Context(), "required")
	if err != nil {
		t.Fatal(err)
	}
	if r := again.Report(); !slices.Equal(r.Assumed, []string{"flag=*:--default-service-account-"}) || again.Run(t.Context()).Turned == nil {
		t.Errorf("the scan that was read again assumes %q", r.Assumed)
	}
}

// open is the demo without the lockdown, in which some objects name no account.
func open() string {
	text := regexp.MustCompile(`, ?--(no-cross-namespace-refs|no-remote-bases|default-service-account)[^,\]]*`).ReplaceAllString(string(DemoManifests()), "")
	for old, with := range map[string]string{
		"serviceAccountName: reconciler, sourceRef: {kind: GitRepository, name: shop}": "sourceRef: {kind: GitRepository, namespace: search, name: search}",
		"path: ./deploy, serviceAccountName: kustomize-controller, sourceRef":          "path: ./deploy, sourceRef",
	} {
		text = strings.Replace(text, old, with, 1)
	}
	return text + `
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: later, namespace: shop}
spec: {interval: 10m, prune: true, path: ./x, dependsOn: [{name: shop}], serviceAccountName: reconciler, sourceRef: {kind: GitRepository, name: shop}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: fresh, namespace: shop}
spec: {interval: 10m, prune: true, path: ./x, sourceRef: {kind: GitRepository, name: shop}}
`
}

func TestLockdownNamesWhatStops(t *testing.T) {
	lockdown := func(list assume.List) *probe.Lockdown {
		t.Helper()
		s, err := Open(t.Context(), Options{Target: inManifests(open()), Lockdown: true, Assume: list})
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.Lockdown(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := lockdown(nil)
	stops := map[string]probe.Stop{}
	for _, stop := range l.Stops {
		stops[stop.Object.String()] = stop
	}
	for object, want := range map[string][]string{
		"Kustomization flux-system/fleet": {"flux-system/default cannot get namespaces shop"},
		"Kustomization shop/shop":         {"its spec.sourceRef is not followed: --no-cross-namespace-refs", "shop/default cannot get deployments.apps in shop"},
		"Kustomization shop/later":        {"it depends on Kustomization shop/shop, which stops"},
	} {
		why := strings.Join(stops[object].Why, "; ")
		for _, text := range want {
			if !strings.Contains(why, text) {
				t.Errorf("%s: %q does not say %q", object, why, text)
			}
		}
	}
	if len(stops) != 3 || len(l.Blocked) != 1 || l.Result != probe.ResultFail {
		t.Errorf("%d stop, %d references break, %s", len(stops), len(l.Blocked), l.Result)
	}
	if len(l.Falls) != 1 || l.Falls[0].Object != (matrix.Origin{Kind: "Kustomization", Namespace: "shop", Name: "fresh"}) || !strings.Contains(strings.Join(l.Unknown, "; "), "Kustomization shop/fresh") {
		t.Errorf("fall: %+v; unknown: %q", l.Falls, l.Unknown)
	}

	var prepared bytes.Buffer
	for _, p := range l.Preparations {
		_, _ = io.WriteString(&prepared, p.Manifest)
	}
	again := lockdown(assuming(t, "file="+saved(t, prepared.String())))
	for _, stop := range again.Stops {
		if stop.Account != "" || stop.Object.Namespace == "flux-system" {
			t.Errorf("still stops in spite of the preparation: %+v", stop)
		}
	}
}
