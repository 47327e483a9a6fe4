// SPDX-License-Identifier: Apache-2.0

package version

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Condition limits something to some versions: ">=2.9.1 <2.11" holds when every comparison does. Each
// compares at its own precision: v2.9.5 is =2.9, and not >2.9.
type Condition struct {
	text  string
	terms []term
}

// term is one comparison with a version.
type term struct {
	operator string
	version  Version
}

var comparison = regexp.MustCompile(`^(>=|<=|>|<|=)?v?(\d+\.\d+(?:\.\d+)?)$`)

// ParseCondition reads comparisons that are separated by spaces. The empty text always holds.
func ParseCondition(text string) (Condition, error) {
	c := Condition{text: text}
	for word := range strings.FieldsSeq(text) {
		m := comparison.FindStringSubmatch(word)
		if m == nil {
			return Condition{}, fmt.Errorf("%q is not a comparison: write one like >=2.9 or <1.38.0", word)
		}
		v, err := Parse(m[2])
		if err != nil {
			return Condition{}, err
		}
		c.terms = append(c.terms, term{cmp.Or(m[1], "="), v})
	}
	return c, nil
}

// String is the condition as it was written.
func (c Condition) String() string { return c.text }

// Holds reports whether v meets the condition. A version without a patch meets it when some patch of
// its minor does, and a version that is not known always does: what might apply is asked.
func (c Condition) Holds(v Version) bool {
	if !v.known {
		return true
	}
	patches := []uint{v.patch}
	if v.partial {
		// The comparisons change their results only next to the patches that they name.
		patches = []uint{0}
		for _, t := range c.terms {
			if !t.version.partial {
				patches = append(patches, t.version.patch, t.version.patch+1)
				if t.version.patch > 0 {
					patches = append(patches, t.version.patch-1)
				}
			}
		}
	}
	return slices.ContainsFunc(patches, func(patch uint) bool {
		exact := Version{major: v.major, minor: v.minor, patch: patch, known: true}
		return !slices.ContainsFunc(c.terms, func(t term) bool { return !t.holds(exact) })
	})
}

func (t term) holds(v Version) bool {
	order := v.compareMinor(t.version)
	if !t.version.partial {
		order = v.Compare(t.version)
	}
	switch t.operator {
	case ">=":
		return order >= 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case "<":
		return order < 0
	default:
		return order == 0
	}
}
