// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// Within narrows a matrix to what can be asked by someone who may ask about one namespace only
// (LocalSubjectAccessReview answers for its own namespace, and for no non-resource URL). A question
// about all namespaces becomes one about that namespace; cluster-scoped resources, other namespaces
// and paths are left out, and said to be, section by section.
func Within(m *matrix.Matrix, s *Snapshot, namespace string) *matrix.Matrix {
	x := newIndex(s)
	narrowed := &matrix.Matrix{NotAsked: m.NotAsked}
	left := map[string]int{}
	var sections []string
	for _, e := range m.Expectations {
		ways, ok := x.within(e.Ways, namespace)
		switch {
		case e.Settled != "":
			narrowed.Expectations = append(narrowed.Expectations, e)
		case ok:
			e.Ways = ways
			narrowed.Expectations = append(narrowed.Expectations, e)
		default:
			if left[e.Section] == 0 {
				sections = append(sections, e.Section)
			}
			left[e.Section]++
		}
	}
	why := fmt.Sprintf("the asker may only create localsubjectaccessreviews in namespace %s", namespace)
	for _, section := range sections {
		narrowed.NotAsked = append(narrowed.NotAsked, matrix.Gap{
			Section: section, What: fmt.Sprintf("%d checks outside namespace %s", left[section], namespace), Why: why,
		})
	}
	if len(narrowed.Expectations) > 0 {
		narrowed.NotAsked = append(narrowed.NotAsked, matrix.Gap{
			Section: narrowed.Expectations[0].Section, What: "rights in all namespaces: asked in namespace " + namespace + " only", Why: why,
		})
	}
	return narrowed
}

// within rewrites the ways to the namespace. Ways that reach beyond it fall away; it is false when
// none is left.
func (x *index) within(ways [][]matrix.Review, namespace string) ([][]matrix.Review, bool) {
	var kept [][]matrix.Review
	for _, way := range ways {
		narrowed := make([]matrix.Review, 0, len(way))
		for _, review := range way {
			a := review.Attributes
			if a.Namespace == "" && a.Path == "" && x.namespaced(a) {
				review.Attributes.Namespace = namespace
			}
			if review.Attributes.Namespace != namespace {
				break
			}
			narrowed = append(narrowed, review)
		}
		if len(narrowed) == len(way) {
			kept = append(kept, narrowed)
		}
	}
	return kept, len(kept) > 0
}

// namespaced says whether a question without a namespace can be asked in one: the resource lives in
// namespaces, or discovery does not know it, as the literal "*".
func (x *index) namespaced(a matrix.Attributes) bool {
	if r, ok := x.resource(a.Group, a.Resource, a.Subresource); ok {
		return r.Namespaced
	}
	if r, ok := x.resource(a.Group, a.Resource, ""); ok {
		return r.Namespaced
	}
	return true
}
