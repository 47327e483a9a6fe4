// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// styleFlags choose how text looks.
type styleFlags struct {
	color string
	ascii bool
}

func (f *styleFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.color, "color", "auto", "Use colour: auto, always or never; auto respects NO_COLOR")
	cmd.Flags().BoolVar(&f.ascii, "ascii", false, "Use only ASCII marks")
	complete(cmd, "color", choices(ui.ColorModes()))
}

func (f *styleFlags) Validate(*program, *cobra.Command) error {
	return oneOf("color", f.color, ui.ColorModes())
}

func (f *styleFlags) options(p *program) ui.Options {
	width, height := ui.TerminalSize(p.Out)
	return ui.Options{Color: ui.UseColor(f.color, p.Out), ASCII: f.ascii, Width: width, Height: height, Program: p.name}
}

// formatFlags choose the format of a command that prints one document.
type formatFlags struct {
	styleFlags
	formats []string // that the command knows
	output  string
}

func (f *formatFlags) Add(cmd *cobra.Command) {
	f.styleFlags.Add(cmd)
	cmd.Flags().StringVarP(&f.output, "output", "o", "table", "Format: "+strings.Join(f.formats, ", "))
	complete(cmd, "output", choices(f.formats))
}

func (f *formatFlags) Validate(p *program, cmd *cobra.Command) error {
	if format, file, ok := strings.Cut(f.output, "="); ok && slices.Contains(f.formats, format) {
		return usagef("--output %q: only a report can be written to a file; redirect standard output to %s", f.output, cmp.Or(file, "one"))
	}
	return cmp.Or(oneOf("output", f.output, f.formats), f.styleFlags.Validate(p, cmd))
}

// reportFlags choose where a report goes, and in which formats.
type reportFlags struct {
	styleFlags
	outputs      []string
	failed       bool
	mouse        bool
	byDefault    string // describes the output when no format is given
	exits        bool   // the exit status is a result of its own, which --quiet leaves alone
	quiet        bool
	saved        bool       // the report was made by an earlier run
	change       bool       // the report is about a change, whose files -f names
	tui          bool       // -o tui was given
	destinations ui.Outputs // read by Validate; empty when no format was given

	// The flags of the call that its next command needs as well, as they are typed.
	target, choice string
	secret         bool // a token or password was given
}

// tuiFormat is the -o of the terminal UI.
const tuiFormat = "tui"

func reportFormats() []string { return append([]string{tuiFormat}, ui.Formats()...) }

func (f *reportFlags) Add(cmd *cobra.Command) {
	f.styleFlags.Add(cmd)
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "Format, or FORMAT=FILE; repeatable: "+strings.Join(reportFormats(), ", ")+" (default "+f.byDefault+")")
	flags.BoolVar(&f.mouse, "mouse", true, "Let the terminal UI use the mouse; false keeps the terminal's own text selection")
	flags.BoolVar(&f.failed, "failed", false, "Show only failed checks")
	complete(cmd, "output", formatOrFile(reportFormats()))
	if f.exits {
		flags.BoolVarP(&f.quiet, "quiet", "q", false, "Print only errors; the exit status is the result")
	}
}

// Validate refuses formats and files that cannot be written, before anything is asked.
func (f *reportFlags) Validate(p *program, cmd *cobra.Command) error {
	names := targetNames
	if f.change {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "filename" })
	}
	f.target, f.choice = typedFlags(cmd, names), typedFlags(cmd, choiceNames)
	f.secret = typedFlags(cmd, []string{"token", "password"}) != ""
	if err := f.styleFlags.Validate(p, cmd); err != nil || len(f.outputs) == 0 {
		return err
	}
	if i := slices.IndexFunc(f.outputs, func(o string) bool { return strings.HasPrefix(o, tuiFormat+"=") }); i >= 0 {
		return usagef("--output %q: the terminal UI cannot be written to a file", f.outputs[i])
	}
	if f.tui = slices.Contains(f.outputs, tuiFormat); f.tui {
		switch {
		case len(f.outputs) > 1:
			return usagef("-o tui cannot be combined with other outputs: save the report from within, or leave it out")
		case !ui.IsTerminal(p.In) || !ui.IsTerminal(p.Out):
			return usagef("-o tui needs a terminal for input and output (and TERM not dumb); use -o table")
		}
		return nil
	}
	destinations, err := ui.ParseOutputs(f.outputs)
	if unknown, ok := errors.AsType[*ui.UnknownFormatError](err); ok {
		return oneOf("output", unknown.Format, reportFormats())
	}
	if err = cmp.Or(err, destinations.Check()); err != nil {
		return usagef("--output: %w", err)
	}
	f.destinations = destinations
	return nil
}

// write prints the report to all outputs, and only to files with --quiet. A report that could not be
// written is an error: a pipeline must not take half a report for a whole one.
func (f *reportFlags) write(p *program, r *probe.Report) error {
	destinations := f.destinations
	if len(destinations) == 0 {
		destinations = ui.Outputs{{Format: "table"}}
	}
	if f.quiet {
		destinations = slices.DeleteFunc(slices.Clone(destinations), func(d ui.Output) bool { return d.File == "" })
	}
	return destinations.Write(p.Out, r, f.options(p, r))
}

func (f *reportFlags) options(p *program, r *probe.Report) ui.Options {
	o := f.styleFlags.options(p)
	o.FailedOnly, o.Saved = f.failed, f.saved
	o.Flags, o.Next = f.target, f.nextCommand(p, r)
	if f.saved && r.Source == probe.FromDemo {
		o.Program += " demo"
	}
	return o
}
