// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var configMaps = snapshot.Resource{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true}

func request(verb Verb) *DryRun {
	return &DryRun{
		CheckMeta: matrix.CheckMeta{Section: Section, Code: Refused, Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Severity: matrix.Error},
		Verb:      verb, Resource: configMaps, Namespace: "apps", Name: "web",
	}
}

// What is no acceptance is never a pass, and what is no judgement never a refusal.
func TestJudge(t *testing.T) {
	const rbac = `configmaps "web" is forbidden: User "system:serviceaccount:apps:dev" cannot patch resource "configmaps" in API group "" in the namespace "apps"`
	replaced := request(Apply)
	replaced.Replaced = true
	for _, test := range []struct {
		name   string
		of     *DryRun
		answer Answer
		want   []string // code, verdict, severity and the beginning of the evidence
	}{
		{"accepted", request(Apply), Answer{Code: 200}, []string{"FP411 pass error the API server accepts it"}},
		{"created", request(Apply), Answer{Code: 201}, []string{"FP411 pass error the API server accepts it"}},
		{"deleted", request(Delete), Answer{Code: 202}, []string{"FP411 pass error the API server accepts it"}},
		{"gone", request(Delete), Answer{Code: 404, Message: `configmaps "web" not found`}, []string{"FP411 pass error the API server accepts it"}},
		{
			"a warning", request(Apply), Answer{Code: 200, Warnings: []string{`would violate PodSecurity "restricted:latest"`}},
			[]string{"FP411 pass error the API server accepts it", `FP411 missing warning the API server warns: would violate PodSecurity`},
		},
		{"no answer", request(Apply), Answer{Err: errors.New("connection refused")}, []string{"FP411 undetermined error no answer to its dry-run: connection refused"}},
		{"nothing at all", request(Apply), Answer{}, []string{"FP411 undetermined error the API server does not say whether it accepts it (0 )"}},
		{"a redirect", request(Apply), Answer{Code: 302}, []string{"FP411 undetermined error the API server does not say whether it accepts it (302 Found)"}},
		{"an error of the server", request(Apply), Answer{Code: 500, Message: "etcd is away"}, []string{"FP411 undetermined error the API server does not say whether it accepts it (500 Internal Server Error): etcd is away"}},
		{"a credential that has expired", request(Apply), Answer{Code: 401, Message: "Unauthorized"}, []string{"FP411 undetermined error the API server does not say"}},
		{"RBAC", request(Apply), Answer{Code: 403, Message: rbac}, []string{"FP413 missing error the request is refused, although its review is allowed"}},
		{
			"impersonation", request(Apply), Answer{Code: 403, Message: `serviceaccounts "dev" is forbidden: User "me" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "apps"`},
			[]string{"FP411 undetermined error flux-probe cannot act as the account"},
		},
		{
			"escalation", request(Apply), Answer{Code: 403, Message: "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"u\" (groups=[\"g\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\"]}"},
			[]string{"FP411 missing error RBAC refuses to grant what the account does not hold"},
		},
		{
			"two guards", request(Apply), Answer{Code: 403, Message: "admission webhook \"validation.gatekeeper.sh\" denied the request: [one] a\n[two] b"},
			[]string{"FP411 missing error Gatekeeper constraint one refused it: a", "FP411 missing error Gatekeeper constraint two refused it: b"},
		},
		{"a webhook without dry-run", request(Apply), Answer{Code: 400, Message: `admission webhook "x.example.com" does not support dry run`}, []string{"FP411 undetermined error webhook x.example.com does not support dry run"}},
		{"a webhook that is down", request(Apply), Answer{Code: 500, Message: `Internal error occurred: failed calling webhook "x.example.com": timeout`}, []string{"FP411 undetermined error webhook x.example.com could not be called: timeout"}},
		{"a field that cannot be changed", request(Apply), Answer{Code: 422, Message: `ConfigMap "web" is invalid: data: Forbidden: field is immutable`}, []string{"FP411 missing error it changes what is immutable"}},
		{"a field that cannot be changed, of what Flux replaces", replaced, Answer{Code: 422, Message: `ConfigMap "web" is invalid: data: Forbidden: field is immutable`}, []string{"FP411 pass error"}},
		{"words that nobody knows", request(Apply), Answer{Code: 403, Message: "I'm\na\x1bteapot"}, []string{"FP411 missing error the API server refuses it (403 Forbidden): I'm a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, c := range Judge(test.of, test.answer) {
				o, ok := c.(*matrix.Observed)
				if !ok {
					t.Fatalf("%T", c)
				}
				if strings.ContainsAny(o.Evidence, "\n\x1b") {
					t.Errorf("%q is more than a line", o.Evidence)
				}
				got = append(got, strings.Join([]string{o.Code, string(o.Verdict), string(o.Severity), o.Evidence}, " "))
			}
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// server answers, and counts what is in flight.
type server struct {
	inFlight map[string]*atomic.Int32
	most     atomic.Int32
}

func (s *server) DryRun(_ context.Context, d *DryRun) Answer {
	n := s.inFlight[d.Namespace].Add(1)
	defer s.inFlight[d.Namespace].Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	return Answer{Code: 200, Message: d.Name}
}

// There is one dry-run at a time for each namespace, the answers are in the order of the questions, and what the end of a
// run cuts off has no answer.
func TestRun(t *testing.T) {
	var all []*DryRun
	s := &server{inFlight: map[string]*atomic.Int32{}}
	for i := range 200 {
		d := request(Apply)
		d.Namespace, d.Name = string(rune('a'+i%20)), string(rune('A'+i))
		s.inFlight[d.Namespace] = &atomic.Int32{}
		all = append(all, d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := 0
	answers := Run(ctx, s, all, func() { done++ })
	for i, a := range answers {
		if a.Message != all[i].Name {
			t.Errorf("%s is answered as %s", all[i].Name, a.Message)
		}
	}
	if s.most.Load() != 1 || done != len(all) {
		t.Errorf("%d at a time in a namespace, %d done", s.most.Load(), done)
	}
	cancel()
	for _, a := range Run(ctx, s, all, nil) {
		if !errors.Is(a.Err, context.Canceled) {
			t.Errorf("after the end: %+v", a)
		}
	}
}

// A refusal that can be about what was not sent is no verdict; one that does not look at the content is.
func TestDoubt(t *testing.T) {
	for _, test := range []struct {
		message string
		want    matrix.Verdict
	}{
		{`ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no key`, matrix.Undetermined},
		{`Secret "s" is invalid: data[tls.crt]: Required value`, matrix.Undetermined},
		{`I do not like it`, matrix.Undetermined},
		{`exceeded quota: few, requested: secrets=1, used: secrets=1, limited: secrets=1`, matrix.Missing},
		{`secrets "s" is forbidden: unable to create new content in namespace apps because it is being terminated`, matrix.Missing},
	} {
		d := request(Apply)
		d.Doubt = "its content is not sent"
		for _, c := range Judge(d, Answer{Code: 403, Message: test.message}) {
			o, ok := c.(*matrix.Observed)
			if !ok || o.Verdict != test.want || strings.Contains(o.Evidence, d.Doubt) != (test.want == matrix.Undetermined) {
				t.Errorf("%s: %+v", test.message, c)
			}
		}
	}
}

// What has to exist and would be created does not exist.
func TestGone(t *testing.T) {
	d := request(Apply)
	if d.Gone(Answer{Code: 201}) {
		t.Error("a new object of a change is gone")
	}
	d.Updates = true
	if !d.Gone(Answer{Code: 201}) || d.Gone(Answer{Code: 200}) || d.Gone(Answer{Code: 403}) {
		t.Error("an object of an inventory is gone if it would be created, and only then")
	}
}
