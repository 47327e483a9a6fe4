// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// role is a Role, or a ClusterRole when name has no namespace: "apps/deployer".
func role(name string, rules ...rbacv1.PolicyRule) Role {
	namespace, name := cut(name)
	return Role{Namespace: namespace, Name: name, Rules: rules}
}

func labelled(r Role, labels ...string) Role {
	r.Labels = map[string]string{}
	for _, l := range labels {
		key, value, _ := strings.Cut(l, "=")
		r.Labels[key] = value
	}
	return r
}

// rule reads "get,list deployments.apps,pods/exec [web,db]"; "" stands for no group, and a path
// begins with a slash.
func rule(text string) rbacv1.PolicyRule {
	fields := strings.Fields(text)
	r := rbacv1.PolicyRule{Verbs: strings.Split(fields[0], ",")}
	for _, resource := range strings.Split(fields[1], ",") {
		if strings.HasPrefix(resource, "/") {
			r.NonResourceURLs = append(r.NonResourceURLs, resource)
			continue
		}
		name, group, _ := strings.Cut(resource, ".")
		r.Resources = append(r.Resources, name)
		if len(r.APIGroups) == 0 {
			r.APIGroups = []string{group}
		}
	}
	if len(fields) > 2 {
		r.ResourceNames = strings.Split(strings.Trim(fields[2], "[]"), ",")
	}
	return r
}

// binding binds ref, "Role x" or "ClusterRole x", to subjects: "apps/dev" is a ServiceAccount,
// "User x" and "Group x" are what they say.
func binding(name, ref string, subjects ...string) Binding {
	kind, refName, _ := strings.Cut(ref, " ")
	b := Binding{RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: refName}}
	b.Namespace, b.Name = cut(name)
	for _, s := range subjects {
		if kind, name, ok := strings.Cut(s, " "); ok {
			b.Subjects = append(b.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: kind, Name: name})
			continue
		}
		namespace, name := cut(s)
		b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name})
	}
	return b
}

func cut(name string) (string, string) {
	if namespace, name, ok := strings.Cut(name, "/"); ok {
		return namespace, name
	}
	return "", name
}

// review reads "apps/dev get pods/exec.group=name in apps".
func review(text string) matrix.Review {
	fields := strings.Fields(text)
	namespace, name := cut(fields[0])
	r := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount(namespace, name)), Access: matrix.Access{Verb: fields[1]}}
	if strings.HasPrefix(fields[2], "/") {
		r.Access.Path = fields[2]
		return r
	}
	resource, named, _ := strings.Cut(fields[2], "=")
	r.Access.Name = named
	resource, r.Access.Group, _ = strings.Cut(resource, ".")
	r.Access.Resource, r.Access.Subresource, _ = strings.Cut(resource, "/")
	if len(fields) > 4 {
		r.Access.Namespace = fields[4]
	}
	return r
}

// spec asks r of a Reviewer, with the user name and the groups that the API server would see.
func spec(r matrix.Review) authorizationv1.SubjectAccessReviewSpec {
	s, a := authorizationv1.SubjectAccessReviewSpec{User: r.Subject.Get().User(), Groups: r.Subject.Get().Groups()}, r.Access
	if a.Path != "" {
		s.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Verb: a.Verb, Path: a.Path}
		return s
	}
	s.ResourceAttributes = &authorizationv1.ResourceAttributes{
		Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
	}
	return s
}
