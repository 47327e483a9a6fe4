// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
)

// changed changes the object that the API server answers with; answers that are no object stay.
func changed(change edit) fault {
	return stateless(func(w http.ResponseWriter, r *request) {
		a := r.passJSON()
		change.to(&a)
		a.write(w)
	})
}

type edit func(object map[string]any)

// to changes the JSON object in an answer.
func (change edit) to(a *answer) {
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil || object == nil {
		return
	}
	change(object)
	if body, err := json.Marshal(object); err == nil {
		a.body = body
	}
}

// inStatus changes the status of a review.
func inStatus(fields map[string]any) fault {
	return changed(func(object map[string]any) {
		status, _ := object["status"].(map[string]any)
		for name, value := range fields {
			status[name] = value
		}
	})
}

// escapes are what a terminal obeys: a title, a colour, a device query, a C1 control, and line breaks.
const escapes = "\x1b]0;owned\x07\x1b[31m\x1b[6n\u009b2J\r\n\b\x7f"

// texts are the fields that hold words of the server and decide nothing.
var texts = map[string]bool{"reason": true, "message": true, "evaluationError": true, "gitCommit": true, "description": true}

// bodies are the faults that change a part of a right answer.
var bodies = map[string]fault{
	"no status":                  changed(func(o map[string]any) { delete(o, "status") }),
	"empty status":               changed(func(o map[string]any) { o["status"] = map[string]any{} }),
	"null status":                changed(func(o map[string]any) { o["status"] = nil }),
	"no spec":                    changed(func(o map[string]any) { delete(o, "spec") }),
	"no kind":                    changed(func(o map[string]any) { delete(o, "kind"); delete(o, "apiVersion") }),
	"another kind":               changed(func(o map[string]any) { o["kind"] = "SelfSubjectAccessReview" }),
	"another version":            changed(func(o map[string]any) { o["apiVersion"] = "example.com/v1beta1" }),
	"another user in the spec":   changed(func(o map[string]any) { spec(o)["user"] = "system:serviceaccount:kube-system:other" }),
	"no groups in the spec":      changed(func(o map[string]any) { delete(spec(o), "groups") }),
	"another resource":           changed(func(o map[string]any) { attributes(o)["resource"] = "somethings" }),
	"another verb":               changed(func(o map[string]any) { attributes(o)["verb"] = "impersonate" }),
	"allowed and denied":         inStatus(map[string]any{"allowed": true, "denied": true}),
	"evaluation error":           inStatus(map[string]any{"allowed": false, "evaluationError": "webhook: context deadline exceeded"}),
	"allowed is a string":        inStatus(map[string]any{"allowed": "true"}),
	"unknown fields":             changed(unknownFields),
	"a reason of 5 MB":           inStatus(map[string]any{"reason": strings.Repeat("because of this and that; ", 200_000)}),
	"escapes in words":           changed(func(o map[string]any) { mark(o, func(name string) bool { return texts[name] }) }),
	"escapes everywhere":         changed(func(o map[string]any) { mark(o, func(name string) bool { return !structure[name] }) }),
	"an empty list of that kind": changed(func(o map[string]any) { o["items"] = []any{}; o["kind"] = "List"; o["apiVersion"] = "v1" }),
	"items of another kind":      changed(func(o map[string]any) { o["kind"], o["apiVersion"] = "PodList", "v1" }),
	"the same continue, always":  endless(func(int64) string { return "next" }),
	"another continue, always":   endless(func(page int64) string { return "next" + strings.Repeat("x", int(page%100)) + "." }),
}

// structure are the fields that identify what an answer is about.
var structure = map[string]bool{
	"kind": true, "apiVersion": true, "spec": true, "continue": true, "resourceVersion": true, "uid": true,
	"creationTimestamp": true, "managedFields": true, "time": true, "lastTransitionTime": true, "code": true,
}

func spec(object map[string]any) map[string]any {
	s, _ := object["spec"].(map[string]any)
	if s == nil {
		return map[string]any{}
	}
	return s
}

func attributes(object map[string]any) map[string]any {
	for _, name := range []string{"resourceAttributes", "nonResourceAttributes"} {
		if a, ok := spec(object)[name].(map[string]any); ok {
			return a
		}
	}
	return map[string]any{}
}

// unknownFields adds what a later release of Kubernetes might.
func unknownFields(object map[string]any) {
	object["conditions"] = []any{map[string]any{"type": "Conditional", "status": true}}
	for _, part := range []string{"metadata", "spec", "status"} {
		if fields, ok := object[part].(map[string]any); ok {
			fields["addedLater"] = map[string]any{"allowed": false, "denied": true}
		}
	}
	if items, ok := object["items"].([]any); ok {
		for _, item := range items {
			if item, ok := item.(map[string]any); ok {
				item["addedLater"] = "yes"
			}
		}
	}
}

// mark puts escapes into all strings in fields that are chosen, at any depth.
func mark(value any, chosen func(name string) bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			text, isText := field.(string)
			switch {
			case isText && chosen(name):
				value[name] = text + escapes
			case chosen(name) || !structure[name]:
				mark(field, chosen)
			}
		}
	case []any:
		for _, item := range value {
			mark(item, chosen)
		}
	}
}

// mostPages is more pages than any list of a test needs by far.
const mostPages = 2000

// endless answers each page of a list with the first one and a token for one more.
func endless(next func(page int64) string) fault {
	return fault{make: func(p *proxy) handler {
		var pages atomic.Int64
		return func(w http.ResponseWriter, r *request) {
			page := pages.Add(1)
			if page > mostPages {
				p.violation("reads a list of more than %d pages", mostPages)
				answer{500, http.Header{}, nil}.write(w)
				return
			}
			query := r.URL.Query()
			query.Del("continue")
			r.URL.RawQuery = query.Encode()
			a := r.passJSON()
			edit(func(object map[string]any) {
				if metadata, ok := object["metadata"].(map[string]any); ok {
					metadata["continue"] = next(page)
				}
			}).to(&a)
			a.write(w)
		}
	}}
}
