// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// A second install without the label is found by its images, besides the one with the label; in the namespace of
// that one, the label decides.
func TestDetect(t *testing.T) {
	deployment := func(namespace, component string, labelled bool) appsv1.Deployment {
		d := appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: component},
			Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				Containers: []corev1.Container{{Image: "ghcr.io/fluxcd/" + component + ":v1.9.5"}},
			}}},
		}
		if labelled {
			d.Labels = map[string]string{partOfLabel: partOf}
		}
		return d
	}
	labelled := []appsv1.Deployment{deployment("flux-system", "source-controller", true), deployment("flux-system", "helm-controller", false)}
	edge := []appsv1.Deployment{deployment("flux-edge", "source-controller", false), deployment("flux-edge", "kustomize-controller", false)}
	k3s := []appsv1.Deployment{deployment("kube-system", "helm-controller", false)}
	for name, test := range map[string]struct {
		deployments []appsv1.Deployment
		options     Options
		want        []string
	}{
		"labelled":                   {labelled, Options{}, []string{"flux-system/source-controller"}},
		"unlabelled":                 {edge, Options{}, []string{"flux-edge/source-controller", "flux-edge/kustomize-controller"}},
		"labelled and unlabelled":    {slices.Concat(edge, k3s, labelled), Options{}, []string{"flux-edge/source-controller", "flux-edge/kustomize-controller", "flux-system/source-controller"}},
		"in the given namespace all": {slices.Concat(edge, labelled), Options{Namespace: "flux-system"}, []string{"flux-system/source-controller", "flux-system/helm-controller"}},
		"not all of Flux":            {k3s, Options{}, nil},
	} {
		var got []string
		for _, install := range Detect(&snapshot.Snapshot{Deployments: test.deployments}, test.options) {
			for _, c := range install.Controllers {
				got = append(got, c.Namespace+"/"+c.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
