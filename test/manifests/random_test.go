// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"math/rand/v2"

	"github.com/flux-probe/flux-probe/matrix"
)

// What there is to be granted and asked for is little, so that both meet often: wildcards,
// subresources by name and by */, resourceNames, paths with and without *, every kind of subject.
var (
	namespaces = []string{"one", "two", "three"}
	accounts   = []string{"default", "dev", "dve"}
	verbs      = []string{"get", "list", "create", "patch", "impersonate", "bind", "*"}
	groups     = []string{"", "apps", "rbac.authorization.k8s.io", "*"}
	resources  = []string{"pods", "pods/exec", "deployments", "deployments/scale", "namespaces", "*/scale", "*/exec", "secrets", "*"}
	names      = []string{"x", "y", "one"}
	paths      = []string{"/livez", "/livez/*", "/api", "/api/*", "/metrics", "/healthz*", "*"}
)

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }

func some(random *rand.Rand, most int, from ...string) []string {
	list := make([]string, 1+random.IntN(most))
	for i := range list {
		list[i] = pick(random, from...)
	}
	return list
}

func rules(random *rand.Rand, cluster bool) []map[string]any {
	rules := []map[string]any{}
	for range 1 + random.IntN(3) {
		if cluster && random.IntN(4) == 0 {
			rules = append(rules, map[string]any{"verbs": some(random, 2, "get", "head", "*"), "nonResourceURLs": some(random, 2, paths...)})
			continue
		}
		rule := map[string]any{"verbs": some(random, 3, verbs...), "apiGroups": some(random, 2, groups...), "resources": some(random, 3, resources...)}
		if random.IntN(4) == 0 {
			rule["resourceNames"] = some(random, 2, names...)
		}
		rules = append(rules, rule)
	}
	return rules
}

func subjects(random *rand.Rand, namespace string) []map[string]any {
	const group = "rbac.authorization.k8s.io"
	subjects := []map[string]any{}
	for range 1 + random.IntN(3) {
		account := map[string]any{"kind": "ServiceAccount", "name": pick(random, accounts...), "namespace": pick(random, namespaces...)}
		switch random.IntN(8) {
		case 0:
			account = map[string]any{"kind": "Group", "apiGroup": group, "name": pick(random, "system:serviceaccounts", "system:serviceaccounts:one", "system:authenticated", "team")}
		case 1:
			account = map[string]any{"kind": "User", "apiGroup": group, "name": pick(random, "alice", "dev", "system:serviceaccount:one:dev")}
		case 2:
			if namespace != "" {
				delete(account, "namespace")
			}
		}
		subjects = append(subjects, account)
	}
	return subjects
}

func question(random *rand.Rand) matrix.Review {
	subject := matrix.ServiceAccount(pick(random, namespaces...), pick(random, accounts...))
	switch random.IntN(10) {
	case 0:
		subject = matrix.Subject{Kind: matrix.KindUser, Name: pick(random, "alice", "dev", "bob")}
	case 1:
		subject = matrix.Subject{Kind: matrix.KindGroup, Name: pick(random, "team", "system:serviceaccounts:one")}
	}
	if random.IntN(8) == 0 {
		path := pick(random, "/livez", "/livez/", "/livez/ping", "/api", "/api/v1", "/metrics", "/healthzz", "/")
		return matrix.Review{Subject: matrix.Share(subject), Access: matrix.Access{Verb: pick(random, "get", "head", "post"), Path: path}}
	}
	a := matrix.Access{Verb: pick(random, verbs...), Group: pick(random, groups...), Namespace: pick(random, "", "one", "two", "three", "default")}
	a.Resource = pick(random, "pods", "deployments", "namespaces", "secrets", "unicorns", "*")
	a.Subresource = pick(random, "", "", "", "exec", "scale", "status")
	if random.IntN(2) == 0 {
		a.Name = pick(random, names...)
	}
	return matrix.Review{Subject: matrix.Share(subject), Access: a}
}
