// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// arguments are those that `flux install` gives a controller (flux2 manifests/bases/*/patch.yaml and
// pkg/manifestgen/install/templates.go@v2.9.5); storage is the last, as source-controller has it.
func arguments(component, namespace string, externalArtifacts bool) []string {
	var args []string
	if component != "notification-controller" {
		args = append(args, "--events-addr=http://notification-controller."+namespace+".svc.cluster.local./")
	}
	args = append(args, "--watch-all-namespaces=true", "--log-level=info", "--log-encoding=json", "--enable-leader-election")
	switch component {
	case "source-controller", "source-watcher":
		args = append(args, "--storage-path=/data", "--storage-adv-addr="+component+".$(RUNTIME_NAMESPACE).svc.cluster.local.")
	case "kustomize-controller", "helm-controller":
		if externalArtifacts {
			args = append(args, "--feature-gates=ExternalArtifact=true")
		}
	}
	return args
}

// deployment is a controller as `flux install` deploys it, without what only a kubelet reads.
func deployment(component, version, namespace string, labels map[string]string, args []string) *appsv1.Deployment {
	selector := map[string]string{"app": component}
	template := map[string]string{"app": component}
	for key, value := range labels {
		template[key] = value
	}
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: component, Namespace: namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: selector},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: template},
				Spec: corev1.PodSpec{
					ServiceAccountName: component,
					PriorityClassName:  "system-cluster-critical",
					Containers: []corev1.Container{{
						Name:  "manager",
						Image: "ghcr.io/fluxcd/" + component + ":" + version,
						Args:  args,
						Env: []corev1.EnvVar{{Name: "RUNTIME_NAMESPACE", ValueFrom: &corev1.EnvVarSource{
							FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.namespace"},
						}}},
					}},
				},
			},
		},
	}
}
