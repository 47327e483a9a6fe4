// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCalledAs(t *testing.T) {
	for path, want := range map[string]string{
		"flux-probe":                                         "flux-probe",
		"/usr/local/bin/flux-probe":                          "flux-probe",
		"/usr/local/bin/kubectl-flux_probe":                  "kubectl flux-probe",
		"/home/me/.fluxcd/plugins/flux-probe":                "flux probe",
		"/home/me/plugins/flux-probe":                        "flux-probe",
		"/home/me/.fluxcd/plugins/bin/flux-probe":            "flux-probe",
		"/tmp/go-build1/b001/flux-probe.test":                "flux-probe",
		"/home/me/.krew/store/flux-probe/kubectl-flux_probe": "kubectl flux-probe",
	} {
		if got := calledAs(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	t.Setenv("FLUXCD_PLUGINS", "/opt/flux/")
	for path, want := range map[string]string{
		"/opt/flux/flux-probe":                "flux probe",
		"/home/me/.fluxcd/plugins/flux-probe": "flux-probe", // the Flux CLI looks in one folder only
	} {
		if got := calledAs(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// TestNameOfThePlugin looks for the name that the user called in usage, errors, hints and the next steps
// of findings.
func TestNameOfThePlugin(t *testing.T) {
	t.Setenv("FLUXCD_PLUGINS", "")
	for path, name := range map[string]string{"/bin/kubectl-flux_probe": "kubectl flux-probe", "/home/me/.fluxcd/plugins/flux-probe": "flux probe"} {
		for args, want := range map[string]string{
			"--help":             "  " + name + " show report.json\n",
			"show --help":        "  " + name + " show FILE",
			"completion --help":  "  " + name + " completion kubectl ~/.local/bin\n",
			"completion bash":    name + ": completion takes the name of a shell: kubectl\n",
			"explain":            name + ": explain takes an account, a verb and a resource, or an object, or a code; see " + name + " explain --help\n",
			"demo -o wide":       "next: " + name + " demo fix --service-account ",
			"demo -o markdown":   name + " demo fix --service-account ",
			"demo -o csv":        "," + name + " demo explain ",
			"demo -o wide -n hr": name + ": there is no namespace \"hr\"",
		} {
			var out bytes.Buffer
			run(path, strings.Fields(args), streams{In: strings.NewReader(""), Out: &out, Err: &out})
			if got := out.String(); !strings.Contains(got, want) {
				t.Errorf("%s %s: want %q in it\n%s", path, args, want, got)
			}
			if own := strings.ReplaceAll(out.String(), name, ""); strings.Contains(own, "flux-probe explain") || strings.Contains(own, "flux-probe fix") || strings.Contains(own, "flux-probe --") {
				t.Errorf("%s %s: a command is not as the user types it\n%s", path, args, own)
			}
		}
	}
}
