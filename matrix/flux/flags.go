// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"strconv"
	"strings"
)

// Flags of the controllers that the checks read (flux2 v2.9.5 and the controllers that it ships).
const (
	flagNoCrossNamespaceRefs  = "no-cross-namespace-refs"
	flagNoRemoteBases         = "no-remote-bases"
	flagDefaultServiceAccount = "default-service-account"
	flagDefaultDecryption     = "default-decryption-service-account"
	flagDefaultKubeConfig     = "default-kubeconfig-service-account"
	flagSopsAgeSecret         = "sops-age-secret"
	flagInsecureExec          = "insecure-kubeconfig-exec"
	flagInsecureTLS           = "insecure-kubeconfig-tls"
	flagWatchAllNamespaces    = "watch-all-namespaces"
	flagWatchLabelSelector    = "watch-label-selector"
	flagFeatureGates          = "feature-gates"
)

// flags are the command line of a controller, read as pflag reads it.
type flags struct {
	values map[string]string
	gates  map[string]bool
}

// parseFlags reads --f=v, --f v and a bare boolean --f. The last of several wins, but feature gates
// add up. The command before the first flag, and a "--" of a wrapper such as tini, are passed over.
func parseFlags(args []string) flags {
	f := flags{values: map[string]string{}, gates: map[string]bool{}}
	args = skipCommand(args)
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			break
		}
		name, ok := strings.CutPrefix(arg, "--")
		if !ok {
			continue
		}
		name, value, given := strings.Cut(name, "=")
		switch {
		case given:
		case isBoolean(name):
			value = "true" // pflag never takes the next argument as a boolean's value
		case i+1 < len(args) && (isText(name) || !strings.HasPrefix(args[i+1], "-")):
			i++
			value = args[i]
		}
		if name == flagFeatureGates {
			f.addGates(value)
			continue
		}
		f.values[name] = value
	}
	return f
}

// skipCommand passes over "/sbin/tini -- source-controller" in front of the flags.
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

func (f flags) addGates(list string) {
	for gate := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(gate, "=")
		if on, err := strconv.ParseBool(strings.TrimSpace(value)); err == nil {
			f.gates[strings.TrimSpace(name)] = on
		}
	}
}

// text is the value of a flag, "" when it is not given.
func (f flags) text(name string) string { return f.values[name] }

// is says whether a boolean flag is on; byDefault holds when it is not given. A value that is no
// boolean stops the controller at its start, so that it says nothing: byDefault holds then too.
func (f flags) is(name string, byDefault bool) bool {
	on, err := strconv.ParseBool(f.values[name])
	if err != nil {
		return byDefault
	}
	return on
}

// isBoolean knows the boolean flags, which never take the next argument as their value.
func isBoolean(name string) bool {
	switch name {
	case flagNoCrossNamespaceRefs, flagNoRemoteBases, flagInsecureExec, flagInsecureTLS, flagWatchAllNamespaces,
		"enable-leader-election", "leader-election-release-on-cancel", "insecure-allow-http", "help":
		return true
	}
	return false
}

// isText knows flags that take the next argument whatever it looks like.
func isText(name string) bool {
	switch name {
	case flagDefaultServiceAccount, flagDefaultDecryption, flagDefaultKubeConfig, flagWatchLabelSelector, flagFeatureGates:
		return true
	}
	return false
}
