// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	versionLabel  = "app.kubernetes.io/version"
	instanceLabel = "app.kubernetes.io/instance"
)

// VersionCRD is the CustomResourceDefinition whose labels name the version and the namespace of the
// Flux that installed it (flux2 cmd/flux/cluster_info.go@v2.9.5).
const VersionCRD = "gitrepositories.source.toolkit.fluxcd.io"

// Evidence is what tells the version of a Flux besides its controllers.
type Evidence struct {
	Given      string            // by the user; wins over everything
	CRD        map[string]string // labels of VersionCRD
	Namespaces []Namespace
}

// Installs groups controllers by namespace, and tells the version of each. A flux-operator that
// runs in a namespace of its own belongs to the first install: it is no Flux by itself.
func Installs(controllers []Controller, e Evidence) []Install {
	byNamespace := make(map[string][]Controller)
	var operators []Controller
	for _, c := range controllers {
		if c.Component == Operator {
			operators = append(operators, c)
			continue
		}
		byNamespace[c.Namespace] = append(byNamespace[c.Namespace], c)
	}
	var installs []Install
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		installs = append(installs, Install{Namespace: namespace, Controllers: byNamespace[namespace]})
	}
	for _, o := range operators {
		if len(installs) == 0 {
			break
		}
		at := max(0, slices.IndexFunc(installs, func(i Install) bool { return i.Namespace == o.Namespace }))
		installs[at].Controllers = append(installs[at].Controllers, o)
	}
	for i := range installs {
		install := &installs[i]
		slices.SortFunc(install.Controllers, func(a, b Controller) int {
			return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
		})
		install.Version, install.VersionFrom = e.version(*install, len(installs) == 1)
	}
	return installs
}

// version is the first that is told, in the order of trust. The CRDs are one set for the cluster:
// with several installs their label speaks for the one that it names.
func (e Evidence) version(i Install, alone bool) (version, from string) {
	if e.Given != "" {
		return cmp.Or(normal(e.Given), e.Given), "given"
	}
	if v := normal(e.CRD[versionLabel]); v != "" && (alone || e.CRD[instanceLabel] == i.Namespace) {
		return v, "label of CustomResourceDefinition " + VersionCRD
	}
	for _, c := range i.Controllers {
		if v := normal(c.Labels[versionLabel]); v != "" && c.Component != Operator {
			return v, fmt.Sprintf("label of Deployment %s/%s", c.Namespace, c.Name)
		}
	}
	for _, n := range e.Namespaces {
		if v := normal(n.Labels[versionLabel]); v != "" && n.Name == i.Namespace {
			return v, "label of Namespace " + n.Name
		}
	}
	for _, component := range []string{"source-controller", "kustomize-controller"} {
		for _, c := range i.Controllers {
			if v := versionOfTag(imageTag(c.Image)); v != "" && c.Component == component {
				return v, fmt.Sprintf("image tag of Deployment %s/%s, which tells the minor version only", c.Namespace, c.Name)
			}
		}
	}
	return "", ""
}

var (
	release    = regexp.MustCompile(`^v?(2\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?)$`)
	controller = regexp.MustCompile(`^v?1\.(\d+)\.\d+(?:[-+].*)?$`)
)

// normal is a version of Flux with a leading v, which the community chart leaves out of its labels;
// "" when label is no version of Flux 2.
func normal(label string) string {
	if m := release.FindStringSubmatch(label); m != nil {
		return "v" + m[1]
	}
	return ""
}

// versionOfTag is the minor version of Flux that ships this minor version of source-controller and
// of kustomize-controller: 1.N is of 2.N since 2.0 (1.9.5 is of 2.9.5, 1.10 of 2.10).
func versionOfTag(tag string) string {
	if m := controller.FindStringSubmatch(tag); m != nil {
		return "v2." + m[1]
	}
	return ""
}
