// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// validateOutput refuses formats that do not exist, before anything is asked, and settles where the
// report goes. The terminal UI is the one output that stands alone.
func (o *options) validateOutput() error {
	if err := oneOf("color", o.color, []string{"auto", "always", "never"}); err != nil || len(o.outputs) == 0 {
		return err
	}
	if slices.Contains(o.outputs, tuiFormat) {
		if len(o.outputs) > 1 {
			return usagef("-o tui cannot be combined with other outputs: save the report from within, or leave it out")
		}
		o.output = tuiFormat
		return nil
	}
	destinations, err := ui.ParseOutputs(o.outputs)
	if unknown, ok := errors.AsType[*ui.UnknownFormatError](err); ok {
		return oneOf("output", unknown.Format, outputs())
	}
	if err != nil {
		return usagef("--output: %w", err)
	}
	o.destinations = destinations
	for _, d := range destinations {
		if d.File == "" {
			o.output = d.Format
		} else if err := writable(d); err != nil {
			return err
		}
	}
	return nil
}

// writable refuses a file in no folder before anything is asked, rather than after.
func writable(d ui.Output) error {
	folder := filepath.Dir(d.File)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return usagef("--output %q: there is no folder %s", d.Format+"="+d.File, folder)
	case err == nil && !info.IsDir():
		return usagef("--output %q: %s is no folder", d.Format+"="+d.File, folder)
	}
	if info, err := os.Stat(d.File); err == nil && info.IsDir() {
		return usagef("--output %q: %s is a folder; name a file in it", d.Format+"="+d.File, d.File)
	}
	return nil
}

// validateMatrixOutput refuses what only a report can be written as, or to.
func (o *options) validateMatrixOutput() error {
	if o.output != "" {
		if err := oneOf("output", o.output, ui.MatrixFormats()); err != nil {
			return err
		}
	}
	for _, d := range o.destinations {
		if d.File != "" {
			return usagef("--output %q: only a report can be written to a file; redirect standard output", d.Format+"="+d.File)
		}
	}
	return nil
}

// write prints the report to all outputs asked for, and to files alone with --quiet. A result that
// could not be written is an error of its own: a pipeline must not take half a report for a whole one.
func (o *options) write(s streams, r *probe.Report) error {
	destinations := o.destinations
	if len(destinations) == 0 {
		destinations = ui.Outputs{{Format: "table"}}
	}
	if o.quiet {
		destinations = slices.DeleteFunc(slices.Clone(destinations), func(d ui.Output) bool { return d.File == "" })
	}
	return destinations.Write(s.Out, r, o.uiOptions(s))
}

func (o *options) uiOptions(s streams) ui.Options {
	return ui.Options{Color: o.useColor(s.Out), ASCII: o.ascii, FailedOnly: o.failed, Width: width(s.Out)}
}
