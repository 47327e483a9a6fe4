// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

// screenWriter takes what the program draws; drawn is closed at the first bytes.
type screenWriter struct {
	mu    sync.Mutex
	b     bytes.Buffer
	drawn chan struct{}
}

func (w *screenWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.b.Len() == 0 {
		close(w.drawn)
	}
	return w.b.Write(p)
}

// TestStart runs the program: a key ends it, the terminal is left as it was, and the report is that
// of the run.
func TestStart(t *testing.T) {
	for _, test := range []struct {
		name, key string
		want      error
	}{{"quit", "q", nil}, {"interrupt", "\x03", ErrInterrupted}} {
		t.Run(test.name, func(t *testing.T) {
			in, keys := io.Pipe()
			defer func() { _ = keys.Close() }()
			out := &screenWriter{drawn: make(chan struct{})}
			go func() {
				<-out.drawn
				_, _ = io.WriteString(keys, test.key)
			}()
			r := &rights{refused: noLeases}
			session := r.session(sample())
			if test.want != nil { // it is interrupted before the last answer
				session.Probe = func(ctx context.Context, _ []probe.Finding, _ Ask) iter.Seq[probe.Finding] {
					return func(func(probe.Finding) bool) { <-ctx.Done() }
				}
			}
			report, err := Start(t.Context(), session, sample(), Options{Input: in, Output: out})
			if !errors.Is(err, test.want) || report == nil || report.Summary.Checks != 41 {
				t.Fatalf("report %+v, error %v", report, err)
			}
			if interrupted := test.want != nil; interrupted && !report.Interrupted {
				t.Error("the report does not say that the run was interrupted")
			}
			if on, off := strings.Count(out.b.String(), "\x1b[?1049h"), strings.Count(out.b.String(), "\x1b[?1049l"); on != off {
				t.Errorf("the alternate screen is entered %d times and left %d times", on, off)
			}
		})
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, keys := io.Pipe()
	defer func() { _ = keys.Close() }()
	out := &screenWriter{drawn: make(chan struct{})}
	go func() { <-out.drawn; cancel() }()
	report, err := Start(ctx, (&rights{}).session(sample()), sample(), Options{Input: in, Output: out})
	if !errors.Is(err, ErrInterrupted) || !report.Interrupted {
		t.Errorf("report %+v, error %v", report, err)
	}
}
