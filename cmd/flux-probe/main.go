// SPDX-License-Identifier: Apache-2.0

// Command flux-probe asks a live cluster whether every Flux service account can do what it must, and
// nothing that it must not.
//
// It turns flags into options of package probe/scan and its neighbours, and errors into exit statuses
// and hints. There is a file for each command, and one for each group of flags.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	os.Exit(run(os.Args[0], os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// gcPercent lets the garbage collector run more often than by default: the peak of memory for the default
// matrix is 57 MiB instead of 67, for time that the program would spend waiting for answers.
const gcPercent = 40

// tuneGC is called when the checks are derived. Until then everything is in use, and collecting more
// often would only delay the first review. The variable GOGC overrides it.
func tuneGC() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
