// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/flux-probe/flux-probe/matrix"
	fluxprobe "github.com/flux-probe/flux-probe/probe"
)

// warned lets only those reviews fail that nothing but warnings depends on: a run that does not know
// what it warns of has not passed.
func warned(t *testing.T, s *server, results *results) {
	c := cell{kind: "500", in: s.state, moment: "for warnings", may: unclear, args: selection(s.state)}
	t.Run("500/reviews, for warnings", func(t *testing.T) {
		t.Parallel()
		truth := s.truth(t, c.args)
		only := questions(truth.report, func(f fluxprobe.Finding) bool { return f.Severity == matrix.Warning })
		for other := range questions(truth.report, func(f fluxprobe.Finding) bool { return f.Severity != matrix.Warning }) {
			delete(only, other)
		}
		c.disturbance = disturbance{kind("500"), reviews, func(r *request) bool { return only[question(r.body)] }}
		check(t, s, results, c, probe(t, newProxy(t, s, &c.disturbance), c.args), truth)
	})
}

// questions are the accesses of the findings that are chosen.
func questions(report *fluxprobe.Report, chosen func(fluxprobe.Finding) bool) map[string]bool {
	all := map[string]bool{}
	for _, f := range report.Findings {
		if f.Access != nil && chosen(f) {
			spec := fluxprobe.Spec(matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access})
			all[spec.String()] = true
		}
	}
	return all
}

// question is what a SubjectAccessReview asks, empty when the body is none.
func question(body []byte) string {
	object, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, nil)
	if review, ok := object.(*authorizationv1.SubjectAccessReview); ok && err == nil {
		return review.Spec.String()
	}
	return fmt.Sprint(err)
}
