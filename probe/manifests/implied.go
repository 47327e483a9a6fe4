// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// named are labels with the one that the API server gives each Namespace.
func named(labels map[string]string, name string) map[string]string {
	labels = maps.Clone(labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[corev1.LabelMetadataName] = name
	return labels
}

// implied adds what a cluster has without a manifest: the namespaces of every cluster, those that
// objects are in, and in each the ServiceAccount default.
func (s *reading) implied() {
	have := map[string]bool{"": true}
	for _, n := range s.Namespaces {
		have[n.Name] = true
	}
	namespaces := slices.Clone(s.kubernetes.Namespaces)
	for _, a := range s.ServiceAccounts {
		namespaces = append(namespaces, a.Namespace)
	}
	for _, b := range s.Bindings {
		namespaces = append(namespaces, b.Namespace)
	}
	for _, o := range s.Objects {
		namespaces = append(namespaces, o.Namespace)
	}
	for _, d := range s.Deployments {
		namespaces = append(namespaces, d.Namespace)
	}
	for _, name := range namespaces {
		if !have[name] {
			have[name] = true
			s.Namespaces = append(s.Namespaces, snapshot.Namespace{Name: name, Labels: named(nil, name)})
		}
	}
	accounts := map[matrix.Subject]bool{}
	for _, a := range s.ServiceAccounts {
		accounts[matrix.ServiceAccount(a.Namespace, a.Name)] = true
	}
	for _, n := range s.Namespaces {
		if !accounts[matrix.ServiceAccount(n.Name, "default")] {
			s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: n.Name, Name: "default"})
		}
	}
}

// unknown reports what manifests leave open.
func (s *reading) unknown(m *Manifests) {
	s.gap("other authorizers, admission, and the status of objects", "no cluster was asked: the answers are those of RBAC in the manifests")
	if !s.kubernetes.same(s.options.KubeVersion) {
		s.gap("built-in roles and resources of Kubernetes "+s.options.KubeVersion, "not known; those of "+s.kubernetes.Version+" were taken")
	}
	undefined := map[string]int{}
	for _, o := range s.Objects {
		if _, ok := s.resources[o.Group+"/"+o.Kind]; !ok {
			undefined[o.Kind+"."+cmp.Or(o.Group, "core")]++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(undefined)) {
		s.gap(fmt.Sprintf("%d of kind %s", undefined[kind], kind), "the manifests have no CustomResourceDefinition of it")
	}
	if ignored := m.Ignored(); ignored != "" {
		s.gap("objects of other kinds: "+ignored, "they have no influence on access")
	}
}

func (s *reading) gap(what, why string) {
	s.gaps = append(s.gaps, matrix.Gap{Section: "manifests", What: what, Why: why})
}
