// SPDX-License-Identifier: Apache-2.0

// Command flux-probe asks a live cluster whether every Flux service account can do what it must, and
// nothing that it must not.
//
// Flags become values here and errors become exit statuses; what is asked comes from packages
// matrix/flux and probe, what is shown from package ui.
package main

import (
	"os"
	"runtime/debug"
)

// gcPercent trades a little of the garbage collector's time, which asking does not wait for, for a
// peak of memory that stays below 64 MiB for the default matrix. GOGC overrides it.
const gcPercent = 40

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[0], os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
