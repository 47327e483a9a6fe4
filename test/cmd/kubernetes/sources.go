// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	apidiscovery "k8s.io/api/apidiscovery/v2"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/probe/manifests"
)

// older are the releases before the tests' own, newest first.
var older = []string{"v1.36.3", "v1.35.4", "v1.34.4", "v1.33.13", "v1.32.13", "v1.31.14"}

// sources reads what a release has from its Go module, in which Kubernetes keeps what its API server
// serves and binds for its own tests: all of discovery, of which the alpha and beta versions are left
// out because they are not served by default, and the roles and bindings in YAML. A subresource that
// came behind a feature gate may be there a release before it is on.
func sources(ctx context.Context, version string) (*manifests.Kubernetes, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", "k8s.io/kubernetes@"+version)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("getting k8s.io/kubernetes@%s: %w", version, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, err
	}
	k := &manifests.Kubernetes{Version: version}
	if err := discovery(filepath.Join(module.Dir, "api", "discovery"), k); err != nil {
		return nil, err
	}
	return k, policy(filepath.Join(module.Dir, "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata"), k)
}

func discovery(folder string, k *manifests.Kubernetes) error {
	var core metav1.APIResourceList
	var groups apidiscovery.APIGroupDiscoveryList
	if err := readFile(filepath.Join(folder, "api__v1.json"), &core); err != nil {
		return err
	}
	if err := readFile(filepath.Join(folder, "aggregated_v2.json"), &groups); err != nil {
		return err
	}
	add := func(r manifests.Resource, name string, verbs []string) {
		r.Resource, r.Subresource, _ = strings.Cut(name, "/")
		r.Verbs = slices.Sorted(slices.Values(verbs))
		if !slices.ContainsFunc(k.Resources, func(o manifests.Resource) bool { return o.ID() == r.ID() }) {
			k.Resources = append(k.Resources, r)
		}
	}
	for _, r := range core.APIResources {
		add(manifests.Resource{Version: "v1", Kind: r.Kind, Namespaced: r.Namespaced}, r.Name, r.Verbs)
	}
	for _, g := range groups.Items {
		for _, v := range g.Versions {
			if strings.Contains(v.Version, "alpha") || strings.Contains(v.Version, "beta") {
				continue
			}
			for _, r := range v.Resources {
				one := manifests.Resource{Group: g.Name, Version: v.Version, Kind: r.ResponseKind.Kind, Namespaced: r.Scope == apidiscovery.ScopeNamespace}
				add(one, r.Resource, r.Verbs)
				for _, s := range r.Subresources {
					one.Kind = s.ResponseKind.Kind
					add(one, r.Resource+"/"+s.Subresource, s.Verbs)
				}
			}
		}
	}
	return nil
}

func policy(folder string, k *manifests.Kubernetes) error {
	for _, file := range []string{"cluster-roles", "controller-roles", "namespace-roles"} {
		var list rbacv1.ClusterRoleList // a Role is a ClusterRole without an aggregationRule
		if err := readFile(filepath.Join(folder, file+".yaml"), &list); err != nil {
			return err
		}
		for _, r := range list.Items {
			if r.AggregationRule != nil {
				r.Rules = nil
			}
			k.Roles = append(k.Roles, manifests.Role{Namespace: r.Namespace, Name: r.Name, Labels: r.Labels, Rules: r.Rules, Aggregation: r.AggregationRule})
		}
	}
	for _, file := range []string{"cluster-role-bindings", "controller-role-bindings", "namespace-role-bindings"} {
		var list rbacv1.RoleBindingList // a ClusterRoleBinding has the same fields
		if err := readFile(filepath.Join(folder, file+".yaml"), &list); err != nil {
			return err
		}
		for _, b := range list.Items {
			k.Bindings = append(k.Bindings, manifests.Binding{Namespace: b.Namespace, Name: b.Name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects})
		}
	}
	return nil
}

func readFile(file string, into any) error {
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}
