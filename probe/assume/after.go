// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"maps"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// After is what would be read after some assumptions.
type After struct {
	*snapshot.Snapshot
	NotKnown []matrix.Gap // what of the assumptions is not in the snapshot, and why

	objects map[model.Entry]model.Live // what the assumptions apply or delete, of any kind
	emptied map[string]bool            // namespaces that they delete
}

func newAfter() *After {
	return &After{objects: map[model.Entry]model.Live{}, emptied: map[string]bool{}}
}

// Changes reports whether an assumption applies or deletes an object.
func (a *After) Changes(e model.Entry) bool {
	_, changed := a.objects[e]
	return changed || a.emptied[e.Namespace]
}

// Live returns what would be read of an object, of which now is read before the assumptions.
func (a *After) Live(e model.Entry, now model.Live) model.Live {
	then, changed := a.objects[e]
	switch {
	case changed && then.Exists && now.Exists && !a.emptied[e.Namespace]:
		annotations := maps.Clone(now.Annotations)
		if annotations == nil {
			annotations = map[string]string{}
		}
		maps.Copy(annotations, then.Annotations)
		return model.Live{Exists: true, Labels: owned(now.Labels, then.Labels), Annotations: annotations}
	case changed:
		return then
	case a.emptied[e.Namespace]:
		return model.Live{}
	default:
		return now
	}
}

// apply notes objects that are applied.
func (a *After) apply(objects []snapshot.Planned) {
	for _, o := range objects {
		a.objects[model.EntryOf(o)] = model.Live{Exists: true, Labels: o.Labels, Annotations: o.Annotations}
	}
}

// delete notes an object that is deleted, with all that is in it if it is a Namespace.
func (a *After) delete(e model.Entry) {
	a.objects[e] = model.Live{}
	if e.Group != "" || e.Kind != "Namespace" {
		return
	}
	a.emptied[e.Name] = true
	maps.DeleteFunc(a.objects, func(in model.Entry, _ model.Live) bool { return in.Namespace == e.Name })
}
