// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/probe"
)

// Each message draws a frame, so that findings come in batches of what arrives within a frame.
const (
	frame    = 33 * time.Millisecond
	maxBatch = 4096
)

// stream is one asking: findings on their way from Session.Probe to the model.
type stream struct {
	indices  []int // places of the checks that are asked, in order
	fresh    bool
	marking  bool // verdicts that change are marked
	findings chan probe.Finding
	cancel   context.CancelFunc
	answered atomic.Int64
	needed   atomic.Int64
}

// batchMsg is what arrived within a frame; the last batch of a stream has done set.
type batchMsg struct {
	stream   *stream
	findings []probe.Finding
	done     bool
}

// newStream asks the checks at indices. Its goroutine ends with ctx, or after the last finding.
func newStream(ctx context.Context, wait *sync.WaitGroup, session Session, findings []probe.Finding, indices []int, fresh, marking bool) *stream {
	ctx, cancel := context.WithCancel(ctx)
	s := &stream{indices: indices, fresh: fresh, marking: marking, findings: make(chan probe.Finding, maxBatch), cancel: cancel}
	part := make([]probe.Finding, len(indices))
	for i, place := range indices {
		part[i] = findings[place]
		part[i].Index = i
	}
	ask := Ask{Fresh: fresh, Progress: func(answered, needed int) {
		s.answered.Store(int64(answered))
		s.needed.Store(int64(needed))
	}}
	wait.Go(func() {
		defer close(s.findings)
		for f := range session.Probe(ctx, part, ask) {
			f.Index = indices[f.Index]
			select {
			case s.findings <- f:
			case <-ctx.Done():
				return
			}
		}
	})
	return s
}

// next waits for a finding, then gathers what else arrives within a frame.
func (s *stream) next() tea.Msg {
	f, ok := <-s.findings
	if !ok {
		return batchMsg{stream: s, done: true}
	}
	batch, timer := batchMsg{stream: s, findings: []probe.Finding{f}}, time.NewTimer(frame)
	defer timer.Stop()
	for len(batch.findings) < maxBatch {
		select {
		case f, ok := <-s.findings:
			if !ok {
				batch.done = true
				return batch
			}
			batch.findings = append(batch.findings, f)
		case <-timer.C:
			return batch
		}
	}
	return batch
}
