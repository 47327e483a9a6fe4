// SPDX-License-Identifier: Apache-2.0

package ui

import "github.com/flux-probe/flux-probe/probe"

// withoutCluster is the limits of answers that do not come from a cluster; "" for those that do.
func withoutCluster(source probe.Source) string {
	const worth = "no cluster was asked: the answers come from the RBAC in the manifests; other authorizers, admission and live status are not known"
	switch source {
	case "":
		return ""
	case probe.FromDemo:
		return "this is a demo of a fleet that comes with flux-probe; " + worth
	default:
		return worth
	}
}

// answerer is who answered, as the lines of reasons call it.
func answerer(source probe.Source) string {
	if source == "" {
		return "server"
	}
	return "answer"
}
