// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// connections are the faults below HTTP, or of time.
var connections = map[string]fault{
	"stream reset":             stateless(func(http.ResponseWriter, *request) { panic(http.ErrAbortHandler) }),
	"stream reset in the body": stateless(func(w http.ResponseWriter, r *request) { half(w, r); panic(http.ErrAbortHandler) }),
	"TLS cut": stateless(func(_ http.ResponseWriter, r *request) {
		_ = raw(r.Context().Value(connection{}).(net.Conn)).Close()
		panic(http.ErrAbortHandler)
	}),
	"GOAWAY": stateless(func(w http.ResponseWriter, r *request) {
		w.Header().Set("Connection", "close") // how a handler ends an HTTP/2 connection
		r.pass().write(w)
	}),
	"slow":              stateless(func(w http.ResponseWriter, r *request) { wait(r, slow); r.pass().write(w) }),
	"hangs":             stateless(func(_ http.ResponseWriter, r *request) { <-r.Context().Done() }),
	"hangs in the body": stateless(func(w http.ResponseWriter, r *request) { half(w, r); <-r.Context().Done() }),

	"reset": hijacked(func(conn net.Conn, _ *request) { reset(conn) }),
	"reset in the body": hijacked(func(conn net.Conn, r *request) {
		a := r.pass()
		_, _ = conn.Write(a.wire(len(a.body) / 2))
		time.Sleep(20 * time.Millisecond) // a reset overtakes what was not read yet
		reset(conn)
	}),
	"closed in the body": hijacked(func(conn net.Conn, r *request) {
		a := r.pass()
		_, _ = conn.Write(a.wire(len(a.body) / 2))
	}),
	"closed without an answer": hijacked(func(net.Conn, *request) {}),
	"answered twice": hijacked(func(conn net.Conn, r *request) {
		a := r.pass()
		whole := a.wire(len(a.body))
		r.proxy.end(r)
		_, _ = conn.Write(whole)
		_, _ = conn.Write(whole)
		time.Sleep(20 * time.Millisecond)
	}),
	"answered twice, at length": hijacked(func(conn net.Conn, r *request) {
		a := r.pass()
		whole := a.wire(len(a.body))
		r.proxy.end(r)
		_, _ = conn.Write(append(whole, whole...))
		_, _ = io.Copy(io.Discard, conn) // the connection stays as long as flux-probe wants it
	}),
	"no HTTP": hijacked(func(conn net.Conn, _ *request) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n") }),
}

// hijacked gives the connection of HTTP/1.1 to a function and closes it then.
func hijacked(serve func(net.Conn, *request)) fault {
	return fault{http1: true, make: func(*proxy) handler {
		return func(w http.ResponseWriter, r *request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			serve(conn, r)
			_ = conn.Close()
		}
	}}
}

// raw is the TCP connection below TLS.
func raw(conn net.Conn) net.Conn {
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.NetConn()
	}
	return conn
}

// reset ends a connection by RST.
func reset(conn net.Conn) {
	if tcp, ok := raw(conn).(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
}

// half sends the first half of an answer, which announces all of it.
func half(w http.ResponseWriter, r *request) {
	a := r.pass()
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
}

// wire is an answer as HTTP/1.1 sends it, with as much of its body as given.
func (a answer) wire(length int) []byte {
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		a.status, http.StatusText(a.status), a.header.Get("Content-Type"), len(a.body))
	return append([]byte(head), a.body[:length]...)
}

// wait waits, or until flux-probe gives up.
func wait(r *request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}
