// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// FuzzFlags compares what is read of a command line with what pflag gives a controller that declares the flags
// with their types, and the expansion of references with one that goes character by character.
func FuzzFlags(f *testing.F) {
	for _, args := range []string{
		"", "--default-service-account\na", "--default-service-account=a\n--default-service-account=", "--no-cross-namespace-refs\nfalse",
		"--no-cross-namespace-refs=1\n--no-cross-namespace-refs=F", "--watch-all-namespaces=false\n--\n--watch-all-namespaces", "-v\n3\n--help",
		"--feature-gates=A=true,B=false\n--feature-gates\nA=false", "--unknown\n--default-service-account\n-x", "--default-service-account=$(A)",
		"$(A)$$(A)$(B", "$($(A))", "$$$(A)", "$(A)$(A", "$)($", "/sbin/tini\n--\nkustomize-controller\n--no-cross-namespace-refs",
	} {
		f.Add(args, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		args := strings.Split(text, "\n")
		env := map[string]string{"A": value}
		// The value of a variable is expanded itself.
		container := &corev1.Container{Args: args, Env: []corev1.EnvVar{{Name: "A", Value: strings.ReplaceAll(value, "$", "$$")}}}
		expanded := arguments(container, "flux-system", "default")
		for i, arg := range args {
			if want := kubelet(arg, env); expanded[i] != want {
				t.Errorf("%q with A=%q is %q, want %q", arg, value, expanded[i], want)
			}
		}
		if again := expand(strings.ReplaceAll(text, "$", "$$"), env); again != text {
			t.Errorf("%q with every $ doubled is %q", text, again)
		}

		got := ParseFlags(args)
		if again := ParseFlags(append(skipCommand(args), "--feature-gates=Fuzzed=true")); !reachesEnd(args) && !again.Gates["Fuzzed"] {
			t.Errorf("%q hides the flags after it", args)
		}
		theirs, ok := starts(skipCommand(args))
		if !ok {
			return // the controller does not start
		}
		theirs.VisitAll(func(flag *pflag.Flag) {
			switch known, _ := facts.Load().Flags.Flag(flag.Name); known.Kind {
			case facts.FlagText:
				if got.Text(flag.Name) != flag.Value.String() {
					t.Errorf("%q: --%s is %q, want %q", args, flag.Name, got.Text(flag.Name), flag.Value)
				}
			case facts.FlagBool:
				if got.Is(flag.Name, false) != (flag.Value.String() == "true") {
					t.Errorf("%q: --%s is %v, want %s", args, flag.Name, got.Is(flag.Name, false), flag.Value)
				}
			}
		})
	})
}

// starts parses args as a controller that declares all known flags does, and that ignores others; false when
// it would not start.
func starts(args []string) (*pflag.FlagSet, bool) {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.ParseErrorsAllowlist.UnknownFlags = true
	set.SetOutput(io.Discard)
	for _, flag := range facts.Load().Flags.Flags {
		if flag.Kind == facts.FlagBool {
			set.Bool(flag.Name, false, "")
		} else {
			set.String(flag.Name, "", "")
		}
	}
	return set, set.Parse(args) == nil
}

// reachesEnd reports whether a flag that follows args would not be read as one: they end the flags, end with a flag
// that takes it as its value, or cannot be parsed to their end.
func reachesEnd(args []string) bool {
	set, ok := starts(append(skipCommand(args), "--feature-gates=Fuzzed=true"))
	return !ok || set.Lookup("feature-gates").Value.String() != "Fuzzed=true"
}

// kubelet expands references one character after the other.
func kubelet(text string, env map[string]string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		end := strings.IndexByte(text[i:], ')')
		switch {
		case text[i+1] == '$':
			b.WriteByte('$')
			i++
		case text[i+1] == '(' && end > 0:
			if value, ok := env[text[i+2:i+end]]; ok {
				b.WriteString(value)
			} else {
				b.WriteString(text[i : i+end+1])
			}
			i += end
		default:
			b.WriteByte('$')
		}
	}
	return b.String()
}
