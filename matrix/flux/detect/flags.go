// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Flags is the command line of a controller, as pflag reads it. Flags that are not known are ignored.
type Flags struct {
	values map[string]string
	Gates  map[string]bool // the feature gates that are set
}

// ParseFlags reads the arguments of a controller. The last of several equal flags wins, but feature gates add up.
func ParseFlags(args []string) Flags {
	f := Flags{values: map[string]string{}, Gates: map[string]bool{}}
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.ParseErrorsAllowlist.UnknownFlags = true
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	for _, flag := range facts.Load().Flags.Flags {
		v := &value{name: flag.Name, kind: flag.Kind, flags: f}
		declared := set.VarPF(v, flag.Name, "", "")
		if flag.Kind == facts.FlagBool {
			declared.NoOptDefVal = "true"
		}
	}
	// An error stops the controller at its start, and pflag here: what comes before it is known all the same.
	_ = set.Parse(skipCommand(args))
	return f
}

// value is a declared flag, which sets its part of flags.
type value struct {
	name, kind string
	flags      Flags
}

func (v *value) String() string { return "" }

func (v *value) Type() string { return v.kind }

// Set never fails: a value that is not a boolean counts as none.
func (v *value) Set(text string) error {
	if v.kind != facts.FlagGates {
		v.flags.values[v.name] = text
		return nil
	}
	for gate := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(gate, "=")
		if on, err := strconv.ParseBool(strings.TrimSpace(value)); err == nil {
			v.flags.Gates[strings.TrimSpace(name)] = on
		}
	}
	return nil
}

// Text returns the value of a flag, "" when it is not set.
func (f Flags) Text(name string) string { return f.values[name] }

// Is reports whether a boolean flag is on. The default holds when the flag is not set, and when its value is not
// a boolean: the controller does not start with such a value.
func (f Flags) Is(name string, byDefault bool) bool {
	on, err := strconv.ParseBool(f.values[name])
	if err != nil {
		return byDefault
	}
	return on
}

// Set reports whether a flag is set to something: a boolean that is on, or a text.
func (f Flags) Set(flag facts.Flag) bool {
	if flag.Kind == facts.FlagBool {
		return f.Is(flag.Name, false)
	}
	return f.Text(flag.Name) != ""
}

// skipCommand leaves out a command before the flags, such as /sbin/tini -- source-controller.
func skipCommand(args []string) []string {
	for len(args) > 1 {
		wrapper := args[0] == "--" && !strings.HasPrefix(args[1], "-")
		if strings.HasPrefix(args[0], "-") && !wrapper {
			return args
		}
		args = args[1:]
	}
	return args
}
