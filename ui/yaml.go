// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/probe"
)

// writeYAML prints the document itself, with the fields in order of name.
func writeYAML(b *bytes.Buffer, r *probe.Report, _ Options) error { return encodeYAML(b, document(r)) }

func encodeYAML(b *bytes.Buffer, document any) error {
	text, err := yaml.Marshal(document)
	if err != nil {
		return err
	}
	_, err = b.Write(text)
	return err
}
