// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"time"
)

// progress is a line on standard error that says what goes on, on a terminal only.
type progress struct {
	out   io.Writer // nil when nothing is shown
	start time.Time
	last  time.Time
}

// frame is the least time between two updates of the line.
const frame = 100 * time.Millisecond

func newProgress(o *options, s streams) *progress {
	p := &progress{start: time.Now()}
	if isTerminal(s.Err) && !o.quiet {
		p.out = s.Err
	}
	return p
}

// say replaces the line.
func (p *progress) say(format string, args ...any) {
	if p.out != nil {
		_, _ = fmt.Fprintf(p.out, "\r\x1b[K"+format, args...)
	}
}

// reviews says how far the asking is, at most ten times a second.
func (p *progress) reviews(answered, needed int) {
	if p.out == nil || time.Since(p.last) < frame {
		return
	}
	p.last = time.Now()
	p.say("%d / %d reviews · %d s", answered, needed, int(time.Since(p.start).Seconds()))
}

// done takes the line away.
func (p *progress) done() { p.say("") }
