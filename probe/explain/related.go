// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// related returns the checks that ask about the access, in any of their alternatives. Where there are
// none it returns those that ask about a wider one: checks that need it first, since what one check needs
// is not forbidden by another that only asks about more.
func (x *Explainer) related(ctx context.Context, review matrix.Review, decision Decision) []RelatedCheck {
	var exact, needing, forbidding []RelatedCheck
	for _, c := range x.matrix.Checks {
		asked, ok := c.(*matrix.Asked)
		if !ok {
			continue
		}
		switch wider, found := x.asksWider(asked, review); {
		case asks(asked, review):
			exact = appendCheck(exact, asked, nil)
		case found && asked.Want == matrix.Allow:
			needing = appendCheck(needing, asked, &wider)
		case found && (decision != Allowed || x.explainsAllowed(ctx, asked, review, wider)):
			forbidding = appendCheck(forbidding, asked, &wider)
		}
	}
	for _, checks := range [][]RelatedCheck{exact, needing} {
		if len(checks) > 0 {
			return checks
		}
	}
	return forbidding
}

func asks(c *matrix.Asked, review matrix.Review) bool {
	return slices.ContainsFunc(c.AnyOf, func(alternative []matrix.Review) bool { return slices.Contains(alternative, review) })
}

// appendCheck appends a check unless one that reads the same is there.
func appendCheck(checks []RelatedCheck, c *matrix.Asked, wider *matrix.Access) []RelatedCheck {
	r := RelatedCheck{Code: c.Code, Want: c.Want, Severity: c.Severity, Because: safetext.Printable(c.Because), Origin: c.Origin.Get()}
	if slices.ContainsFunc(checks, func(o RelatedCheck) bool { o.Wider = nil; return o == r }) {
		return checks
	}
	r.Wider = wider
	return append(checks, r)
}

// asksWider returns the access of a check that includes that of review. A check with several reviews is
// about all of them together, and so about none of them alone.
func (x *Explainer) asksWider(c *matrix.Asked, review matrix.Review) (matrix.Access, bool) {
	if c.Subject != review.Subject || len(c.AnyOf) != 1 || len(c.AnyOf[0]) != 1 {
		return matrix.Access{}, false
	}
	wide := c.AnyOf[0][0]
	switch {
	case wide.Subject != review.Subject:
		return matrix.Access{}, false
	case c.Want == matrix.Allow:
		return wide.Access, includes(wide.Access, review.Access)
	case c.AllAccess:
		return wide.Access, review.Access.Path == ""
	default:
		return wide.Access, x.forbids(wide.Access, review)
	}
}

// includes reports whether RBAC cannot allow wide without allowing narrow.
func includes(wide, narrow matrix.Access) bool {
	either := func(w, n, all string) bool { return w == n || w == all }
	if wide.Path != "" || narrow.Path != "" {
		return either(wide.Verb, narrow.Verb, "*") && wide.Path != "" && narrow.Path != "" && either(wide.Path, narrow.Path, "*")
	}
	resources := wide.Resource == narrow.Resource && wide.Subresource == narrow.Subresource || wide.Resource == "*" && wide.Subresource == ""
	return either(wide.Verb, narrow.Verb, "*") && either(wide.Group, narrow.Group, "*") && resources &&
		either(wide.Namespace, narrow.Namespace, "") && either(wide.Name, narrow.Name, "")
}

// forbids reports whether a check that forbids wide is about the access of review, too: the same with a
// name, or in one namespace where wide is cluster-wide. The namespaces in which the account needs
// something, its own among them, are not forbidden to it by that.
func (x *Explainer) forbids(wide matrix.Access, review matrix.Review) bool {
	narrow := review.Access
	if wide.Namespace == "" && narrow.Namespace != "" && x.isHome(review.Subject.Get(), narrow.Namespace) {
		return false
	}
	if wide.Namespace == "" {
		narrow.Namespace = ""
	}
	if wide.Name == "" {
		narrow.Name = ""
	}
	return wide == narrow
}

// isHome reports whether namespace is the account's own, or one in which a check wants it to be allowed
// something.
func (x *Explainer) isHome(subject matrix.Subject, namespace string) bool {
	return subject.Namespace == namespace || slices.ContainsFunc(x.matrix.Checks, func(c matrix.Check) bool {
		asked, ok := c.(*matrix.Asked)
		access, placed := c.Access()
		return ok && placed && asked.Subject.Get() == subject && asked.Want == matrix.Allow && access.Namespace == namespace
	})
}

// explainsAllowed reports whether a check that forbids wide fails by the same grant that allows the access
// of review. An access that is allowed in one namespace does not violate a check of all namespaces; any
// grant violates a check of all access, except those that every account has.
func (x *Explainer) explainsAllowed(ctx context.Context, c *matrix.Asked, review matrix.Review, wide matrix.Access) bool {
	if !c.AllAccess {
		return probe.Ask(ctx, x.reviewer, matrix.Review{Subject: review.Subject, Access: wide}).Allowed()
	}
	for _, g := range x.snapshot.RBAC().Grants(review) {
		if !remedy.IsBootstrapGrant(g.Subject, g.Role, g.Binding) {
			return true
		}
	}
	return false
}
