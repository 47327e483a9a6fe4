// SPDX-License-Identifier: Apache-2.0

package manifests

// shortNames are those of the resources of Kubernetes, by group and resource, as discovery serves them
// (k8s.io/kubernetes pkg/registry, ShortNames@v1.37.2).
var shortNames = map[string][]string{
	"/componentstatuses":      {"cs"},
	"/configmaps":             {"cm"},
	"/endpoints":              {"ep"},
	"/events":                 {"ev"},
	"/limitranges":            {"limits"},
	"/namespaces":             {"ns"},
	"/nodes":                  {"no"},
	"/persistentvolumeclaims": {"pvc"},
	"/persistentvolumes":      {"pv"},
	"/pods":                   {"po"},
	"/replicationcontrollers": {"rc"},
	"/resourcequotas":         {"quota"},
	"/serviceaccounts":        {"sa"},
	"/services":               {"svc"},

	"apiextensions.k8s.io/customresourcedefinitions": {"crd", "crds"},
	"apps/daemonsets":                                {"ds"},
	"apps/deployments":                               {"deploy"},
	"apps/replicasets":                               {"rs"},
	"apps/statefulsets":                              {"sts"},
	"autoscaling/horizontalpodautoscalers":           {"hpa"},
	"batch/cronjobs":                                 {"cj"},
	"certificates.k8s.io/certificatesigningrequests": {"csr"},
	"events.k8s.io/events":                           {"ev"},
	"networking.k8s.io/ingresses":                    {"ing"},
	"networking.k8s.io/ipaddresses":                  {"ip"},
	"networking.k8s.io/networkpolicies":              {"netpol"},
	"policy/poddisruptionbudgets":                    {"pdb"},
	"scheduling.k8s.io/priorityclasses":              {"pc"},
	"storage.k8s.io/storageclasses":                  {"sc"},
	"storage.k8s.io/volumeattributesclasses":         {"vac"},
}
