// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// The flags that checks name.
const (
	FlagNoCrossNamespaceRefs  = "no-cross-namespace-refs"
	FlagDefaultServiceAccount = "default-service-account"
	FlagDefaultDecryption     = "default-decryption-service-account"
	FlagWatchAllNamespaces    = "watch-all-namespaces"
	FlagWatchLabelSelector    = "watch-label-selector"
)

// The kinds of Flag.
const (
	FlagBool  = "bool"  // never takes the next argument as its value
	FlagText  = "text"  // always does
	FlagGates = "gates" // name=true,name=false; several add up
)

// Flags is flags.yaml: the command line of the controllers.
type Flags struct {
	Flags     []Flag   `json:"flags"`
	Gates     []Gate   `json:"gates"`
	Lockdown  []Piece  `json:"lockdown"`
	Insecure  []string `json:"insecure"`  // flags that let a kubeconfig do harm
	SharedKey string   `json:"sharedKey"` // the flag that names a key for all Kustomizations
}

// Flag is a command-line flag of controllers; of all when it names no components.
type Flag struct {
	Span
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Components []string `json:"components"`

	// Later are the components that got the flag in a release after the others, by name.
	Later map[string]version.Version `json:"later"`
}

// OfComponent reports whether a component has the flag in a release.
func (f Flag) OfComponent(component string, release version.Version) bool {
	if since, ok := f.Later[component]; ok && release.Before(since) {
		return false
	}
	return (len(f.Components) == 0 || slices.Contains(f.Components, component)) && f.Holds(release)
}

// Gate is a feature gate, which is off by default.
type Gate struct {
	Span
	Name          string          `json:"name"`
	AlwaysOnSince version.Version `json:"alwaysOnSince"`
	Components    []string        `json:"components"`
}

// Piece is a piece of the lockdown: a flag that must be set on some components.
type Piece struct {
	Code       string   `json:"code"`
	Flag       string   `json:"flag"`
	Components []string `json:"components"`
	Because    string   `json:"because"`
}

// Flag returns a flag by its name; false when it is not known.
func (f Flags) Flag(name string) (Flag, bool) {
	for _, flag := range f.Flags {
		if flag.Name == name {
			return flag, true
		}
	}
	return Flag{}, false
}

// Gate returns a feature gate by its name; the zero Gate when it is not known.
func (f Flags) Gate(name string) Gate {
	for _, gate := range f.Gates {
		if gate.Name == name {
			return gate
		}
	}
	return Gate{}
}

// On returns the components that a flag is about: those given, or else all that have it.
func (f Flags) On(name string, given []string) []string {
	if len(given) > 0 {
		return given
	}
	flag, _ := f.Flag(name)
	return flag.Components
}
