// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// limit is the --timeout of runs that are ended by it, and toEnd is how long they may take then to start and to end.
const (
	limit = 3 * time.Second
	toEnd = 2 * time.Second
)

// timeouts lets --timeout end runs while the server is silent.
func timeouts(t *testing.T, s *server, results *results) {
	t.Run("timeout", func(t *testing.T) {
		for _, at := range []struct {
			on   target
			when moment
		}{{identity, atAllTimes}, {permission, atAllTimes}, {discovery, atAllTimes}, {"clusterroles", atAllTimes}, {reviews, afterFifty}, {everything, atAllTimes}} {
			c := cell{
				kind: "--timeout while it hangs", in: s.state, moment: at.when.name, may: unclear, args: slices.Concat(selection(s.state), []string{"--timeout", limit.String()}),
				disturbance: disturbance{kind("hangs"), at.on, at.when.when},
			}
			t.Run(c.name(), func(t *testing.T) {
				t.Parallel()
				truth := s.truth(t, selection(s.state))
				o := probe(t, newProxy(t, s, &c.disturbance), c.args)
				problems := judgeTimeout(o)
				switch asked := at.on == reviews; {
				case asked && (o.report == nil || !o.report.TimedOut || o.report.Interrupted):
					problems = append(problems, fmt.Sprintf("no report that timed out: %.200q", o.stdout))
				case asked:
					if d := compare(o.report, truth.report, s.verify(t.Context())); len(d.wrong) > 0 || !d.noticed() || d.lost == len(truth.report.Findings) {
						problems = append(problems, fmt.Sprintf("%d of %d undetermined, false: %q", d.lost, len(truth.report.Findings), d.wrong))
					}
				case o.stdout != "":
					problems = append(problems, fmt.Sprintf("a report although nothing was asked: %.200q", o.stdout))
				}
				results.report(t, c, o, problems)
			})
		}
		for _, args := range [][]string{{"explain", "apps/dev-team", "get", "secrets", "-n", "apps"}, {"explain", "ks/dev-team", "-n", "apps"}} {
			t.Run(strings.Join(args[:min(2, len(args))], " "), func(t *testing.T) {
				t.Parallel()
				args := slices.Concat(args, []string{"--timeout", limit.String()})
				o := probe(t, newProxy(t, s, &disturbance{kind("hangs"), reviews, always}), args)
				for _, problem := range judgeTimeout(o) {
					t.Error(problem)
				}
				if o.stdout != "" {
					t.Errorf("printed %.200q", o.stdout)
				}
			})
		}
	})
}

// judgeTimeout lists what is wrong with a run that was ended by --timeout: it ends soon, with status 3 and one line
// that explains it.
func judgeTimeout(o *outcome) []string {
	problems := unclean(o)
	if want := fmt.Sprintf("flux-probe: timed out after %s: what was not answered by then is undetermined\n", limit); o.stderr != want || o.status != 3 {
		problems = append(problems, fmt.Sprintf("exit status %d, %.300q; want 3, %q", o.status, o.stderr, want))
	}
	if o.took < limit || o.took > limit+toEnd {
		problems = append(problems, fmt.Sprintf("took %s", o.took.Round(time.Millisecond)))
	}
	return problems
}
