// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"encoding/json"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// op is an operation of a JSON patch (RFC 6902).
type op struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// resourceOf is the kind as kubectl takes it.
func resourceOf(kind string) string { return strings.ToLower(kind) }

// patchCommand patches an object.
func patchCommand(o matrix.Origin, ops ...op) string {
	return remedy.Kubectl("patch", o) + " --type=json -p " + safetext.Quote(encode(ops))
}

// encode returns a patch as JSON. It is made of strings, lists and maps, which can always be encoded.
func encode(patch any) string {
	text, err := json.Marshal(patch)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// createBinding creates a binding of a role to subjects.
func createBinding(o matrix.Origin, role matrix.Origin, subjects ...matrix.Subject) string {
	command := remedy.Kubectl("create", o) + " --" + resourceOf(role.Kind) + "=" + safetext.Quote(role.Name)
	for _, s := range subjects {
		switch s.Kind {
		case matrix.KindServiceAccount:
			command += " --serviceaccount=" + safetext.Quote(s.Namespace+":"+s.Name)
		case matrix.KindGroup:
			command += " --group=" + safetext.Quote(s.Name)
		default:
			command += " --user=" + safetext.Quote(s.Name)
		}
	}
	return command
}
