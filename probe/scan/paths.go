// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	fluxpaths "github.com/flux-probe/flux-probe/matrix/flux/paths"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/resolve"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Paths finds where the permissions of an account lead, namespace/name, or those of every tenant when it is empty: to one
// goal, or to all when that is empty. A name that stands for nothing is a *resolve.Error.
func (s *Scan) Paths(ctx context.Context, account, to string) (*paths.Report, error) {
	o := fluxpaths.Options{To: to}
	if account != "" {
		var err error
		if o.From, err = resolve.Account(s.Snapshot(), account); err != nil {
			return nil, err
		}
	}
	if strings.Contains(to, "/") {
		if _, err := resolve.Account(s.Snapshot(), to); err != nil {
			return nil, err
		}
	}
	q := fluxpaths.Build(s.Model(), o).Question()
	q.Reviewer, q.Concurrency = s.reviewer, s.options.Concurrency
	q.Confirmed = func(r matrix.Review) bool { return s.Live() && !s.touched(r) }
	report, err := paths.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	report.Source, report.Assumed = s.source, s.options.Assume.Strings()
	for _, goal := range q.Goals {
		report.Asked = append(report.Asked, goal.Name)
	}
	report.Unknown = append(report.Unknown, unread(s.Snapshot())...)
	report.Judge(strings.Contains(to, "/") || paths.Fails(to))
	return report, nil
}

// unread names the lists that were not read, without which there may be paths that are not known.
func unread(s *snapshot.Snapshot) []string {
	var lists []string
	for resource, why := range s.Unread {
		if resource != "" && why != "" {
			lists = append(lists, safetext.Printable(resource+" could not be read: "+why))
		}
	}
	for _, f := range s.FailedGroups {
		if f.Group == rbacv1.GroupName {
			lists = append(lists, safetext.Printable("discovery of "+f.Group+" failed: "+f.Reason))
		}
	}
	slices.Sort(lists)
	return lists
}
