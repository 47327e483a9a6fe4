// SPDX-License-Identifier: Apache-2.0

package refusal

// Applied is an object that a text of Flux is about.
type Applied struct{ Kind, Namespace, Name string }

// String is Kind namespace/name.
func (a Applied) String() string {
	if a.Namespace == "" {
		return a.Kind + " " + a.Name
	}
	return a.Kind + " " + a.Namespace + "/" + a.Name
}

// applying matches the words of fluxcd/pkg ssa/errors before an error: Deployment/apps/web dry-run failed.
var applying = wrapped(`\b([A-Z][A-Za-z0-9]*)/(?:([a-z0-9-]+)/)?([A-Za-z0-9.:_-]+) (?:dry-run failed|apply failed|delete failed|not found: |namespace not specified: )`)

// Applying returns the object that Flux could not apply or delete, by its own words; false when the text names none, or
// more than one.
func Applying(text string) (Applied, bool) {
	var found Applied
	for _, m := range applying().FindAllStringSubmatch(Plain(text), -1) {
		a := Applied{m[1], m[2], m[3]}
		if found.Name != "" && a != found {
			return Applied{}, false
		}
		found = a
	}
	return found, found.Name != ""
}
