// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// demonstrate breaks two permissions and shows what flux-probe says. That it finds failures is the point
// of the demo, so its exit status 1 is told and is no error.
func demonstrate(ctx context.Context, c *cluster.Cluster, kubeconfig, probe string) error {
	if err := c.Break(ctx); err != nil {
		return err
	}
	fmt.Println("Flux 2.9 on a real API server, with two faults: crd-controller-flux-system no longer grants leases,")
	fmt.Println("and notification-controller may open a shell in any pod.")
	fmt.Println()
	fmt.Println("$ flux-probe --output table")
	cmd := exec.CommandContext(ctx, probe, "--output", "table")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("running flux-probe: %w", err)
	}
	status := cmd.ProcessState.ExitCode()
	fmt.Printf("\nexit status %d\n", status)
	if status != 1 {
		return errors.New("the probe was to end with 1, as an expectation fails")
	}
	return nil
}
