// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix/version"
)

func parse(t *testing.T, text string) version.Version {
	t.Helper()
	v, err := version.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJudgedBy(t *testing.T) {
	f := Load()
	newest := f.Releases.Newest.String()
	for _, test := range []struct {
		version, want string
		assumed       bool
	}{
		{"v2.9.5", "v2.9.5", false},
		{"2.7.3", "v2.7.3", false},
		{"v2.7", "v2.7", false},
		{"v2.10.0-rc.1", "v2.10.0", false},
		{"v2.10.7", "v2.10.7", false},
		{"v2.9.9", "v2.9.9", false},
		{"v2.99.0", newest, true},
		{"v2.1.2", "v2.2.0", true},
		{"", newest, true},
		{"latest", newest, true},
		{"sha256:0f6d7a", newest, true},
		{"v1.9.5", newest, true},
	} {
		got, why := f.Releases.JudgedBy(test.version)
		if got.String() != test.want || (why != "") != test.assumed {
			t.Errorf("%q is judged by %s (%q), want %s", test.version, got, why, test.want)
		}
	}
	if parse(t, "v2.7").Before(f.Releases.Role("flux-view").Rules[1].Since) {
		t.Error("v2.7 stands for its last patch, which has what v2.7.4 repaired")
	}
}

// TestNeedsAreGranted guards the data: some role of each release grants what the code needs.
func TestNeedsAreGranted(t *testing.T) {
	f := Load()
	for _, text := range []string{"v2.2.3", "v2.6.4", "v2.7.0", "v2.9.5", "v2.10.0"} {
		release := parse(t, text)
		for _, c := range f.Needs.Controllers {
			for _, n := range slices.Concat(f.Needs.Common, c.Needs) {
				granted := Policies(In(f.Releases.Role(CRDController).Rules, release))
				if f.Releases.IsReconciler(c.Component) {
					granted = append(granted, Policies(In(f.Releases.Role(ClusterReconciler).Rules, release))...)
				}
				covered, _ := validation.Covers(granted, []rbacv1.PolicyRule{n.Policy()})
				if f.Releases.Role(CRDController).Binds(c.Component, release) && n.Holds(release) && !covered {
					t.Errorf("%s: nothing grants what %s needs: %s", text, c.Component, n.Rule)
				}
			}
		}
	}
}

// TestNamesAreKnown guards the data: components, flags, gates and kinds are those of the other files.
func TestNamesAreKnown(t *testing.T) {
	f := Load()
	component := func(where string, names ...string) {
		for _, name := range names {
			if !f.Components.Known(name) {
				t.Errorf("%s: component %q is not in components.yaml", where, name)
			}
		}
	}
	flag := func(where string, names ...string) {
		for _, name := range names {
			if _, ok := f.Flags.Flag(name); !ok {
				t.Errorf("%s: flag %q is not in flags.yaml", where, name)
			}
		}
	}
	gate := func(where, name string) {
		if name != "" && f.Flags.Gate(name).Name == "" {
			t.Errorf("%s: gate %q is not in flags.yaml", where, name)
		}
	}
	component("constants", SourceController, KustomizeController, HelmController, Operator)
	flag("constants", FlagNoCrossNamespaceRefs, FlagDefaultServiceAccount, FlagDefaultDecryption, FlagWatchAllNamespaces, FlagWatchLabelSelector)
	for _, c := range f.Needs.Controllers {
		component("needs.yaml", c.Component)
	}
	for _, role := range slices.Concat(f.Releases.Roles, f.Releases.Optional) {
		for _, s := range role.Subjects {
			component("releases.yaml", s.Name)
		}
	}
	for _, x := range f.Flags.Flags {
		component("flags.yaml", x.Components...)
		if x.Kind != FlagBool && x.Kind != FlagText && x.Kind != FlagGates {
			t.Errorf("flag %s has kind %q", x.Name, x.Kind)
		}
	}
	for _, piece := range f.Flags.Lockdown {
		flag(piece.Code, piece.Flag)
		component(piece.Code, f.Flags.On(piece.Flag, piece.Components)...)
	}
	flag("flags.yaml", append(f.Flags.Insecure, f.Flags.SharedKey)...)
	for _, d := range f.Identity.Defaults {
		flag("identity.yaml", d.Flag)
		component("identity.yaml", f.Flags.On(d.Flag, d.Components)...)
	}
	gate("identity.yaml", f.Identity.Gate)
	component("identity.yaml", f.Identity.AlwaysOn...)
	for _, kind := range f.Identity.Kinds {
		if c, ok := f.Components.Of(f.Components.GroupOf(kind), kind); !ok || !slices.Contains(c.Kinds, kind) {
			t.Errorf("identity.yaml: kind %s is not in components.yaml", kind)
		}
	}
	for _, r := range f.References {
		gate("references.yaml", r.Gate)
		if c, ok := f.Components.Of(r.Group, r.Kind); !ok || !slices.Contains(c.Kinds, r.Kind) {
			t.Errorf("references.yaml: %s of %s is not in components.yaml", r.Kind, r.Group)
		}
	}
}

func TestComponents(t *testing.T) {
	c := Load().Components
	for _, test := range []struct{ group, kind, want string }{
		{"source.toolkit.fluxcd.io", "Bucket", "source-controller"},
		{"source.toolkit.fluxcd.io", "Unknown", "source-controller"},
		{"image.toolkit.fluxcd.io", "ImageUpdateAutomation", "image-automation-controller"},
		{"image.toolkit.fluxcd.io", "ImagePolicy", "image-reflector-controller"},
		{"fluxcd.controlplane.io", "ResourceSet", Operator},
		{"apps", "Deployment", ""},
	} {
		if got, _ := c.Of(test.group, test.kind); got.Name != test.want {
			t.Errorf("%s of %s belongs to %q, want %q", test.kind, test.group, got.Name, test.want)
		}
	}
	if !c.KindApplies("helm.toolkit.fluxcd.io", "HelmRelease") || c.KindApplies("source.toolkit.fluxcd.io", "Kustomization") || c.KindApplies("fluxcd.controlplane.io", "FluxInstance") {
		t.Error("the kinds that apply others are Kustomization, HelmRelease and ResourceSet of their own groups")
	}
	if !IsGroup("new.toolkit.fluxcd.io") || !IsGroup("source.extensions.fluxcd.io") || IsGroup("apps") {
		t.Error("the groups of Flux are those with its suffix and those of its components")
	}
}

func TestFlagsOfComponents(t *testing.T) {
	flags := Load().Flags
	for _, test := range []struct {
		flag, component, release string
		has                      bool
	}{
		{"no-remote-bases", KustomizeController, "v2.2.0", true},
		{"no-remote-bases", HelmController, "v2.9.5", false},
		{"default-service-account", KustomizeController, "v2.2.0", true},
		{"default-service-account", SourceController, "v2.6.4", false},
		{"default-service-account", SourceController, "v2.9.5", true},
		{"default-service-account", "source-watcher", "v2.9.5", false},
		{"default-service-account", "source-watcher", "v2.10", true},
		{"default-kubeconfig-service-account", HelmController, "v2.6.4", false},
	} {
		flag, _ := flags.Flag(test.flag)
		release, err := version.Parse(test.release)
		if err != nil {
			t.Fatal(err)
		}
		if has := flag.OfComponent(test.component, release); has != test.has {
			t.Errorf("%s of Flux %s has --%s: %t", test.component, test.release, test.flag, has)
		}
	}
}
