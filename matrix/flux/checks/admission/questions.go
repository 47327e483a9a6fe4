// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// question is what an expression asks the authorizer.
type question struct{ calls []call }

// condition is a part of an expression without which it is not true: any of its questions, allowed.
type condition struct {
	anyOf []question
	alone bool // nothing else can make it true
}

// conditions reads what an expression asks. It returns false if it asks the authorizer something that is not understood.
func conditions(text string) ([]condition, bool) {
	all, ok := tokens(text)
	if !ok {
		return nil, false
	}
	return conditionsOf(all)
}

// conditionsOf reads a part of an expression: what is joined by && is one condition each.
func conditionsOf(all []token) ([]condition, bool) {
	if !asks(all) {
		return nil, true
	}
	all = bare(all)
	parts := split(all, "&&")
	if len(parts) == 1 || len(split(all, "||")) > 1 || len(split(all, "?")) > 1 {
		if c, ok := conditionOf(all); ok {
			return []condition{c}, true
		}
		return nil, false
	}
	var found []condition
	understood := true
	for _, part := range parts {
		more, ok := conditionsOf(part)
		found, understood = append(found, more...), understood && ok
	}
	return found, understood
}

func asks(all []token) bool {
	for i, t := range all {
		if t == (token{name, authorizer}) && (i == 0 || !all[i-1].is(".")) {
			return true
		}
	}
	return false
}

const authorizer = "authorizer"

// conditionOf reads a part of an expression. A part that denies a question is not understood: it is not true for those to
// whom it is allowed.
func conditionOf(part []token) (condition, bool) {
	c := condition{alone: true}
	for _, alternative := range split(part, "||") {
		alternative = bare(alternative)
		if calls, n := chain(alternative); isAuthorizer(alternative) && n == len(alternative) && isAllowed(calls) {
			c.anyOf = append(c.anyOf, question{calls})
			continue
		}
		c.alone = false
		if slices.ContainsFunc(alternative, func(t token) bool { return t.is("!") || t.is("!=") || t.is("==") || t.is("?") }) && asks(alternative) {
			return condition{}, false
		}
		inside, ok := insideOf(alternative)
		if !ok {
			return condition{}, false
		}
		c.anyOf = append(c.anyOf, inside...)
	}
	return c, len(c.anyOf) > 0
}

// insideOf returns the questions somewhere in an expression.
func insideOf(all []token) ([]question, bool) {
	var found []question
	for i := range all {
		if !isAuthorizer(all[i:]) || i > 0 && all[i-1].is(".") {
			continue
		}
		calls, _ := chain(all[i:])
		if !isAllowed(calls) {
			return nil, false
		}
		found = append(found, question{calls})
	}
	return found, true
}

func isAuthorizer(all []token) bool { return len(all) > 0 && all[0] == (token{name, authorizer}) }

func isAllowed(calls []call) bool {
	if len(calls) < 2 {
		return false
	}
	last := calls[len(calls)-1]
	return last.name == "allowed" && !last.field && len(last.arguments) == 0
}

// review returns what a question asks about an object that an account applies; false if it is not understood.
func (q question) review(account matrix.Subject, o *object) (matrix.Review, bool) {
	r := matrix.Review{Subject: matrix.Share(account)}
	for _, c := range q.calls[:len(q.calls)-1] { // the last is allowed
		if !add(&r, c, o) {
			return r, false
		}
	}
	return r, r.Access.Verb != "" && (r.Access.Resource != "" || r.Access.Path != "")
}

// add adds to a review what a call asks.
func add(r *matrix.Review, c call, o *object) bool {
	values := make([]string, len(c.arguments))
	for i, argument := range c.arguments {
		v, ok := value(argument, o)
		if !ok {
			return false
		}
		values[i] = v
	}
	a := &r.Access
	text := map[string]*string{
		"path": &a.Path, "group": &a.Group, "resource": &a.Resource, "subresource": &a.Subresource, "namespace": &a.Namespace, "name": &a.Name, "check": &a.Verb,
	}[c.name]
	switch {
	case c.field:
		*a = o.resource.Access("", o.Namespace, o.Name)
		return c.name == "requestResource"
	case c.name == "serviceAccount" && len(values) == 2:
		r.Subject = matrix.Share(matrix.ServiceAccount(values[0], values[1]))
		return true
	case text == nil || len(values) != 1:
		return false
	}
	*text = values[0]
	return true
}

// value is what an argument is for an object; false if it is neither a literal nor a part of the object that is known.
func value(argument []token, o *object) (string, bool) {
	if len(argument) == 1 && argument[0].kind == literal {
		return argument[0].text, true
	}
	path := ""
	for _, t := range argument {
		if t.kind != name && !t.is(".") {
			return "", false
		}
		path += t.text
	}
	access := o.resource.Access("", o.Namespace, o.Name) // as the request has it
	switch path {
	case "request.namespace":
		return access.Namespace, true
	case "object.metadata.namespace", "namespaceObject.metadata.name":
		return o.Namespace, o.resource.Namespaced
	case "request.name", "object.metadata.name":
		return o.Name, true
	case "request.resource.group":
		return o.resource.Group, true
	case "request.resource.resource":
		return o.resource.Resource, true
	default:
		return "", false
	}
}
