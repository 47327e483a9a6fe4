// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// guards are what scripts can do about webhooks and admission policies.
func guards(ctx context.Context, c *cluster.Cluster) map[string]command {
	return map[string]command{
		"store": {"store KEY FILE", 2, func(ts *testscript.TestScript, args []string) error {
			objects, err := cluster.Decode([]byte(ts.ReadFile(args[1])))
			if err != nil {
				return err
			}
			return c.Store(ctx, args[0], objects[0])
		}},
		"applyas": {"applyas NAMESPACE/ACCOUNT FILE [REFUSAL]", 2, func(ts *testscript.TestScript, args []string) error {
			namespace, name, _ := strings.Cut(args[0], "/")
			return applyAs(ctx, c, matrix.ServiceAccount(namespace, name), ts.ReadFile(args[1]), strings.Join(args[2:], " "))
		}},
	}
}

// applyAs applies objects as an account, as Flux does: by nothing but its user name, and each of them by a dry-run before.
// It has to be refused with a message that matches refusal, or to succeed if that is empty. The API server learns of
// webhooks and policies a moment after they were written.
func applyAs(ctx context.Context, c *cluster.Cluster, account matrix.Subject, manifest, refusal string) error {
	config := *c.Config
	config.Impersonate.UserName = account.User()
	as, err := client.New(&config, client.Options{Mapper: c.Client.RESTMapper()})
	if err != nil {
		return err
	}
	objects, err := cluster.Decode([]byte(manifest))
	if err != nil {
		return err
	}
	want, err := regexp.Compile(cmp.Or(refusal, "^$"))
	if err != nil {
		return err
	}
	var said string
	err = wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		said = ""
		for _, dry := range []bool{true, false} {
			for _, o := range objects {
				options := []client.ApplyOption{client.FieldOwner("kustomize-controller"), client.ForceOwnership}
				if dry {
					options = append(options, client.DryRunAll)
				}
				if err := as.Apply(ctx, client.ApplyConfigurationFromUnstructured(o.DeepCopy()), options...); err != nil {
					said = err.Error()
					return want.MatchString(said), nil
				}
			}
		}
		return refusal == "", nil
	})
	if err != nil {
		return fmt.Errorf("applying as %s: the server says %q, want %q", account, said, refusal)
	}
	return nil
}
