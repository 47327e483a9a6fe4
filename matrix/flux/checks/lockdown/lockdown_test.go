// SPDX-License-Identifier: Apache-2.0

package lockdown_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/lockdown"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

func TestLockdown(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		change func(*testing.T, *fluxtest.Lab)
		want   []string
	}{
		{name: "complete", args: fluxtest.Lockdown},
		{name: "none", want: []string{"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args"}},
		{
			name: "the documented recipe forgets source-watcher", args: fluxtest.Lockdown,
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Args("source-watcher") },
			want:   []string{"FP801 missing error flux-system/source-watcher Deployment flux-system/source-watcher --no-cross-namespace-refs"},
		},
		{
			name: "a value that looks like one", args: fluxtest.Lockdown,
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Args("kustomize-controller", "--no-cross-namespace-refs", "false", "--no-remote-bases=false", "--default-service-account=default")
			},
			want: []string{"FP803 missing error flux-system/kustomize-controller Deployment flux-system/kustomize-controller --no-remote-bases"},
		},
		{
			name: "a shard without a default account", args: fluxtest.Lockdown,
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Installs[0].Controllers = append(l.Installs[0].Controllers, detect.Controller{
					Component: "helm-controller", Namespace: "flux-system", Name: "helm-controller-shard", ServiceAccount: "helm-controller",
					Args: []string{"--watch-label-selector=sharding.fluxcd.io/key=shard", "--no-cross-namespace-refs"},
				})
			},
			want: []string{"FP802 missing error flux-system/helm-controller Deployment flux-system/helm-controller-shard --default-service-account"},
		},
		{
			name: "kubeconfigs can run programs", args: append([]string{"--insecure-kubeconfig-exec"}, fluxtest.Lockdown...),
			want: []string{
				"FP805 excess error flux-system/kustomize-controller Deployment flux-system/kustomize-controller --insecure-kubeconfig-exec",
				"FP805 excess error flux-system/helm-controller Deployment flux-system/helm-controller --insecure-kubeconfig-exec",
			},
		},
		{
			name: "kubeconfigs can skip TLS, without a lockdown", args: []string{"--insecure-kubeconfig-tls"},
			want: []string{
				"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args",
				"FP805 excess warning flux-system/kustomize-controller Deployment flux-system/kustomize-controller --insecure-kubeconfig-tls",
				"FP805 excess warning flux-system/helm-controller Deployment flux-system/helm-controller --insecure-kubeconfig-tls",
			},
		},
		{
			name: "a key for all tenants", args: append([]string{"--sops-age-secret=sops-age"}, fluxtest.Lockdown...),
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Account("apps", "dev-team", "dev-team") },
			want:   []string{"FP806 excess warning flux-system/kustomize-controller Deployment flux-system/kustomize-controller --sops-age-secret"},
		},
		{name: "a key, and no tenant", args: append([]string{"--sops-age-secret=sops-age"}, fluxtest.Lockdown...)},
		{
			name: "a key for a cluster that is not locked down", args: []string{"--sops-age-secret=sops-age"},
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Account("apps", "dev-team", "dev-team") },
			want:   []string{"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args"},
		},
		{
			name: "the platform's release falls to the default account", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) { l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`) },
			want:   []string{"FP804 missing error flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
		{
			name: "the default account of the platform is bound", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Bind("", "platform", "cluster-admin", "flux-system/default")
			},
		},
		{
			name: "the default account of the platform is bound without its namespace", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Bind("flux-system", "platform", "cluster-admin", "/default")
			},
		},
		{
			name: "the default account of the platform is bound by its user name", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Bind("", "platform", "cluster-admin", "User system:serviceaccount:flux-system:default")
			},
		},
		{
			name: "all accounts of the platform are bound", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Bind("", "platform", "cluster-admin", "system:serviceaccounts:flux-system")
			},
		},
		{
			name: "all accounts can read, and those of another namespace can do everything", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Role("", "reader", "get,list,watch||pods", "get|/healthz")
				l.Bind("", "readers", "reader", "system:serviceaccounts", "system:authenticated")
				l.Bind("", "apps", "cluster-admin", "system:serviceaccounts:apps")
			},
			want: []string{"FP804 missing error flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
		{
			name: "what is bound to all accounts is not known", args: fluxtest.Lockdown,
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.Bind("", "all", "unread", "system:serviceaccounts")
				l.Unread = map[string]string{"clusterroles.rbac.authorization.k8s.io": "forbidden"}
			},
			want: []string{"FP804 undetermined warning flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := fluxtest.New(test.args...)
			if test.change != nil {
				test.change(t, l)
			}
			if diff := cmp.Diff(test.want, fluxtest.Failures(l.Findings(t, checks.Options{}, lockdown.Checks), "FP8")); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}
