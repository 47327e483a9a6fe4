// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

var (
	reconciles = flag.Int("reconciles", 20, "how many reconciliations are compared")
	seed       = flag.Uint64("seed", 1, "of the random scenarios")
)

// TestPredictions lets the real kustomize-controller reconcile under random rights, and wants it to do
// what flux-probe predicted: half of the time as installed, half with --no-cross-namespace-refs.
func TestPredictions(t *testing.T) {
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	restrictController(t, c)
	repositories := newSource(t, c)
	applied, refused := 0, map[string]int{}
	for half, args := range [][]string{nil, {"--no-cross-namespace-refs=true"}} {
		stop := startController(t, c, args...)
		if args != nil {
			setArgs(t, c, args...)
		}
		for i := range *reconciles / 2 {
			i += half * (*reconciles / 2)
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				random := rand.New(rand.NewPCG(*seed, uint64(i)))
				why := compare(t, c, repositories, random, newScenario(random, i), args != nil)
				if why == "" {
					applied++
				} else {
					refused[why]++
				}
			})
		}
		stop()
	}
	t.Logf("%d reconciliations were applied and %v refused, as predicted", applied, refused)
	if applied == 0 || refused["FP301"] == 0 || refused["FP401"] == 0 || refused["FP602"] == 0 {
		t.Errorf("some outcome never occurred: %d applied, %v refused", applied, refused)
	}
}

// forbidden matches what kustomize-controller reports of a refused request or reference. Without the right to
// impersonate it says no more than "dry-run failed (Forbidden): failed to get server groups: unknown", and an
// immutable object that it cannot read it tries to delete without a name.
var forbidden = regexp.MustCompile(`(?i)forbidden|can't access|failed to delete object: resource name may not be empty|^` + inProgress)

// compare runs one scenario, and returns the code of the first predicted refusal, "" when there is none.
func compare(t *testing.T, c *cluster.Cluster, repositories *source, random *rand.Rand, s *scenario, locked bool) string {
	source := s.source
	if locked {
		s.source = s.namespace // its first revision has to be applied
	}
	s.prepare(t, c)
	for _, namespace := range unique(s.source, source) {
		if namespace != s.namespace && locked {
			create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
		}
		repositories.publish(t, namespace, "repo", s.manifests(1))
	}
	if ready, message := s.reconcile(t, c); !ready {
		t.Fatalf("the first revision was refused: %s", message)
	}
	s.source = source
	s.withdraw(t, c)
	s.grant(t, c, random)
	s.impersonate(t, c, random)
	for _, o := range s.objects {
		if o.fate == deleted {
			gone := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: o.kind}, ObjectMeta: metav1.ObjectMeta{Namespace: s.target, Name: o.name}}
			if err := c.Client.Delete(t.Context(), gone); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.source != s.namespace {
		if err := c.Apply(t.Context(), s.kustomization()); err != nil { // flux-probe reads the reference
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond) // the authorizer reads roles and bindings by a watch
	refusals := s.predict(t, c)
	repositories.publish(t, s.source, "repo", s.manifests(2))
	ready, message := s.reconcile(t, c)
	if ready != (len(refusals) == 0) {
		t.Errorf("predicted %v, but ready is %v: %s\n%s", refusals, ready, message, s)
	}
	if len(refusals) == 0 {
		return ""
	}
	if !ready && !forbidden.MatchString(message) {
		t.Errorf("refused for another reason than a permission: %s\n%s", message, s)
	}
	code, _, _ := strings.Cut(refusals[0], " ")
	return code
}

// String describes the scenario for the log.
func (s *scenario) String() string {
	var fates []string
	for _, o := range s.objects {
		fates = append(fates, fmt.Sprintf("%s %s: %s", o.kind, o.name, o.fate))
	}
	return fmt.Sprintf("namespace %s, target %s, source %s, prune %v, force %v, wait %v\nobjects: %s\nrights: %s",
		s.namespace, s.target, s.source, s.prune, s.force, s.wait, strings.Join(fates, ", "), strings.Join(s.rights, ", "))
}

// setArgs adds arguments to the Deployment of kustomize-controller, which no kubelet runs.
func setArgs(t *testing.T, c *cluster.Cluster, args ...string) {
	t.Helper()
	d := &appsv1.Deployment{}
	if err := c.Client.Get(t.Context(), client.ObjectKey{Namespace: "flux-system", Name: "kustomize-controller"}, d); err != nil {
		t.Fatal(err)
	}
	d.Spec.Template.Spec.Containers[0].Args = append(d.Spec.Template.Spec.Containers[0].Args, args...)
	if err := c.Client.Update(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
