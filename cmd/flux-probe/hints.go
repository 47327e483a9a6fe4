// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/resolve"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// hint adds to an error of the libraries what the user can do about it, in the words of the command
// line, and the exit status that it ends with: 2 for a mistake in the call.
func (p *program) hint(err error) error {
	var (
		exit     exitError
		noFlux   *scan.NoFluxError
		name     *resolve.Error
		pasted   *scan.UnrecognizedError
		file     *scan.MatrixFileError
		document *matrixfile.Error
		manifest *manifests.Error
		version  *scan.KubeVersionError
		request  *cluster.RequestError
		unknown  *cluster.UnknownContextError
		problem  *scan.UnknownProblemError
	)
	switch {
	case err == nil, errors.As(err, &exit):
		return err
	case refusedAssumption(err) != nil:
		return refusedAssumption(err)
	case errors.As(err, &noFlux) && len(noFlux.Found) > 0:
		return usagef("%w; is it the right %s?", err, fluxNamespaceSource())
	case errors.As(err, &noFlux) && noFlux.Unread != "":
		return fmt.Errorf("%w; ask for the right to list deployments.apps, or probe one namespace with --namespace", err)
	case errors.As(err, &noFlux) && noFlux.Namespace != "":
		return fmt.Errorf("%w: is it the right %s, and the right --context?", err, fluxNamespaceSource())
	case errors.As(err, &noFlux):
		return fmt.Errorf("%w: is it the right --context? If Flux runs without its usual labels and images, name its namespace with --flux-namespace", err)
	case errors.As(err, &name) && name.Problem == resolve.ClusterScoped:
		return usagef("%w: leave out -n %s", err, safetext.Quote(name.Value))
	case errors.As(err, &name) && name.Problem == resolve.SeveralNamespaces:
		return usagef("%w; choose one with -n", err)
	case errors.As(err, &name):
		return exitError{exitUsage, err}
	case errors.As(err, &pasted) && pasted.CutOff:
		return exitError{exitUsage, err}
	case errors.As(err, &pasted):
		return usagef("%w, such as \"kustomization/apps\" or 'User \"system:serviceaccount:apps:dev\" cannot patch resource ...'; see %s why --help", err, p.name)
	case errors.As(err, &file) && errors.As(err, &document) && document.Foreign:
		return usagef("%w; did you mean --manifests?", err)
	case errors.As(err, &file):
		return usagef("these matrix files cannot be used, and nothing was asked:\n%w", err)
	case errors.As(err, &problem) && looksLikeFile(problem.ID):
		return usagef("%w; did you mean --manifests %s?", err, safetext.Quote(problem.ID))
	case errors.As(err, &problem):
		return exitError{exitUsage, err}
	case errors.As(err, &version):
		return usagef("--kube-version: %w", err)
	case errors.As(err, &manifest):
		return exitError{exitUsage, err}
	case errors.As(err, &unknown):
		return fmt.Errorf("--context: %w", err)
	case errors.Is(err, cluster.ErrNoCluster):
		return fmt.Errorf("%w: set KUBECONFIG, --kubeconfig or --server, check files with --manifests, or try %s demo", err, p.name)
	case errors.As(err, &request) && requestHints[request.Failure] != "":
		return fmt.Errorf("%w; %s", err, requestHints[request.Failure])
	default:
		return err
	}
}

// requestHints are the next steps after a failed request, where flags are part of them.
var requestHints = map[cluster.Failure]string{
	cluster.Unauthorized: "log in again, or choose another --context or --token",
	cluster.Throttled:    "try again later, or with a lower --concurrency",
	cluster.NoListener:   "is the cluster running, and is it the right --context?",
	cluster.Timeout:      "check the network, VPN and proxy, or give more time with --request-timeout",
}

// looksLikeFile reports whether an argument seems to be meant as a file or folder.
func looksLikeFile(name string) bool {
	_, err := os.Stat(name)
	return err == nil || strings.ContainsAny(name, "/.")
}
