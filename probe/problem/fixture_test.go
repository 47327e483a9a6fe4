// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/problem"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// fleet is RBAC, accounts and checks in a few words each.
type fleet struct {
	snapshot.Snapshot
	checks []matrix.Check
}

// newFleet returns a fleet with accounts "namespace/name".
func newFleet(accounts ...string) *fleet {
	f := &fleet{}
	f.Unread, f.Forbidden = map[string]string{}, map[string]bool{}
	for _, a := range accounts {
		namespace, name, _ := strings.Cut(a, "/")
		f.ServiceAccounts = append(f.ServiceAccounts, snapshot.ServiceAccount{Namespace: namespace, Name: name})
	}
	return f
}

// role adds a role "namespace/name" with rules "verbs resources", in the core API group.
func (f *fleet) role(name string, rules ...string) *fleet {
	r := rbac.Role{}
	r.Namespace, r.Name = split(name)
	for _, rule := range rules {
		verbs, resources, _ := strings.Cut(rule, " ")
		r.Rules = append(r.Rules, rbacv1.PolicyRule{Verbs: strings.Split(verbs, ","), APIGroups: []string{""}, Resources: strings.Split(resources, ",")})
	}
	f.Roles = append(f.Roles, r)
	return f
}

func split(name string) (namespace, local string) {
	if namespace, local, ok := strings.Cut(name, "/"); ok {
		return namespace, local
	}
	return "", name
}

// bind adds a binding "namespace/name" of a ClusterRole, or with a dot of a Role, to subjects: accounts
// "namespace/name", "Group name" or "User name".
func (f *fleet) bind(name, role string, subjects ...string) *fleet {
	b := rbac.Binding{RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}
	b.Namespace, b.Name = split(name)
	if local, ok := strings.CutPrefix(role, "."); ok {
		b.RoleRef.Kind, b.RoleRef.Name = "Role", local
	}
	for _, s := range subjects {
		if kind, name, ok := strings.Cut(s, " "); ok {
			b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: kind, APIGroup: rbacv1.GroupName, Name: name})
			continue
		}
		namespace, name := split(s)
		b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name})
	}
	f.Bindings = append(f.Bindings, b)
	return f
}

// wants adds checks that an account can do something: "verbs resource" in a namespace, for a Kustomization.
func (f *fleet) wants(account, namespace string, accesses ...string) *fleet {
	return f.ask(matrix.Allow, account, namespace, accesses...)
}

// forbids adds checks that an account cannot do something.
func (f *fleet) forbids(account, namespace string, accesses ...string) *fleet {
	return f.ask(matrix.Deny, account, namespace, accesses...)
}

func (f *fleet) ask(want matrix.Effect, account, namespace string, accesses ...string) *fleet {
	home, name := split(account)
	s := matrix.ServiceAccount(home, name)
	for _, access := range accesses {
		verbs, resource, _ := strings.Cut(access, " ")
		for _, verb := range strings.Split(verbs, ",") {
			f.checks = append(f.checks, &matrix.Asked{
				CheckMeta: matrix.CheckMeta{
					Section: "tenants", Code: "FP401", Subject: matrix.Share(s), Severity: matrix.Error, Because: "Kustomization " + home + "/app applies it",
					Origin: matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: home, Name: "app", Field: "status.inventory"}),
				},
				Want: want, AnyOf: matrix.One(s, matrix.Access{Verb: verb, Resource: resource, Namespace: namespace}),
			})
		}
	}
	return f
}

// reads adds an observed check with a verdict.
func (f *fleet) reads(verdict matrix.Verdict, subject matrix.Subject, origin matrix.Origin, evidence string) *fleet {
	f.checks = append(f.checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{Section: "lockdown", Code: "FP801", Subject: matrix.Share(subject), Severity: matrix.Error, Because: "it has to be", Origin: matrix.Share(origin), Hint: "change it"},
		Verdict:   verdict, Evidence: evidence,
	})
	return f
}

// refused adds what a guard refused to an object.
func (f *fleet) refused(by, object matrix.Origin, evidence string) *fleet {
	f.checks = append(f.checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{Section: "admission", Code: "FP411", Severity: matrix.Error, Because: object.String() + " applies it", Origin: matrix.Share(object), Hint: "comply"},
		Verdict:   matrix.Missing, Evidence: evidence, By: &by,
	})
	return f
}

// findings judges the checks by RBAC.
func (f *fleet) findings(t testing.TB) []probe.Finding {
	t.Helper()
	findings := make([]probe.Finding, len(f.checks))
	for i, c := range f.checks {
		findings[i] = probe.Judge(c, func(r matrix.Review) probe.Answer {
			return probe.Ask(t.Context(), rbac.Reviewer{Index: f.RBAC()}, r)
		})
		findings[i].Index = i
	}
	return findings
}

// problems are those of the fleet.
func (f *fleet) problems(t testing.TB) []probe.Problem {
	return problem.Find(problem.Input{Snapshot: &f.Snapshot, Findings: f.findings(t), AskedAs: "dev"})
}
