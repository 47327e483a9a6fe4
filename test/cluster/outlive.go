// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// endWithUs makes sure that this process's children do not outlive it, however it ends: a test binary that
// is killed, or that runs out of time, stops nothing. A shell waits for the end of its standard input, which
// is ours to close, and ends the children by their ids unless it was told that all is well. It returns what
// tells that. Where the system does not list children (Linux does) nothing is watched.
func endWithUs() (allIsWell func(), err error) {
	children, err := ownChildren()
	if err != nil || len(children) == 0 {
		return func() {}, err
	}
	watcher := exec.Command("sh", append([]string{"-c", `read -r line; [ "$line" = well ] || kill -9 "$@"`, "sh"}, children...)...)
	watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the keyboard is not for it
	input, err := watcher.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := watcher.Start(); err != nil {
		return nil, err
	}
	return func() {
		_, _ = input.Write([]byte("well\n"))
		_ = watcher.Wait()
	}, nil
}

// ownChildren are the ids of the processes that this one has started and that run.
func ownChildren() ([]string, error) {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if os.IsNotExist(err) {
			continue // a thread that ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, strings.Fields(string(text))...)
	}
	return ids, nil
}
