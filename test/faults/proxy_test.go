// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// token is the credential that flux-probe sends. The proxy sends another to the API server.
const token = "bearer-token-that-must-stay-here"

// proxy passes requests on to the API server as the admin, but for those that its disturbance hits.
type proxy struct {
	URL        string
	kubeconfig string // of a user with token

	t           testing.TB
	disturbance *disturbance // nil for none
	handle      handler
	api         string // URL of the API server
	transport   http.RoundTripper

	lock       sync.Mutex
	asked      map[target]int
	seen       map[[sha256.Size]byte]bool // questions, by path and body
	open       map[*request]bool
	most       int // reviews that were in flight at the same time, when they were too many
	hits       int
	violations []string
}

// disturbance is what goes wrong in a run: which fault, what it hits and when.
type disturbance struct {
	fault
	on   target
	when when
}

// newProxy runs a proxy until the test is over. It speaks HTTP/2 over TLS, as API servers do, unless the
// fault is one of HTTP/1.1.
func newProxy(t *testing.T, s *server, d *disturbance) *proxy {
	t.Helper()
	p := &proxy{t: t, disturbance: d, api: strings.TrimSuffix(s.Config.Host, "/"), asked: map[target]int{}, seen: map[[sha256.Size]byte]bool{}, open: map[*request]bool{}}
	var err error
	if p.transport, err = rest.TransportFor(s.Config); err != nil {
		t.Fatal(err)
	}
	if d != nil {
		p.handle = d.make(p)
	}
	server := httptest.NewUnstartedServer(p)
	server.EnableHTTP2 = d == nil || !d.http1
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // what it complains about is what we do
	server.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connection{}, conn)
	}
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	p.URL = server.URL
	config := clientcmdapi.NewConfig()
	config.Clusters["proxy"] = &clientcmdapi.Cluster{
		Server:                   server.URL,
		CertificateAuthorityData: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
	}
	config.AuthInfos["admin"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["proxy"] = &clientcmdapi.Context{Cluster: "proxy", AuthInfo: "admin"}
	config.CurrentContext = "proxy"
	p.kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, p.kubeconfig); err != nil {
		t.Fatal(err)
	}
	return p
}

// connection is the key of a request's net.Conn in its context.
type connection struct{}

// request is a request of flux-probe.
type request struct {
	*http.Request
	proxy  *proxy
	body   []byte
	target target
	n      int  // 1 for the first request of its target
	again  bool // the same question was asked before
	ended  bool // by an answer, and not because flux-probe gave it up
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, incoming *http.Request) {
	body, err := io.ReadAll(incoming.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r := &request{Request: incoming, proxy: p, body: body, target: targetOf(incoming)}
	p.begin(r)
	defer p.end(r)
	if incoming.Header.Get("Authorization") != "Bearer "+token {
		p.violation("%s came without the bearer token", incoming.URL)
	}
	if d := p.disturbance; d != nil && d.hits(r) {
		p.lock.Lock()
		p.hits++
		p.lock.Unlock()
		p.handle(w, r)
		return
	}
	r.pass().write(w)
}

// hits reports whether the disturbance hits a request.
func (d *disturbance) hits(r *request) bool {
	return (d.on == everything || d.on == r.target) && d.when(r)
}

// begin counts a request.
func (p *proxy) begin(r *request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.asked[r.target]++
	p.asked[everything]++
	r.n = p.asked[r.target]
	if p.disturbance != nil && p.disturbance.on == everything {
		r.n = p.asked[everything]
	}
	question := sha256.Sum256([]byte(r.URL.Path + " " + string(r.body)))
	r.again = p.seen[question]
	p.seen[question] = true
	if r.target != reviews {
		return
	}
	p.open[r] = true
	if len(p.open) > concurrency {
		// What flux-probe gives up counts no longer, but word of that may come late.
		open := slices.Collect(maps.Keys(p.open))
		time.AfterFunc(100*time.Millisecond, func() { p.count(open) })
	}
}

// count counts the reviews that were in flight together, without those that were given up.
func (p *proxy) count(open []*request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	inFlight := 0
	for _, r := range open {
		if r.ended || r.Context().Err() == nil {
			inFlight++
		}
	}
	p.most = max(p.most, inFlight)
}

// end notes that a request is no longer in flight, at the latest when it is answered.
func (p *proxy) end(r *request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.open[r] {
		r.ended = r.Context().Err() == nil
		delete(p.open, r)
	}
}

// violation notes what flux-probe must not do.
func (p *proxy) violation(format string, args ...any) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if len(p.violations) < 5 {
		p.violations = append(p.violations, fmt.Sprintf(format, args...))
	}
}

// hitCount returns how many requests were hit.
func (p *proxy) hitCount() int {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.hits
}
