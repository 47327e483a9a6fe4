// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// ByImage reports whether the image of the controller is that of its component, whatever its labels and name are.
func (c Controller) ByImage() bool { return imageName(c.Image) == c.Component }

// KnownByImage keeps the controllers that are known by their images, in namespaces that run the source- or the
// kustomize-controller: other projects have controllers whose images have the same names, such as the
// helm-controller of k3s, but not all of Flux.
func KnownByImage(controllers []Controller) []Controller {
	whole := make(map[string]bool)
	for _, c := range controllers {
		if c.ByImage() && (c.Component == facts.SourceController || c.Component == facts.KustomizeController) {
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

// imageName is the last part of an image reference, without its tag and digest.
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
