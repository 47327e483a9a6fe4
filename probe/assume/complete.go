// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Completions returns how an assumption can go on that somebody has begun to type. Nothing is read for it.
func Completions(begun string) []string {
	var all []string
	known := facts.Load()
	switch value, isFlag := strings.CutPrefix(begun, "flag="); {
	case isFlag && strings.Contains(value, ":"):
		controller, _, _ := strings.Cut(value, ":")
		for _, f := range known.Flags.Flags {
			if controller != everyController && len(f.Components) > 0 && !slices.Contains(f.Components, controller) {
				continue
			}
			if f.Kind == facts.FlagBool {
				all = append(all, "flag="+controller+":--"+f.Name+"=true", "flag="+controller+":--"+f.Name+"=false")
			} else {
				all = append(all, "flag="+controller+":--"+f.Name+"=")
			}
		}
	case isFlag:
		for _, name := range append(known.Components.Names(), everyController) {
			all = append(all, "flag="+name+":")
		}
	case strings.HasPrefix(begun, "delete="):
		for _, kind := range append(deletable(), known.Components.Appliers()...) {
			all = append(all, "delete="+kind+"/")
		}
	default:
		all = []string{"flux=", "flag=", "file=", "delete="}
	}
	return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, begun) })
}
