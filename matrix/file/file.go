// SPDX-License-Identifier: Apache-2.0

// Package file is the YAML form of the matrix: what people expect beyond what is derived, what they
// change of it, and what they accept.
//
//	files ──Parse──▶ Set ──▶ matrix/flux expands its Expectations on a cluster
//	                  └────▶ Set.Apply puts its Overrides and Waivers on a matrix.Matrix
//	matrix.Matrix ──Of──▶ Document, to be printed and edited
//
// The package reads what it is given and does no I/O of its own.
package file

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// APIVersion and Kind identify a Document.
const (
	APIVersion = "flux-probe/v1alpha1"
	Kind       = "PermissionMatrix"
)

// Document is one PermissionMatrix. Its fields are only ever added.
type Document struct {
	// APIVersion is flux-probe/v1alpha1.
	APIVersion string `json:"apiVersion"`
	// Kind is PermissionMatrix.
	Kind string `json:"kind"`
	// Expectations are rights that must be there, or must not.
	Expectations []Entry `json:"expectations,omitempty"`
	// Overrides change built-in checks.
	Overrides []Override `json:"overrides,omitempty"`
	// Waivers accept findings, for a reason and a time.
	Waivers []Waiver `json:"waivers,omitempty"`
}

// Entry is what is expected of subjects: each of them is checked for each access.
type Entry struct {
	// Subjects are who the entry is about.
	Subjects []Subject `json:"subjects"`
	// Access is what they must be able to do, or must not: the product of its lists, a check each.
	Access []Access `json:"access,omitempty"`
	// Ways stand in place of access where one right can be held in several ways. It is one check: it
	// is allowed when all of some way is.
	Ways [][]Access `json:"ways,omitempty"`
	// Expect is allow or deny.
	Expect matrix.Effect `json:"expect"`
	// Because is one line for people: why it is expected.
	Because string `json:"because,omitempty"`
	// Severity is what a failure means: error, which is the default, warning or info.
	Severity matrix.Severity `json:"severity,omitempty"`
	// When limits the entry to some versions.
	When *Condition `json:"when,omitempty"`
	// Optional leaves out what the cluster does not know, which is a mistake otherwise.
	Optional bool `json:"optional,omitempty"`
	// Literal asks for * as it stands, as only a rule with * grants it. By default a * that must be
	// denied also stands for all that the cluster serves.
	Literal bool `json:"literal,omitempty"`
	// Code is what the check is reported under, with its section; FP901 when empty.
	Code string `json:"code,omitempty"`
	// Hint is one line for people: what to do when the check fails.
	Hint string `json:"hint,omitempty"`
	// Refused is the verdict on a right that is expected and not allowed, in place of missing: exception.
	Refused matrix.Verdict `json:"refused,omitempty"`
}

// Subject is who is asked about. For a ServiceAccount, * in names stands for any text, and labels can
// select; what is selected is what exists when the cluster is read.
type Subject struct {
	// Kind is ServiceAccount, User or Group.
	Kind string `json:"kind"`
	// Namespace of a ServiceAccount, or a pattern with *.
	Namespace string `json:"namespace,omitempty"`
	// Name, of a ServiceAccount also a pattern with *.
	Name string `json:"name,omitempty"`
	// Selector selects ServiceAccounts by their labels.
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
	// NamespaceSelector selects ServiceAccounts by the labels of their namespaces.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
}

// Access is what is asked for, in the words of an RBAC rule.
type Access struct {
	// Verbs of the API, like get or deletecollection; of the authorizer, like impersonate or bind; or *.
	Verbs []string `json:"verbs"`
	// APIGroups are the groups of the resources; "" is the core group, and the default.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources are plural, with their subresource if one is meant: pods/exec.
	Resources []string `json:"resources,omitempty"`
	// Namespaces are names, or patterns with * for those that exist. Without, all namespaces are asked
	// about at once, or the cluster.
	Namespaces []string `json:"namespaces,omitempty"`
	// NamespaceSelector selects namespaces by their labels.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// ResourceNames are names of objects; without, all names are asked about.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// NonResourceURLs are paths, in place of resources.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
}

// Condition limits an entry to versions: comparisons that must all hold, like ">=2.9 <2.11".
type Condition struct {
	// Flux compares the version of Flux; of several, one suffices.
	Flux string `json:"flux,omitempty"`
	// Kubernetes compares the version of the API server.
	Kubernetes string `json:"kubernetes,omitempty"`
}

// Override changes the built-in checks that match.
type Override struct {
	// Match says which checks.
	Match Selector `json:"match"`
	// Severity they have from now on: error, warning or info.
	Severity matrix.Severity `json:"severity,omitempty"`
	// Disable switches them off; the report says so.
	Disable bool `json:"disable,omitempty"`
	// Because is one line for people.
	Because string `json:"because,omitempty"`
}

// Waiver accepts failures: those that match are shown as waived and fail nothing. A check without an
// answer is not accepted by it.
type Waiver struct {
	// Match says which checks.
	Match Selector `json:"match"`
	// Reason is why the failure is accepted.
	Reason string `json:"reason"`
	// Owner is who answers for it.
	Owner string `json:"owner"`
	// Until is the last day on which it counts, as 2027-01-31 in UTC; without, it counts for ever.
	Until string `json:"until,omitempty"`
}

// Selector matches checks: all that is given must match, of a list one. In all of it * stands for any
// text.
type Selector struct {
	// Codes like FP102 or FP5*.
	Codes []string `json:"codes,omitempty"`
	// Subjects by kind, namespace and name.
	Subjects []SubjectPattern `json:"subjects,omitempty"`
	// Access by the words of an RBAC rule.
	Access []AccessPattern `json:"access,omitempty"`
}

// SubjectPattern matches subjects; what is left out matches all.
type SubjectPattern struct {
	// Kind is ServiceAccount, User or Group.
	Kind string `json:"kind,omitempty"`
	// Namespace of a ServiceAccount.
	Namespace string `json:"namespace,omitempty"`
	// Name of the subject.
	Name string `json:"name,omitempty"`
}

// AccessPattern matches accesses; what is left out matches all.
type AccessPattern struct {
	// Verbs of the access.
	Verbs []string `json:"verbs,omitempty"`
	// APIGroups of the access; "" is the core group.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources of the access, with a subresource as in pods/exec.
	Resources []string `json:"resources,omitempty"`
	// Namespaces of the access; "" is that of all namespaces, or the cluster.
	Namespaces []string `json:"namespaces,omitempty"`
	// ResourceNames of the access; "" is that of all names.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// NonResourceURLs of the access.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
}
