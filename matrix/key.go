// SPDX-License-Identifier: Apache-2.0

package matrix

import "unique"

// AccessKey identifies an Access in less than half its room: a cluster is asked about hundreds of thousands
// of accesses, which have few verbs and resources. It is comparable.
type AccessKey struct {
	what            unique.Handle[Access] // without the namespace and the name
	namespace, name string
}

// Key returns the AccessKey of a.
func (a Access) Key() AccessKey {
	k := AccessKey{namespace: a.Namespace, name: a.Name}
	a.Namespace, a.Name = "", ""
	k.what = unique.Make(a)
	return k
}

// ReviewKey identifies a Review in a third of its room. It is comparable.
type ReviewKey struct {
	subject Shared[Subject]
	access  AccessKey
}

// Key returns the ReviewKey of r.
func (r Review) Key() ReviewKey { return ReviewKey{r.Subject, r.Access.Key()} }
