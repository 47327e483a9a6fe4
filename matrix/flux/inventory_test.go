// SPDX-License-Identifier: Apache-2.0

package flux

import "testing"

func TestParseEntry(t *testing.T) {
	tests := []struct {
		id   string
		want entry
		bad  bool
	}{
		{id: "apps_web_apps_Deployment", want: entry{"apps", "web", "apps", "Deployment"}},
		{id: "apps_web__Service", want: entry{"apps", "web", "", "Service"}},
		{id: "_apps__Namespace", want: entry{"", "apps", "", "Namespace"}},
		{id: "_system__reader_rbac.authorization.k8s.io_ClusterRole", want: entry{"", "system:reader", "rbac.authorization.k8s.io", "ClusterRole"}},
		{id: "_a_b_rbac.authorization.k8s.io_ClusterRole", want: entry{"", "a_b", "rbac.authorization.k8s.io", "ClusterRole"}},
		{id: "_x.example.com_apiextensions.k8s.io_CustomResourceDefinition", want: entry{"", "x.example.com", "apiextensions.k8s.io", "CustomResourceDefinition"}},
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

func FuzzParseEntry(f *testing.F) {
	f.Add("apps_web_apps_Deployment")
	f.Add("_____")
	f.Fuzz(func(t *testing.T, id string) {
		if e, err := parseEntry(id); err == nil && (e.Name == "" || e.Kind == "") {
			t.Errorf("parseEntry(%q) = %+v without a name or kind", id, e)
		}
	})
}
