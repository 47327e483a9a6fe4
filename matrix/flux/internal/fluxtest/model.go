// SPDX-License-Identifier: Apache-2.0

package fluxtest

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Model builds the model of the lab, from Deployments of its installs. A version that is not a label of Flux, such as
// "latest", is given by the user.
func (l *Lab) Model() *model.Model {
	o := model.Options{Namespace: l.Namespace}
	l.Deployments = nil
	for _, install := range l.Installs {
		if install.Version == "latest" {
			o.FluxVersion = install.Version
		}
		for _, c := range install.Controllers {
			l.Deployments = append(l.Deployments, deployment(c, install.Version))
		}
	}
	return model.New(&l.Snapshot, o)
}

func deployment(c detect.Controller, version string) appsv1.Deployment {
	labels := map[string]string{"app.kubernetes.io/part-of": "flux", "app.kubernetes.io/component": c.Component}
	if version != "" {
		labels["app.kubernetes.io/version"] = version
	}
	return appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name, Labels: labels},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			ServiceAccountName: c.ServiceAccount,
			Containers:         []corev1.Container{{Name: "manager", Args: c.Args}},
		}}},
	}
}
