// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"errors"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const (
	kustomize     = "kustomize.toolkit.fluxcd.io"
	notifications = "notification.toolkit.fluxcd.io"
)

func served() *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	add := func(group, resource, kind string, namespaced bool, verbs string) {
		resource, sub, _ := strings.Cut(resource, "/")
		s.Resources = append(s.Resources, snapshot.Resource{
			Group: group, Resource: resource, Subresource: sub, Kind: kind, Namespaced: namespaced, Verbs: strings.Fields(verbs),
		})
	}
	add("", "pods", "Pod", true, "get list create delete")
	add("", "pods/log", "Pod", true, "get")
	add("", "nodes", "Node", false, "get list")
	add("", "namespaces", "Namespace", false, "get list patch")
	add("", "serviceaccounts", "ServiceAccount", true, "get create")
	add("", "events", "Event", true, "create")
	add("events.k8s.io", "events", "Event", true, "create")
	add("apps", "deployments", "Deployment", true, "get patch")
	add("apps", "deployments/scale", "Scale", true, "patch")
	add("a.example", "things", "Thing", true, "get")
	add("b.example", "things", "Thing", true, "get")
	add(kustomize, "kustomizations", "Kustomization", true, "get")
	add(notifications, "alerts", "Alert", true, "get")
	for _, n := range []string{"apps", "shop", "staging"} {
		s.Namespaces = append(s.Namespaces, snapshot.Namespace{Name: n})
		s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: n, Name: "reconciler"})
	}
	for _, n := range []string{"apps", "shop"} {
		s.Objects = append(s.Objects, snapshot.Object{Group: kustomize, Kind: "Kustomization", Namespace: n, Name: "web"})
	}
	s.Objects = append(s.Objects, snapshot.Object{Group: kustomize, Kind: "Kustomization", Namespace: "shop", Name: "db"})
	return s
}

// wantError wants an *Error with the problem whose text contains want.
func wantError(t *testing.T, about string, err error, problem Problem, want string) {
	t.Helper()
	e := (*Error)(nil)
	if !errors.As(err, &e) || e.Problem != problem || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %#v, want %q", about, err, want)
	}
}

func TestAccount(t *testing.T) {
	s := served()
	if got, err := Account(s, "shop/reconciler"); err != nil || got != matrix.ServiceAccount("shop", "reconciler") {
		t.Errorf("%v, %v", got, err)
	}
	for _, arg := range []string{"reconciler", "/reconciler", "shop/", "shop/a/b"} {
		_, err := Account(s, arg)
		wantError(t, arg, err, Malformed, "use NAMESPACE/NAME")
	}
	_, err := Account(s, "shop/reconcilr")
	wantError(t, "a slip", err, NotFound, "service account shop/reconcilr does not exist; did you mean shop/reconciler?")
	_, err = Account(s, "stagin/reconciler")
	wantError(t, "another namespace", err, NotFound, "did you mean apps/reconciler or shop/reconciler or staging/reconciler?")
	s.Unread = map[string]string{"serviceaccounts": "forbidden"}
	if _, err := Account(s, "shop/x"); err != nil {
		t.Errorf("where accounts could not be listed: %v", err)
	}
}

func TestNamespace(t *testing.T) {
	s := served()
	for _, n := range []string{"", "shop"} {
		if err := Namespace(s, n); err != nil {
			t.Error(err)
		}
	}
	wantError(t, "a slip", Namespace(s, "stagin"), NotFound, `there is no namespace "stagin"; did you mean staging?`)
	s.Unread = map[string]string{"namespaces": "forbidden"}
	if err := Namespace(s, "stagin"); err != nil {
		t.Errorf("where namespaces could not be listed: %v", err)
	}
}

func TestAccess(t *testing.T) {
	for args, want := range map[string]matrix.Access{
		"get pods":                               {Verb: "get", Resource: "pods"},
		"get pods/web":                           {Verb: "get", Resource: "pods", Name: "web"},
		"get pods/log":                           {Verb: "get", Resource: "pods", Subresource: "log"},
		"get pods/log/web":                       {Verb: "get", Resource: "pods", Subresource: "log", Name: "web"},
		"get pod -n shop":                        {Verb: "get", Resource: "pods", Namespace: "shop"},
		"patch deployments/scale.apps":           {Verb: "patch", Group: "apps", Resource: "deployments", Subresource: "scale"},
		"patch deployments.apps/scale":           {Verb: "patch", Group: "apps", Resource: "deployments", Subresource: "scale"},
		"create events":                          {Verb: "create", Resource: "events"},
		"create events.events.k8s.io":            {Verb: "create", Group: "events.k8s.io", Resource: "events"},
		"get /healthz":                           {Verb: "get", Path: "/healthz"},
		"get *.apps":                             {Verb: "get", Group: "apps", Resource: "*"},
		"* *":                                    {Verb: "*", Group: "*", Resource: "*"},
		"* * -n shop":                            {Verb: "*", Group: "*", Resource: "*", Namespace: "shop"},
		"patch namespaces/shop -n shop":          {Verb: "patch", Resource: "namespaces", Name: "shop", Namespace: "shop"},
		"impersonate serviceaccounts/x -n shop":  {Verb: "impersonate", Resource: "serviceaccounts", Name: "x", Namespace: "shop"},
		"impersonate users/dave":                 {Verb: "impersonate", Resource: "users", Name: "dave"},
		"impersonate uids/7":                     {Verb: "impersonate", Group: "authentication.k8s.io", Resource: "uids", Name: "7"},
		"approve signers.certificates.k8s.io/a":  {Verb: "approve", Group: "certificates.k8s.io", Resource: "signers", Name: "a"},
		"impersonate-on:serviceaccount:get pods": {Verb: "impersonate-on:serviceaccount:get", Resource: "pods"},
		"impersonate:user-info users.authentication.k8s.io/d": {Verb: "impersonate:user-info", Group: "authentication.k8s.io", Resource: "users", Name: "d"},
	} {
		fields := strings.Fields(args)
		namespace := ""
		if len(fields) > 2 {
			namespace = fields[3]
		}
		if got, err := Access(served(), fields[0], fields[1], namespace); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", args, got, err, want)
		}
	}
}

func TestAccessRefusesTypos(t *testing.T) {
	for args, want := range map[string]struct {
		problem Problem
		text    string
	}{
		"get podz":              {NotFound, `there is no resource "podz"; did you mean pods?`},
		"get users":             {NotFound, `there is no resource "users"`},
		"get deployments.batch": {NotFound, `there is no resource "deployments.batch"; did you mean deployments.apps?`},
		"remove pods":           {NotFound, `"remove" is not a verb of pods: use one of get, list, create, delete`},
		"delte pods":            {NotFound, `"delte" is not a verb of pods; did you mean delete?`},
		"list pods/log":         {NotFound, `"list" is not a verb of pods`},
		"list pods/web/log":     {NotFound, `pods has no subresource "web"`},
		"frob /healthz":         {NotFound, `"frob" is not a verb of URLs`},
		"get nodes -n shop":     {ClusterScoped, "nodes is not a namespaced resource"},
		"get things":            {SeveralGroups, "things is in several API groups: use one of things.a.example, things.b.example"},
	} {
		fields := strings.Fields(args)
		_, err := Access(served(), fields[0], fields[1], strings.Join(fields[min(3, len(fields)):], ""))
		wantError(t, args, err, want.problem, want.text)
	}
}

func TestObject(t *testing.T) {
	kinds := Kinds{
		Group: func(group string) bool { return strings.HasSuffix(group, ".fluxcd.io") },
		Short: map[string]string{"ks": "kustomization." + kustomize}, Noun: "Flux object",
	}
	for _, arg := range []string{"ks/db", "KS/db", "kustomization/db", "Kustomizations/db", "kustomization." + kustomize + "/db"} {
		if o, err := Object(served(), kinds, arg, ""); err != nil || o.Name != "db" {
			t.Errorf("%s: %+v, %v", arg, o, err)
		}
	}
	for _, test := range []struct {
		arg, namespace string
		problem        Problem
		want           string
	}{
		{"ks/web", "", SeveralNamespaces, "ks/web is in several namespaces: apps, shop"},
		{"ks/db", "apps", NotFound, "there is no ks/db in namespace apps, but there is one in shop"},
		{"ks/dbs", "", NotFound, "there is no ks/dbs"},
		{"alert/x", "", NotFound, "there is no alert/x"},
		{"deployment/x", "", NotFound, `"deployment" is not a kind of Flux object`},
	} {
		_, err := Object(served(), kinds, test.arg, test.namespace)
		wantError(t, test.arg, err, test.problem, test.want)
	}
}
