// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"maps"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// command is a script command without testscript's plumbing: words in, an error out.
type command struct {
	usage string
	least int // arguments
	run   func(ts *testscript.TestScript, args []string) error
}

// commands are what scripts can do beside testscript's own commands. All but exits act as the admin.
func commands(ctx context.Context, c *cluster.Cluster) map[string]func(*testscript.TestScript, bool, []string) {
	table := map[string]command{
		"fluxinstall": {"fluxinstall VERSION [NAMESPACE [unsuffixed]]", 1, func(_ *testscript.TestScript, args []string) error {
			options := cluster.InstallOptions{Version: args[0], Unsuffixed: len(args) > 2}
			if len(args) > 1 {
				options.Namespace = args[1]
			}
			return c.InstallFlux(ctx, options)
		}},
		"apply": {"apply FILE", 1, func(ts *testscript.TestScript, args []string) error {
			objects, err := cluster.Decode([]byte(ts.ReadFile(args[0])))
			return errors.Join(err, c.Apply(ctx, objects...))
		}},
		"setstatus": {"setstatus FILE", 1, func(ts *testscript.TestScript, args []string) error {
			objects, err := cluster.Decode([]byte(ts.ReadFile(args[0])))
			return errors.Join(err, c.ApplyStatus(ctx, objects...))
		}},
		"delete": {"delete RESOURCE[.GROUP] [NAMESPACE/]NAME", 2, func(_ *testscript.TestScript, args []string) error {
			object, err := named(c, args[0], args[1])
			if err != nil {
				return err
			}
			return c.Client.Delete(ctx, object)
		}},
		"patch": {"patch RESOURCE[.GROUP] [NAMESPACE/]NAME PATCH", 3, func(_ *testscript.TestScript, args []string) error {
			object, err := named(c, args[0], args[1])
			if err != nil {
				return err
			}
			kind := types.MergePatchType
			if strings.HasPrefix(args[2], "[") {
				kind = types.JSONPatchType
			}
			return c.Client.Patch(ctx, object, client.RawPatch(kind, []byte(args[2])))
		}},
		"aggregate": {"aggregate", 0, func(*testscript.TestScript, []string) error { return c.Aggregate(ctx) }},
		"kubeconfig": {"kubeconfig FILE USER [GROUP...]", 2, func(ts *testscript.TestScript, args []string) error {
			return c.UserKubeconfig(ts.MkAbs(args[0]), args[1], args[2:]...)
		}},
		"sakubeconfig": {"sakubeconfig FILE NAMESPACE NAME", 3, func(ts *testscript.TestScript, args []string) error {
			return c.ServiceAccountKubeconfig(ctx, ts.MkAbs(args[0]), args[1], args[2])
		}},
		"unlabel": {"unlabel NAMESPACE", 1, func(_ *testscript.TestScript, args []string) error { return unlabel(ctx, c, args[0]) }},
		"withdraw": {"withdraw CLUSTERROLE RESOURCE[.GROUP]|PATH [VERB...]", 2, func(_ *testscript.TestScript, args []string) error {
			return withdraw(ctx, c, args[0], args[1], args[2:])
		}},
		"failing":  {"failing STATUS [FLAG...]", 1, failing},
		"exits":    {"exits STATUS COMMAND [ARG...]", 2, exits},
		"probe":    {"probe STATUS [info] [FLAG...]", 1, probeTenants},
		"findings": {"findings REPORT [info]", 1, findings},
	}
	maps.Copy(table, tenancy(ctx, c))
	maps.Copy(table, guards(ctx, c))
	cmds := map[string]func(*testscript.TestScript, bool, []string){}
	for name, command := range table {
		cmds[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < command.least {
				ts.Fatalf("usage: %s", command.usage)
			}
			ts.Check(command.run(ts, args))
		}
	}
	return cmds
}

// exits runs a command that has to end with the given status; stdout and stderr can be looked at after.
func exits(ts *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	got := 0
	if exit != nil {
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	return nil
}

// named returns an object of a resource as kubectl writes it, deployments.apps, by [namespace/]name.
func named(c *cluster.Cluster, resource, name string) (*unstructured.Unstructured, error) {
	kind, err := c.Client.RESTMapper().KindFor(schema.ParseGroupResource(resource).WithVersion(""))
	if err != nil {
		return nil, err
	}
	object := new(unstructured.Unstructured)
	object.SetGroupVersionKind(kind)
	namespace, name, found := strings.Cut(name, "/")
	if !found {
		namespace, name = "", namespace
	}
	object.SetNamespace(namespace)
	object.SetName(name)
	return object, nil
}
