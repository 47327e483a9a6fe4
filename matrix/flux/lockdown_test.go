// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

func TestLockdown(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		change func(*testing.T, *lab)
		want   []string
	}{
		{name: "complete", args: lockdown},
		{name: "none", want: []string{"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args"}},
		{
			name: "the documented recipe forgets source-watcher", args: lockdown,
			change: func(_ *testing.T, l *lab) { l.args("source-watcher") },
			want:   []string{"FP801 missing error flux-system/source-watcher Deployment flux-system/source-watcher --no-cross-namespace-refs"},
		},
		{
			name: "a value that looks like one", args: lockdown,
			change: func(_ *testing.T, l *lab) {
				l.args("kustomize-controller", "--no-cross-namespace-refs", "false", "--no-remote-bases=false", "--default-service-account=default")
			},
			want: []string{"FP803 missing error flux-system/kustomize-controller Deployment flux-system/kustomize-controller --no-remote-bases"},
		},
		{
			name: "a shard without a default account", args: lockdown,
			change: func(_ *testing.T, l *lab) {
				l.Installs[0].Controllers = append(l.Installs[0].Controllers, flux.Controller{
					Component: "helm-controller", Namespace: "flux-system", Name: "helm-controller-shard", ServiceAccount: "helm-controller",
					Args: []string{"--watch-label-selector=sharding.fluxcd.io/key=shard", "--no-cross-namespace-refs"},
				})
			},
			want: []string{"FP802 missing error flux-system/helm-controller Deployment flux-system/helm-controller-shard --default-service-account"},
		},
		{
			name: "kubeconfigs may run programs", args: append([]string{"--insecure-kubeconfig-exec"}, lockdown...),
			want: []string{
				"FP805 excess error flux-system/kustomize-controller Deployment flux-system/kustomize-controller --insecure-kubeconfig-exec",
				"FP805 excess error flux-system/helm-controller Deployment flux-system/helm-controller --insecure-kubeconfig-exec",
			},
		},
		{
			name: "kubeconfigs may skip TLS, without a lockdown", args: []string{"--insecure-kubeconfig-tls"},
			want: []string{
				"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args",
				"FP805 excess warning flux-system/kustomize-controller Deployment flux-system/kustomize-controller --insecure-kubeconfig-tls",
				"FP805 excess warning flux-system/helm-controller Deployment flux-system/helm-controller --insecure-kubeconfig-tls",
			},
		},
		{
			name: "a key for all tenants", args: append([]string{"--sops-age-secret=sops-age"}, lockdown...),
			change: func(_ *testing.T, l *lab) { l.account("apps", "dev-team", "dev-team") },
			want:   []string{"FP806 excess warning flux-system/kustomize-controller Deployment flux-system/kustomize-controller --sops-age-secret"},
		},
		{name: "a key, and no tenant", args: append([]string{"--sops-age-secret=sops-age"}, lockdown...)},
		{
			name: "a key for a cluster that is not locked down", args: []string{"--sops-age-secret=sops-age"},
			change: func(_ *testing.T, l *lab) { l.account("apps", "dev-team", "dev-team") },
			want:   []string{"FP801 missing info flux-system/kustomize-controller Deployment flux-system/kustomize-controller args"},
		},
		{
			name: "the platform's release falls to the default account", args: lockdown,
			change: func(t *testing.T, l *lab) { l.object(t, "HelmRelease", "flux-system", "ingress", `{}`) },
			want:   []string{"FP804 missing error flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
		{
			name: "the default account of the platform is bound", args: lockdown,
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.bind("", "platform", "cluster-admin", "flux-system/default")
			},
		},
		{
			name: "all accounts of the platform are bound", args: lockdown,
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.bind("", "platform", "cluster-admin", "system:serviceaccounts:flux-system")
			},
		},
		{
			name: "all accounts have what only reads, and those of another namespace all", args: lockdown,
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.role("", "reader", "get,list,watch||pods", "get|/healthz")
				l.bind("", "readers", "reader", "system:serviceaccounts", "system:authenticated")
				l.bind("", "apps", "cluster-admin", "system:serviceaccounts:apps")
			},
			want: []string{"FP804 missing error flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
		{
			name: "what is bound to all accounts is not known", args: lockdown,
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "flux-system", "ingress", `{}`)
				l.bind("", "all", "unread", "system:serviceaccounts")
				l.Unread = map[string]string{"clusterroles.rbac.authorization.k8s.io": "forbidden"}
			},
			want: []string{"FP804 undetermined warning flux-system/default HelmRelease flux-system/ingress spec.serviceAccountName"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(test.args...)
			if test.change != nil {
				test.change(t, l)
			}
			if diff := cmp.Diff(test.want, failures(l.probe(t, flux.Options{}), "FP8")); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	const gate = "--feature-gates=ObjectLevelWorkloadIdentity=true"
	tests := []struct {
		name         string
		version      string
		kind, fields string
		args         string // of every controller
		rule         string // of crd-controller, beside its reads
		want         []string
	}{
		{name: "gate on", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate},
		{
			name: "gate off", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`,
			want: []string{"FP703 missing error flux-system/source-controller GitRepository apps/x spec.serviceAccountName"},
		},
		{name: "always on", version: "v2.10.0", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`},
		{name: "no version", version: "-", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`},
		{
			name: "too old", version: "v2.5.1", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`,
			want: []string{"FP703 missing error flux-system/source-controller GitRepository apps/x spec.serviceAccountName"},
		},
		{
			name: "right withdrawn", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "get||pods",
			want: []string{"FP701 missing error flux-system/source-controller create serviceaccounts/token in apps"},
		},
		{
			name: "right on another account", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "create||serviceaccounts/token|other",
			want: []string{"FP701 missing error flux-system/source-controller create serviceaccounts/token in apps"},
		},
		{name: "right on this account", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "create||serviceaccounts/token|cloud"},
		{
			name: "no account", kind: "Bucket", fields: `{spec: {provider: aws, serviceAccountName: gone}}`, args: gate,
			want: []string{"FP702 missing error flux-system/source-controller Bucket apps/x spec.serviceAccountName"},
		},
		{name: "generic", kind: "Bucket", fields: `{spec: {provider: generic, serviceAccountName: gone}}`},
		{
			name: "pull secrets", kind: "OCIRepository", fields: `{spec: {serviceAccountName: gone}}`,
			want: []string{"FP702 missing error flux-system/source-controller OCIRepository apps/x spec.serviceAccountName"},
		},
		{
			name: "default account", kind: "Bucket", fields: `{spec: {provider: gcp}}`, args: gate + " --default-service-account=gone",
			want: []string{"FP702 missing error flux-system/source-controller Bucket apps/x spec.serviceAccountName"},
		},
		{
			name: "decryption", kind: "Kustomization", fields: `{spec: {decryption: {provider: sops, serviceAccountName: gone}}}`, args: gate,
			want: []string{"FP702 missing error flux-system/kustomize-controller Kustomization apps/x spec.decryption.serviceAccountName"},
		},
		{
			name: "provider", kind: "Provider", fields: `{spec: {type: azureeventhub, serviceAccountName: gone}}`, args: gate,
			want: []string{"FP702 missing error flux-system/notification-controller Provider apps/x spec.serviceAccountName"},
		},
		{
			name: "provider with the default account", kind: "Provider", fields: `{spec: {type: googlepubsub}}`, args: gate + " --default-service-account=gone",
			want: []string{"FP702 missing error flux-system/notification-controller Provider apps/x spec.serviceAccountName"},
		},
		{name: "provider with credentials", kind: "Provider", fields: `{spec: {type: googlepubsub, secretRef: {name: key}}}`, args: gate + " --default-service-account=gone"},
		{name: "provider with a connection string", kind: "Provider", fields: `{spec: {type: azureeventhub, address: "Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b"}}`, args: gate + " --default-service-account=gone"},
		{name: "provider without a cloud", kind: "Provider", fields: `{spec: {type: slack}}`, args: gate + " --default-service-account=gone"},
		{
			name: "automation with the default account", kind: "ImageUpdateAutomation", args: gate + " --default-service-account=gone",
			fields: `{spec: {sourceRef: {kind: GitRepository, namespace: shared, name: unnamed}}}`,
			want:   []string{"FP702 missing error flux-system/image-automation-controller ImageUpdateAutomation apps/x spec.sourceRef"},
		},
		{
			name: "an automation looks for the account of its source at home", kind: "ImageUpdateAutomation", args: gate,
			fields: `{spec: {sourceRef: {kind: GitRepository, namespace: shared, name: source}}}`,
			want:   []string{"FP702 missing error flux-system/image-automation-controller ImageUpdateAutomation apps/x spec.sourceRef"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab()
			for i := range l.Installs[0].Controllers {
				if test.args != "" {
					l.Installs[0].Controllers[i].Args = strings.Fields(test.args)
				}
			}
			switch test.version {
			case "":
			case "-":
				l.Installs[0].Version = ""
			default:
				l.Installs[0].Version = test.version
			}
			if test.rule != "" {
				l.Roles[1].Rules = nil
				l.role("", "token", test.rule)
				l.bind("", "token", "token", "flux-system/source-controller")
			}
			l.account("apps", "cloud", "")
			l.account("shared", "gone", "")
			l.object(t, test.kind, "apps", "x", test.fields)
			l.object(t, "GitRepository", "shared", "source", `{spec: {provider: azure, serviceAccountName: gone}}`)
			l.object(t, "GitRepository", "shared", "unnamed", `{spec: {provider: azure}}`)
			got := failures(l.probe(t, flux.Options{Namespace: "apps"}), "FP7")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

// A default account for the identity without the gate keeps a controller from starting; that of kustomize-
// and helm-controller is impersonated, which has no gate.
func TestIdentityByDefault(t *testing.T) {
	const gate = "--feature-gates=ObjectLevelWorkloadIdentity=true"
	flags := []string{"--default-service-account=wi", "--default-decryption-service-account=wi", "--default-kubeconfig-service-account=wi"}
	off := func(component, flag string) string {
		return "FP703 missing error flux-system/" + component + " Deployment flux-system/" + component + " --default-" + flag + "-account"
	}
	for _, test := range []struct {
		version string
		args    []string
		want    []string
	}{
		{"v2.9.5", flags, []string{
			off("source-controller", "service"), off("kustomize-controller", "decryption-service"), off("kustomize-controller", "kubeconfig-service"),
			off("helm-controller", "kubeconfig-service"), off("notification-controller", "service"), off("image-reflector-controller", "service"),
			off("image-automation-controller", "service"),
		}},
		{"v2.9.5", append([]string{gate}, flags...), nil},
		{"v2.10.0", flags, nil},
		{"", flags, nil},
	} {
		l := newLab()
		l.Installs[0].Version = test.version
		for _, component := range flux.Components() {
			l.args(component, test.args...)
		}
		if diff := cmp.Diff(test.want, failures(l.probe(t, flux.Options{}), "FP7")); diff != "" {
			t.Errorf("Flux %s with %q (-want +got):\n%s", test.version, test.args, diff)
		}
	}
}

// flux-operator has neither Flux's version nor feature gates: its object-level identity is always on.
func TestIdentityOfFluxOperator(t *testing.T) {
	for role, want := range map[string][]string{
		"cluster-admin": nil,
		"flux-view":     {"FP701 missing error flux-system/flux-operator create serviceaccounts/token in apps"},
	} {
		l := newLab()
		l.Installs[0].Version = "v2.5.1"
		l.Installs[0].Controllers = append(l.Installs[0].Controllers, flux.Controller{
			Component: flux.Operator, Namespace: "flux-system", Name: flux.Operator, ServiceAccount: flux.Operator,
		})
		l.account("flux-system", flux.Operator, "")
		l.bind("", flux.Operator, role, "flux-system/flux-operator")
		l.account("apps", "cloud", "")
		l.object(t, "ResourceSetInputProvider", "apps", "x", `{spec: {type: AzureDevOpsBranch, serviceAccountName: cloud}}`)
		if diff := cmp.Diff(want, failures(l.probe(t, flux.Options{}), "FP7")); diff != "" {
			t.Errorf("bound to %s (-want +got):\n%s", role, diff)
		}
	}
}
