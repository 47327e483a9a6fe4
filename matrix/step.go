// SPDX-License-Identifier: Apache-2.0

package matrix

// Step is where a change that is not applied yet would fail. The zero Step is that of a check about what is there.
type Step uint8

// The steps, in their order.
const (
	Applying  Step = iota + 1 // the change is applied
	Deleting                  // what it drops is deleted
	Waiting                   // the health of what was applied is awaited
	Opening                   // it was applied, and allows what must not be allowed
	Unordered                 // it is applied before what it rests on, perhaps
)

// String is the consequence of a failure, as the beginning of a sentence; "" for the zero Step.
func (s Step) String() string {
	switch s {
	case Applying:
		return "this change will fail at apply"
	case Deleting:
		return "this change will fail when what it drops is deleted"
	case Waiting:
		return "this change will not become healthy"
	case Opening:
		return "this change opens what must stay closed"
	case Unordered:
		return "the first reconciliations of this change can fail"
	default:
		return ""
	}
}
