// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"slices"

	"github.com/flux-probe/flux-probe/probe/manifests"
)

// compare is k as what differs from the release after it.
func compare(k, next *manifests.Kubernetes) manifests.Older {
	o := manifests.Older{Version: k.Version}
	o.Resources = differ(k.Resources, next.Resources, &o.Without)
	o.Roles = differ(k.Roles, next.Roles, &o.Without)
	o.Bindings = differ(k.Bindings, next.Bindings, &o.Without)
	slices.Sort(o.Without)
	return o
}

// differ are those of have that next has not, or not so; what next has to lose goes to without.
func differ[T interface{ ID() string }](have, next []T, without *[]string) []T {
	text := func(all []T) map[string]string {
		texts := make(map[string]string, len(all))
		for _, one := range all {
			t, _ := json.Marshal(one) // plain structs and strings, which always marshal
			texts[one.ID()] = string(t)
		}
		return texts
	}
	mine, theirs := text(have), text(next)
	for id, t := range theirs {
		if mine[id] != t {
			*without = append(*without, id)
		}
	}
	var different []T
	for _, one := range have {
		if mine[one.ID()] != theirs[one.ID()] {
			different = append(different, one)
		}
	}
	return different
}
