// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/identity"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

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
			name: "permission withdrawn", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "get||pods",
			want: []string{"FP701 missing error flux-system/source-controller create serviceaccounts/token in apps"},
		},
		{
			name: "permission on another account", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "create||serviceaccounts/token|other",
			want: []string{"FP701 missing error flux-system/source-controller create serviceaccounts/token in apps"},
		},
		{name: "permission on this account", kind: "GitRepository", fields: `{spec: {provider: azure, serviceAccountName: cloud}}`, args: gate, rule: "create||serviceaccounts/token|cloud"},
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
			l := fluxtest.New()
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
				l.Role("", "token", test.rule)
				l.Bind("", "token", "token", "flux-system/source-controller")
			}
			l.Account("apps", "cloud", "")
			l.Account("shared", "gone", "")
			l.Object(t, test.kind, "apps", "x", test.fields)
			l.Object(t, "GitRepository", "shared", "source", `{spec: {provider: azure, serviceAccountName: gone}}`)
			l.Object(t, "GitRepository", "shared", "unnamed", `{spec: {provider: azure}}`)
			l.Namespace = "apps"
			got := fluxtest.Failures(l.Findings(t, checks.Options{}, identity.Checks), "FP7")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

// Without the gate, a controller with a default account for the identity does not start; the default account of
// kustomize- and helm-controller is impersonated, which has no gate.
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
			off("helm-controller", "kubeconfig-service"), off("image-automation-controller", "service"), off("image-reflector-controller", "service"),
			off("kustomize-controller", "decryption-service"), off("kustomize-controller", "kubeconfig-service"), off("notification-controller", "service"),
			off("source-controller", "service"),
		}},
		{"v2.9.5", append([]string{gate}, flags...), nil},
		{"v2.10.0", flags, nil},
		{"", flags, nil},
	} {
		l := fluxtest.New()
		l.Installs[0].Version = test.version
		for _, component := range facts.Load().Components.Names() {
			l.Args(component, test.args...)
		}
		if diff := cmp.Diff(test.want, fluxtest.Failures(l.Findings(t, checks.Options{}, identity.Checks), "FP7")); diff != "" {
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
		l := fluxtest.New()
		l.Installs[0].Version = "v2.5.1"
		l.Installs[0].Controllers = append(l.Installs[0].Controllers, detect.Controller{
			Component: facts.Operator, Namespace: "flux-system", Name: facts.Operator, ServiceAccount: facts.Operator,
		})
		l.Account("flux-system", facts.Operator, "")
		l.Bind("", facts.Operator, role, "flux-system/flux-operator")
		l.Account("apps", "cloud", "")
		l.Object(t, "ResourceSetInputProvider", "apps", "x", `{spec: {type: AzureDevOpsBranch, serviceAccountName: cloud}}`)
		if diff := cmp.Diff(want, fluxtest.Failures(l.Findings(t, checks.Options{}, identity.Checks), "FP7")); diff != "" {
			t.Errorf("bound to %s (-want +got):\n%s", role, diff)
		}
	}
}
