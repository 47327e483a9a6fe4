// SPDX-License-Identifier: Apache-2.0

package matrix

// Check is one entry of the matrix: *Asked, which the API server decides, or *Observed, which was
// decided by reading.
type Check interface {
	// Meta returns what every check has, however it is decided. It must not be changed once the matrix
	// is complete.
	Meta() *CheckMeta
	// Access returns the access that the check is about, which is its place in the matrix; false when
	// it is about none, as most observed checks are.
	Access() (Access, bool)
}

// CheckMeta is what every Check has.
type CheckMeta struct {
	Section  string          // the section it is shown in, and the value of --only
	Code     string          // the kind of check, FP101; docs/checks.md has an anchor for each
	Subject  Shared[Subject] // who the check is about
	Severity Severity        // what a failure means
	Because  string          // one line for people: why it is expected
	Origin   Shared[Origin]  // the object and field that it was derived from
	Hint     string          // one line for people: what to do when it fails; empty where the function Hint knows it
	Latent   bool            // what a failure breaks is not broken yet: it shows when something is pruned or created again
	Step     Step            // where a change that is not applied yet would fail; zero for what is there
}

// Meta returns m itself, which makes every struct that embeds a CheckMeta half a Check.
func (m *CheckMeta) Meta() *CheckMeta { return m }

// Asked is a check that access reviews decide.
type Asked struct {
	CheckMeta
	Want Effect // Allow or Deny

	// AnyOf are the alternatives in which the right can be held, in the order in which they are asked.
	// An alternative holds when all its reviews are allowed; the right is there when one holds.
	AnyOf [][]Review

	// IfDenied replaces Missing as the verdict when a wanted right is not allowed: Exception for a
	// cross-namespace reference that the tenant's own account could not follow.
	IfDenied Verdict

	// AllAccess marks a check whose reviews are samples: what is meant is every access of the subject.
	// With Allow the subject has to be allowed everything, as cluster-admin is; with Deny it must be
	// allowed nothing beyond what every account is, so that whatever grants it something contradicts
	// the check.
	AllAccess bool
}

// Access returns the access of the first review of the first alternative.
func (c *Asked) Access() (Access, bool) {
	if len(c.AnyOf) == 0 || len(c.AnyOf[0]) == 0 {
		return Access{}, false
	}
	return c.AnyOf[0][0].Access, true
}

// Observed is a check that was decided by reading objects. It is never asked.
type Observed struct {
	CheckMeta
	Verdict  Verdict
	Evidence string // what was read, in one line

	// By is what decided so, where that is not the object that the check was derived from: an admission policy that
	// refused a request. All that one of them refused is one problem. Nil for all else.
	By *Origin

	// Place is the access that would have been asked about, for the check's place in the matrix; nil
	// when there is none.
	Place *Access
}

// Access returns the place of the check in the matrix.
func (c *Observed) Access() (Access, bool) {
	if c.Place == nil {
		return Access{}, false
	}
	return *c.Place, true
}

// One returns the alternatives of a check that has a single one, of a single review.
func One(subject Subject, access Access) [][]Review {
	return [][]Review{{{Subject: Share(subject), Access: access}}}
}
