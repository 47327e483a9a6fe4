// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// The exit statuses. A run with zero checks is undetermined.
const (
	exitPass         = 0
	exitFail         = 1   // a check failed
	exitUsage        = 2   // a flag, an argument or a file cannot be used
	exitUndetermined = 3   // something could not be read, asked or answered
	exitInterrupted  = 130 // as a shell reports SIGINT
)

// exitError ends the program with a status of its own. Its err is nil when everything was reported already.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// usagef is an error that ends the program with status 2.
func usagef(format string, args ...any) error {
	return exitError{exitUsage, fmt.Errorf(format, args...)}
}

// exitCode returns the status for err: 3, a failure of the cluster, unless it names one.
func exitCode(err error) int {
	if err == nil {
		return exitPass
	}
	if exit := (exitError{}); errors.As(err, &exit) {
		return exit.code
	}
	return exitUndetermined
}

// timedOut explains an error of a command that --timeout ended. The status is 3, unless a report has another.
func timedOut(ctx context.Context, err error) error {
	timeout := scan.TimedOut(ctx)
	if err == nil || timeout == nil {
		return err
	}
	exit := exitError{}
	if errors.As(err, &exit) && exit.code != exitUndetermined {
		return exitError{exit.code, cmp.Or(exit.err, timeout)}
	}
	return exitError{exitUndetermined, timeout}
}

// reportExit returns the status that a finished run ends with.
func reportExit(r *probe.Report) error {
	if r.Interrupted {
		return exitError{code: exitInterrupted}
	}
	return resultExit(r.Outcome())
}

// resultExit returns the status of a result.
func resultExit(result probe.Result) error {
	switch result {
	case probe.ResultFail:
		return exitError{code: exitFail}
	case probe.ResultPass:
		return nil
	default:
		return exitError{code: exitUndetermined}
	}
}
