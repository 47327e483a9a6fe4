// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// aboutTenants are the sections about tenants: what a script looks at that changes nothing about the
// rights of Flux's own controllers, of which there are some three thousand to ask.
const aboutTenants = "--only=impersonation,tenants,isolation,references,identity,lockdown"

// probeTenants runs flux-probe, which has to end with the given status, and prints its findings. The sections are
// those about tenants unless a flag names others.
func probeTenants(ts *testscript.TestScript, args []string) error {
	status, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	flags := []string{"--output=json", aboutTenants}
	info := slices.Contains(args, "info")
	for _, arg := range args[1:] {
		switch {
		case arg == "info":
		case strings.HasPrefix(arg, "--only="):
			flags[1] = arg
		default:
			flags = append(flags, arg)
		}
	}
	cmd := exec.Command("flux-probe", flags...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "KUBECONFIG="+ts.Getenv("KUBECONFIG"))
	cmd.Stderr = ts.Stderr()
	report, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if err := printFindings(ts.Stdout(), report, info); err != nil {
		return err
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		return fmt.Errorf("exit status %d, want %d", got, status)
	}
	return nil
}

// findings prints what a saved JSON report says beside pass; with "info" also what is for information.
func findings(ts *testscript.TestScript, args []string) error {
	return printFindings(ts.Stdout(), []byte(ts.ReadFile(args[0])), slices.Contains(args[1:], "info"))
}

// printFindings writes a line for each finding beside pass, sorted. Scripts compare them whole, so that a
// cluster that is wrong in one way is known to fail in that way and no other.
func printFindings(w io.Writer, document []byte, info bool) error {
	var report probe.Report
	if err := json.Unmarshal(document, &report); err != nil {
		return fmt.Errorf("reading a report: %w", err)
	}
	var lines []string
	for _, f := range report.Findings {
		if f.Failed() && (info || f.Severity != matrix.Info) || f.Verdict == matrix.Exception || f.Verdict == matrix.Waived {
			lines = append(lines, line(f))
		}
	}
	slices.Sort(lines)
	for _, l := range slices.Compact(lines) {
		if _, err := io.WriteString(w, l+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// line is a finding in one line: what failed, whose right it is, what was asked or read, and where the
// check comes from.
func line(f probe.Finding) string {
	text := fmt.Sprintf("%s %s %s", f.Code, f.Severity, f.Verdict)
	if who := f.Subject.String(); who != "" {
		text += " " + who
	}
	if f.Access != nil {
		text += " " + f.Access.Verb + " " + f.Access.GroupResource()
		if f.Access.Name != "" {
			text += " " + f.Access.Name
		}
		if f.Access.Namespace != "" {
			text += " in " + f.Access.Namespace
		}
	}
	if f.Observed != "" {
		text += ": " + f.Observed
	}
	if from := strings.TrimSpace(f.Origin.Get().String() + " " + f.Origin.Get().Field); from != "" {
		text += " (" + from + ")"
	}
	return text
}
