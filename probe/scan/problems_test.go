// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// The demo has as many problems as mistakes, each at the object and field of the mistake.
func TestProblemsOfTheDemo(t *testing.T) {
	r, err := Run(t.Context(), Options{Target: Demo()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Problems {
		got = append(got, fmt.Sprintf("%s %s %s %d", p.Severity, p.Cause.Origin(), p.Cause.Field, len(p.Checks)))
		if p.Proof.Passes != len(p.Checks) || p.Proof.Breaks != 0 || p.Title == "" || p.Fix.Summary == "" || len(p.Fix.Commands) == 0 {
			t.Errorf("%+v", p)
		}
	}
	want := []string{
		"error ClusterRole crd-controller-flux-staging rules 10",
		"error RoleBinding billing/deployer subjects[0].name 9",
		"error ClusterRoleBinding search-secrets  7",
		"error HelmRelease sandbox/cache spec.serviceAccountName 6",
		"error Role shop/deployer rules[1].verbs 1",
		"error Deployment flux-system/notification-controller --no-cross-namespace-refs 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if mistakes := strings.Count(string(demoFleet), "# mistake:"); mistakes != len(want) {
		t.Errorf("%d mistakes, %d problems", mistakes, len(want))
	}
	everyFailureOnce(t, r)
}

// everyFailureOnce wants each failed finding in exactly one problem, and no other finding in any.
func everyFailureOnce(t *testing.T, r *probe.Report) {
	t.Helper()
	times := make([]int, len(r.Findings))
	for _, p := range r.Problems {
		for _, i := range p.Checks {
			times[i]++
		}
	}
	for i, f := range r.Findings {
		if want := map[bool]int{true: 1}[f.Failed()]; times[i] != want {
			t.Errorf("finding %d, %s, is in %d problems, want %d", i, f.Verdict, times[i], want)
		}
	}
	if r.Summary.Problems != len(r.Problems) {
		t.Errorf("the summary counts %d problems of %d", r.Summary.Problems, len(r.Problems))
	}
}

// healthy is the fleet of the demo without its mistakes.
func healthy(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	s, _, err := (&connection{Target: Manifests(strings.NewReader(healthyFleet()), "", "-")}).snapshot(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// healthyFleet is the manifests of the demo without its mistakes.
func healthyFleet() string {
	return strings.NewReplacer(
		"args: [--watch-all-namespaces=true, '--watch-label-selector=fleet!=staging']\n---\napiVersion: rbac",
		"args: [--watch-all-namespaces=true, '--watch-label-selector=fleet!=staging', --no-cross-namespace-refs=true]\n---\napiVersion: rbac",
		"verbs: [get, update, patch]}\n- {apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create]}\n- {nonResourceURLs",
		"verbs: [get, update, patch]}\n- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, list, watch, create, update, patch, delete]}\n- {apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create]}\n- {nonResourceURLs",
		"resources: [deployments], verbs: [get, list, create, update, patch]}", "resources: [deployments], verbs: [get, list, create, update, patch, delete]}",
		"reconcilier", "reconciler", "helm-reconciler", "reconciler",
		"kind: ClusterRoleBinding\nmetadata: {name: search-secrets}", "kind: RoleBinding\nmetadata: {name: search-secrets, namespace: search}",
	).Replace(string(demoFleet))
}

// probed is the report about a snapshot.
func probed(t testing.TB, s *snapshot.Snapshot) *probe.Report {
	t.Helper()
	c := &connection{Target: Demo()}
	derived, err := c.derive(t.Context(), &reading{Model: model.New(s, model.Options{})}, time.Now(), Options{Target: c.Target})
	if err != nil {
		t.Fatal(err)
	}
	return derived.Run(t.Context())
}

// mutation changes one object of a fleet, and says which.
type mutation func(*rand.Rand, *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot)

var mutations = map[string]mutation{
	"drop a verb":      dropVerb,
	"rename a subject": renameSubject,
	"delete a binding": deleteBinding,
	"move a binding":   moveBinding,
	"mistype a role":   mistypeRole,
	"drop a flag":      dropFlag,
}

// Whatever single object of a healthy fleet is changed, there is one problem, and it names that object.
func TestOneMutationIsOneProblem(t *testing.T) {
	fleet := healthy(t)
	if r := probed(t, fleet); len(r.Problems) > 0 {
		t.Fatalf("the healthy fleet has problems: %+v", r.Problems[0])
	}
	each := 50
	if testing.Short() {
		each = 5
	}
	for name, mutate := range mutations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, uint64(len(name))))
			failed := 0
			for tried := 0; failed < each && tried < 4*each; tried++ {
				changed, mutated := mutate(random, fleet)
				r := probed(t, mutated)
				everyFailureOnce(t, r)
				if len(r.Problems) == 0 {
					continue // nothing needed what was changed
				}
				failed++
				if len(r.Problems) > 1 || !names(r.Problems[0], changed, fleet) {
					t.Errorf("%s was changed:", changed)
					for _, p := range r.Problems {
						t.Errorf("  %s (%s): %s", p.Cause.Origin(), p.Cause.Field, p.Title)
					}
				}
				if p := r.Problems[0]; p.Proof.Breaks > 0 || p.Proof.Passes < len(p.Checks) {
					t.Errorf("%s was changed: proof %+v of %d checks", changed, p.Proof, len(p.Checks))
				}
			}
			if failed < each {
				t.Errorf("only %d of %d changes made a check fail", failed, each)
			}
		})
	}
}

// names reports whether a problem is about an object. A binding that is gone cannot be named: its role is.
func names(p probe.Problem, changed matrix.Origin, before *snapshot.Snapshot) bool {
	if o := p.Cause.Origin().String(); o == changed.String() {
		return true
	}
	b, ok := before.RBAC().Binding(changed.Namespace, changed.Name)
	return ok && p.Cause.Kind == changed.Kind && p.Cause.Namespace == changed.Namespace && strings.Contains(p.Cause.Want, b.RoleOrigin().String())
}

// own are the places of the roles or bindings that are not built in.
func own[T any](all []T, builtin func(T) bool) []int {
	var places []int
	for i := range all {
		if !builtin(all[i]) {
			places = append(places, i)
		}
	}
	return places
}

func pick(random *rand.Rand, places []int) int { return places[random.IntN(len(places))] }

func dropVerb(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	roles := slices.Clone(s.Roles)
	r := &roles[pick(random, own(roles, func(r rbac.Role) bool { return r.Builtin() || len(r.Rules) == 0 || r.Aggregation != nil }))]
	r.Rules = slices.Clone(r.Rules)
	at := random.IntN(len(r.Rules))
	verb := random.IntN(len(r.Rules[at].Verbs))
	r.Rules[at].Verbs = slices.Delete(slices.Clone(r.Rules[at].Verbs), verb, verb+1)
	if len(r.Rules[at].Verbs) == 0 {
		r.Rules = slices.Delete(r.Rules, at, at+1)
	}
	return r.Origin(), s.Replace(rbac.Aggregate(roles), s.Bindings, s.Deployments)
}

func changeBinding(random *rand.Rand, s *snapshot.Snapshot, change func(*rbac.Binding)) (matrix.Origin, *snapshot.Snapshot) {
	bindings := slices.Clone(s.Bindings)
	b := &bindings[pick(random, own(bindings, rbac.Binding.Builtin))]
	b.Subjects = slices.Clone(b.Subjects)
	change(b)
	return b.Origin(), s.Replace(s.Roles, bindings, s.Deployments)
}

// mistype swaps two different letters of a name.
func mistype(random *rand.Rand, name string) string {
	for {
		at := random.IntN(len(name) - 1)
		if name[at] != name[at+1] && name[at] != '-' && name[at+1] != '-' {
			return name[:at] + string(name[at+1]) + string(name[at]) + name[at+2:]
		}
	}
}

func renameSubject(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	return changeBinding(random, s, func(b *rbac.Binding) {
		at := random.IntN(len(b.Subjects))
		b.Subjects[at].Name = mistype(random, b.Subjects[at].Name)
	})
}

func mistypeRole(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	return changeBinding(random, s, func(b *rbac.Binding) { b.RoleRef.Name = mistype(random, b.RoleRef.Name) })
}

func deleteBinding(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	at := pick(random, own(s.Bindings, rbac.Binding.Builtin))
	return s.Bindings[at].Origin(), s.Replace(s.Roles, slices.Delete(slices.Clone(s.Bindings), at, at+1), s.Deployments)
}

func moveBinding(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	bindings := slices.Clone(s.Bindings)
	at := pick(random, own(bindings, func(b rbac.Binding) bool { return b.Builtin() || b.Namespace == "" }))
	b := &bindings[at]
	b.Subjects = slices.Clone(b.Subjects)
	for {
		n := s.Namespaces[random.IntN(len(s.Namespaces))].Name
		if _, taken := s.RBAC().Binding(n, b.Name); !taken && n != b.Namespace {
			b.Namespace = n
			return b.Origin(), s.Replace(s.Roles, bindings, s.Deployments)
		}
	}
}

func dropFlag(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	deployments := slices.Clone(s.Deployments)
	d := &deployments[random.IntN(len(deployments))]
	*d = *d.DeepCopy()
	args := &d.Spec.Template.Spec.Containers[0].Args
	at := random.IntN(len(*args))
	*args = slices.Delete(*args, at, at+1)
	return matrix.Origin{Kind: "Deployment", Namespace: d.Namespace, Name: d.Name}, s.Replace(s.Roles, s.Bindings, deployments)
}
