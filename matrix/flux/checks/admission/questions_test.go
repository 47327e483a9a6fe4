// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// read is what an expression asks about an object: a line for each condition, "only" where nothing else makes it true.
func read(text string, o *object) []string {
	found, understood := conditions(text)
	var lines []string
	for _, c := range found {
		line := "perhaps"
		if c.alone {
			line = "only"
		}
		for _, q := range c.anyOf {
			r, ok := q.review(matrix.ServiceAccount("apps", "dev"), o)
			if !ok {
				lines, understood = append(lines, "?"), false
				continue
			}
			line += fmt.Sprintf("; %s %s", r.Subject.Get(), r.Access)
		}
		lines = append(lines, line)
	}
	if !understood {
		lines = append(lines, "not understood")
	}
	return lines
}

func TestQuestions(t *testing.T) {
	m := lab(t)
	of := func(e model.Entry) *object {
		o := &object{Entry: e}
		o.resource, _ = m.ResourceOf(e.Group, e.Kind)
		return o
	}
	const ship = "authorizer.group('example.com').resource('releases').check('ship').allowed()"
	tests := []struct {
		text string
		of   model.Entry
		want string // lines
	}{
		{"true", web, ""},
		{"object.spec.authorizer.name == 'x'", web, ""},
		{ship, web, "only; apps/dev ship releases.example.com"},
		{"authorizer.group(\"example.com\")\n  .resource(\"releases\") // about releases\n  .check(\"ship\").allowed()", web, "only; apps/dev ship releases.example.com"},
		{"authorizer.group('').resource('pods').subresource('exec').namespace('apps').name('x').check('create').allowed()", web, "only; apps/dev create pods/exec x in apps"},
		{"authorizer.group('').resource('pods').namespace(request.namespace).name(object.metadata.name).check('get').allowed()", web, "only; apps/dev get pods web in apps"},
		{"authorizer.group('').resource('pods').namespace(object.metadata.namespace).name(request.name).check('get').allowed()", web, "only; apps/dev get pods web in apps"},
		{"authorizer.group('').resource('pods').namespace(namespaceObject.metadata.name).check('get').allowed()", web, "only; apps/dev get pods in apps"},
		{"authorizer.group('').resource('pods').namespace(request.namespace).check('get').allowed()", apps, "only; apps/dev get pods in apps"},
		{"authorizer.group('').resource('pods').namespace(request.namespace).check('get').allowed()", role, "only; apps/dev get pods"},
		{"authorizer.group('').resource('pods').namespace(object.metadata.namespace).check('get').allowed()", role, "?|only|not understood"},
		{"authorizer.group(request.resource.group).resource(request.resource.resource).check('own').allowed()", web, "only; apps/dev own deployments.apps"},
		{"authorizer.path('/healthz').check('get').allowed()", web, "only; apps/dev get /healthz"},
		{"authorizer.requestResource.check('ship').allowed()", web, "only; apps/dev ship deployments.apps web in apps"},
		{"authorizer.requestResource.check('ship').allowed()", apps, "only; apps/dev ship namespaces apps in apps"},
		{"authorizer.serviceAccount('ci', 'robot').group('').resource('pods').check('get').allowed()", web, "only; ci/robot get pods"},
		{"((" + ship + "))", web, "only; apps/dev ship releases.example.com"},
		{"object.metadata.name != 'x' && " + ship, web, "only; apps/dev ship releases.example.com"},
		{"object.metadata.name != 'x' || " + ship, web, "perhaps; apps/dev ship releases.example.com"},
		{ship + " || " + strings.ReplaceAll(ship, "ship", "sail"), web, "only; apps/dev ship releases.example.com; apps/dev sail releases.example.com"},
		{ship + " && (" + strings.ReplaceAll(ship, "ship", "sail") + " || has(object.spec.x))", web, "only; apps/dev ship releases.example.com|perhaps; apps/dev sail releases.example.com"},
		{"has(object.spec.x) && " + ship + " || has(object.spec.y)", web, "perhaps; apps/dev ship releases.example.com"},
		{"object.spec.x.all(i, " + ship + ")", web, "perhaps; apps/dev ship releases.example.com"},
		{"!" + ship, web, "not understood"},
		{"!(" + ship + " || true)", web, "not understood"},
		{ship + " == false", web, "not understood"},
		{"has(object.x) ? " + ship + " : true", web, "not understood"},
		{"has(object.x) ? true : has(object.y) && " + ship, web, "not understood"},
		{strings.Replace(ship, "allowed", "denied", 1), web, "not understood"},
		{"authorizer.group('x').resource('y').check('z').reason() == ''", web, "not understood"},
		{"authorizer.group('x').resource(object.spec.y).check('z').allowed()", web, "?|only|not understood"},
		{"authorizer.group('x').resource('y').labelSelector('a=b').check('z').allowed()", web, "?|only|not understood"},
		{"authorizer.group('x').check('z').allowed()", web, "?|only|not understood"},
		{`authorizer.group('a\'b').resource('y').check('z').allowed()`, web, "not understood"},
		{`authorizer.group(r'x').resource('y').check('z').allowed()`, web, "not understood"},
		{`authorizer.group('''x''').resource('y').check('z').allowed()`, web, "not understood"},
		{"authorizer.group('x", web, "not understood"},
		{"(" + ship, web, "not understood"},
		{"[authorizer]", web, "not understood"},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, strings.Join(read(test.text, of(test.of)), "|")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}

func FuzzConditions(f *testing.F) {
	f.Add("authorizer.group('a').resource(\"b\").check('c').allowed() && (x || !y)")
	f.Fuzz(func(_ *testing.T, text string) { conditions(text) })
}
