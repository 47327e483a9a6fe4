// SPDX-License-Identifier: Apache-2.0

// Command schema prints the JSON Schema of matrix files, for editors. It is made from the types of
// package matrix/matrixfile and their comments, which it reads in the folder that it is given.
package main

import (
	"fmt"
	"os"

	"github.com/flux-probe/flux-probe/test/schema"
)

func main() {
	text, err := schema.Of(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if _, err := os.Stdout.Write(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
