// SPDX-License-Identifier: Apache-2.0

// Package admission asks what admission says to requests that are permitted, by dry-runs, and judges what is answered.
//
//	matrix/flux/checks/admission ──▶ DryRun ──Server──▶ Answer ──Judge──▶ probe.Finding, FP411 and FP413
//
// A dry-run passes through authentication, authorization and admission as the request of Flux does, and nothing is
// stored. The package sends nothing itself, and knows neither Flux nor a terminal nor client-go.
package admission

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Section is the section of the findings.
const Section = "admission"

// The codes of the findings.
const (
	Refused    = "FP411" // admission refuses a request that is permitted
	Contradict = "FP413" // authorization refuses what its own review allows
)

// Verb is what a dry-run does.
type Verb string

// The verbs.
const (
	Apply  Verb = "patch" // server-side apply
	Delete Verb = "delete"
)

// DryRun is a request that is sent as an account, and stores nothing.
type DryRun struct {
	matrix.CheckMeta // of the finding; its subject sends the request

	Verb            Verb
	Resource        snapshot.Resource
	Namespace, Name string
	UID             string // of the object that is deleted

	// Object is what is applied, with its version, kind and name at least. An object of which nothing else is said stays
	// as it is, if nobody manages fields as Manager.
	Object  map[string]any
	Manager string

	// Doubt says what was not sent, and can be what a refusal is about; empty if all of the object is judged.
	Doubt string

	// Updates says that the object has to exist: its name alone is applied. If it would be created, nothing was learned.
	Updates bool

	// Needs is what the account has to be permitted: without all of it, nothing is sent.
	Needs []*matrix.Asked

	// Replaced says that Flux deletes the object and creates it again where a field cannot be changed.
	Replaced bool
}

// Answer is what a server says to a DryRun.
type Answer struct {
	Code     int      // the HTTP status; 0 when there is no answer
	Message  string   // of a refusal
	Warnings []string // with the answer
	Err      error    // why there is no answer
}

// BuiltIn reports whether a group is one of those that every API server serves itself. The groups of Kubernetes that are
// usually served by others (metrics.k8s.io and its like) are not.
func BuiltIn(group string) bool {
	return !strings.Contains(group, ".") || slices.Contains([]string{
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "certificates.k8s.io", "coordination.k8s.io",
		"discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io",
		"rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
	}, group)
}

// Gone reports whether an answer says that the object of a dry-run, which has to exist, does not.
func (d *DryRun) Gone(a Answer) bool { return d.Updates && a.Code == http.StatusCreated }

// Server answers dry-runs. It has to see to it that nothing else than a dry-run is sent.
type Server interface {
	DryRun(ctx context.Context, d *DryRun) Answer
}
