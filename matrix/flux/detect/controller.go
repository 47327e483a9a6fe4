// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

const (
	partOfLabel = "app.kubernetes.io/part-of"
	nameLabel   = "app.kubernetes.io/name"
	partOf      = "flux"
)

// PartOf is the label selector of what Flux installs (flux2 manifests/bases/*/labels.yaml@v2.9.5; the community
// chart and flux-operator set the same label).
const PartOf = partOfLabel + "=" + partOf

// Labelled reports whether the labels of a Deployment say that it belongs to Flux or that it is flux-operator.
func Labelled(labels map[string]string) bool {
	return labels[partOfLabel] == partOf || labels[nameLabel] == facts.Operator
}

// Controller is one Deployment of a Flux controller; a sharded controller has several.
type Controller struct {
	Component      string // source-controller, whatever the Deployment is called
	Namespace      string
	Name           string // of the Deployment
	ServiceAccount string // of the pod template; "default" when the template names none
	Image          string
	Args           []string          // command and args of the container, with $(VAR) expanded
	Labels         map[string]string // of the Deployment
}

// NewController reads a Deployment of a Flux controller or of flux-operator. It is false when d is neither:
// other things than controllers are labelled as parts of Flux.
func NewController(d *appsv1.Deployment) (Controller, bool) {
	pod := &d.Spec.Template
	container := Manager(pod.Spec.Containers)
	if container == nil {
		return Controller{}, false
	}
	component := ""
	for _, name := range []string{
		d.Labels["app.kubernetes.io/component"], d.Labels["app"], pod.Labels["app"],
		d.Labels[nameLabel], imageName(container.Image), d.Name,
	} {
		if facts.Load().Components.Known(name) {
			component = name
			break
		}
	}
	c := Controller{
		Component: component, Namespace: d.Namespace, Name: d.Name, Image: container.Image, Labels: d.Labels,
		ServiceAccount: cmp.Or(pod.Spec.ServiceAccountName, pod.Spec.DeprecatedServiceAccount, "default"),
	}
	c.Args = arguments(container, d.Namespace, c.ServiceAccount)
	return c, component != ""
}

// Manager returns the container of the controller: "manager" in every Deployment of Flux, or else the first; nil when there
// is none.
func Manager(containers []corev1.Container) *corev1.Container {
	for i := range containers {
		if containers[i].Name == "manager" {
			return &containers[i]
		}
	}
	if len(containers) == 0 {
		return nil
	}
	return &containers[0]
}
