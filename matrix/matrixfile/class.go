// SPDX-License-Identifier: Apache-2.0

package matrixfile

import "fmt"

// Class says what an access outside the namespaces of a tenant lets the tenant do, for kinds that flux-probe does not know.
// Classes of a file are looked at before the built-in ones, and the first that matches counts.
type Class struct {
	// Class of the access: becomes-account, runs-code, grants, changes-flux, reads-secrets, breaks-guards,
	// redirects-traffic, disturbs, unknown or harmless.
	Class string `json:"class"`
	// APIGroups of the resources, or *. "" is the core group, which is the default.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources in the plural, with the subresource if one is meant, or * for all resources and subresources.
	Resources []string `json:"resources"`
	// Verbs of the access. write stands for create, update, patch, delete and deletecollection, change for the first
	// three of them, and * for every verb.
	Verbs []string `json:"verbs"`
	// Namespaces limits the class to accesses there.
	Namespaces []string `json:"namespaces,omitempty"`
	// ResourceNames limits the class to accesses to these objects, and to all names at once.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// Because is one line for people that gives the reason.
	Because string `json:"because,omitempty"`
}

// class reports what a class lacks. Which classes there are is not known here.
func (d *decoding) class(field string, c Class) {
	d.require(field+".class", c.Class, "a class such as harmless")
	if len(c.Resources) == 0 {
		d.missing(field+".resources", "the resources that are of the class")
	}
	if len(c.Verbs) == 0 {
		d.missing(field+".verbs", "verbs such as write")
	}
	for list, values := range map[string][]string{"resources": c.Resources, "verbs": c.Verbs, "namespaces": c.Namespaces, "resourceNames": c.ResourceNames} {
		for i, value := range values {
			if value == "" {
				d.mistake(fmt.Sprintf("%s.%s[%d]", field, list, i), "the value is empty: leave out the list to mean all")
			}
		}
	}
}
