// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

func TestHealthyInstallsPass(t *testing.T) {
	for _, version := range []string{"v2.2.0", "v2.2.3", "v2.6.4", "v2.7.4", "v2.9.5", "v2.10.0"} {
		for _, profile := range checks.Profiles() {
			t.Run(version+"/"+string(profile), func(t *testing.T) {
				expectFailures(t, fluxtest.Healthy(version), checks.Options{Profile: profile})
			})
		}
	}
}

// TestWithdrawnPermission removes one rule of the release and checks for which accounts that is reported, and how
// severe it is.
func TestWithdrawnPermission(t *testing.T) {
	for _, test := range []struct {
		name, version, group, resource string
		options                        checks.Options
		args                           []string
		errors                         map[string]string // by account: the verbs that are errors, in order
		warnings                       string            // the verbs that are warnings for all others
	}{{
		name: "namespaces (accessFrom)", version: "v2.9.5", resource: "namespaces",
		errors: map[string]string{"image-reflector-controller": "get list watch"}, warnings: "get list watch",
	}, {
		name: "serviceaccounts (pull secrets)", version: "v2.9.5", resource: "serviceaccounts",
		errors: map[string]string{
			"source-controller": "get list watch", "notification-controller": "get list watch", "image-reflector-controller": "get list watch",
			"image-automation-controller": "get list watch",
		}, warnings: "get list watch",
	}, {
		name: "secrets", version: "v2.9.5", resource: "secrets",
		errors: map[string]string{
			"source-controller": "get", "image-reflector-controller": "get", "image-automation-controller": "get",
			"notification-controller": "get list watch",
		}, warnings: "get list watch",
	}, {
		name: "token, gate off", version: "v2.9.5", resource: "serviceaccounts/token", warnings: "create",
	}, {
		name: "token, gate on", version: "v2.9.5", resource: "serviceaccounts/token", args: []string{"--feature-gates=ObjectLevelWorkloadIdentity=true"},
		errors: map[string]string{
			"source-controller": "create", "notification-controller": "create", "image-reflector-controller": "create",
			"image-automation-controller": "create",
		}, warnings: "create",
	}, {
		name: "leases", version: "v2.9.5", group: "coordination.k8s.io", resource: "leases",
		errors: map[string]string{
			"source-controller": "get create update", "notification-controller": "get create update", "image-reflector-controller": "get create update",
			"image-automation-controller": "get create update", "source-watcher": "get create update",
		}, warnings: "get list watch create update patch delete",
	}, {
		name: "flow control", version: "v2.3.0", group: "none", resource: "/livez/ping",
		errors: map[string]string{
			"source-controller": "head", "notification-controller": "head", "image-reflector-controller": "head",
			"image-automation-controller": "head",
		},
	}} {
		t.Run(test.name, func(t *testing.T) {
			s := withoutRule(fluxtest.Healthy(test.version), test.group, test.resource)
			for i := range s.Installs[0].Controllers {
				s.Installs[0].Controllers[i].Args = test.args
			}
			got := map[string]map[matrix.Severity][]string{}
			for _, e := range denied(s, derive(s, test.options)) {
				access, _ := e.Access()
				if e.Code != "FP101" {
					continue
				}
				if got[e.Subject.Get().Name] == nil {
					got[e.Subject.Get().Name] = map[matrix.Severity][]string{}
				}
				got[e.Subject.Get().Name][e.Severity] = append(got[e.Subject.Get().Name][e.Severity], access.Verb)
			}
			for account := range got {
				if errors := strings.Join(got[account][matrix.Error], " "); errors != test.errors[account] {
					t.Errorf("%s: errors for %q, want %q", account, errors, test.errors[account])
				}
				for _, verb := range got[account][matrix.Warning] {
					if !slices.Contains(strings.Fields(test.warnings), verb) {
						t.Errorf("%s: unexpected warning for %s", account, verb)
					}
				}
			}
			for account := range test.errors {
				if got[account] == nil {
					t.Errorf("%s: nothing reported", account)
				}
			}
		})
	}
}
