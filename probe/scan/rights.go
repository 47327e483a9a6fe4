// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"cmp"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// Rights choose the RBAC that a caller of flux-probe needs.
type Rights struct {
	Subject       matrix.Subject // who calls; roles alone when empty, to be bound by somebody else
	Namespace     string         // that is probed alone; the whole cluster when empty
	Admission     bool           // also what Options.Admission needs
	FluxNamespace string         // where Flux runs, with Namespace; flux-system when empty
}

// rightsName is the name of all objects.
const rightsName = "flux-probe"

// YAML returns the objects for kubectl apply. A ServiceAccount is among them, its Namespace is not.
func (r Rights) YAML() ([]byte, error) {
	var objects []any
	if r.Subject.Kind == matrix.KindServiceAccount {
		objects = append(objects, struct {
			metav1.TypeMeta `json:",inline"`
			Metadata        named `json:"metadata"`
		}{metav1.TypeMeta{APIVersion: "v1", Kind: r.Subject.Kind}, named{Name: r.Subject.Name, Namespace: r.Subject.Namespace}})
	}
	if r.Namespace == "" {
		objects = append(objects, r.objects("", cluster.Rights())...)
	} else {
		objects = append(objects, r.objects(r.Namespace, cluster.RightsInside(r.Namespace, true))...)
		if flux := cmp.Or(r.FluxNamespace, cluster.DefaultFluxNamespace); flux != r.Namespace {
			objects = append(objects, r.objects(flux, cluster.RightsInside(flux, false))...)
		}
	}
	var out bytes.Buffer
	for i, object := range objects {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("writing RBAC as YAML: %w", err)
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// named is metadata without the fields that the server fills.
type named struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

// objects returns the role with rules in a namespace, or in the cluster, and its binding if there is a subject.
func (r Rights) objects(namespace string, rules []rbacv1.PolicyRule) []any {
	if r.Admission {
		rules = append(rules, cluster.RightsOfAdmission(namespace != "")...)
	}
	role, binding := "ClusterRole", "ClusterRoleBinding"
	if namespace != "" {
		role, binding = "Role", "RoleBinding"
	}
	version, meta := rbacv1.SchemeGroupVersion.String(), named{Name: rightsName, Namespace: namespace}
	objects := []any{struct {
		metav1.TypeMeta `json:",inline"`
		Metadata        named               `json:"metadata"`
		Rules           []rbacv1.PolicyRule `json:"rules"`
	}{metav1.TypeMeta{APIVersion: version, Kind: role}, meta, rules}}
	if r.Subject == (matrix.Subject{}) {
		return objects
	}
	subject := rbacv1.Subject{Kind: r.Subject.Kind, Namespace: r.Subject.Namespace, Name: r.Subject.Name}
	if subject.Kind != rbacv1.ServiceAccountKind {
		subject.APIGroup = rbacv1.GroupName
	}
	return append(objects, struct {
		metav1.TypeMeta `json:",inline"`
		Metadata        named            `json:"metadata"`
		RoleRef         rbacv1.RoleRef   `json:"roleRef"`
		Subjects        []rbacv1.Subject `json:"subjects"`
	}{metav1.TypeMeta{APIVersion: version, Kind: binding}, meta, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: role, Name: rightsName}, []rbacv1.Subject{subject}})
}
