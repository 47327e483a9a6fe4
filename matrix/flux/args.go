// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// arguments are the command and args of a container with $(VAR) replaced by the environment, as far
// as the Deployment itself tells it: plain values, the Pod's namespace and its ServiceAccount. A
// reference that it does not tell stays as it is written, which is what the kubelet does too.
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

// expand replaces $(NAME), and $$ by $, by the rules of Container.Args (k8s.io/api/core/v1).
func expand(s string, env map[string]string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(s, "$")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(strings.TrimPrefix(rest, "("), ")")
		value, told := env[name]
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			s = rest[1:]
		case strings.HasPrefix(rest, "(") && closed && told:
			b.WriteString(value)
			s = after
		default:
			b.WriteByte('$')
			s = rest
		}
	}
}
