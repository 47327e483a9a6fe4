// SPDX-License-Identifier: Apache-2.0

// Package isolation plants permissions on a real API server and expects flux-probe to name each: those of every class in
// every form in which they can be granted, and random rules from the whole of discovery.
package isolation

import (
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// lab is an API server with Flux, and what the tests make there.
type lab struct {
	*testing.T
	*cluster.Cluster
	connection *probecluster.Cluster
	objects    []client.Object // that create makes
}

func newLab(t *testing.T) *lab {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	return &lab{T: t, Cluster: c, connection: connection}
}

func (l *lab) add(o client.Object) { l.objects = append(l.objects, o) }

// namespace adds a Namespace, of a tenant unless that is empty.
func (l *lab) namespace(name, tenant string) {
	n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if tenant != "" {
		n.Labels = map[string]string{facts.TenantLabel: tenant}
	}
	l.add(n)
}

// tenant adds a tenant with its namespace and its account, both of its name.
func (l *lab) tenant(name string) matrix.Subject {
	l.namespace(name, name)
	l.add(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: name, Labels: map[string]string{facts.TenantLabel: name}}})
	return matrix.ServiceAccount(name, name)
}

// grant adds a ClusterRole and what binds it to a subject in a namespace, or in the whole cluster.
func (l *lab) grant(name, namespace string, subject rbacv1.Subject, rules ...rbacv1.PolicyRule) {
	l.add(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules})
	l.bind(name, namespace, subject)
}

func (l *lab) bind(name, namespace string, subject rbacv1.Subject) {
	meta, role := metav1.ObjectMeta{Namespace: namespace, Name: name}, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
	if namespace == "" {
		l.add(&rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: role, Subjects: []rbacv1.Subject{subject}})
		return
	}
	l.add(&rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: role, Subjects: []rbacv1.Subject{subject}})
}

func account(s matrix.Subject) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: s.Namespace, Name: s.Name}
}

func group(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: name}
}

// create makes the objects that were added, Namespaces first, and returns when the authorizer knows of all.
func (l *lab) create() {
	l.Helper()
	byKind := [2][]client.Object{}
	for _, o := range l.objects {
		if _, ok := o.(*corev1.Namespace); ok {
			byKind[0] = append(byKind[0], o)
		} else {
			byKind[1] = append(byKind[1], o)
		}
	}
	l.objects = nil
	for _, objects := range byKind {
		l.parallel(len(objects), func(i int) {
			if err := l.Client.Create(l.Context(), objects[i]); err != nil {
				l.Errorf("%T %s: %v", objects[i], objects[i].GetName(), err)
			}
		})
	}
	l.waitForAuthorizer()
}

// waitForAuthorizer waits until the authorizer knows of the last of each kind of object.
func (l *lab) waitForAuthorizer() {
	l.Helper()
	marker := rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "marker"}
	name := "marker-" + time.Now().Format("150405.000000")
	rule := rbacv1.PolicyRule{APIGroups: []string{"example.com"}, Resources: []string{name}, Verbs: []string{"get"}}
	l.grant(name, "", marker, rule)
	l.bind(name, "kube-system", rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "marker-in"})
	for _, o := range l.objects {
		if err := l.Client.Create(l.Context(), o); err != nil {
			l.Fatal(err)
		}
	}
	l.objects = nil
	for user, namespace := range map[string]string{"marker": "", "marker-in": "kube-system"} {
		review := matrix.Review{Subject: matrix.Share(matrix.Subject{Kind: matrix.KindUser, Name: user}), Access: matrix.Access{Verb: "get", Group: "example.com", Resource: name, Namespace: namespace}}
		for !l.allowed(review) {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// parallel calls f with 0 to n-1, some at a time.
func (l *lab) parallel(n int, f func(i int)) {
	var workers sync.WaitGroup
	next := make(chan int)
	for range probe.DefaultConcurrency {
		workers.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

func (l *lab) allowed(r matrix.Review) bool {
	status, err := (&probecluster.Retry{Reviewer: l.connection.Reviewer()}).Review(l.Context(), probe.Spec(r))
	if err != nil {
		l.Errorf("%+v: %v", r, err)
	}
	return status.Allowed
}

// probe reads the cluster and returns what fails in the sections that are about tenants' isolation, and what was read.
func (l *lab) probe() ([]probe.Finding, *snapshot.Snapshot) {
	l.Helper()
	read, err := l.connection.Snapshot(l.Context(), probecluster.SnapshotOptions{})
	if err != nil {
		l.Fatal(err)
	}
	m := flux.Derive(model.New(read, model.Options{}), flux.Options{}).Only(func(section string) bool {
		return section == "isolation" || section == "impersonation"
	})
	prober := probe.Prober{Reviewer: &probecluster.Retry{Reviewer: l.connection.Reviewer()}}
	var failed []probe.Finding
	for f := range prober.Run(l.Context(), m) {
		switch f.Verdict {
		case matrix.Pass:
		case matrix.Excess:
			failed = append(failed, f)
		default:
			l.Errorf("%s %s %v is %s: %s", f.Code, f.Subject, f.Access, f.Verdict, f.Reason)
		}
	}
	l.Logf("%d checks, %d of them fail", len(m.Checks), len(failed))
	return failed, read
}

// bySubject returns the findings of each account, without those about its own namespace.
func bySubject(findings []probe.Finding) map[matrix.Subject][]probe.Finding {
	found := map[matrix.Subject][]probe.Finding{}
	for _, f := range findings {
		if f.Access != nil && !slices.Contains([]string{"FP504", "FP505"}, f.Code) {
			found[f.Subject] = append(found[f.Subject], f)
		}
	}
	return found
}
