// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// questions is how many random questions the property test asks; each is also a real request.
const questions = 3000

// TestVerdictsEqualRealRequests makes random roles and bindings, asks the prober about random
// accesses, and then performs each request as the account: the verdict is pass just when the API
// server does not answer 403.
func TestVerdictsEqualRealRequests(t *testing.T) {
	c := server(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	world := newWorld(t, c, random)

	m := &matrix.Matrix{}
	for len(m.Checks) < questions {
		review := matrix.Review{Subject: matrix.Share(pick(random, world.accounts)), Access: world.question(random)}
		m.Checks = append(m.Checks, &matrix.Asked{Want: matrix.Allow, AnyOf: [][]matrix.Review{{review}}})
	}
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	allowed := 0
	prober := probe.Prober{Reviewer: &probecluster.Retry{Reviewer: connection.Reviewer()}}
	for f := range prober.Run(t.Context(), m) {
		review := f.Check.(*matrix.Asked).AnyOf[0][0]
		real, said := world.perform(t, review)
		if verdict := map[bool]matrix.Verdict{true: matrix.Pass, false: matrix.Missing}[real]; f.Verdict != verdict {
			t.Errorf("%s: the prober says %s (%s), the server %s", ask(review), f.Verdict, f.Reason, said)
		}
		if real {
			allowed++
		}
	}
	t.Logf("%d questions, %d of them allowed", questions, allowed)
	if allowed < questions/20 || allowed > questions*19/20 {
		t.Errorf("%d of %d allowed: the test proves little", allowed, questions)
	}
}

func ask(r matrix.Review) string {
	a := r.Access
	return fmt.Sprintf("%s %s %s in %q named %q", r.Subject.Get(), a.Verb, a.GroupResource(), a.Namespace, a.Name)
}

// world is a few namespaces and accounts with random rights.
type world struct {
	cluster    *cluster.Cluster
	namespaces []string
	accounts   []matrix.Subject
	requests   *requester
}

// accesses are what is granted and asked for: namespaced and cluster-scoped, with and without
// subresources, in the core group and others.
var accesses = []struct {
	group, version, resource, subresource string
	namespaced                            bool
	verbs                                 []string
}{
	{"", "v1", "pods", "", true, []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}},
	{"", "v1", "pods", "log", true, []string{"get"}},
	{"", "v1", "pods", "status", true, []string{"get", "update", "patch"}},
	{"", "v1", "secrets", "", true, []string{"get", "list", "create", "update", "patch", "delete"}},
	{"", "v1", "configmaps", "", true, []string{"get", "list", "watch", "create", "patch", "delete"}},
	{"", "v1", "serviceaccounts", "token", true, []string{"create"}},
	{"apps", "v1", "deployments", "", true, []string{"get", "list", "create", "patch", "delete"}},
	{"apps", "v1", "deployments", "scale", true, []string{"get", "update", "patch"}},
	{"coordination.k8s.io", "v1", "leases", "", true, []string{"get", "list", "create", "update"}},
	{"", "v1", "nodes", "", false, []string{"get", "list", "create", "patch", "delete"}},
	{"", "v1", "namespaces", "", false, []string{"get", "list", "create", "patch"}},
	{"rbac.authorization.k8s.io", "v1", "clusterroles", "", false, []string{"get", "list", "watch"}},
	{"rbac.authorization.k8s.io", "v1", "rolebindings", "", true, []string{"get", "list", "delete"}},
}

// objectNames are few, so that rules with resourceNames are hit.
var objectNames = []string{"alpha", "beta", "gamma"}

func newWorld(t *testing.T, c *cluster.Cluster, random *rand.Rand) *world {
	w := &world{cluster: c}
	create := func(o client.Object) {
		t.Helper()
		if err := c.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 {
		ns := fmt.Sprintf("property-%d-%d", i, random.Uint32())
		w.namespaces = append(w.namespaces, ns)
		create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
		account := matrix.ServiceAccount(ns, "account")
		w.accounts = append(w.accounts, account)
		create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: account.Name}})
	}
	for i := range 40 {
		name := fmt.Sprintf("property-%d-%d", i, random.Uint32())
		ns := pick(random, w.namespaces)
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
		switch random.IntN(5) {
		case 0:
			ref.Kind = "Role"
			create(&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, Rules: rules(random)})
		case 1: // a roleRef that points nowhere
			ref.Name += "-gone"
		default:
			create(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules(random)})
		}
		if ref.Kind == "ClusterRole" && random.IntN(3) == 0 {
			create(&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: ref, Subjects: w.subjects(random)})
		} else {
			create(&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, RoleRef: ref, Subjects: w.subjects(random)})
		}
	}
	w.requests = newRequester(t, c, w.accounts)
	return w
}

// subjects are an account, one of its groups, or an account that is not there.
func (w *world) subjects(random *rand.Rand) []rbacv1.Subject {
	account := pick(random, w.accounts)
	switch random.IntN(8) {
	case 0:
		return []rbacv1.Subject{{Kind: "Group", APIGroup: rbacv1.GroupName, Name: "system:serviceaccounts:" + account.Namespace}}
	case 1:
		return []rbacv1.Subject{{Kind: "Group", APIGroup: rbacv1.GroupName, Name: "system:serviceaccounts"}}
	case 2:
		return []rbacv1.Subject{{Kind: "User", APIGroup: rbacv1.GroupName, Name: account.User()}}
	case 3:
		return []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: account.Namespace, Name: "somebody-else"}}
	default:
		return []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: account.Namespace, Name: account.Name}}
	}
}

func rules(random *rand.Rand) []rbacv1.PolicyRule {
	var all []rbacv1.PolicyRule
	for range 1 + random.IntN(2) {
		a := pick(random, accesses)
		rule := rbacv1.PolicyRule{APIGroups: []string{a.group}, Resources: []string{a.resource}, Verbs: []string{pick(random, a.verbs), pick(random, a.verbs)}}
		switch {
		case a.subresource != "" && random.IntN(4) == 0:
			rule.Resources = []string{"*/" + a.subresource}
		case a.subresource != "":
			rule.Resources = []string{a.resource + "/" + a.subresource}
		}
		switch random.IntN(10) {
		case 0:
			rule.Verbs = []string{"*"}
		case 1:
			rule.Resources = []string{"*"}
		case 2:
			rule.APIGroups = []string{"*"}
		case 3, 4:
			rule.ResourceNames = []string{pick(random, objectNames)}
		}
		all = append(all, rule)
	}
	return all
}

// question asks only what a request can ask: a name where the verb carries one, and namespace X with
// name X for the Namespace object.
func (w *world) question(random *rand.Rand) matrix.Access {
	a := pick(random, accesses)
	q := matrix.Access{Verb: pick(random, a.verbs), Group: a.group, Resource: a.resource, Subresource: a.subresource}
	if a.namespaced {
		q.Namespace = pick(random, w.namespaces)
		if random.IntN(4) == 0 && (q.Verb == "list" || q.Verb == "watch") {
			q.Namespace = ""
		}
	}
	named := q.Verb == "get" || q.Verb == "update" || q.Verb == "patch" || q.Verb == "delete" || q.Subresource != ""
	switch {
	case named && q.Resource == "namespaces":
		q.Name = pick(random, w.namespaces)
		q.Namespace = q.Name
	case named:
		q.Name = pick(random, objectNames)
	}
	return q
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }
