// SPDX-License-Identifier: Apache-2.0

package refusal

// Reference is an object in another namespace that a controller of Flux refused to read.
type Reference struct {
	Kind, Namespace, Name string
	ByACL                 bool // accessFrom of the object does not let the namespace in; else a flag of the controller blocks all
}

// String is Kind namespace/name.
func (r Reference) String() string { return r.Kind + " " + r.Namespace + "/" + r.Name }

// blocked matches the words of kustomize-controller, source-watcher and image-automation-controller ("can't access
// 'Kind/ns/name', cross-namespace references have been blocked"), of helm-controller ("cross-namespace references are
// not allowed: cannot access HelmChart ns/name"), and of the access control of image-reflector-controller.
var blocked = compiled(
	`(can'?t|cannot) access '?([A-Za-z]+)[/ ]([a-z0-9.-]+)/([a-z0-9.-]*[a-z0-9])'?(, cross-namespace references have been blocked)?` +
		`|'?([A-Za-z]+)[/ ']+([a-z0-9.-]+)/([a-z0-9.-]*[a-z0-9])'? can't be accessed due to`)

var blocking = compiled(`cross-namespace references (?:have been blocked|are not allowed)|due to (?:missing )?ACL labels`)

// Blocked returns every such reference in a text, in order, each once.
func Blocked(text string) []Reference {
	plain := Plain(text)
	if !blocking().MatchString(plain) {
		return nil
	}
	var found []Reference
	seen := map[Reference]bool{}
	for _, m := range blocked().FindAllStringSubmatch(plain, -1) {
		r := Reference{Kind: m[2] + m[6], Namespace: m[3] + m[7], Name: m[4] + m[8], ByACL: m[6] != ""}
		if !seen[r] {
			seen[r] = true
			found = append(found, r)
		}
	}
	return found
}
