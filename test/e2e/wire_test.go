// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire leads to an address, byte by byte, and can be cut.
type wire struct {
	net.Listener
	to string

	lock sync.Mutex
	cut  bool
	open map[net.Conn]bool
}

// newWire listens on a free port until the test is over.
func newWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &wire{Listener: listener, to: to, open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = l.Close()
		l.Cut()
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // the end of the test
			}
			go l.pass(conn)
		}
	}()
	return l
}

// Cut ends all connections, and those that are made until Mend.
func (l *wire) Cut() {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.cut = true
	for conn := range l.open {
		_ = conn.Close()
	}
}

// Mend lets new connections through.
func (l *wire) Mend() {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.cut = false
}

func (l *wire) pass(near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	if !l.add(near) {
		return
	}
	go func() {
		_, _ = io.Copy(far, near) // ends when either side does
		_ = far.Close()
	}()
	_, _ = io.Copy(near, far)
	l.lock.Lock()
	defer l.lock.Unlock()
	delete(l.open, near)
}

func (l *wire) add(conn net.Conn) bool {
	l.lock.Lock()
	defer l.lock.Unlock()
	if !l.cut {
		l.open[conn] = true
	}
	return !l.cut
}
