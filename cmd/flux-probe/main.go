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

func main() {
	os.Exit(run(os.Args[0], os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// gcPercent trades a little of the garbage collector's time, which asking does not wait for, for a
// peak of memory that stays below 64 MiB for the default matrix.
const gcPercent = 40

// collectEarly is called when the matrix is there, of which nothing is garbage: the collector would
// only have kept the first answer waiting. GOGC overrides it.
func collectEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
