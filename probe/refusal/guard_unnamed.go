// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"sync"
)

// pattern is what a guard says that does not name itself, with its name and what it says as groups.
type pattern struct {
	kind       GuardKind
	expression *regexp.Regexp
}

// unnamedGuards are the words of the admission plugins and validation of Kubernetes v1.37.2, the most certain first.
var unnamedGuards = sync.OnceValue(func() []pattern {
	var all []pattern
	for _, p := range []struct {
		kind       GuardKind
		expression string
	}{
		// k8s.io/pod-security-admission admission/admission.go
		{PodSecurity, `(?:^|[^d] )violates PodSecurity "(?P<name>[^"]*)": (?P<says>.*)`},
		// k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go
		{ResourceQuota, `(?P<says>exceeded quota: (?P<name>[^,\s]+), requested: .*)`},
		{ResourceQuota, `(?P<says>failed quota: (?P<name>[^:\s]+): .*)`},
		{ResourceQuota, `(?P<says>status unknown for quota: (?P<name>[^,\s]+), .*)`},
		{ResourceQuota, `(?P<name>)(?P<says>insufficient quota to (?:consume|match) ?.*|quota usage is negative for resource.*)`},
		// k8s.io/kubernetes plugin/pkg/admission/limitranger/admission.go
		{LimitRange, `(?P<name>)(?P<says>(?:minimum|maximum) \S+ usage per \S+ is .*|\S+ max limit to request ratio per \S+ is .*)`},
		// k8s.io/kubernetes plugin/pkg/admission/gc/gc_admission.go
		{OwnerReferences, `(?P<name>)(?P<says>cannot set (?:blockOwnerDeletion|an ownerRef on a resource) .*)`},
		// k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go
		{Namespace, `(?P<says>unable to create new content in namespace (?P<name>\S+) because it is being terminated)`},
		{Namespace, `(?P<says>namespaces "(?P<name>[^"]+)" not found)`},
		// k8s.io/apimachinery pkg/api/validation, k8s.io/kubernetes pkg/apis/*/validation
		{Immutable, `(?P<name>)is invalid: (?P<says>.*(?:field is immutable|cannot change roleRef|are forbidden|may not change once set|is immutable).*)`},
		// k8s.io/apimachinery pkg/api/errors/errors.go
		{Conflict, `(?P<name>)(?P<says>the object has been modified; please apply your changes.*|Apply failed with \d+ conflicts?: .*|Precondition failed: .*)`},
		{Validation, `(?P<name>)is invalid: (?P<says>.*)`},
		{Validation, `(?P<name>)(?P<says>failed to create typed patch object .*)`},
	} {
		all = append(all, pattern{p.kind, regexp.MustCompile(p.expression)})
	}
	return all
})

// unnamed returns the guard that speaks in a text: the first of the patterns that matches.
func unnamed(text string) []Guard {
	plain := Plain(text)
	for _, p := range unnamedGuards() {
		m := p.expression.FindStringSubmatch(plain)
		if m == nil {
			continue
		}
		return []Guard{{Kind: p.kind, Name: m[p.expression.SubexpIndex("name")], Says: m[p.expression.SubexpIndex("says")]}}
	}
	return nil
}
