// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"errors"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// situation is a report worth a golden in every format.
type situation struct {
	name   string
	report *probe.Report
}

func situations() []situation {
	return []situation{
		{"well", wellReport()},
		{"failures", failuresReport()},
		{"warnings", warningsReport()},
		{"two-fluxes", twoFluxesReport()},
		{"nothing", finish(&probe.Report{Cluster: probe.Cluster{Server: "https://k8s.test:6443"}, ProbedAs: "oncall"}, nil)},
		{"interrupted", interruptedReport()},
		{"hostile", hostileReport()},
		{"tenants", tenantsReport()},
	}
}

func head() *probe.Report {
	return &probe.Report{
		Cluster:  probe.Cluster{Context: "prod-eu", Server: "https://k8s.test:6443", Kubernetes: "v1.37.2"},
		Flux:     []probe.Flux{{Namespace: "flux-system", Version: "v2.9.5"}},
		ProbedAs: "oncall", Profile: "release",
	}
}

// finish completes r as a run does, with a review for each asked finding.
func finish(r *probe.Report, findings []probe.Finding) *probe.Report {
	for _, f := range findings {
		if f.Access != nil && f.Want != "" {
			r.Summary.Reviews++
		}
	}
	for i := range findings {
		findings[i].Index = i
	}
	r.Complete(findings, false)
	return r
}

var crdController = matrix.Origin{Kind: "ClusterRole", Name: "crd-controller", Release: "v2.9.5"}

// asked are findings about accesses by verbs, judged as answer says.
func asked(section, code, account string, a matrix.Attributes, verbs string, want matrix.Effect, answer probe.Answer) []probe.Finding {
	namespace, name, _ := strings.Cut(account, "/")
	var findings []probe.Finding
	for verb := range strings.FieldsSeq(verbs) {
		a.Verb = verb
		findings = append(findings, probe.Judge(matrix.Expectation{
			Section: section, Code: code, Subject: matrix.ServiceAccount(namespace, name), Want: want, Severity: matrix.Error,
			Ways: matrix.One(matrix.ServiceAccount(namespace, name), a), Because: "the release grants it", Origin: crdController,
			Hint: "flux-probe explain " + account + " " + verb + " " + a.GroupResource(),
		}, func(matrix.Review) probe.Answer { return answer }))
	}
	return findings
}

func answer(allowed bool, reason string) probe.Answer {
	return probe.Answer{Status: &authorizationv1.SubjectAccessReviewStatus{Allowed: allowed, Reason: reason}}
}

var (
	yes     = answer(true, `RBAC: allowed by ClusterRoleBinding "crd-controller-flux-system"`)
	no      = answer(false, "")
	refused = probe.Answer{Err: errors.New("the server answered 500: webhook timed out")}
	leases  = matrix.Attributes{Group: "coordination.k8s.io", Resource: "leases"}
	secrets = matrix.Attributes{Resource: "secrets"}
)

const standard = "get list watch create update patch delete"

func wellFindings() []probe.Finding {
	var all []probe.Finding
	for _, account := range []string{"flux-system/source-controller", "flux-system/helm-controller"} {
		all = append(all, asked("controllers", "FP101", account, leases, standard, matrix.Allow, yes)...)
		all = append(all, asked("controllers", "FP101", account, secrets, "get list watch", matrix.Allow, yes)...)
		all = append(all, asked("controllers", "FP102", account, matrix.Attributes{Resource: "pods", Subresource: "exec"}, "create", matrix.Deny, no)...)
	}
	all = append(all, asked("reconcilers", "FP201", "flux-system/helm-controller", matrix.Attributes{Group: "*", Resource: "*"}, "*", matrix.Allow, yes)...)
	return append(all, asked("reconcilers", "FP201", "flux-system/helm-controller", matrix.Attributes{Path: "*"}, "*", matrix.Allow, yes)...)
}

func wellReport() *probe.Report { return finish(head(), wellFindings()) }

func settled(section, code string, severity matrix.Severity, verdict matrix.Verdict, who matrix.Subject, observed, because string) probe.Finding {
	return probe.Judge(matrix.Expectation{
		Section: section, Code: code, Severity: severity, Subject: who, Settled: verdict, Observed: observed, Because: because,
		Origin: matrix.Origin{Kind: "Deployment", Namespace: "flux-system", Name: "kustomize-controller", Field: "spec.template"},
		Hint:   "see docs/checks.md#" + code,
	}, nil)
}

func failuresReport() *probe.Report {
	all := wellFindings()
	source := "flux-system/source-controller"
	events := matrix.Attributes{Resource: "events"}
	all = append(all, asked("controllers", "FP101", source, events, "create patch", matrix.Allow, no)...)
	all = append(all, asked("controllers", "FP101", source, matrix.Attributes{Resource: "configmaps"}, standard+" deletecollection", matrix.Allow, no)...)
	all = append(all, asked("controllers", "FP102", source, matrix.Attributes{Resource: "pods"}, "create", matrix.Deny,
		answer(true, `RBAC: allowed by RoleBinding "debug/all" of ClusterRole "edit" to Group "system:serviceaccounts"`))...)
	all = append(all, asked("controllers", "FP102", source, matrix.Attributes{Resource: "serviceaccounts"}, "impersonate", matrix.Deny, refused)...)
	dev := asked("tenants", "FP401", "apps/dev-team", matrix.Attributes{Group: "apps", Resource: "deployments", Namespace: "apps", Name: "web"}, "patch delete", matrix.Allow, no)
	for i := range dev {
		dev[i].Because, dev[i].Origin = "Kustomization apps/dev-team cannot prune it (latent)", matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "dev-team", Field: "spec.prune"}
	}
	all = append(all, dev...)
	waived := asked("isolation", "FP501", "apps/dev-team", matrix.Attributes{Resource: "configmaps", Namespace: "flux-system"}, "get", matrix.Deny, yes)
	waived[0].Verdict = matrix.Waived
	waived[0].Waiver = matrix.Waiver{Reason: "moves to another namespace this quarter", Owner: "team dev", Until: "2027-01-31", Was: matrix.Excess}
	all = append(all, waived...)
	all = append(all, asked("isolation", "FP501", "apps/dev-team", matrix.Attributes{Resource: "secrets", Namespace: "flux-system"}, "get", matrix.Deny, no)...)
	exception := asked("references", "FP601", "apps/dev-team", matrix.Attributes{Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Namespace: "platform", Name: "base"}, "get", matrix.Allow, no)
	exception[0].Verdict = matrix.Exception
	all = append(all, exception...)
	all = append(all,
		settled("controllers", "FP105", matrix.Error, matrix.Missing, matrix.ServiceAccount("flux-system", "kustomize-controller"), "the ServiceAccount does not exist", "its Deployment names it"),
		settled("controllers", "FP104", matrix.Info, matrix.Missing, matrix.ServiceAccount("flux-system", "image-automation-controller"), "a binding names it, and it does not exist", "optional controllers are bound by default"),
		settled("lockdown", "FP801", matrix.Warning, matrix.Missing, matrix.Subject{}, "kustomize-controller runs without --no-cross-namespace-refs", "tenants can refer to each other's sources"),
		settled("lockdown", "FP805", matrix.Warning, matrix.Pass, matrix.Subject{}, "no insecure kubeconfig flag", "kubeconfigs could run programs"),
	)
	r := head()
	for _, what := range []string{"image-reflector-controller", "image-automation-controller", "source-watcher", "a", "b", "c"} {
		r.NotAsked = append(r.NotAsked, matrix.Gap{Section: "controllers", What: what, Why: "not installed"})
	}
	r.NotAsked = append(r.NotAsked, matrix.Gap{Section: "tenants", What: "Kustomization apps/remote", Why: "it reconciles another cluster"})
	return finish(r, all)
}

func warningsReport() *probe.Report {
	all := wellFindings()
	trimmed := asked("controllers", "FP101", "flux-system/helm-controller", matrix.Attributes{Resource: "configmaps"}, "deletecollection", matrix.Allow, no)
	trimmed[0].Severity = matrix.Warning
	return finish(head(), append(all, trimmed...))
}

func twoFluxesReport() *probe.Report {
	r := head()
	r.Flux = append(r.Flux, probe.Flux{Namespace: "flux-edge"})
	all := wellFindings()
	all = append(all, asked("controllers", "FP101", "flux-edge/source-controller", leases, standard, matrix.Allow, no)...)
	return finish(r, all)
}

func interruptedReport() *probe.Report {
	r := head()
	r.Interrupted = true
	all := wellFindings()
	for _, resource := range []string{"events", "configmaps", "namespaces"} {
		all = append(all, asked("controllers", "FP101", "flux-system/source-controller", matrix.Attributes{Resource: resource}, standard, matrix.Allow, probe.Answer{})...)
	}
	return finish(r, all)
}

func hostileReport() *probe.Report {
	all := wellFindings()
	for _, name := range []string{
		"\x1b[2J\x1b]0;owned\x07red\x1b[31m", "a\u0301\u0301\u0301\u0301b", "\u202egnp.exe", strings.Repeat("long-", 50),
		"漢字の名前漢字の名前漢字の名前漢字の名前漢字の名前", "two\nlines\tand a tab", "\u009b31mc1", "\xff\xfebad",
	} {
		all = append(all, asked("tenants", "FP401", "apps/"+name, matrix.Attributes{Group: name, Resource: "deployments", Namespace: "apps", Name: name},
			"get delete", matrix.Allow, answer(false, name))...)
	}
	r := head()
	r.Cluster.Context, r.ProbedAs = "ctx\x1b[31m", "on\u202ecall"
	r.NotAsked = []matrix.Gap{{Section: "tenants", What: "x\x1b[1m", Why: "y\ny"}}
	return finish(r, all)
}
