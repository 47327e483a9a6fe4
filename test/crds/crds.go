// SPDX-License-Identifier: Apache-2.0

// Package crds pins Flux's own API modules, from which controller-gen writes the
// CustomResourceDefinitions of Flux 2.9 for the tests' cluster: the versions are those of
// flux2 manifests/bases/*/kustomization.yaml@v2.9.5.
package crds

import (
	_ "github.com/fluxcd/helm-controller/api/v2"
	_ "github.com/fluxcd/image-automation-controller/api/v1"
	_ "github.com/fluxcd/image-reflector-controller/api/v1"
	_ "github.com/fluxcd/kustomize-controller/api/v1"
	_ "github.com/fluxcd/notification-controller/api/v1"
	_ "github.com/fluxcd/notification-controller/api/v1beta3"
	_ "github.com/fluxcd/source-controller/api/v1"
	_ "github.com/fluxcd/source-watcher/api/v2/v1beta1"
)
