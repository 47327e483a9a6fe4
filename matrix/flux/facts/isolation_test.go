// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// access reads "verb group resource/subresource namespace name", with - for what is empty.
func access(text string) matrix.Access {
	part := strings.Fields(text + " - - - -")
	for i := range part {
		part[i] = strings.TrimPrefix(part[i], "-")
	}
	if strings.HasPrefix(part[1], "/") {
		return matrix.Access{Verb: part[0], Path: part[1]}
	}
	resource, subresource, _ := strings.Cut(part[2], "/")
	return matrix.Access{Verb: part[0], Group: part[1], Resource: resource, Subresource: subresource, Namespace: part[3], Name: part[4]}
}

func TestClassOf(t *testing.T) {
	for text, want := range map[string]Class{
		"create - serviceaccounts/token flux-system kustomize-controller":   BecomesAccount,
		"impersonate - serviceaccounts flux-system":                         BecomesAccount,
		"impersonate - users - nobody":                                      BecomesAccount,
		"impersonate - groups - system:masters":                             BecomesAccount,
		"impersonate authentication.k8s.io userextras/scopes":               BecomesAccount,
		"impersonate:serviceaccount authentication.k8s.io serviceaccounts":  BecomesAccount,
		"impersonate-on:serviceaccount:get - secrets":                       BecomesAccount,
		"approve certificates.k8s.io signers":                               BecomesAccount,
		"update certificates.k8s.io certificatesigningrequests/approval":    BecomesAccount,
		"patch - configmaps kube-system aws-auth":                           BecomesAccount,
		"create - secrets other":                                            BecomesAccount,
		"get - pods/exec other":                                             RunsCode,
		"get - nodes/proxy":                                                 RunsCode,
		"get - services/proxy kube-system":                                  RunsCode,
		"update - pods/ephemeralcontainers other":                           RunsCode,
		"patch apps deployments flux-system kustomize-controller":           RunsCode,
		"create batch cronjobs other":                                       RunsCode,
		"escalate rbac.authorization.k8s.io clusterroles - view":            Grants,
		"bind rbac.authorization.k8s.io clusterroles other":                 Grants,
		"patch rbac.authorization.k8s.io rolebindings other":                Grants,
		"patch source.toolkit.fluxcd.io gitrepositories/status flux-system": ChangesFlux,
		"delete kustomize.toolkit.fluxcd.io kustomizations flux-system":     ChangesFlux,
		"create notification.toolkit.fluxcd.io receivers flux-system":       ChangesFlux,
		"create fluxcd.controlplane.io resourcesets other":                  ChangesFlux,
		"list - secrets":                                                              ReadsSecrets,
		"get - secrets flux-system flux-system":                                       ReadsSecrets,
		"create notification.toolkit.fluxcd.io providers flux-system":                 ReadsSecrets,
		"delete admissionregistration.k8s.io validatingwebhookconfigurations - guard": BreaksGuards,
		"patch - namespaces other other":                                              BreaksGuards,
		"update - namespaces/finalize other other":                                    BreaksGuards,
		"delete networking.k8s.io networkpolicies other":                              BreaksGuards,
		"patch - configmaps kube-system":                                              BecomesAccount, // aws-auth is one of them
		"patch - configmaps kube-system coredns":                                      BreaksGuards,
		"create apiregistration.k8s.io apiservices":                                   BreaksGuards,
		"patch discovery.k8s.io endpointslices other":                                 RedirectsTraffic,
		"create gateway.networking.k8s.io httproutes other":                           RedirectsTraffic,
		"update apps deployments/scale flux-system":                                   Disturbs,
		"create - pods/eviction flux-system":                                          Disturbs,
		"deletecollection example.com widgets other":                                  Disturbs,
		"patch example.com widgets other":                                             Unknown,
		"patch - configmaps other":                                                    Unknown,
		"* * *":                                                                       BecomesAccount,
		"list * * other":                                                              ReadsSecrets,
		"deletecollection * * other":                                                  ChangesFlux,
		"use * * other":                                                               BreaksGuards,
		"frobnicate * *":                                                              Unknown,
		"frobnicate example.com widgets other":                                        Unknown,
		"post /debug/flags/v":                                                         Unknown,
		"get - pods/log other":                                                        Harmless,
		"watch example.com widgets other":                                             Harmless,
		"create authorization.k8s.io selfsubjectaccessreviews":                        Harmless,
		"create - events other":                                                       Harmless,
		"get /healthz":                                                                Harmless,
		"get /apis/*":                                                                 Harmless,
	} {
		if got := Load().Isolation.ClassOf(access(text)); got != want {
			t.Errorf("%s is of class %s, want %s", text, got, want)
		}
	}
}

// TestIsolationIsComplete guards the data.
func TestIsolationIsComplete(t *testing.T) {
	i := Load().Isolation
	used := map[Class]bool{Unknown: true}
	for _, entry := range i.Accesses {
		used[entry.Class] = true
		if i.Rank(entry.Class) < 0 || entry.Source == "" || len(entry.Verbs) == 0 || (len(entry.Resources) == 0) == (len(entry.Paths) == 0) {
			t.Errorf("entry %+v is not complete", entry)
		}
		if entry.Unserved && (slices.Contains(entry.Resources, "*") || slices.Contains(entry.Verbs, "*")) {
			t.Errorf("entry %+v does not name what is not served", entry)
		}
	}
	for _, info := range i.Classes {
		if !used[info.Class] || info.Because == "" || info.Verb == "" {
			t.Errorf("class %+v is not complete, or nothing is of it", info)
		}
	}
}

func TestClassesOfAPlatform(t *testing.T) {
	i := Load().Isolation.With([]ClassAccess{{Class: RunsCode, Groups: []string{"example.com"}, Resources: []string{"*"}, Verbs: []string{"change"}}})
	if got := i.ClassOf(access("patch example.com widgets other")); got != RunsCode {
		t.Errorf("the class of a platform's own kind is %s", got)
	}
}

// TestStepsAreClassed keeps isolation.yaml and steps.yaml in step: what leads to another account or to what Flux applies
// is an error outside.
func TestStepsAreClassed(t *testing.T) {
	i := Load().Isolation
	for _, step := range Load().Steps.All {
		for _, a := range step.Accesses {
			if step.Leads == "request" || step.Leads == "config" && a.Resource == "configmaps" {
				continue // leads on only together with an approval, or where an object names the ConfigMap
			}
			if info := i.Info(i.ClassOf(a)); info.Severity != matrix.Error {
				t.Errorf("%s is a step (%s), and of class %s", a, step.Because, info.Class)
			}
		}
	}
}
