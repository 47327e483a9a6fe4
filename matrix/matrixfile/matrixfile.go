// SPDX-License-Identifier: Apache-2.0

// Package matrixfile reads matrix files: the YAML in which people write what they expect beyond the
// built-in checks, which built-in checks they change, and which failures they accept.
//
//	files ──Parse──▶ Documents ──Expand, on a snapshot──▶ checks of a matrix.Matrix
//	                    └───────▶ probe/policy applies the overrides and waivers to findings
//	matrix.Matrix ──FromMatrix──▶ PermissionMatrix, to be printed and edited
//
// The package does no I/O of its own and does not know Flux.
package matrixfile

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// APIVersion and Kind identify a PermissionMatrix.
const (
	APIVersion = "flux-probe/v1alpha1"
	Kind       = "PermissionMatrix"
)

// Section is the section of the checks that come from files, and Code the code of a rule that names
// none.
const (
	Section = "custom"
	Code    = "FP901"
)

// PermissionMatrix is one document of a matrix file. Fields are only ever added to it.
type PermissionMatrix struct {
	// APIVersion is flux-probe/v1alpha1.
	APIVersion string `json:"apiVersion"`
	// Kind is PermissionMatrix.
	Kind string `json:"kind"`
	// Expectations are permissions that must be held, or must not be.
	Expectations []Rule `json:"expectations,omitempty"`
	// Overrides change built-in checks.
	Overrides []Override `json:"overrides,omitempty"`
	// Waivers accept failures, for a reason and until a date.
	Waivers []Waiver `json:"waivers,omitempty"`
	// NotAsked accepts lists that the asker is not allowed to read, and so checks that are not asked.
	NotAsked []NotAsked `json:"notAsked,omitempty"`
	// Classes say what accesses to your own kinds let a tenant do outside its namespaces.
	Classes []Class `json:"classes,omitempty"`
}

// Rule is what is expected of subjects: each subject is checked for each access.
type Rule struct {
	// Subjects are the accounts, users and groups that the rule is about.
	Subjects []Subject `json:"subjects"`
	// Access is what the subjects must be allowed, or must be denied. Each combination of the items of
	// its lists is one check.
	Access []Access `json:"access,omitempty"`
	// The alternatives of a permission that can be held in several ways, in place of access. They are one
	// check, which is allowed when everything in at least one alternative is allowed.
	AnyOf [][]Access `json:"ways,omitempty"`
	// Expect is allow or deny.
	Expect matrix.Effect `json:"expect"`
	// Because is one line for people that gives the reason for the rule.
	Because string `json:"because,omitempty"`
	// Severity of a failure: error, which is the default, warning or info.
	Severity matrix.Severity `json:"severity,omitempty"`
	// When limits the rule to some versions.
	When *Condition `json:"when,omitempty"`
	// Optional skips verbs, resources and API groups that the cluster does not serve. Without it they
	// are mistakes.
	Optional bool `json:"optional,omitempty"`
	// Literal asks about * itself, which only an RBAC rule with * grants. Without it, a * that must be
	// denied also stands for everything that the cluster serves.
	Literal bool `json:"literal,omitempty"`
	// AllAccess makes the accesses samples of what is meant: the subject has to be allowed everything or,
	// with deny, nothing that not every account is allowed. No role is suggested that contradicts it.
	AllAccess bool `json:"allAccess,omitempty"`
	// Code that the checks are reported under, and whose section they are shown in. The default is FP901.
	Code string `json:"code,omitempty"`
	// Hint is one line for people that describes what to do when a check fails.
	Hint string `json:"hint,omitempty"`
	// The verdict on a permission that is expected but not held, in place of missing: exception.
	IfDenied matrix.Verdict `json:"refused,omitempty"`
}

// Subject is the account, user or group that is asked about. In the namespace and name of a
// ServiceAccount, * matches any text. Patterns and label selectors select the ServiceAccounts that exist
// when the cluster is read.
type Subject struct {
	// Kind is ServiceAccount, User or Group.
	Kind string `json:"kind"`
	// Namespace of a ServiceAccount, or a pattern with *.
	Namespace string `json:"namespace,omitempty"`
	// Name of the subject. That of a ServiceAccount can be a pattern with *.
	Name string `json:"name,omitempty"`
	// Selector selects ServiceAccounts by their labels.
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
	// NamespaceSelector selects ServiceAccounts by the labels of their namespaces.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
}

// Access is what is asked for, with the fields of an RBAC rule.
type Access struct {
	// Verbs of the API, such as get and deletecollection, verbs that only authorizers know, such as
	// impersonate and bind, or *.
	Verbs []string `json:"verbs"`
	// APIGroups of the resources. "" is the core group, which is the default.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources in the plural, with the subresource if one is meant: pods/exec.
	Resources []string `json:"resources,omitempty"`
	// Namespaces are names, or patterns with * that select namespaces that exist. Without them the
	// access is to all namespaces at once, or to a resource of the cluster scope.
	Namespaces []string `json:"namespaces,omitempty"`
	// NamespaceSelector selects namespaces by their labels.
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	// ResourceNames are names of objects. Without them the access is to all names.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// NonResourceURLs are paths. They replace the resources.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
}

// Condition limits a rule to versions. All of its comparisons must hold, such as those of ">=2.9 <2.11".
type Condition struct {
	// Flux compares the version of Flux. If there are several, one that meets it is enough.
	Flux string `json:"flux,omitempty"`
	// Kubernetes compares the version of the API server.
	Kubernetes string `json:"kubernetes,omitempty"`
}
