// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// The kinds of nodes between accounts and goals. A namespace of everywhere stands for all of them.
const (
	anyAccount  = "any account"   // that exists in a namespace
	anyIdentity = "any identity"  // the same, and accounts that are only named: nobody checks that they exist
	anyPod      = "any pod"       // that runs in a namespace
	anyUser     = "any user"      // that is bound
	certified   = "certified"     // who a certificate can be for
	anyGroup    = "any group"     // that is bound
	applied     = "applied"       // what objects of a kind in a namespace apply
	unnamed     = "names none"    // what objects of a kind apply that name no account
	content     = "content"       // of a source, ConfigMap or Secret, by resource; all of a namespace without a name
	secretsOf   = "secrets"       // to read those of a namespace, or one
	repository  = "repository of" // to push to the repositories of a namespace
	role        = "role"          // what a role allows in a scope
	named       = "named"         // the accounts of a name in all namespaces
	goalKind    = "goal"
)

func (b *builder) account(s matrix.Subject) paths.Node { return b.graph.Account(s) }

func (b *builder) node(kind, namespace, name string) paths.Node {
	return b.graph.Node(paths.Key{Kind: kind, Namespace: namespace, Name: name})
}

func (b *builder) goal(name, of string) paths.Node {
	return b.graph.Node(paths.Key{Kind: goalKind, Namespace: of, Name: name})
}

// contentOf is the node of a source, ConfigMap or Secret; of all in a namespace when name is "".
func (b *builder) contentOf(resource, namespace, name string) paths.Node {
	return b.node(content+" "+resource, namespace, name)
}
