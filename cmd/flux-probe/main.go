// SPDX-License-Identifier: Apache-2.0

// Command flux-probe asks a live cluster whether every Flux service account can do what it must, and
// nothing that it must not.
//
// Flags become values here and errors become exit statuses; what is asked comes from packages
// matrix/flux and probe, what is shown from package ui.
package main

import (
	"os"
)

func main() {
	os.Exit(run(os.Args[0], os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
