// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// How many changes are made, and how many at once: most of the time an API server waits until its cache has what was just
// written, and uses no CPU.
const (
	randomChanges = 300
	atOnce        = 6
)

// TestPreflightEqualsRandomApplies does the same with random permissions and random changes.
func TestPreflightEqualsRandomApplies(t *testing.T) {
	t.Setenv("GOGC", "400") // of the servers, which live shortly
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	connection := connected(t, c)
	changes := make([]change, randomChanges)
	for i := range changes {
		changes[i] = randomChange(random)
	}
	var next, refused atomic.Int64
	var working sync.WaitGroup
	for range atOnce {
		working.Go(func() {
			for i := next.Add(1) - 1; i < randomChanges; i = next.Add(1) - 1 {
				t.Run(strconv.FormatInt(i, 10), func(t *testing.T) {
					w := newChange(t, c, fmt.Sprintf("random-%d", i), changes[i])
					w.connection = connection
					if equalsReally(t, w, changes[i]) {
						refused.Add(1)
					}
				})
			}
		})
	}
	working.Wait()
	t.Logf("%d of %d changes refused", refused.Load(), randomChanges)
	if n := refused.Load(); n < randomChanges/6 || n > randomChanges*23/24 {
		t.Errorf("%d of %d changes were refused: the test proves little", n, randomChanges)
	}
}

// equalsReally predicts what becomes of a change, makes it, and reports whether something was refused.
func equalsReally(t *testing.T, w *changeWorld, x change) bool {
	t.Helper()
	predicted, really := w.predict(t), w.apply(t)
	for ref, why := range predicted {
		// What an account can do in a namespace that is not there is not asked: nothing can be granted there yet.
		if why == "missing" && really[ref] != "" {
			really[ref] = why
		}
	}
	if diff := cmp.Diff(predicted, really); diff != "" {
		t.Errorf("%+v: what is refused (-predicted +really):\n%s", x, diff)
	}
	w.end(t)
	return len(really) > 0
}

// randomChange makes a change of objects that were applied before and objects that are new.
func randomChange(random *rand.Rand) change {
	var x change
	for range 1 + random.IntN(4) {
		rule := pick(random, []string{
			". configmaps,serviceaccounts,namespaces", ". configmaps", ". configmaps,serviceaccounts,pods,secrets", "* *", "rbac.authorization.k8s.io roles,rolebindings", "rbac.authorization.k8s.io clusterroles", "* *", "scheduling.k8s.io priorityclasses",
		})
		verbs := pick(random, []string{"get,patch,create,delete", "get,patch,create", "get,patch", "*", "patch,create,bind", "patch,create,escalate,bind", "get,delete"})
		name := pick(random, []string{"", "", "", " alpha", " NS-alpha,alpha"})
		if random.IntN(3) == 0 {
			x.cluster = append(x.cluster, rule+" "+verbs+name)
		} else {
			x.holds = append(x.holds, rule+" "+verbs+name)
		}
	}
	roles := []string{"pods", "configmaps", "secrets"}
	objects := []func(name string) string{
		configMap, configMap,
		func(name string) string {
			return strings.ReplaceAll(configMap(name), "kind: ConfigMap", "kind: ServiceAccount")
		},
		func(name string) string { return role(name, pick(random, roles)) },
		func(name string) string { return binding(name, "Role", pick(random, objectNames)) },
		func(name string) string {
			return binding(name, "ClusterRole", pick(random, []string{"NS-alpha", "view"}))
		},
		func(name string) string {
			return strings.Replace(role("NS-"+name, pick(random, roles)), "kind: Role\nmetadata: {namespace: NS,", "kind: ClusterRole\nmetadata: {", 1)
		},
		func(name string) string {
			return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS-" + name + "}\n"
		},
		func(name string) string {
			return strings.Replace(configMap(name), "namespace: NS", "namespace: NS-alpha", 1)
		},
		func(name string) string {
			return "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: NS-" + name + "}\nvalue: 1\n"
		},
	}
	live, next := map[string]string{}, map[string]string{}
	for range 1 + random.IntN(6) {
		kind, name := random.IntN(len(objects)), pick(random, objectNames)
		key, made := fmt.Sprintf("%d %s", min(kind, 5)+max(0, kind-5)*10, name), objects[kind](name)
		if kind == 5 {
			key = "4 " + name // both are RoleBindings
		}
		there := kind != 8 && random.IntN(2) == 0 // nothing is in a namespace that is not there
		if there {
			live[key] = made
		}
		switch random.IntN(4) {
		case 0: // dropped, or never there
		case 1:
			next[key] = objects[kind](name) // perhaps another
		default:
			next[key] = made
		}
	}
	if len(next) == 0 {
		next["0"] = configMap("alpha")
	}
	for _, key := range slices.Sorted(maps.Keys(live)) {
		x.live += live[key]
	}
	for _, key := range slices.Sorted(maps.Keys(next)) {
		x.next += next[key]
	}
	return x
}
