// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"github.com/flux-probe/flux-probe/probe"
)

// The exit statuses. A run with zero checks is undetermined.
const (
	exitPass         = 0
	exitFail         = 1   // an expectation failed
	exitUsage        = 2   // a flag, an argument or a file that cannot be used
	exitUndetermined = 3   // the cluster, Flux or the right to ask is not there, or an answer did not come
	exitInterrupted  = 130 // as a shell reports SIGINT
)

const exitHelp = `Exit status:
  0    all as expected
  1    an expectation failed (warnings only with --fail-on warning)
  2    usage: a flag, an argument or a file that cannot be used
  3    undetermined: the cluster, Flux or the right to ask is not there, or an
       answer did not come, and nothing failed
  130  interrupted`

// exitError ends the program with a status of its own. Its err may be nil: all was said already.
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

// exitCode is the status for err: an error that names none is one of the cluster, 3.
func exitCode(err error) int {
	var exit exitError
	switch {
	case err == nil:
		return exitPass
	case errors.As(err, &exit):
		return exit.code
	default:
		return exitUndetermined
	}
}

// reportExit is the status that a finished run ends with.
func reportExit(r *probe.Report) error {
	switch {
	case r.Interrupted:
		return exitError{code: exitInterrupted}
	case r.Summary.Result == probe.ResultPass:
		return nil
	case r.Summary.Result == probe.ResultFail:
		return exitError{code: exitFail}
	default:
		return exitError{code: exitUndetermined}
	}
}
