// SPDX-License-Identifier: Apache-2.0

package snapshot

import "github.com/flux-probe/flux-probe/matrix"

// Change is something that happened to what a Snapshot holds, or to the watch of it.
type Change struct {
	Why        string           // one line for people: RoleBinding apps/dev-team deleted
	Subjects   []matrix.Subject // accounts whose permissions can have changed
	All        bool             // the permissions of any account can have changed: a group is bound, or events were lost
	StatusOnly bool             // only the status of an object has changed
	Notice     bool             // about the watch alone: nothing that is known of has changed
	Lost       bool             // the watch is broken, of one resource or of all; it reconnects by itself
	Partly     bool             // the caller cannot watch some resource
}
