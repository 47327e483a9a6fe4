// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
)

// account is a ServiceAccount as an object.
func account(o matrix.Origin) any {
	return struct {
		metav1.TypeMeta `json:",inline"`
		Metadata        map[string]string `json:"metadata"`
	}{metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: o.Kind}, map[string]string{"name": o.Name, "namespace": o.Namespace}}
}

// create puts an object behind the last document of the file with the closest related one.
func (p *patcher) create(o matrix.Origin, object any) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	for _, near := range p.related(o) {
		e, _, err := p.find(near)
		if err != nil || filepath.Ext(e.path) == ".json" || e.json {
			continue
		}
		if near.Namespace == o.Namespace || listing(e.path) == "" { // an overlay can give all its objects one namespace
			e.appended = append(e.appended, string(text))
			return nil
		}
	}
	return errors.New("no file was read that a new object of its namespace belongs in: create it by hand")
}

// related are the objects whose file a new one belongs in, the closest first: what its problems are about, its role,
// then what is in its namespace.
func (p *patcher) related(o matrix.Origin) []matrix.Origin {
	var all []matrix.Origin
	for _, x := range p.For(o) {
		all = append(all, matrix.Origin{Kind: x.Cause.Kind, Namespace: x.Cause.Namespace, Name: x.Cause.Name})
		all = append(all, x.Fix.Removed...)
	}
	for _, b := range p.Edit.Bindings {
		if b.Origin() == o {
			all = append(all, b.RoleOrigin())
		}
		if b.RoleOrigin() == o {
			all = append(all, b.Origin())
		}
	}
	var there []matrix.Origin
	for other := range p.Snapshot.Places {
		if other.Namespace == o.Namespace && o.Namespace != "" || other.Kind == "Namespace" && other.Name == o.Namespace {
			there = append(there, other)
		}
	}
	kinds := []string{"Namespace", "ServiceAccount", "RoleBinding", "Role"}
	if o.Kind == matrix.KindServiceAccount {
		kinds = []string{"Role", "RoleBinding", "Namespace", "ServiceAccount"}
	}
	rank := func(o matrix.Origin) int { return slices.Index(kinds, o.Kind) }
	slices.SortFunc(there, func(a, b matrix.Origin) int {
		if d := rank(b) - rank(a); d != 0 {
			return d
		}
		return strings.Compare(a.String(), b.String())
	})
	return append(all, there...)
}
