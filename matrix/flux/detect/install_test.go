// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

func controllerDeployment(name, image string, labels map[string]string) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: name, Labels: labels},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "proxy", Image: "mesh:v1"}, {Name: "manager", Image: image}},
		}}},
	}
}

func TestNewControllerKnowsTheComponent(t *testing.T) {
	for name, test := range map[string]struct {
		deployment *appsv1.Deployment
		want       string
	}{
		"label of the release":  {controllerDeployment("source-controller-shard1", "mirror/sc:v1", map[string]string{"app.kubernetes.io/component": "source-controller"}), "source-controller"},
		"label app":             {controllerDeployment("x", "mirror/x", map[string]string{"app": "helm-controller"}), "helm-controller"},
		"image":                 {controllerDeployment("x", "reg:5000/fluxcd/kustomize-controller:v1.9.5@sha256:0a", nil), "kustomize-controller"},
		"name":                  {controllerDeployment("source-watcher", "mirror/x", nil), "source-watcher"},
		"flux-operator":         {controllerDeployment("flux-operator", "ghcr.io/controlplaneio-fluxcd/flux-operator:v0.59.0", nil), "flux-operator"},
		"a part, no controller": {controllerDeployment("web", "nginx", map[string]string{"app.kubernetes.io/component": "ui"}), ""},
		"no containers":         {&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "source-controller"}}, ""},
	} {
		c, ok := NewController(test.deployment)
		if c.Component != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, %v; want %q", name, c.Component, ok, test.want)
		}
		if ok && c.ServiceAccount != "default" {
			t.Errorf("%s: ServiceAccount %q, want that of a template that names none", name, c.ServiceAccount)
		}
	}
}

func TestArgumentsAreExpanded(t *testing.T) {
	d := controllerDeployment("source-controller", "x", nil)
	d.Spec.Template.Spec.ServiceAccountName = "sc"
	field := func(name, path string) corev1.EnvVar {
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}}
	}
	m := &d.Spec.Template.Spec.Containers[1]
	m.Env = []corev1.EnvVar{
		field("NS", "metadata.namespace"), field("SA", "spec.serviceAccountName"), field("POD", "metadata.name"),
		{Name: "HOST", Value: "nc.$(NS).svc"}, {Name: "SECRET", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{}}},
	}
	m.Command = []string{"/bin/$(SA)"}
	m.Args = []string{"--a=http://$(HOST)/", "--b=$$(NS)", "--c=$(POD)$(SECRET)", "--d=$(NS", "--e=$5 $", "--f=$(A)$(NS)"}
	c, _ := NewController(d)
	want := []string{"/bin/sc", "--a=http://nc.flux-system.svc/", "--b=$(NS)", "--c=$(POD)$(SECRET)", "--d=$(NS", "--e=$5 $", "--f=$(A)flux-system"}
	if !slices.Equal(c.Args, want) {
		t.Errorf("got  %q\nwant %q", c.Args, want)
	}
	if m.Args[0] != "--a=http://$(HOST)/" {
		t.Error("the Deployment was changed")
	}
}

func TestVersionIsTheFirstThatIsTold(t *testing.T) {
	sc := Controller{Component: "source-controller", Namespace: "flux-system", Name: "source-controller"}
	labelled, tagged := sc, sc
	labelled.Labels = map[string]string{versionLabel: "2.8.5"}
	tagged.Image = "ghcr.io/fluxcd/source-controller:v1.10.0"
	crd := map[string]string{versionLabel: "v2.9.5", instanceLabel: "other"}
	namespaces := []snapshot.Namespace{{Name: "flux-system", Labels: map[string]string{versionLabel: "v2.7.0"}}, {Name: "other", Labels: map[string]string{versionLabel: "v2.1.0"}}}
	for name, test := range map[string]struct {
		controller Controller
		evidence   Evidence
		want, from string
	}{
		"given":      {labelled, Evidence{Given: "2.6", Definition: crd}, "v2.6", "given"},
		"CRD":        {labelled, Evidence{Definition: crd, Namespaces: namespaces}, "v2.9.5", "label of CustomResourceDefinition " + VersionDefinition},
		"Deployment": {labelled, Evidence{Namespaces: namespaces}, "v2.8.5", "label of Deployment flux-system/source-controller"},
		"Namespace":  {tagged, Evidence{Namespaces: namespaces}, "v2.7.0", "label of Namespace flux-system"},
		"image":      {tagged, Evidence{}, "v2.10", "image tag of Deployment flux-system/source-controller, from which only the minor version is known"},
		"nothing":    {sc, Evidence{Definition: map[string]string{versionLabel: "latest"}}, "", ""},
	} {
		got := Installs([]Controller{test.controller}, test.evidence)
		if len(got) != 1 || got[0].Version != test.want || got[0].VersionFrom != test.from {
			t.Errorf("%s: got %+v, want %s from %s", name, got, test.want, test.from)
		}
	}
}

func TestInstallsAreByNamespace(t *testing.T) {
	c := func(namespace, name, version string) Controller {
		return Controller{Component: name, Namespace: namespace, Name: name, Labels: map[string]string{versionLabel: version}}
	}
	crd := map[string]string{versionLabel: "v2.9.5", instanceLabel: "b"}
	got := Installs([]Controller{c("b", "source-controller", "v2.9.4"), c("a", "helm-controller", "v2.6.4"), c("a", "source-controller", "v2.6.4"), c("ops", facts.Operator, "v0.59.0")}, Evidence{Definition: crd})
	if len(got) != 2 || got[0].Namespace != "a" || got[1].Namespace != "b" {
		t.Fatalf("got %+v", got)
	}
	if got[0].Version != "v2.6.4" || got[1].Version != "v2.9.5" {
		t.Errorf("got versions %s, %s: the CRD's label is of the install that it names", got[0].Version, got[1].Version)
	}
	if n := got[0].Controllers; len(n) != 3 || n[2].Component != facts.Operator || n[2].Namespace != "ops" {
		t.Errorf("got %+v, want flux-operator with the first install", n)
	}
	if alone := Installs([]Controller{c("ops", facts.Operator, "")}, Evidence{}); len(alone) != 0 {
		t.Errorf("got %+v: flux-operator is no Flux", alone)
	}
}
