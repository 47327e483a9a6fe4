// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// elsewhere asks for what RoleBindings outside its namespace give the account of a controller that applies nothing for
// people, besides what it is allowed everywhere and what is harmless (FP102). Impersonation there is FP303's.
func (s *scope) elsewhere(a model.Account) {
	if !a.Runs(s.Facts.Needs.Known) || a.Runs(s.isReconciler) {
		return
	}
	allowed := s.allowed(a)
	for _, place := range s.bound.Of(a.Subject) {
		if place.Namespace == "" || place.Namespace == a.Subject.Namespace {
			continue
		}
		for _, p := range place.Permissions {
			if strings.HasPrefix(p.Access.Verb, "impersonate") || rbac.AnyCovers(allowed, p.Access) {
				continue
			}
			s.AskExpanded(matrix.CheckMeta{
				Code: "FP102", Subject: matrix.Share(a.Subject), Severity: p.Class.Severity, Origin: matrix.Share(matrix.Origin{Release: s.Release.String()}),
				Because: fmt.Sprintf("%s applies nothing for people and must not %s in %s: %s", a, p.Class.Verb, place.Namespace, p.Class.Because),
				Hint:    "remove the permission from the role or binding that the server's reason names",
			}, matrix.Deny, checks.Expanded{Access: p.Access})
		}
	}
}
