// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// defaultAccount is the name that the documented lockdown gives to --default-service-account.
const defaultAccount = "default"

// Lockdown returns the flags of the multi-tenancy lockdown that controllers do not run with yet, one for each Deployment.
func Lockdown(m *model.Model) List {
	var list List
	for _, piece := range m.Facts.Flags.Lockdown {
		known, _ := m.Facts.Flags.Flag(piece.Flag)
		for _, d := range m.Deployments {
			has := slices.Contains(m.Facts.Flags.On(piece.Flag, piece.Components), d.Component) && known.OfComponent(d.Component, d.Release)
			if !has || d.Flags.Set(known) {
				continue
			}
			arg := "--" + piece.Flag + "=true"
			if known.Kind == facts.FlagText {
				arg = "--" + piece.Flag + "=" + defaultAccount
			}
			controller := d.Namespace + "/" + d.Name
			list = append(list, flag{text: "flag=" + controller + ":" + arg, controller: controller, name: piece.Flag, arg: arg})
		}
	}
	return list
}
