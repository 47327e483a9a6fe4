// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// What the linker stamps into a release (-X main.stampedVersion=v1.2.3); empty in other builds.
var stampedVersion, stampedCommit, stampedDate string

// build says which flux-probe this is. Its fields are only ever added.
type build struct {
	Version  string `json:"version"`            // of the release or module, v1.2.3; else devel
	Commit   string `json:"commit,omitempty"`   // that it was built from, where that is known
	Date     string `json:"date,omitempty"`     // of the commit, in RFC 3339, so that builds can be compared
	Modified bool   `json:"modified,omitempty"` // the commit was not all that it was built from
	Go       string `json:"go"`                 // the version of the compiler
	Platform string `json:"platform"`           // GOOS/GOARCH
}

// readBuild returns what is stamped, and else what the go command noted: the version of the module as go
// install fetched it, or the commit of the checkout.
func readBuild() build {
	b := build{Version: stampedVersion, Commit: stampedCommit, Date: stampedDate, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "(devel)" {
		b.Version = cmp.Or(b.Version, info.Main.Version)
	}
	b.Version = cmp.Or(b.Version, "devel")
	if !ok || stampedCommit != "" {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Date = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// write prints b in a format of versionFormats.
func (b build) write(w io.Writer, format string) error {
	var text []byte
	var err error
	switch format {
	case "json":
		text, err = json.MarshalIndent(b, "", "  ")
	case "yaml":
		text, err = yaml.Marshal(b)
	default:
		text = []byte("flux-probe " + b.Version)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, strings.TrimSuffix(string(text), "\n"))
	return err
}

var versionFormats = []string{"text", "json", "yaml"}

// versionFlags choose how the version is printed.
type versionFlags struct{ output string }

func (f *versionFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.output, "output", "o", "text", "Format: "+strings.Join(versionFormats, ", "))
	complete(cmd, "output", choices(versionFormats))
}

func (f *versionFlags) Validate(*program, *cobra.Command) error {
	return oneOf("output", f.output, versionFormats)
}

func newVersionCommand(p *program) *cobra.Command {
	var flags versionFlags
	return p.command(&cobra.Command{
		Use:   "version",
		Short: "Print the version of flux-probe",
		Args:  noArguments,
	}, func(context.Context, []string) error {
		return readBuild().write(p.Out, flags.output)
	}, &flags)
}

// addVersionFlag makes root print its version. Cobra would by a template, and what templates need is a fifth
// of the program.
func addVersionFlag(root *cobra.Command, p *program) {
	run := root.RunE
	asked := root.Flags().BoolP("version", "v", false, "Print the version and exit")
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *asked {
			return readBuild().write(p.Out, "text")
		}
		return run(cmd, args)
	}
}
