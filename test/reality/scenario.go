// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// scenario is a Kustomization, the account that it names, and what happens to it in its second revision.
type scenario struct {
	namespace string // of the Kustomization and of the account dev
	target    string // where its objects go
	source    string // the namespace of its GitRepository
	prune     bool
	force     bool
	wait      bool
	rights    []string // what the account and the controller were given, for the log
	objects   []*object
}

// object is one object of the source, and its fate in the second revision.
type object struct {
	resource, kind, name string
	immutable            bool
	fate                 fate
}

type fate string

const (
	unchanged fate = "unchanged"
	changed   fate = "changed"
	dropped   fate = "dropped from the source"
	deleted   fate = "deleted from the cluster"
)

// newScenario draws a scenario. Its object alpha always stays in the source.
func newScenario(random *rand.Rand, i int) *scenario {
	s := &scenario{
		namespace: fmt.Sprintf("reality-%d", i),
		prune:     random.IntN(4) > 0, force: random.IntN(3) == 0, wait: random.IntN(4) == 0,
	}
	s.target, s.source = s.namespace, s.namespace
	if random.IntN(3) == 0 {
		s.target += "-target"
	}
	if random.IntN(4) == 0 {
		s.source += "-source"
	}
	for _, o := range []object{
		{resource: "configmaps", kind: "ConfigMap", name: "alpha"},
		{resource: "configmaps", kind: "ConfigMap", name: "beta"},
		{resource: "configmaps", kind: "ConfigMap", name: "gamma"},
		{resource: "serviceaccounts", kind: "ServiceAccount", name: "delta"},
	} {
		o.fate = pick(random, []fate{unchanged, changed, dropped, deleted})
		if o.name == "alpha" && o.fate == dropped {
			o.fate = changed
		}
		s.objects = append(s.objects, &o)
	}
	if s.force {
		s.objects = append(s.objects, &object{resource: "configmaps", kind: "ConfigMap", name: "frozen", immutable: true, fate: changed})
	}
	return s
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// manifests are the objects of a revision: one or two.
func (s *scenario) manifests(revision int) string {
	var b strings.Builder
	for _, o := range s.objects {
		if revision == 2 && o.fate == dropped {
			continue
		}
		value := "1"
		if revision == 2 && o.fate == changed {
			value = "2"
		}
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: %s\nmetadata:\n  name: %s\n  namespace: %s\n  annotations: {revision: %q}\n", o.kind, o.name, s.target, value)
		if o.kind == "ConfigMap" {
			fmt.Fprintf(&b, "data: {revision: %q}\n", value)
		}
		if o.immutable {
			b.WriteString("immutable: true\n")
		}
	}
	return b.String()
}

// needs are the accesses that the second revision calls for (fluxcd/pkg ssa manager_apply.go and
// manager_delete.go v0.76.2): an apply patches, and creates where the object is absent. It reads the object
// as well, but goes on without; what cannot do without is replacing an immutable object, which is deleted
// and created, pruning, and waiting for health.
func (s *scenario) needs() []matrix.Access {
	var needs []matrix.Access
	for _, o := range s.objects {
		verbs := []string{"patch"}
		if s.wait || o.immutable {
			verbs = []string{"get", "patch"}
		}
		switch {
		case o.fate == dropped && s.prune:
			verbs = []string{"get", "delete"}
		case o.fate == dropped:
			verbs = nil
		case o.fate == deleted:
			verbs = append(verbs, "create")
		case o.immutable:
			verbs = append(verbs, "delete", "create")
		}
		for _, verb := range verbs {
			needs = append(needs, matrix.Access{Verb: verb, Resource: o.resource, Namespace: s.target, Name: o.name})
		}
	}
	return needs
}

// grant gives the account random rights where its objects are.
func (s *scenario) grant(t *testing.T, c *cluster.Cluster, random *rand.Rand) {
	generous := random.IntN(2) == 0
	var rules []rbacv1.PolicyRule
	for _, resource := range []string{"configmaps", "serviceaccounts"} {
		for _, verb := range []string{"get", "patch", "create", "delete"} {
			if !generous && random.IntN(6) == 0 {
				continue
			}
			rule := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{verb}}
			if random.IntN(12) == 0 {
				rule.ResourceNames = []string{"alpha", "beta", "frozen"}
			}
			rules = append(rules, rule)
			s.rights = append(s.rights, fmt.Sprintf("%s %s %v", verb, resource, rule.ResourceNames))
		}
	}
	create(t, c, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: s.target, Name: "dev"}, Rules: rules})
	subject := rbacv1.Subject{Kind: "ServiceAccount", Namespace: s.namespace, Name: "dev"}
	if s.target == s.namespace && random.IntN(4) == 0 {
		subject.Namespace = "" // that of the RoleBinding
	}
	if random.IntN(5) == 0 {
		subject = rbacv1.Subject{Kind: "Group", APIGroup: rbacv1.GroupName, Name: "system:serviceaccounts:" + s.namespace}
	}
	bind(t, c, s.target, "dev", "Role", subject)
}

// prepare makes the namespaces and the account, which can do everything until grant.
func (s *scenario) prepare(t *testing.T, c *cluster.Cluster) {
	for _, name := range unique(s.namespace, s.target, s.source) {
		create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	create(t, c, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "dev"}})
	bindRole(t, c, s.target, "setup", "ClusterRole", "cluster-admin", rbacv1.Subject{Kind: "ServiceAccount", Namespace: s.namespace, Name: "dev"})
	create(t, c, &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "setup-impersonate"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"impersonate"}}},
	})
	bind(t, c, s.namespace, "setup-impersonate", "Role", controllerSubject)
}

// withdraw takes away what prepare granted.
func (s *scenario) withdraw(t *testing.T, c *cluster.Cluster) {
	for _, b := range [][2]string{{s.target, "setup"}, {s.namespace, "setup-impersonate"}} {
		if err := c.Client.Delete(t.Context(), &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: b[0], Name: b[1]}}); err != nil {
			t.Fatal(err)
		}
	}
}

func unique(names ...string) []string {
	var kept []string
	for _, n := range names {
		if len(kept) == 0 || kept[len(kept)-1] != n && kept[0] != n {
			kept = append(kept, n)
		}
	}
	return kept
}

func create(t *testing.T, c *cluster.Cluster, o client.Object) {
	t.Helper()
	if err := c.Client.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// bind binds the role of the same name.
func bind(t *testing.T, c *cluster.Cluster, namespace, name, kind string, subject rbacv1.Subject) {
	t.Helper()
	bindRole(t, c, namespace, name, kind, name, subject)
}

func bindRole(t *testing.T, c *cluster.Cluster, namespace, name, kind, role string, subject rbacv1.Subject) {
	t.Helper()
	create(t, c, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role}, Subjects: []rbacv1.Subject{subject},
	})
}
