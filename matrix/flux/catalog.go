// SPDX-License-Identifier: Apache-2.0

package flux

import (
	_ "embed"
	"slices"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
)

//go:embed catalog.yaml
var catalogFile []byte

// Entry describes a check code.
type Entry struct {
	Code     string          `json:"code"`
	Section  string          `json:"section"`
	Severity matrix.Severity `json:"severity"` // of most failures; a check can be less or more severe
	About    string          `json:"about"`    // account, object, deployment, cluster or file
	Since    string          `json:"since"`    // the release of flux-probe that added it
	Title    string          `json:"title"`
}

type catalog struct {
	Sections []struct {
		Name   string `json:"name"`
		Source string `json:"source"`
	} `json:"sections"`
	Codes []Entry `json:"codes"`
}

// loadCatalog decodes the embedded catalogue, which every test of this package does.
var loadCatalog = sync.OnceValue(func() catalog {
	var c catalog
	if err := yaml.UnmarshalStrict(catalogFile, &c); err != nil {
		panic("catalog.yaml: " + err.Error())
	}
	return c
})

// Catalog returns all check codes, in the order of the codes.
func Catalog() []Entry { return slices.Clone(loadCatalog().Codes) }

// Sections returns the names of all sections, in the order in which they are shown.
func Sections() []string {
	var names []string
	for _, section := range loadCatalog().Sections {
		names = append(names, section.Name)
	}
	return names
}

// SectionOf returns the section of a check code; "" for a code that is not in the catalogue.
func SectionOf(code string) string {
	for _, entry := range loadCatalog().Codes {
		if entry.Code == code {
			return entry.Section
		}
	}
	return ""
}
