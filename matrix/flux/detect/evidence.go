// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const (
	versionLabel  = "app.kubernetes.io/version"
	instanceLabel = "app.kubernetes.io/instance"
)

// VersionDefinition is the CustomResourceDefinition whose labels name the version and the namespace of the Flux
// that installed it (flux2 cmd/flux/cluster_info.go@v2.9.5).
const VersionDefinition = "gitrepositories.source.toolkit.fluxcd.io"

// Evidence is where the version of a Flux can be found besides its controllers.
type Evidence struct {
	Given      string            // by the user; wins over everything
	Definition map[string]string // labels of VersionDefinition
	Namespaces []snapshot.Namespace
}

// version finds the version of an install, and where it was found. The definitions are shared by the whole
// cluster: if there are several installs, their label is about the one that it names.
func (e Evidence) version(i Install, alone bool) (version, from string) {
	if e.Given != "" {
		return cmp.Or(normal(e.Given), e.Given), "given"
	}
	if v := normal(e.Definition[versionLabel]); v != "" && (alone || e.Definition[instanceLabel] == i.Namespace) {
		return v, "label of CustomResourceDefinition " + VersionDefinition
	}
	for _, c := range i.Controllers {
		if v := normal(c.Labels[versionLabel]); v != "" && c.Component != facts.Operator {
			return v, fmt.Sprintf("label of Deployment %s/%s", c.Namespace, c.Name)
		}
	}
	for _, n := range e.Namespaces {
		if v := normal(n.Labels[versionLabel]); v != "" && n.Name == i.Namespace {
			return v, "label of Namespace " + n.Name
		}
	}
	for _, component := range []string{facts.SourceController, facts.KustomizeController} {
		for _, c := range i.Controllers {
			if v := versionOfTag(imageTag(c.Image)); v != "" && c.Component == component {
				return v, fmt.Sprintf("image tag of Deployment %s/%s, from which only the minor version is known", c.Namespace, c.Name)
			}
		}
	}
	return "", ""
}

var (
	release    = regexp.MustCompile(`^v?(2\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?)$`)
	controller = regexp.MustCompile(`^v?1\.(\d+)\.\d+(?:[-+].*)?$`)
)

// normal is a version of Flux with a leading v, which the community chart leaves out of its labels; "" when
// label is not a version of Flux 2.
func normal(label string) string {
	if m := release.FindStringSubmatch(label); m != nil {
		return "v" + m[1]
	}
	return ""
}

// versionOfTag is the minor version of Flux that ships this minor version of source-controller and of
// kustomize-controller: Flux 2.N has shipped 1.N since 2.0 (2.9.5 ships 1.9.5, and 2.10 ships 1.10).
func versionOfTag(tag string) string {
	if m := controller.FindStringSubmatch(tag); m != nil {
		return "v2." + m[1]
	}
	return ""
}
