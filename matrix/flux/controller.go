// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// PartOf is the label selector of what Flux installs (flux2 manifests/bases/*/labels.yaml@v2.9.5;
// the community chart and flux-operator set the same label).
const PartOf = "app.kubernetes.io/part-of=flux"

// Operator is the component name of flux-operator, which reconciles ResourceSets as the other
// controllers reconcile their kinds, but is no part of Flux.
const Operator = "flux-operator"

// Components are the controllers of Flux 2.9, each the name of its Deployment and of its container
// image too (flux2 manifests/bases/*@v2.9.5).
func Components() []string {
	return []string{
		"source-controller", "kustomize-controller", "helm-controller", "notification-controller",
		"image-reflector-controller", "image-automation-controller", "source-watcher",
	}
}

// IsGroup says whether group is an API group whose objects Flux or flux-operator reconcile.
func IsGroup(group string) bool {
	return strings.HasSuffix(group, ".toolkit.fluxcd.io") || group == "source.extensions.fluxcd.io" || group == "fluxcd.controlplane.io"
}

// NewController reads a Deployment of a Flux controller or of flux-operator. It is false when d is
// neither: other things than controllers are labelled as parts of Flux.
func NewController(d *appsv1.Deployment) (Controller, bool) {
	pod := &d.Spec.Template
	container := manager(pod.Spec.Containers)
	if container == nil {
		return Controller{}, false
	}
	component := ""
	for _, name := range []string{
		d.Labels["app.kubernetes.io/component"], d.Labels["app"], pod.Labels["app"],
		d.Labels["app.kubernetes.io/name"], imageName(container.Image), d.Name,
	} {
		if known(name) {
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

// ByImage says whether the controller is known by its image, whatever its labels and name say.
func (c Controller) ByImage() bool { return imageName(c.Image) == c.Component }

// KnownByImage keeps what is known by its image, in namespaces that run the source- or the
// kustomize-controller: other projects have controllers whose images are called alike, like the
// helm-controller of k3s, but no whole Flux.
func KnownByImage(controllers []Controller) []Controller {
	whole := make(map[string]bool)
	for _, c := range controllers {
		if c.ByImage() && (c.Component == "source-controller" || c.Component == "kustomize-controller") {
			whole[c.Namespace] = true
		}
	}
	var kept []Controller
	for _, c := range controllers {
		if c.ByImage() && whole[c.Namespace] {
			kept = append(kept, c)
		}
	}
	return kept
}

func known(component string) bool {
	if component == Operator {
		return true
	}
	for _, c := range Components() {
		if c == component {
			return true
		}
	}
	return false
}

// manager is the container of the controller: "manager" in every Flux Deployment, else the first.
func manager(containers []corev1.Container) *corev1.Container {
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

// imageName is the last part of an image reference, without tag and digest.
func imageName(image string) string {
	name, _, _ := strings.Cut(image[strings.LastIndex(image, "/")+1:], "@")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// imageTag is the tag of an image reference; "" when it has none.
func imageTag(image string) string {
	name, _, _ := strings.Cut(image[strings.LastIndex(image, "/")+1:], "@")
	_, tag, _ := strings.Cut(name, ":")
	return tag
}
