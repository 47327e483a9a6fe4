// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"net/http"
	"strings"
)

// target is what a fault hits: one of the constants, or the resource of a list.
type target string

const (
	everything target = "everything"
	reviews    target = "reviews"        // SubjectAccessReview, LocalSubjectAccessReview
	identity   target = "identity"       // SelfSubjectReview
	permission target = "may I ask"      // SelfSubjectAccessReview
	discovery  target = "discovery"      // /api, /apis and below
	version    target = "version"        // /version
	objects    target = "single objects" // get
)

// lists are the resources that flux-probe lists and that decide what it asks.
var lists = []target{
	"kustomizations", "gitrepositories", "helmreleases", "roles", "rolebindings",
	"clusterroles", "clusterrolebindings", "namespaces", "serviceaccounts", "deployments",
}

// ofAdmission are the resources of what decides about requests after they were authorized.
var ofAdmission = []target{
	"mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
}

// targetOf classifies a request.
func targetOf(r *http.Request) target {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	last := segments[len(segments)-1]
	switch last {
	case "subjectaccessreviews", "localsubjectaccessreviews":
		return reviews
	case "selfsubjectreviews":
		return identity
	case "selfsubjectaccessreviews":
		return permission
	case "version":
		return version
	}
	switch segments[0] {
	case "api":
		segments = segments[min(2, len(segments)):]
	case "apis":
		segments = segments[min(3, len(segments)):]
	}
	switch {
	case len(segments) == 0:
		return discovery
	case len(segments) == 1, len(segments) == 3 && segments[0] == "namespaces":
		return target(last)
	default:
		return objects
	}
}
