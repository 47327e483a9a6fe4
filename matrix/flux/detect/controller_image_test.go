// SPDX-License-Identifier: Apache-2.0

package detect

import "testing"

func TestKnownByImageWantsAWholeFlux(t *testing.T) {
	c := func(namespace, component, image string) Controller {
		return Controller{Namespace: namespace, Component: component, Image: image}
	}
	got := KnownByImage([]Controller{
		c("a", "source-controller", "reg/source-controller:v1"), c("a", "helm-controller", "reg/helm-controller"),
		c("k3s", "helm-controller", "rancher/helm-controller:v0.16"), c("a", "source-watcher", "reg/other"),
	})
	if len(got) != 2 || got[0].Namespace != "a" || got[1].Component != "helm-controller" {
		t.Errorf("got %v", got)
	}
}
