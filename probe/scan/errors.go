// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// NoFluxError reports that no Flux controller was found where Flux is expected.
type NoFluxError struct {
	Namespace string   // where Flux was said to run; empty when all namespaces were searched
	Unread    string   // why Deployments could not be read, when that is the cause
	Found     []string // the namespaces in which Flux does run, when Namespace is not one of them
}

func (e *NoFluxError) Error() string {
	where := "in any namespace"
	if e.Namespace != "" {
		where = "in namespace " + e.Namespace
	}
	switch {
	case len(e.Found) > 0:
		return fmt.Sprintf("no Flux controllers %s: Flux runs in %s", where, strings.Join(e.Found, ", "))
	case e.Unread != "":
		return "cannot look for Flux: " + e.Unread
	default:
		return "no Flux controllers " + where
	}
}

// NothingExpectedError reports an account that exists and that no check is about.
type NothingExpectedError struct{ Subject matrix.Subject }

func (e *NothingExpectedError) Error() string {
	return fmt.Sprintf("no check is about service account %s: no Flux controller or reconciled object uses it", e.Subject)
}

// MatrixFileError reports matrix files that cannot be used on the target. Err joins every mistake in
// them, each a *matrixfile.Error.
type MatrixFileError struct{ Err error }

func (e *MatrixFileError) Error() string { return e.Err.Error() }

// Unwrap returns the mistakes.
func (e *MatrixFileError) Unwrap() error { return e.Err }

// KubeVersionError reports a version of Kubernetes that is not known.
type KubeVersionError struct {
	Version string
	Err     error
}

func (e *KubeVersionError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *KubeVersionError) Unwrap() error { return e.Err }

// NothingToCheckError reports that the options leave no check.
type NothingToCheckError struct{ Skipped matrix.Gap }

func (e *NothingToCheckError) Error() string {
	return fmt.Sprintf("nothing to check: %s: %s", e.Skipped.What, e.Skipped.Why)
}

// UnknownProblemError reports an ID that no problem of a run has.
type UnknownProblemError struct {
	ID    string
	Known []string // the IDs of the problems that there are
}

func (e *UnknownProblemError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("there is no problem %q: nothing failed", e.ID)
	}
	return fmt.Sprintf("there is no problem %q: the problems are %s", e.ID, strings.Join(e.Known, ", "))
}
