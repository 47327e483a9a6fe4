// SPDX-License-Identifier: Apache-2.0

package paths_test

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	fluxpaths "github.com/flux-probe/flux-probe/matrix/flux/paths"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// served adds resources of the whole cluster that few clusters are without.
func served(l *fluxtest.Lab) {
	for _, r := range []snapshot.Resource{
		{Group: "certificates.k8s.io", Resource: "certificatesigningrequests", Kind: "CertificateSigningRequest"},
		{Group: "certificates.k8s.io", Resource: "certificatesigningrequests", Subresource: "approval", Kind: "CertificateSigningRequest"},
		{Resource: "nodes", Subresource: "proxy", Kind: "NodeProxyOptions"},
		{Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Subresource: "status", Kind: "GitRepository", Namespaced: true},
	} {
		r.Version, r.Verbs = "v1", []string{"get", "create", "update", "patch"}
		l.Resources = append(l.Resources, r)
	}
}

const applies = "{serviceAccountName: kustomize-controller, "

// TestEdgesOfObjects wants the paths that rest on what objects of Flux say, and those of the cluster's own signers and
// kubelets; none where the object says something else.
func TestEdgesOfObjects(t *testing.T) {
	certificate := []string{"create|certificates.k8s.io|certificatesigningrequests", "update|certificates.k8s.io|certificatesigningrequests/approval"}
	const client = "approve|certificates.k8s.io|signers|kubernetes.io/kube-apiserver-client"
	for _, test := range []struct {
		name, namespace string
		rules           []string
		objects         [][4]string // kind, namespace, name and spec
		goal, want      string
	}{
		{name: "certificate", rules: append(certificate, client), goal: paths.ClusterAdmin,
			want: "create certificatesigningrequests.certificates.k8s.io > update certificatesigningrequests/approval.certificates.k8s.io > approve signers.certificates.k8s.io kubernetes.io/kube-apiserver-client > * *.*"},
		{name: "certificate, signers of a domain", rules: append(certificate, strings.Replace(client, "kube-apiserver-client", "*", 1)), goal: paths.ClusterAdmin,
			want: "create certificatesigningrequests.certificates.k8s.io > update certificatesigningrequests/approval.certificates.k8s.io > approve signers.certificates.k8s.io kubernetes.io/* > * *.*"},
		{name: "certificate that is for no client", rules: append(certificate, "approve|certificates.k8s.io|signers|example.com/serving"), goal: paths.ClusterAdmin},
		{name: "certificate without the signer", rules: certificate, goal: paths.ClusterAdmin},
		{name: "kubelet", rules: []string{"get||nodes/proxy"}, goal: paths.ClusterAdmin, want: "get nodes/proxy > * *.*"},
		{name: "kubelet, in a namespace", namespace: "flux-system", rules: []string{"get||nodes/proxy"}, goal: paths.ClusterAdmin},
		{name: "ArtifactGenerator", namespace: "flux-system", rules: []string{"patch|source.extensions.fluxcd.io|artifactgenerators|gen"}, goal: paths.ClusterAdmin,
			objects: [][4]string{
				{"ArtifactGenerator", "flux-system", "gen", "{artifacts: [{name: made}]}"},
				{"Kustomization", "flux-system", "made", applies + "sourceRef: {kind: ExternalArtifact, name: made}}"},
			}, want: "patch artifactgenerators.source.extensions.fluxcd.io gen in flux-system > * *.*"},
		{name: "source of an ArtifactGenerator", namespace: "flux-system", rules: []string{"patch|source.toolkit.fluxcd.io|ocirepositories|part"}, goal: paths.ClusterAdmin,
			objects: [][4]string{
				{"OCIRepository", "flux-system", "part", "{}"},
				{"ArtifactGenerator", "flux-system", "gen", "{sources: [{alias: p, kind: OCIRepository, name: part}], artifacts: [{name: made}]}"},
				{"Kustomization", "flux-system", "made", applies + "sourceRef: {kind: ExternalArtifact, name: made}}"},
			}, want: "patch ocirepositories.source.toolkit.fluxcd.io part in flux-system > * *.*"},
		{name: "ArtifactGenerator whose artifact nothing applies", namespace: "flux-system", rules: []string{"patch|source.extensions.fluxcd.io|artifactgenerators|gen"}, goal: paths.ClusterAdmin,
			objects: [][4]string{{"ArtifactGenerator", "flux-system", "gen", "{artifacts: [{name: made}]}"}}},
		{name: "ImageUpdateAutomation", namespace: "flux-system", rules: []string{"create|image.toolkit.fluxcd.io|imageupdateautomations"}, goal: paths.ClusterAdmin,
			want: "create imageupdateautomations.image.toolkit.fluxcd.io in flux-system > * *.*"},
		{name: "ImageUpdateAutomation without a repository", namespace: "other", rules: []string{"create|image.toolkit.fluxcd.io|imageupdateautomations"}, goal: paths.ClusterAdmin},
		{name: "status of a source", namespace: "flux-system", rules: []string{"patch|source.toolkit.fluxcd.io|gitrepositories/status"}, goal: paths.ClusterAdmin,
			want: "patch gitrepositories/status.source.toolkit.fluxcd.io in flux-system > * *.*"},
		{name: "receiver of another tenant", namespace: "other", rules: []string{"patch|notification.toolkit.fluxcd.io|receivers"}, goal: paths.Platform},
		{name: "substituted Secret", namespace: "flux-system", rules: []string{"patch||secrets|more"}, goal: paths.ClusterAdmin,
			objects: [][4]string{{"Kustomization", "flux-system", "second", applies + "postBuild: {substituteFrom: [{kind: Secret, name: more}]}}"}},
			want:    "patch secrets more in flux-system > * *.*"},
		{name: "ConfigMap of the name of a substituted Secret", namespace: "flux-system", rules: []string{"patch||configmaps|more"}, goal: paths.ClusterAdmin,
			objects: [][4]string{{"Kustomization", "flux-system", "second", applies + "postBuild: {substituteFrom: [{kind: Secret, name: more}]}}"}}},
		{name: "values", namespace: "flux-system", rules: []string{"update||configmaps"}, goal: paths.ClusterAdmin,
			objects: [][4]string{{"HelmRelease", "flux-system", "chart", "{serviceAccountName: helm-controller, valuesFrom: [{kind: ConfigMap, name: values}]}"}},
			want:    "update configmaps in flux-system > * *.*"},
		{name: "kubeconfig", namespace: "flux-system", rules: []string{"get||secrets|edge"}, goal: paths.Platform,
			objects: [][4]string{{"Kustomization", "flux-system", "edge", applies + "kubeConfig: {secretRef: {name: edge}}}"}},
			want:    "get secrets edge in flux-system"},
		{name: "another Secret than the kubeconfig", namespace: "flux-system", rules: []string{"get||secrets|west"}, goal: paths.Platform,
			objects: [][4]string{{"Kustomization", "flux-system", "edge", applies + "kubeConfig: {secretRef: {name: edge}}}"}}},
		{name: "applied to another cluster", namespace: "flux-system", rules: []string{"patch||configmaps|far"}, goal: paths.ClusterAdmin,
			objects: [][4]string{{"Kustomization", "flux-system", "edge", applies + "kubeConfig: {secretRef: {name: edge}}, postBuild: {substituteFrom: [{kind: ConfigMap, name: far}]}}"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := well(t)
			served(l)
			for _, o := range test.objects {
				l.Object(t, o[0], o[1], o[2], "{spec: "+o[3]+"}")
			}
			l.Role("", "r", test.rules...)
			l.Bind(test.namespace, "planted", "r", "apps/dev-team")
			r := find(t, l, fluxpaths.Options{From: dev, To: test.goal})
			if got := way(r, test.goal); got != test.want {
				t.Fatalf("%q, want %q", got, test.want)
			}
			for _, c := range r.Cuts {
				if !c.Proven || !c.Minimum || len(c.Remove) != 1 || !strings.Contains(c.Remove[0], "ClusterRole r ") {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

// TestCutOfImpersonation wants the tenant's permission as the cut, and not that of the administrator.
func TestCutOfImpersonation(t *testing.T) {
	l := well(t)
	l.Bind("", "boss", "cluster-admin", "User boss")
	l.Role("", "r", "impersonate||users|boss")
	l.Bind("", "planted", "r", "apps/dev-team")
	if r := find(t, l, fluxpaths.Options{To: paths.ClusterAdmin}); len(r.Cuts) != 1 || len(r.Cuts[0].Remove) != 1 || !strings.Contains(r.Cuts[0].Remove[0], "ClusterRole r ") {
		t.Errorf("%+v", r.Cuts)
	}
}

// TestRepositoryOfAnotherNamespace wants the flag as what to set where an ImageUpdateAutomation can push to the repository
// of another namespace.
func TestRepositoryOfAnotherNamespace(t *testing.T) {
	l := well(t)
	l.Role("", "r", "create|image.toolkit.fluxcd.io|imageupdateautomations")
	l.Bind("other", "planted", "r", "apps/dev-team")
	l.Args("image-automation-controller")
	r := find(t, l, fluxpaths.Options{To: paths.ClusterAdmin})
	const want = "set --no-cross-namespace-refs on Deployment flux-system/image-automation-controller"
	if len(r.Cuts) != 1 || len(r.Cuts[0].Remove) != 1 || r.Cuts[0].Remove[0] != want || !r.Cuts[0].Proven {
		t.Errorf("%+v", r.Cuts)
	}
}
