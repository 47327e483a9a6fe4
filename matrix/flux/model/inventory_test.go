// SPDX-License-Identifier: Apache-2.0

package model

import "testing"

func TestParseEntry(t *testing.T) {
	tests := []struct {
		id   string
		want Entry
		bad  bool
	}{
		{id: "apps_web_apps_Deployment", want: Entry{"apps", "web", "apps", "Deployment"}},
		{id: "apps_web__Service", want: Entry{"apps", "web", "", "Service"}},
		{id: "_apps__Namespace", want: Entry{"", "apps", "", "Namespace"}},
		{id: "_system__reader_rbac.authorization.k8s.io_ClusterRole", want: Entry{"", "system:reader", "rbac.authorization.k8s.io", "ClusterRole"}},
		{id: "_a_b_rbac.authorization.k8s.io_ClusterRole", want: Entry{"", "a_b", "rbac.authorization.k8s.io", "ClusterRole"}},
		{id: "_x.example.com_apiextensions.k8s.io_CustomResourceDefinition", want: Entry{"", "x.example.com", "apiextensions.k8s.io", "CustomResourceDefinition"}},
		{id: "", bad: true},
		{id: "apps", bad: true},
		{id: "apps_web", bad: true},
		{id: "apps_web_Deployment", bad: true},
		{id: "apps__apps_Deployment", bad: true},
		{id: "apps_web_apps_", bad: true},
	}
	for _, test := range tests {
		got, err := parseEntry(test.id)
		if (err != nil) != test.bad || got != test.want {
			t.Errorf("parseEntry(%q) = %+v, %v; want %+v, an error: %v", test.id, got, err, test.want, test.bad)
		}
	}
}
