// SPDX-License-Identifier: Apache-2.0

// Command cluster starts a real API server with Flux installed, to try flux-probe on: `make cluster`. It
// prints the line to give a shell and stays until Ctrl-C. With --demo it breaks two permissions, probes
// the cluster with the binary of --probe and ends: `make demo`. With --assets it only prints where etcd
// and kube-apiserver are, after getting them: `make assets`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/flux-probe/flux-probe/test/cluster"
)

func main() {
	assets := flag.Bool("assets", false, "print the folder of etcd and kube-apiserver and end")
	demo := flag.Bool("demo", false, "break two permissions, probe the cluster and end")
	version := flag.String("flux", "2.9", "the `release` of Flux to install, 2.2 to 2.9 but for 2.8")
	probe := flag.String("probe", "flux-probe", "the flux-probe `binary` that --demo runs")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *assets {
		err = printAssets(ctx)
	} else {
		err = serve(ctx, *version, func(ctx context.Context, c *cluster.Cluster, kubeconfig string) error {
			if *demo {
				return demonstrate(ctx, c, kubeconfig, *probe)
			}
			fmt.Printf("export KUBECONFIG=%s\n", kubeconfig)
			fmt.Fprintln(os.Stderr, "Flux", *version, "is installed; Ctrl-C ends the cluster")
			<-ctx.Done()
			return nil
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func printAssets(ctx context.Context) error {
	dir, err := cluster.Assets(ctx)
	if err == nil {
		fmt.Println(dir)
	}
	return err
}

// serve runs do while a cluster with Flux runs.
func serve(ctx context.Context, version string, do func(context.Context, *cluster.Cluster, string) error) (err error) {
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	if err := c.InstallFlux(ctx, cluster.InstallOptions{Version: version}); err != nil {
		return err
	}
	kubeconfig := filepath.Join(c.Dir, "kubeconfig")
	if err := c.UserKubeconfig(kubeconfig, "admin", "system:masters"); err != nil {
		return err
	}
	return do(ctx, c, kubeconfig)
}
