// SPDX-License-Identifier: Apache-2.0

// Command etcd is the store behind the tests' API server, built from etcd's own Go module.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
