// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// classes has a permission of each class.
var classes = []struct {
	class  facts.Class
	access matrix.Access
}{
	{facts.BecomesAccount, matrix.Access{Verb: "create", Resource: "serviceaccounts", Subresource: "token"}},
	{facts.RunsCode, matrix.Access{Verb: "patch", Group: "apps", Resource: "daemonsets"}},
	{facts.Grants, matrix.Access{Verb: "update", Group: rbacv1.GroupName, Resource: "rolebindings"}},
	{facts.ChangesFlux, matrix.Access{Verb: "patch", Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Subresource: "status"}},
	{facts.ReadsSecrets, matrix.Access{Verb: "get", Resource: "secrets"}},
	{facts.BreaksGuards, matrix.Access{Verb: "delete", Group: "networking.k8s.io", Resource: "networkpolicies"}},
	{facts.RedirectsTraffic, matrix.Access{Verb: "patch", Group: "discovery.k8s.io", Resource: "endpointslices"}},
	{facts.Disturbs, matrix.Access{Verb: "create", Resource: "pods", Subresource: "eviction"}},
	{facts.Unknown, matrix.Access{Verb: "patch", Resource: "persistentvolumeclaims"}},
}

// forms are the ways to grant it: what a form changes of the rule, and where it is bound to whom. An empty namespace is
// the whole cluster; ALONE is a namespace of its own.
var forms = []struct {
	name, namespace, group string
	change                 func(*rbacv1.PolicyRule)
}{
	{"everywhere", "", "", nil},
	{"where another tenant is", "shop", "", nil},
	{"in a namespace of nobody", "tools", "", nil},
	{"by name", "flux-system", "", func(r *rbacv1.PolicyRule) { r.ResourceNames = []string{"kustomize-controller"} }},
	{"by name everywhere", "", "", func(r *rbacv1.PolicyRule) { r.ResourceNames = []string{"kustomize-controller"} }},
	{"every verb", "kube-system", "", func(r *rbacv1.PolicyRule) { r.Verbs = []string{"*"} }},
	{"every resource of the group", "tools", "", func(r *rbacv1.PolicyRule) { r.Resources = []string{"*"} }},
	{"every group", "shop", "", func(r *rbacv1.PolicyRule) { r.APIGroups = []string{"*"} }},
	{"the group of the namespace", "shop", "system:serviceaccounts:ALONE", nil},
	{"the group of all accounts", "ALONE", "system:serviceaccounts", nil},
	{"the group of all users", "ALONE", "system:authenticated", nil},
}

// TestClasses plants each permission in each form, each for a tenant of its own, and expects it to be named with the
// severity of its class.
func TestClasses(t *testing.T) {
	l := newLab(t)
	l.tenant("shop")
	l.namespace("tools", "")
	type planted struct {
		name     string
		tenant   matrix.Subject
		access   matrix.Access
		severity matrix.Severity
	}
	var all []planted
	isolation := facts.Load().Isolation
	for _, c := range classes {
		for _, form := range forms {
			tenant := l.tenant(fmt.Sprintf("tenant-%03d", len(all)))
			p := planted{string(c.class) + ", " + form.name, tenant, c.access, isolation.Info(c.class).Severity}
			rule := ruleOf(c.access)
			if form.change != nil {
				form.change(&rule)
			}
			if len(rule.ResourceNames) > 0 {
				p.access.Name = rule.ResourceNames[0]
			}
			if p.access.Namespace = form.namespace; form.namespace == "ALONE" {
				p.access.Namespace = "alone-" + tenant.Name
				l.namespace(p.access.Namespace, "")
			}
			subject := account(tenant)
			if form.group != "" {
				subject = group(strings.ReplaceAll(form.group, "ALONE", tenant.Namespace))
			}
			l.grant(tenant.Name, p.access.Namespace, subject, rule)
			all = append(all, p)
		}
		// By a role that another is aggregated to.
		tenant := l.tenant(fmt.Sprintf("tenant-%03d", len(all)))
		l.add(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "part-" + tenant.Name, Labels: map[string]string{"to": tenant.Name}}, Rules: []rbacv1.PolicyRule{ruleOf(c.access)}})
		l.add(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: tenant.Name}, AggregationRule: &rbacv1.AggregationRule{
			ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"to": tenant.Name}}},
		}})
		l.bind(tenant.Name, "tools", account(tenant))
		p := planted{string(c.class) + ", aggregated", tenant, c.access, isolation.Info(c.class).Severity}
		p.access.Namespace = "tools"
		all = append(all, p)
	}
	l.create()
	if err := l.Aggregate(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.waitForAuthorizer()
	failed, _ := l.probe()
	found := bySubject(failed)
	for _, p := range all {
		named := false
		for _, f := range found[p.tenant] {
			named = named || *f.Access == p.access && f.Severity == p.severity
		}
		if !named {
			t.Errorf("%s: not named as %s: %s", p.name, p.severity, p.access)
		}
	}
}

func ruleOf(a matrix.Access) rbacv1.PolicyRule {
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	return rbacv1.PolicyRule{APIGroups: []string{a.Group}, Resources: []string{resource}, Verbs: []string{a.Verb}}
}

// harmless are thirty grants that lead nowhere: "verbs group resources", or "verbs path".
var harmless = []string{
	"get,list,watch - pods", "get,list,watch - pods/log", "get,list - pods/status", "get,list,watch - configmaps", "get,list,watch - services",
	"get,list,watch - endpoints", "get,list,watch - serviceaccounts", "get,list,watch - events", "create,patch - events", "create,patch events.k8s.io events",
	"get,list,watch - namespaces", "get,list,watch - nodes", "get,list - persistentvolumes", "get,list - persistentvolumeclaims", "get,list,watch apps *",
	"get,list,watch batch jobs,cronjobs", "get,list,watch networking.k8s.io *", "get,list,watch rbac.authorization.k8s.io *", "get,list,watch apiextensions.k8s.io *",
	"get,list,watch source.toolkit.fluxcd.io *", "get,list,watch kustomize.toolkit.fluxcd.io *", "get,list,watch helm.toolkit.fluxcd.io *",
	"get,list,watch notification.toolkit.fluxcd.io *", "get,list coordination.k8s.io leases", "get,list discovery.k8s.io endpointslices", "get apps deployments/scale",
	"create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews", "create authentication.k8s.io selfsubjectreviews", "patch - configmaps/nothing",
	"get /healthz,/version,/api/*,/metrics",
}

// TestHarmless grants them to a tenant in the whole cluster and in some namespaces: none is an error or a warning.
func TestHarmless(t *testing.T) {
	if len(harmless) != 30 {
		t.Errorf("%d grants", len(harmless))
	}
	l := newLab(t)
	l.tenant("shop")
	l.namespace("tools", "")
	tenant := l.tenant("apps")
	for i, text := range harmless {
		part := strings.Fields(text)
		rule := rbacv1.PolicyRule{Verbs: strings.Split(part[0], ",")}
		if len(part) == 2 {
			rule.NonResourceURLs = strings.Split(part[1], ",")
		} else {
			rule.APIGroups, rule.Resources = []string{strings.TrimPrefix(part[1], "-")}, strings.Split(part[2], ",")
		}
		name := fmt.Sprintf("harmless-%d", i)
		l.grant(name, "", account(tenant), rule)
		for _, n := range []string{"flux-system", "kube-system", "shop", "tools"} {
			if len(rule.NonResourceURLs) == 0 {
				l.bind(name, n, group("system:serviceaccounts:apps"))
			}
		}
	}
	l.create()
	failed, _ := l.probe()
	for _, f := range failed {
		if f.Severity != matrix.Info {
			t.Errorf("%s %s %s %s", f.Code, f.Severity, f.Subject, f.Access)
		}
	}
}
