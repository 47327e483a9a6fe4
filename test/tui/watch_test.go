// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// watch deletes a RoleBinding while the UI watches: the cell flips, and back when it is bound again, by
// r and R too.
func (u *uses) watch(t *testing.T) {
	w := u.open(t, 120, 36)
	w.run("flux-probe; echo status=$?")
	w.result(expected)
	w.keys("/")
	w.types("apps/dev-team")
	w.keys("Enter", "/", "C-u")
	w.types("FP401")
	w.keys("Enter")
	w.sees("/FP401: ", "apps/dev-team")
	w.keys("g", "Down", "l")
	w.sees("[✓]", "configmaps in apps")
	w.keys("w")
	w.sees("watching: RBAC, Flux objects and Deployments")
	time.Sleep(time.Second) // informers list first, and that is not what is measured

	var binding rbacv1.RoleBinding
	if err := u.Client.Get(t.Context(), client.ObjectKey{Namespace: "apps", Name: "dev-team-reconciler"}, &binding); err != nil {
		t.Fatal(err)
	}
	if err := u.Client.Delete(t.Context(), &binding); err != nil {
		t.Fatal(err)
	}
	deleted := time.Now()
	w.sees("[✗", "was pass", "RoleBinding apps/dev-team-reconciler deleted")
	t.Logf("watch: the cell flipped %d ms after the RoleBinding was deleted", time.Since(deleted).Milliseconds())
	w.result(failing) // what was read again is asked again
	w.keys("w")
	w.sees("no longer watching")

	binding.ResourceVersion, binding.UID = "", ""
	if err := u.Client.Create(t.Context(), &binding); err != nil {
		t.Fatal(err)
	}
	w.keys("Right", "Right") // nothing lists ConfigMaps
	w.sees("[✗", "create configmaps")
	w.keys("r")
	w.sees("[✓*", "was missing")
	w.keys("Left", "Left")
	w.sees("[✗", "get configmaps")
	w.keys("R")
	w.until("all asked again", func(s string) bool {
		return strings.Contains(s, "[✓*") && strings.Contains(s, "was missing") && !streaming.MatchString(s)
	})
	w.keys("q")
	w.sees("status=")
}
