// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
)

// FuzzKubeconfig opens any kubeconfig, which sends nothing. The error and the name are one line without a control
// character, and hold no credential.
func FuzzKubeconfig(f *testing.F) {
	const users = "users: [{name: u, user: {token: c3VwZXItc2VjcmV0}}]\n"
	const contexts = "contexts: [{name: c, context: {cluster: k, user: u}}]\ncurrent-context: c\n"
	for _, cluster := range []string{
		"server: 'https://127.0.0.1:1'", "server: 'https://me:passw0rd-long@127.0.0.1:1:2'", "server: 'https://127.0.0.1', proxy-url: 'ftp://me:passw0rd-long@h'",
		"server: \"\\e[2J\"", "server: 'https://127.0.0.1', certificate-authority-data: c3VwZXI=", "server: 'https://127.0.0.1', proxy-url: 'http://me:passw0rd-long@ h'",
		"server: 'https://me:passw0rd-long@127.0.0.1/%zz'", "tls-server-name: [",
	} {
		f.Add("clusters: [{name: k, cluster: {"+cluster+"}}]\n"+users+contexts, "", "")
	}
	f.Add("clusters: []\n"+users+contexts, "b\x1b[2J", "https://127.0.0.1")
	f.Add(users+"kind: [c3VwZXItc2VjcmV0\n", "", "")
	f.Add(strings.Replace(users, "token", "tokenFile", 1)+contexts, "c", "https://me:passw0rd-long@")
	f.Add("users: [{name: u, user: {token: [c3VwZXItc2VjcmV0]}}]\n", "", "")
	f.Add("users: [{name: u, user: {username: me, password: passw0rd-long, token: c3VwZXItc2VjcmV0, client-key-data: c3VwZXItc2VjcmV0}}]\nclusters: [{name: k, cluster: {server: 'http://127.0.0.1'}}]\n"+contexts, "", "")
	f.Add("users: [{name: \"u\\e[2J\", user: {exec: {command: x, apiVersion: y, interactiveMode: z}}}]\ncontexts: [{name: c, context: {user: \"u\\e[2J\", cluster: \"\\u009b\"}}]\ncurrent-context: c\n", "", "")
	f.Fuzz(func(t *testing.T, text, context, server string) {
		if strings.Contains(text, "/dev") || strings.Contains(text, "/proc") {
			return // files that are read do not end
		}
		raw, err := clientcmd.Load([]byte(text))
		if err != nil {
			return // the files are read by client-go
		}
		overrides := &clientcmd.ConfigOverrides{CurrentContext: context}
		overrides.ClusterInfo.Server = server
		k := Kubeconfig{Config: clientcmd.NewDefaultClientConfig(*raw, overrides), Context: context, Server: server}
		said := []string{k.Name()}
		c, err := OpenKubeconfig(k, "test")
		switch {
		case (c == nil) == (err == nil):
			t.Fatalf("%v, %v", c, err)
		case err != nil:
			said = append(said, err.Error())
		default:
			said = append(said, c.Server)
		}
		secrets := []string{"passw0rd-long", "c3VwZXItc2VjcmV0", "super-secret"}
		for _, user := range raw.AuthInfos {
			secrets = append(secrets, user.Token, user.Password)
		}
		for _, line := range said {
			if strings.ContainsFunc(line, unicode.IsControl) {
				t.Errorf("%q has a control character", line)
			}
			for _, secret := range secrets {
				if len(secret) > 7 && strings.Contains(line, secret) && !strings.Contains(strings.Join(said[:1], ""), secret) && !public(raw.Contexts, secret) {
					t.Errorf("%q holds a credential", line)
				}
			}
		}
	})
}

// public reports whether a text is in the name of a context, cluster or user, which no secret is.
func public[T any](names map[string]T, text string) bool {
	for name := range names {
		if strings.Contains(name, text) {
			return true
		}
	}
	return false
}

// FuzzBody decodes any body as the response to an access review. One that counts as an answer decodes, and in JSON as
// any other reader has it.
func FuzzBody(f *testing.F) {
	kind := authorizationv1.SchemeGroupVersion.WithKind("SubjectAccessReview")
	question := authorizationv1.SubjectAccessReviewSpec{User: "alice", ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "get", Resource: "pods"}}
	sent, err := encodeReview(kind, nil, &question)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sent, true)
	review := authorizationv1.SubjectAccessReview{Spec: question, Status: authorizationv1.SubjectAccessReviewStatus{Allowed: true}}
	content, err := review.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	envelope := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: kind.GroupVersion().String(), Kind: kind.Kind}, Raw: content}
	whole, err := envelope.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append([]byte("k8s\x00"), whole...), true)
	for _, text := range []string{
		`{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","status":{"allowed":true}}`, `{"kind":"SubjectAccessReview","status":{"Allowed":false}}`,
		`{"status":{"allowed":null}}`, `{"status":null}`, `null`, `{}`, `[]`, `{"apiVersion":"a/b/c","kind":"\u001b[2J"}`, `{"status":{"allowed":true},"status":{}}`,
	} {
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, content []byte, protobuf bool) {
		contentType := runtime.ContentTypeJSON
		if protobuf {
			contentType = runtime.ContentTypeProtobuf
		}
		b, err := open(content, contentType)
		if err != nil {
			return
		}
		var got authorizationv1.SubjectAccessReview
		err = b.into(kind, &got)
		if err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%q has a control character", err.Error())
		}
		answered := b.answered()
		switch {
		case err != nil:
		case answered && b.json:
			var loose struct{ Status struct{ Allowed bool } }
			if json.Unmarshal(content, &loose) != nil || loose.Status.Allowed != got.Status.Allowed {
				t.Errorf("%q is %v, and to another reader %v", content, got.Status.Allowed, loose.Status.Allowed)
			}
		case !answered && got.Status.Allowed:
			t.Errorf("%q allows without an answer", content)
		}
	})
}
