// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"errors"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// situation is a report that every format has to cope with.
type situation struct {
	name   string
	report *probe.Report
}

func situations() []situation {
	return []situation{
		{"well", wellReport()},
		{"everything", everythingReport()},
		{"failures", failuresReport()},
		{"warnings", warningsReport()},
		{"two-fluxes", twoFluxesReport()},
		{"nothing", nothingReport()},
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
	r.Complete(findings)
	return r
}

var crdController = matrix.Origin{Kind: "ClusterRole", Name: "crd-controller", Release: "v2.9.5"}

// asked are findings about accesses by verbs, judged as answer says.
func asked(section, code, account string, a matrix.Access, verbs string, want matrix.Effect, answer probe.Answer) []probe.Finding {
	namespace, name, _ := strings.Cut(account, "/")
	var findings []probe.Finding
	for verb := range strings.FieldsSeq(verbs) {
		a.Verb = verb
		findings = append(findings, probe.Judge(&matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Section: section, Code: code, Subject: matrix.Share(matrix.ServiceAccount(namespace, name)), Severity: matrix.Error, Because: "the release grants it",
				Origin: matrix.Share(crdController), Hint: "flux-probe explain " + account + " " + verb + " " + a.GroupResource(),
			},
			Want: want, AnyOf: matrix.One(matrix.ServiceAccount(namespace, name), a),
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
	leases  = matrix.Access{Group: "coordination.k8s.io", Resource: "leases"}
	secrets = matrix.Access{Resource: "secrets"}
)

const standard = "get list watch create update patch delete"

func wellFindings() []probe.Finding {
	var all []probe.Finding
	for _, account := range []string{"flux-system/source-controller", "flux-system/helm-controller"} {
		all = append(all, asked("controllers", "FP101", account, leases, standard, matrix.Allow, yes)...)
		all = append(all, asked("controllers", "FP101", account, secrets, "get list watch", matrix.Allow, yes)...)
		all = append(all, asked("controllers", "FP102", account, matrix.Access{Resource: "pods", Subresource: "exec"}, "create", matrix.Deny, no)...)
	}
	all = append(all, asked("reconcilers", "FP201", "flux-system/helm-controller", matrix.Access{Group: "*", Resource: "*"}, "*", matrix.Allow, yes)...)
	return append(all, asked("reconcilers", "FP201", "flux-system/helm-controller", matrix.Access{Path: "*"}, "*", matrix.Allow, yes)...)
}

func wellReport() *probe.Report { return finish(head(), wellFindings()) }

// nothingReport is that of a cluster in which nothing was found.
func nothingReport() *probe.Report {
	return finish(&probe.Report{Cluster: probe.Cluster{Server: "https://k8s.test:6443"}, ProbedAs: "oncall"}, nil)
}

// everythingReport has each kind of finding once: it is the one report whose every byte is compared in
// the formats that machines read.
func everythingReport() *probe.Report {
	all := asked("controllers", "FP101", "flux-system/source-controller", leases, "get", matrix.Allow, yes)
	all = append(all, asked("controllers", "FP102", "flux-system/source-controller", matrix.Access{Path: "*"}, "*", matrix.Deny, yes)...)
	all = append(all, asked("tenants", "FP401", "apps/dev", secrets, "create", matrix.Allow, refused)...)
	deployment := asked("tenants", "FP401", "apps/dev", matrix.Access{Group: "apps", Resource: "deployments", Namespace: "apps", Name: "<web>"}, "patch", matrix.Allow,
		answer(false, `RBAC: role.rbac.authorization.k8s.io "dev" not found`))
	deployment[0].Origin = matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web", Field: "status.inventory", File: "tenants/web.yaml", Line: 12})
	waived := asked("isolation", "FP501", "apps/dev", matrix.Access{Resource: "configmaps", Namespace: "flux-system"}, "get", matrix.Deny, yes)
	waived[0].Verdict = matrix.Waived
	waived[0].Waiver = matrix.Share(probe.Waiver{Reason: "moves to another namespace this quarter", Owner: "team dev", Until: "2027-01-31", Was: matrix.Excess})
	all = append(append(all, deployment...), waived...)
	all = append(all,
		observed("references", "FP601", matrix.Error, matrix.Exception, matrix.ServiceAccount("apps", "dev"), "the controller follows it", "Kustomization apps/web refers to another namespace"),
		observed("lockdown", "FP801", matrix.Warning, matrix.Missing, matrix.Subject{}, "kustomize-controller runs without --no-cross-namespace-refs", "tenants can refer to each other's sources"),
		observed("controllers", "FP104", matrix.Info, matrix.Missing, matrix.ServiceAccount("flux-system", "image-automation-controller"), "it does not exist", "bound by default"),
	)
	r := head()
	r.Asked = probe.Asked{Only: []string{"controllers", "tenants"}, FailOn: matrix.Error}
	r.NotAsked = []matrix.Gap{{Section: "controllers", What: "source-watcher", Why: "not installed"}}
	return finish(r, all)
}

func observed(section, code string, severity matrix.Severity, verdict matrix.Verdict, who matrix.Subject, evidence, because string) probe.Finding {
	return probe.Judge(&matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Section: section, Code: code, Severity: severity, Subject: matrix.Share(who), Because: because, Hint: "see docs/checks.md#" + code,
			Origin: matrix.Share(matrix.Origin{Kind: "Deployment", Namespace: "flux-system", Name: "kustomize-controller", Field: "spec.template"}),
		},
		Verdict: verdict, Evidence: evidence,
	}, nil)
}

func failuresReport() *probe.Report {
	all := wellFindings()
	source := "flux-system/source-controller"
	events := matrix.Access{Resource: "events"}
	all = append(all, asked("controllers", "FP101", source, events, "create patch", matrix.Allow, no)...)
	all = append(all, asked("controllers", "FP101", source, matrix.Access{Resource: "configmaps"}, standard+" deletecollection", matrix.Allow, no)...)
	all = append(all, asked("controllers", "FP102", source, matrix.Access{Resource: "pods"}, "create", matrix.Deny,
		answer(true, `RBAC: allowed by RoleBinding "debug/all" of ClusterRole "edit" to Group "system:serviceaccounts"`))...)
	all = append(all, asked("controllers", "FP102", source, matrix.Access{Resource: "serviceaccounts"}, "impersonate", matrix.Deny, refused)...)
	dev := asked("tenants", "FP401", "apps/dev-team", matrix.Access{Group: "apps", Resource: "deployments", Namespace: "apps", Name: "web"}, "patch delete", matrix.Allow, no)
	for i := range dev {
		dev[i].Because, dev[i].Origin = "Kustomization apps/dev-team cannot prune it (latent)", matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "dev-team", Field: "spec.prune"})
	}
	all = append(all, dev...)
	waived := asked("isolation", "FP501", "apps/dev-team", matrix.Access{Resource: "configmaps", Namespace: "flux-system"}, "get", matrix.Deny, yes)
	waived[0].Verdict = matrix.Waived
	waived[0].Waiver = matrix.Share(probe.Waiver{Reason: "moves to another namespace this quarter", Owner: "team dev", Until: "2027-01-31", Was: matrix.Excess})
	all = append(all, waived...)
	all = append(all, asked("isolation", "FP501", "apps/dev-team", matrix.Access{Resource: "secrets", Namespace: "flux-system"}, "get", matrix.Deny, no)...)
	all = append(all, tokenReport()...)
	exception := asked("references", "FP601", "apps/dev-team", matrix.Access{Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Namespace: "platform", Name: "base"}, "get", matrix.Allow, no)
	exception[0].Verdict = matrix.Exception
	all = append(all, exception...)
	all = append(all,
		observed("controllers", "FP105", matrix.Error, matrix.Missing, matrix.ServiceAccount("flux-system", "kustomize-controller"), "the ServiceAccount does not exist", "its Deployment names it"),
		observed("controllers", "FP104", matrix.Info, matrix.Missing, matrix.ServiceAccount("flux-system", "image-automation-controller"), "a binding names it, and it does not exist", "optional controllers are bound by default"),
		observed("lockdown", "FP801", matrix.Warning, matrix.Missing, matrix.Subject{}, "kustomize-controller runs without --no-cross-namespace-refs", "tenants can refer to each other's sources"),
		observed("lockdown", "FP805", matrix.Warning, matrix.Pass, matrix.Subject{}, "no insecure kubeconfig flag", "kubeconfigs could run programs"),
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
	trimmed := asked("controllers", "FP101", "flux-system/helm-controller", matrix.Access{Resource: "configmaps"}, "deletecollection", matrix.Allow, no)
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
		all = append(all, asked("controllers", "FP101", "flux-system/source-controller", matrix.Access{Resource: resource}, standard, matrix.Allow, probe.Answer{})...)
	}
	return finish(r, all)
}

func hostileReport() *probe.Report {
	all := wellFindings()
	for _, name := range []string{
		"\x1b[2J\x1b]0;owned\x07red\x1b[31m", "a\u0301\u0301\u0301\u0301b", "\u202egnp.exe", strings.Repeat("long-", 50),
		"漢字の名前漢字の名前漢字の名前漢字の名前漢字の名前", "two\nlines\tand a tab", "\u009b31mc1", "\xff\xfebad",
	} {
		all = append(all, asked("tenants", "FP401", "apps/"+name, matrix.Access{Group: name, Resource: "deployments", Namespace: "apps", Name: name},
			"get delete", matrix.Allow, answer(false, name))...)
	}
	r := head()
	r.Cluster.Context, r.ProbedAs = "ctx\x1b[31m", "on\u202ecall"
	r.NotAsked = []matrix.Gap{{Section: "tenants", What: "x\x1b[1m", Why: "y\ny"}}
	return finish(r, all)
}
