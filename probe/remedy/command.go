// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Kubectl is a command about an object: kubectl -n billing VERB rolebinding deployer.
func Kubectl(verb string, o matrix.Origin) string {
	words := []string{"kubectl"}
	if o.Namespace != "" {
		words = append(words, "-n", safetext.Quote(o.Namespace))
	}
	return strings.Join(append(words, verb, safetext.Quote(strings.ToLower(o.Kind)), safetext.Quote(o.Name)), " ")
}
