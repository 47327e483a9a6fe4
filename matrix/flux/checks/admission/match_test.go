// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var (
	web    = model.Entry{Namespace: "apps", Name: "web", Group: "apps", Kind: "Deployment"}
	config = model.Entry{Namespace: "apps", Name: "web", Kind: "ConfigMap"}
	apps   = model.Entry{Name: "apps", Kind: "Namespace"}
	role   = model.Entry{Name: "reader", Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}
	away   = model.Entry{Namespace: "away", Name: "web", Group: "apps", Kind: "Deployment"}
)

// lab has two namespaces of which one is labelled.
func lab(t *testing.T) *model.Model {
	t.Helper()
	l := fluxtest.New()
	l.AddNamespace("apps", map[string]string{"tier": "prod"})
	l.AddNamespace("dev", nil)
	l.Role("", "reader", "get||pods")
	return l.Model()
}

func TestMatch(t *testing.T) {
	const all = "{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}"
	tests := []struct {
		name  string
		match string // of rules and selectors
		entry model.Entry
		next  admissionv1.OperationType
		want  chance
	}{
		{"everything", "resourceRules: [" + all + "]", web, "UPDATE", always},
		{"everything but subresources", "resourceRules: [" + all + "]", apps, "CREATE", always},
		{"subresources too", "resourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1], resources: ['*/*']}]", web, "UPDATE", always},
		{"the resource and its subresources", "resourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1], resources: ['deployments/*']}]", web, "UPDATE", always},
		{"a subresource alone", "resourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments/scale, '*/status']}]", web, "UPDATE", never},
		{"another resource", "resourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [daemonsets]}]", web, "UPDATE", never},
		{"another group", "resourceRules: [{operations: [UPDATE], apiGroups: [''], apiVersions: [v1], resources: ['*']}]", web, "UPDATE", never},
		{"the core group", "resourceRules: [{operations: [UPDATE], apiGroups: [''], apiVersions: [v1], resources: ['*']}]", config, "UPDATE", always},
		{"an equivalent version", "resourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1beta1], resources: ['*']}]", web, "UPDATE", always},
		{"another version", "matchPolicy: Exact\nresourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1beta1], resources: ['*']}]", web, "UPDATE", can},
		{"any version", "matchPolicy: Exact\nresourceRules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", always},
		{"deletions alone", "resourceRules: [{operations: [DELETE, CONNECT], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", never},
		{"creations alone", "resourceRules: [{operations: [CREATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", later},
		{"creations of what is new", "resourceRules: [{operations: [CREATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "CREATE", always},
		{"updates of what is new", "resourceRules: [{operations: [UPDATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "CREATE", later},
		{"updates of what is perhaps new", "resourceRules: [{operations: [UPDATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "", can},
		{"in namespaces", "resourceRules: [{scope: Namespaced, operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", always},
		{"no Namespace is in one", "resourceRules: [{scope: Namespaced, operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", apps, "UPDATE", never},
		{"at the cluster scope", "resourceRules: [{scope: Cluster, operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", apps, "UPDATE", always},
		{"not at the cluster scope", "resourceRules: [{scope: Cluster, operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", never},
		{"any scope", "resourceRules: [{scope: '*', operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", apps, "UPDATE", always},
		{"of that name", "resourceRules: [{resourceNames: [web], operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", always},
		{"of another name", "resourceRules: [{resourceNames: [db], operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]", web, "UPDATE", never},
		{"but excluded", "resourceRules: [" + all + "]\nexcludeResourceRules: [{operations: ['*'], apiGroups: [apps], apiVersions: ['*'], resources: [deployments]}]", web, "UPDATE", never},
		{"but excluded otherwise", "resourceRules: [" + all + "]\nexcludeResourceRules: [{operations: ['*'], apiGroups: [apps], apiVersions: ['*'], resources: [daemonsets]}]", web, "UPDATE", always},
		{"without rules", "{}", web, "UPDATE", always},
		{"a labelled namespace", "namespaceSelector: {matchLabels: {tier: prod}}", web, "UPDATE", always},
		{"another label", "namespaceSelector: {matchLabels: {tier: dev}}", web, "UPDATE", never},
		{"all but some namespaces", "namespaceSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [prod]}]}", web, "UPDATE", never},
		{"a namespace that is not there", "namespaceSelector: {matchLabels: {tier: prod}}", away, "UPDATE", can},
		{"the Namespace by its own labels", "namespaceSelector: {matchLabels: {tier: prod}}", apps, "UPDATE", always},
		{"the Namespace by its own labels, which differ", "namespaceSelector: {matchLabels: {tier: dev}}", apps, "UPDATE", never},
		{"nothing at the cluster scope is exempt", "namespaceSelector: {matchLabels: {tier: dev}}", role, "UPDATE", always},
		{"a selector that cannot be read", "namespaceSelector: {matchExpressions: [{key: tier, operator: Like}]}", web, "UPDATE", can},
		{"labels of the object are not known", "objectSelector: {matchLabels: {app: web}}", web, "UPDATE", can},
		{"labels of the object are known", "objectSelector: {matchLabels: {tier: prod}}", apps, "UPDATE", always},
		{"labels of the object are known and differ", "objectSelector: {matchLabels: {app: web}}", role, "UPDATE", never},
	}
	m := lab(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var match admissionv1.MatchResources
			if err := yaml.UnmarshalStrict([]byte(test.match), &match); err != nil {
				t.Fatal(err)
			}
			o := &object{Entry: test.entry, next: test.next}
			o.resource, _ = m.ResourceOf(o.Group, o.Kind)
			if known := labelsOf(m, o.Entry); known != nil {
				o.labels, o.labelled = append(o.labels, known), true
			}
			if got := newMatcher(m, &match).meets(o); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// What is about to be applied has a version and labels.
func TestMatchPlanned(t *testing.T) {
	m := lab(t)
	exact := admissionv1.Exact
	plan := func(version string, live *model.Live, labels map[string]string) *object {
		p := model.Plan{Reconciliation: &model.Reconciliation{Object: snapshot.Object{Kind: "Kustomization", Name: "x"}}}
		p.Account.Name = "dev"
		p.Objects = []snapshot.Planned{{Group: "apps", Version: version, Kind: "Deployment", Namespace: "apps", Name: "web", Labels: labels}}
		if live != nil {
			p.Live = map[model.Entry]model.Live{web: *live}
		}
		return planned(m, &model.Change{Plans: []model.Plan{p}, After: m})[0].objects[0]
	}
	versioned := &admissionv1.MatchResources{MatchPolicy: &exact, ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{"*"}, Rule: admissionv1.Rule{APIGroups: []string{"apps"}, APIVersions: []string{"v1"}, Resources: []string{"*"}},
	}}}}
	labelled := &admissionv1.MatchResources{ObjectSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}
	app := map[string]string{"app": "web"}
	for _, test := range []struct {
		name  string
		match *admissionv1.MatchResources
		o     *object
		want  chance
	}{
		{"its version", versioned, plan("v1", nil, nil), always},
		{"another version", versioned, plan("v1beta2", nil, nil), never},
		{"its labels", labelled, plan("v1", nil, app), always},
		{"labels that it may have", labelled, plan("v1", nil, nil), can},
		{"labels that a new one lacks", labelled, plan("v1", &model.Live{}, nil), never},
		{"labels that it has now", labelled, plan("v1", &model.Live{Exists: true, Labels: app}, map[string]string{"app": "db"}), always},
		{"labels that it neither has nor gets", labelled, plan("v1", &model.Live{Exists: true}, map[string]string{"app": "db"}), never},
	} {
		if got := newMatcher(m, test.match).meets(test.o); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}
