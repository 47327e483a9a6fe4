// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"regexp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// arguments returns the command and args of a container with $(VAR) replaced by the environment, as far as the
// Deployment itself defines it: plain values, the Pod's namespace and its ServiceAccount. Other references stay
// as they are, as the kubelet leaves references that it cannot resolve.
func arguments(c *corev1.Container, namespace, serviceAccount string) []string {
	env := make(map[string]string, len(c.Env))
	for _, e := range c.Env {
		switch {
		case e.ValueFrom == nil:
			env[e.Name] = expand(e.Value, env)
		case e.ValueFrom.FieldRef == nil:
		case e.ValueFrom.FieldRef.FieldPath == "metadata.namespace":
			env[e.Name] = namespace
		case e.ValueFrom.FieldRef.FieldPath == "spec.serviceAccountName":
			env[e.Name] = serviceAccount
		}
	}
	args := slices.Concat(c.Command, c.Args)
	for i, arg := range args {
		args[i] = expand(arg, env)
	}
	return args
}

// references matches what the kubelet expands in a command: $(NAME), where the name is all up to the first closing
// parenthesis, and $$.
var references = regexp.MustCompile(`\$\$|\$\([^)]*\)`)

// expand replaces $(NAME), and $$ by $, as k8s.io/api/core/v1 describes for Container.Args.
func expand(s string, env map[string]string) string {
	return references.ReplaceAllStringFunc(s, func(reference string) string {
		if reference == "$$" {
			return "$"
		}
		if value, defined := env[reference[2:len(reference)-1]]; defined {
			return value
		}
		return reference
	})
}
