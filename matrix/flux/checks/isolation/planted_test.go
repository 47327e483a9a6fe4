// SPDX-License-Identifier: Apache-2.0

package isolation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/isolation"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe"
)

// fleet is a tenant dev-team beside another, on a server that serves what the rules below are about.
func fleet(t *testing.T) *fluxtest.Lab {
	l := fluxtest.Tenant(t)
	l.AddNamespace("other", nil)
	l.Account("other", "reconciler", "other")
	l.AddNamespace("tools", nil)
	l.Serve(true, "get,create", "/pods/attach", "/pods/portforward")
	l.Serve(true, "create", "/pods/eviction", "/pods/binding")
	l.Serve(true, "get,create,update,patch,delete", "/services/proxy", "/pods/proxy")
	l.Serve(true, "get,update,patch", "/pods/ephemeralcontainers", "/pods/status", "apps/deployments/scale", "source.toolkit.fluxcd.io/gitrepositories/status")
	l.Serve(true, "get,list,create,update,patch,delete,deletecollection", "/events", "/endpoints", "/resourcequotas", "/replicationcontrollers",
		"networking.k8s.io/networkpolicies", "networking.k8s.io/ingresses", "discovery.k8s.io/endpointslices", "example.com/widgets", "batch/jobs")
	l.Serve(false, "get,create,update,patch,delete", "/nodes/proxy")
	l.Serve(false, "get,update,patch", "certificates.k8s.io/certificatesigningrequests/approval")
	l.Serve(false, "update", "/namespaces/finalize")
	l.Serve(false, "get,list,create,update,patch,delete,deletecollection", "apiregistration.k8s.io/apiservices", "certificates.k8s.io/certificatesigningrequests")
	l.Serve(false, "create", "authorization.k8s.io/selfsubjectaccessreviews")
	return l
}

// planted is a rule as fluxtest.Lab.Role reads it, bound to dev-team in a namespace or, with "", everywhere, and one of
// the lines that are wanted, as described by line.
var planted = []struct{ namespace, rule, want string }{
	// Names that requests carry although they create something.
	{"flux-system", "create||serviceaccounts/token|kustomize-controller", "FP501 error create serviceaccounts/token kustomize-controller in flux-system"},
	{"", "escalate,patch|rbac.authorization.k8s.io|clusterroles|view", "FP503 error escalate clusterroles.rbac.authorization.k8s.io view"},
	{"", "impersonate||users|nobody", "FP503 error impersonate users nobody"},
	{"", "impersonate||groups|system:masters", "FP503 error impersonate groups system:masters"},
	{"", "delete|admissionregistration.k8s.io|validatingwebhookconfigurations|guard", "FP503 error delete validatingwebhookconfigurations.admissionregistration.k8s.io guard"},
	{"", "patch||namespaces|other", "FP502 error patch namespaces other in other"},
	{"flux-system", "patch|source.toolkit.fluxcd.io|gitrepositories/status", "FP501 error patch gitrepositories/status.source.toolkit.fluxcd.io in flux-system"},
	{"flux-system", "create|notification.toolkit.fluxcd.io|receivers", "FP501 error create receivers.notification.toolkit.fluxcd.io in flux-system"},
	{"kube-system", "get||services/proxy", "FP501 error get services/proxy in kube-system"},
	{"other", "patch|discovery.k8s.io|endpointslices", "FP502 warning patch endpointslices.discovery.k8s.io in other"},
	{"other", "delete|networking.k8s.io|networkpolicies", "FP502 error delete networkpolicies.networking.k8s.io in other"},
	{"other", "update|networking.k8s.io|ingresses", "FP502 warning update ingresses.networking.k8s.io in other"},
	{"flux-system", "patch|apps|deployments/scale|kustomize-controller", "FP501 warning patch deployments/scale.apps kustomize-controller in flux-system"},
	{"flux-system", "create||pods/eviction", "FP501 warning create pods/eviction in flux-system"},
	// Wildcards of each part of a rule.
	{"flux-system", "*|*|*", "FP501 error * *.* in flux-system"},
	{"other", "patch|*|*", "FP502 error patch *.* in other"},
	{"other", "patch|*|*|x", "FP502 error patch *.* x in other"},
	{"other", "*|networking.k8s.io|*", "FP502 error patch networkpolicies.networking.k8s.io in other"},
	{"other", "patch|*|gitrepositories/status", "FP502 error patch gitrepositories/status.source.toolkit.fluxcd.io in other"},
	{"other", "*||*/exec", "FP502 error create pods/exec in other"},
	{"tools", "*|apps|*/scale", "FP506 warning update deployments/scale.apps in tools"},
	{"", "*||users", "FP503 error impersonate users"},
	{"", "*|authentication.k8s.io|*", "FP502 error impersonate:serviceaccount serviceaccounts.authentication.k8s.io"},
	{"", "*|authentication.k8s.io|userextras/scopes", "FP503 error impersonate userextras/scopes.authentication.k8s.io"},
	{"", "approve|certificates.k8s.io|signers|kubernetes.io/kube-apiserver-client", "FP503 error approve signers.certificates.k8s.io kubernetes.io/kube-apiserver-client"},
	{"", "update|certificates.k8s.io|certificatesigningrequests/approval", "FP503 error update certificatesigningrequests/approval.certificates.k8s.io"},
	{"", "*|*", "FP503 warning put /debug/flags/v"},
	// Other places and other classes.
	{"tools", "get||secrets|key", "FP506 error get secrets key in tools"},
	{"tools", "bind|rbac.authorization.k8s.io|clusterroles", "FP506 error bind clusterroles.rbac.authorization.k8s.io in tools"},
	{"tools", "patch||namespaces|tools", "FP506 error patch namespaces tools in tools"},
	{"tools", "patch|example.com|widgets", "FP506 warning patch widgets.example.com in tools"},
	{"tools", "frobnicate|example.com|widgets", "FP506 warning frobnicate widgets.example.com in tools"},
	{"", "delete|example.com|widgets|x", "FP502 warning delete widgets.example.com x"},
	{"", "update||nodes", "FP503 error update nodes"},
	{"", "get||nodes/proxy|one", "FP503 error get nodes/proxy one"},
	{"", "impersonate||serviceaccounts|admin", "FP502 error impersonate serviceaccounts admin"},
	{"", "update||namespaces/finalize|other", "FP502 error update namespaces/finalize other in other"},
}

// line is code, severity and access of a finding.
func line(f probe.Finding) string {
	return fmt.Sprintf("%s %s %s", f.Code, f.Severity, f.Access)
}

func found(t *testing.T, l *fluxtest.Lab, o checks.Options) []string {
	t.Helper()
	var lines []string
	for _, f := range l.Findings(t, o, isolation.Checks) {
		if f.Verdict == matrix.Excess && f.Subject.String() == "apps/dev-team" && f.Code != "FP504" && f.Code != "FP505" {
			lines = append(lines, line(f))
		}
	}
	return lines
}

func TestPlanted(t *testing.T) {
	for _, p := range planted {
		for _, subject := range []string{"apps/dev-team", "system:serviceaccounts:apps", "system:serviceaccounts", "system:authenticated", "User system:serviceaccount:apps:dev-team"} {
			l := fleet(t)
			l.Role("", "planted", p.rule)
			l.Bind(p.namespace, "planted", "planted", subject)
			if got := found(t, l, checks.Options{}); !slices.Contains(got, p.want) {
				t.Errorf("%s for %s in %q: not named: %s\nfound: %s", p.rule, subject, p.namespace, p.want, strings.Join(got, "\n       "))
			}
		}
	}
}

// What every account has, what only reads, and what is at home, is neither an error nor a warning, and costs nothing.
func TestHarmlessGrants(t *testing.T) {
	l := fleet(t)
	before := len(asked(l))
	l.Role("", "harmless", "get,list,watch||pods,configmaps,services,nodes,namespaces,events,pods/status", "create,patch||events",
		"get,list,watch|apps,example.com,rbac.authorization.k8s.io,kustomize.toolkit.fluxcd.io,source.toolkit.fluxcd.io|*",
		"create|authorization.k8s.io|selfsubjectaccessreviews", "get|/api,/api/*,/healthz,/version,/metrics", "create||configmaps|named", "deletecollection||configmaps|named",
		"patch|gone.example.com|things", "update||pods/exec")
	l.Bind("", "harmless", "harmless", "apps/dev-team")
	for _, n := range []string{"flux-system", "kube-system", "other", "tools"} {
		l.Bind(n, "harmless", "harmless", "system:serviceaccounts")
	}
	l.Role("", "home", "*|*|*")
	l.Bind("apps", "home", "home", "system:serviceaccounts:apps")
	if got := found(t, l, checks.Options{}); len(got) > 0 {
		t.Errorf("named: %v", got)
	}
	// The samples of FP502 are asked where a RoleBinding names the account or a group.
	if after := len(asked(l)); after > before+2*7 {
		t.Errorf("harmless grants cost %d reviews", after-before)
	}
}

func asked(l *fluxtest.Lab) map[matrix.Review]bool {
	reviews := map[matrix.Review]bool{}
	found, _ := isolation.Checks(l.Model(), checks.Options{})
	for _, c := range found {
		if a, ok := c.(*matrix.Asked); ok && c.Meta().Code != "FP505" && c.Meta().Code != "FP507" {
			reviews[a.AnyOf[0][0]] = true
		}
	}
	return reviews
}

// An object that the account applies itself is information, where a tenant can have objects at all.
func TestOwnObjectsOutside(t *testing.T) {
	for where, want := range map[string]string{
		"tools": "FP506 info patch deployments.apps web in tools",
		"other": "FP502 error patch deployments.apps web in other",
		"":      "FP506 info patch namespaces new in new",
	} {
		l := fleet(t)
		l.Object(t, "Kustomization", "apps", "out", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [
			{id: tools_web_apps_Deployment}, {id: other_web_apps_Deployment}, {id: _new__Namespace}]}}}`)
		l.Role("", "named", "patch|apps|deployments|web")
		l.Role("", "namespace", "patch||namespaces|new")
		l.Bind(where, "named", map[bool]string{true: "namespace", false: "named"}[where == ""], "apps/dev-team")
		if got := strings.Join(found(t, l, checks.Options{}), "\n"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	l := fleet(t)
	l.Object(t, "Kustomization", "apps", "out", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: tools_web_apps_Deployment}]}}}`)
	l.Role("", "all", "patch|apps|deployments")
	l.Bind("tools", "all", "all", "apps/dev-team")
	if got := found(t, l, checks.Options{}); !slices.Contains(got, "FP506 error patch deployments.apps in tools") {
		t.Errorf("all Deployments where it applies one: %q", got)
	}
}

func TestInputsOfFlux(t *testing.T) {
	l := fleet(t)
	l.Objects[1].Fields["spec"].(map[string]any)["postBuild"] = map[string]any{"substituteFrom": []any{map[string]any{"kind": "ConfigMap", "name": "settings"}}}
	l.Role("", "settings", "patch||configmaps|settings,other")
	l.Bind("flux-system", "settings", "settings", "apps/dev-team")
	want := []string{"FP501 warning patch configmaps other in flux-system", "FP501 error patch configmaps settings in flux-system"}
	if got := found(t, l, checks.Options{}); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestManyNames(t *testing.T) {
	l := fleet(t)
	var names []string
	for i := range 500 {
		names = append(names, fmt.Sprintf("name-%d", i))
	}
	l.Role("", "many", "patch|apps|deployments|"+strings.Join(names, ","))
	l.Bind("tools", "many", "many", "apps/dev-team")
	if got := found(t, l, checks.Options{}); len(got) != checks.MaxNames {
		t.Errorf("%d names are asked about", len(got))
	}
	_, gaps := isolation.Checks(l.Model(), checks.Options{})
	want := matrix.Gap{What: "450 of the 500 names in rule 1 of the role that RoleBinding tools/many binds", Why: "of one rule, the first 50 names are asked about", Kind: matrix.Chosen}
	if len(gaps) != 1 || gaps[0] != want {
		t.Errorf("gaps %+v, want %+v", gaps, want)
	}
}

func TestClassesOfAPlatform(t *testing.T) {
	l := fleet(t)
	l.Role("", "widgets", "patch|example.com|widgets")
	l.Bind("tools", "widgets", "widgets", "apps/dev-team")
	for class, want := range map[facts.Class]string{facts.RunsCode: "FP506 error patch widgets.example.com in tools", facts.Harmless: ""} {
		o := checks.Options{Classes: []facts.ClassAccess{{Class: class, Groups: []string{"example.com"}, Resources: []string{"*"}, Verbs: []string{"change"}}}}
		if got := strings.Join(found(t, l, o), "\n"); got != want {
			t.Errorf("class %s: got %q, want %q", class, got, want)
		}
	}
}

func TestStrongAccounts(t *testing.T) {
	strong := func(change func(*fluxtest.Lab)) []string {
		l := fleet(t)
		l.Role("", "reads", "get,list||secrets", "patch|apps|deployments/scale")
		l.Bind("", "robot", "reads", "apps/robot")
		l.Bind("apps", "home", "cluster-admin", "apps/at-home")
		if change != nil {
			change(l)
		}
		return fluxtest.Failures(l.Findings(t, checks.Options{}, isolation.Checks), "FP507")
	}
	usable := []string{"FP507 excess error apps/robot get secrets in ", "FP507 excess warning apps/robot patch deployments/scale.apps in "}
	if got := strong(nil); strings.Join(got, "\n") != strings.Join(usable, "\n") {
		t.Errorf("a tenant can use it: %q", got)
	}
	weak := []string{"FP507 excess warning apps/robot get secrets in ", "FP507 excess info apps/robot patch deployments/scale.apps in "}
	got := strong(func(l *fluxtest.Lab) {
		l.Role("", "weak", "get,patch||configmaps")
		for i := range l.Bindings {
			if l.Bindings[i].Name == "gotk-reconciler" {
				l.Bindings[i].RoleRef.Name = "weak"
			}
		}
	})
	if strings.Join(got, "\n") != strings.Join(weak, "\n") {
		t.Errorf("no tenant can use it: %q", got)
	}
}
