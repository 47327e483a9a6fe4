// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"context"
	"fmt"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// answering allows every access but those whose verb is refused or broken.
func answering(refused, broken string) probe.Reviewer {
	return probe.ReviewerFunc(func(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		switch spec.ResourceAttributes.Verb {
		case broken:
			return authorizationv1.SubjectAccessReviewStatus{}, fmt.Errorf("no answer")
		case refused:
			return authorizationv1.SubjectAccessReviewStatus{}, nil
		}
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
	})
}

func account(name string) matrix.Subject { return matrix.ServiceAccount("n", name) }

// draw makes a graph of lines "from verb to grant"; a line without a grant is an edge that was read. Grants whose name
// begins with ! are fixed.
func draw(lines string) (*Graph, Goal) {
	g := &Graph{}
	grants := map[string]int{}
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		f := strings.Fields(line)
		from, to := g.Account(account(f[0])), g.Account(account(f[2]))
		if len(f) == 3 {
			g.Read(from, to, "read")
			continue
		}
		if _, ok := grants[f[3]]; !ok {
			grants[f[3]] = g.AddGrant(Grant{Condition: f[3], Fixed: f[3][0] == '!'})
		}
		g.Allow(from, to, &matrix.Access{Verb: f[1], Resource: "things"}, grants[f[3]], "because")
	}
	return g, Goal{Name: "n/goal", Targets: []Target{{g.Account(account("goal")), "n/goal"}}}
}

func find(t *testing.T, lines string, reviewer probe.Reviewer, from ...string) *Report {
	t.Helper()
	g, goal := draw(lines)
	q := Question{Graph: g, Goals: []Goal{goal}, Reviewer: reviewer, Confirmed: func(matrix.Review) bool { return true }}
	for _, name := range from {
		q.Sources = append(q.Sources, Source{Subject: account(name)})
	}
	r, err := Find(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	r.Judge(true)
	return r
}

func text(p Path) string {
	var hops []string
	for _, h := range p.Hops {
		hops = append(hops, h.As.Name+" "+h.Access.Verb)
	}
	return strings.Join(hops, ", ")
}

func TestShortestPath(t *testing.T) {
	r := find(t, `
a one b 1
b two goal 2
a three x 3
x - y
y - goal`, answering("", ""), "a")
	if got := text(r.Paths[0]); got != "a three" || !r.Paths[0].Hops[0].Confirmed || len(r.Paths[0].Hops[0].Read) != 2 {
		t.Errorf("%q, %+v", got, r.Paths[0])
	}
}

// TestRefusedAccess wants the next path when the server refuses an access, and no pass when it does not answer.
func TestRefusedAccess(t *testing.T) {
	lines := `
a one b 1
b two goal 2
a three goal 3`
	if r := find(t, lines, answering("three", ""), "a"); text(r.Paths[0]) != "a one, b two" || len(r.Unknown) != 0 {
		t.Errorf("%+v", r)
	}
	if r := find(t, "a three goal 3", answering("three", ""), "a"); len(r.Paths) != 0 || r.Result != probe.ResultPass {
		t.Errorf("%+v", r)
	}
	if r := find(t, "a three goal 3", answering("", "three"), "a"); len(r.Paths) != 0 || r.Result != probe.ResultUndetermined {
		t.Errorf("%+v", r)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		name, lines, want string
		minimum           bool
	}{
		{"the shared end", "a one m 1\nb two m 2\nm three goal 3", "3", true},
		{"the end is needed", "a one m 1\nb two m 2\nm three goal !3", "1 2", true},
		{"parallel grants", "a one goal 1\na one goal 2", "1 2", true},
		{"one rule, two accesses", "a one goal 1\na two goal 1\nb x goal 1", "1", true},
		{"nothing can be removed", "a one goal !1", "", true},
		// Greedy takes m, which is on two of the shortest paths, and then needs two more.
		{"smaller than greedy", "a one c x\nc two goal m\nb one d y\nd two goal m\na l e x\ne l f l1\nf l goal l2\nb l h y\nh l i l3\ni l goal l4", "x y", true},
	} {
		r := find(t, test.lines, answering("", ""), "a", "b")
		if got := strings.Join(r.Cuts[0].Remove, " "); got != test.want || r.Cuts[0].Minimum != test.minimum {
			t.Errorf("%s: %q, %+v", test.name, got, r.Cuts[0])
		}
	}
}

// TestNearestOther wants each source to find a target that is not its own.
func TestNearestOther(t *testing.T) {
	g, _ := draw("a one goal 1\nb two far 2\nfar x goal 3\na - own")
	goal := Goal{Name: Tenant, Targets: []Target{{g.Account(account("own")), "a"}, {g.Account(account("goal")), "g"}}}
	r, err := Find(t.Context(), Question{Graph: g, Goals: []Goal{goal}, Reviewer: answering("", ""), Sources: []Source{{Subject: account("a"), Own: "a"}, {Subject: account("b"), Own: "g"}, {Subject: account("stranger")}}})
	if err != nil || len(r.Paths) != 1 || r.Paths[0].Reaches != "g" || r.Paths[0].Hops[0].Confirmed {
		t.Errorf("%v, %+v", err, r)
	}
}
