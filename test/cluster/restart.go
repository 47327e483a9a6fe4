// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
)

// Restart kills kube-apiserver and starts it again with the same flags, as after a crash. It returns when the
// server is ready. Before that it answers for a moment: its authorizer, for one, before it has read the roles.
func (c *Cluster) Restart(ctx context.Context) error {
	args, err := c.kill(ctx)
	if err != nil {
		return fmt.Errorf("restarting kube-apiserver: %w", err)
	}
	logs, err := os.OpenFile(filepath.Join(c.Dir, "kube-apiserver.log"), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = logs.Close() }()
	server := exec.Command(args[0], args[1:]...)
	server.Stdout, server.Stderr = io.Discard, logs
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the keyboard is not for it
	if err := server.Start(); err != nil {
		return fmt.Errorf("restarting kube-apiserver: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = server.Wait()
		close(ended)
	}()
	allIsWell, err := endWithUs()
	c.restarted = append(c.restarted, func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = server.Process.Kill()
			<-ended
		}
		if allIsWell != nil {
			allIsWell()
		}
	})
	return errors.Join(err, c.ready(ctx))
}

// kill kills the kube-apiserver among this process's children, and returns its command line.
func (c *Cluster) kill(ctx context.Context) (args []string, err error) {
	children, err := ownChildren()
	if err != nil {
		return nil, err
	}
	for _, child := range children {
		line, err := os.ReadFile(filepath.Join("/proc", child, "cmdline"))
		args = strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		if err != nil || filepath.Base(args[0]) != "kube-apiserver" {
			continue
		}
		pid, err := strconv.Atoi(child)
		if err != nil {
			return nil, err
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return nil, err
		}
		for { // whoever started it waits for it
			if _, err := os.Stat(filepath.Join("/proc", child)); os.IsNotExist(err) {
				return args, nil
			}
			if err := pause(ctx); err != nil {
				return nil, err
			}
		}
	}
	return nil, errors.New("no kube-apiserver is running")
}

// ready waits until the server reports that it is ready.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	client, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	for {
		_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		if err == nil {
			return nil
		}
		if pause(ctx) != nil {
			return fmt.Errorf("waiting for kube-apiserver after its restart: %w", err)
		}
	}
}

// pause waits a moment, or until ctx ends.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(20 * time.Millisecond):
		return nil
	}
}
