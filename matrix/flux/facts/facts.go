// SPDX-License-Identifier: Apache-2.0

// Package facts holds what is known about Flux: what its releases grant, what its controllers need and must not
// have, its kinds, references, flags and feature gates, and what a tenant must not be able to do.
//
// All of it is data, in the YAML files beside the code, with a source for each fact and the releases for which
// it holds (since, until). Packages detect and model read the snapshot of a cluster by it, and the packages
// below checks turn it into checks. The package does no I/O.
package facts

import (
	"embed"
	"fmt"
	"sync"

	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var files embed.FS

// Facts is all that is known. It must not be changed.
type Facts struct {
	Releases   Releases
	Needs      Needs
	Documented Documented
	MustNot    MustNot
	Components Components
	References []Reference
	Flags      Flags
	Identity   Identity
	Applying   Applying
	Change     Change
	Health     Health
	Forbidden  Forbidden
	Isolation  Isolation
	Steps      Steps
}

// Load decodes the facts when they are first needed, which takes some milliseconds.
var Load = sync.OnceValue(func() *Facts {
	return &Facts{
		Releases:   decode[Releases]("releases.yaml"),
		Needs:      decode[Needs]("needs.yaml"),
		Documented: decode[Documented]("documented.yaml"),
		MustNot:    decode[MustNot]("mustnot.yaml"),
		Components: decode[Components]("components.yaml"),
		References: decode[struct{ References []Reference }]("references.yaml").References,
		Flags:      decode[Flags]("flags.yaml"),
		Identity:   decode[Identity]("identity.yaml"),
		Applying:   decode[Applying]("applying.yaml"),
		Change:     decode[Change]("change.yaml"),
		Health:     decode[Health]("health.yaml"),
		Forbidden:  decode[forbiddenFile]("forbidden.yaml").expand(),
		Isolation:  decode[Isolation]("isolation.yaml"),
		Steps:      decode[stepsFile]("steps.yaml").expand(),
	}
})

// decode reads an embedded file strictly. A file that cannot be decoded is a mistake in this package, which
// every test of it finds.
func decode[T any](name string) T {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("embedded %s: %v", name, err))
	}
	var v T
	if err := yaml.UnmarshalStrict(text, &v); err != nil {
		panic(fmt.Sprintf("embedded %s: %v", name, err))
	}
	return v
}
