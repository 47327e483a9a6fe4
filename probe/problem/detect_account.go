// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// The costs of what can be wrong with an account.
const (
	costSimilarAccount = 0.9
	costOtherAccount   = 4.0
	costNoAccount      = 2.0
)

// accountField ends the fields by which objects name their account.
const accountField = "serviceAccountName"

// absentAccount proposes that an object names the wrong account, if its account does not exist or if it names
// none and falls to a default; or that the ServiceAccount is missing.
func (w *finder) absentAccount(q question) []*candidate { return w.accountOf(q.subject) }

func (w *finder) accountOf(account matrix.Subject) []*candidate {
	var all []*candidate
	objects := w.namedBy(account)
	absent := w.snapshot.Absent(account)
	if len(objects) > 0 {
		named, known := w.accountNamed(objects[0])
		if !known {
			named = account.Name
		}
		if named == "" || absent {
			all = append(all, w.otherAccount(account, objects, named)...)
		}
	}
	if absent {
		all = append(all, w.createAccount(account))
	}
	return all
}

// namedBy returns the objects that the failed findings about an account come from, each with the field that
// names the account.
func (w *finder) namedBy(account matrix.Subject) []matrix.Origin {
	var objects []matrix.Origin
	fields := map[matrix.Origin]string{}
	for _, i := range w.named[account] {
		f := &w.findings[i]
		o := object(f.Origin.Get())
		if o.Namespace != account.Namespace || o.Kind == "Deployment" || strings.HasSuffix(o.Kind, "Binding") || strings.HasSuffix(o.Kind, "Role") || o.Name == "" {
			continue
		}
		if strings.HasSuffix(f.Origin.Get().Field, accountField) {
			fields[o] = f.Origin.Get().Field
		}
		if w.open[i] && !slices.Contains(objects, o) {
			objects = append(objects, o)
		}
	}
	for i, o := range objects {
		if objects[i].Field = fields[o]; objects[i].Field == "" {
			objects[i].Field = "spec." + accountField
		}
	}
	return objects
}

// accountNamed returns what an object has in the field that names its account; false if it was not read.
func (w *finder) accountNamed(o matrix.Origin) (string, bool) {
	for i := range w.snapshot.Objects {
		if x := &w.snapshot.Objects[i]; x.Kind == o.Kind && x.Namespace == o.Namespace && x.Name == o.Name {
			return text(x.Fields, o.Field), true
		}
	}
	return "", false
}

// text returns a string in a decoded object; "" when it is not there.
func text(fields map[string]any, path string) string {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		fields, _ = fields[name].(map[string]any)
	}
	value, _ := fields[names[len(names)-1]].(string)
	return value
}

// otherAccount proposes that objects name another account of their namespace, which can do all that they need.
func (w *finder) otherAccount(account matrix.Subject, objects []matrix.Origin, named string) []*candidate {
	var all []*candidate
	for _, other := range w.accountsIn(account.Namespace) {
		instead := matrix.ServiceAccount(other.Namespace, other.Name)
		if instead == account {
			continue
		}
		cost := costOtherAccount
		if near := named == "" || spelling.Similar(named, other.Name) || strings.Contains(named, other.Name) || strings.Contains(other.Name, named); near {
			cost = costSimilarAccount
		}
		o := objects[0]
		why := fmt.Sprintf("%s names %s%s instead of %s", object(o), title(account), w.absent(account), title(instead))
		if named == "" {
			why = fmt.Sprintf("%s names no account and is reconciled as %s, instead of %s", object(o), title(account), title(instead))
		}
		var commands []string
		var fields []probe.FieldChange
		for _, o := range objects {
			commands = append(commands, remedy.Kubectl("patch", o)+" --type=merge -p "+quote(mergePatch(o.Field, other.Name)))
			fields = append(fields, probe.FieldChange{Object: object(o), Path: o.Field, Value: other.Name})
		}
		all = append(all, &candidate{
			cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: o.Field, Was: named, Want: other.Name},
			says:  why, cost: cost * float64(len(objects)),
			instead: map[matrix.Subject]matrix.Subject{account: instead},
			summary: fmt.Sprintf("In %s, change %s from %s to %s", objectNames(objects), o.Field, quoted(named), other.Name),
			creates: commands, fields: fields,
			of: []matrix.Subject{account}, covers: func(f *probe.Finding) bool { return !strings.HasSuffix(f.Origin.Get().Kind, "Binding") },
		})
	}
	return all
}

func objectNames(objects []matrix.Origin) string {
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = object(o).String()
	}
	return strings.Join(names, ", ")
}

// mergePatch is a JSON merge patch (RFC 7386) that sets one field.
func mergePatch(path, value string) string {
	var patch any = value
	for _, name := range slices.Backward(strings.Split(path, ".")) {
		patch = map[string]any{name: patch}
	}
	return encode(patch)
}

// accountsIn returns the ServiceAccounts of a namespace.
func (w *finder) accountsIn(namespace string) []snapshot.ServiceAccount {
	if w.accounts == nil {
		w.accounts = map[string][]snapshot.ServiceAccount{}
		for _, a := range w.snapshot.ServiceAccounts {
			w.accounts[a.Namespace] = append(w.accounts[a.Namespace], a)
		}
	}
	return w.accounts[namespace]
}

// createAccount proposes that a ServiceAccount is missing, with the roles for what it lacks.
func (w *finder) createAccount(account matrix.Subject) *candidate {
	c := w.granted(account)
	c.cause = probe.Cause{Kind: matrix.KindServiceAccount, Namespace: account.Namespace, Name: account.Name, Want: title(account)}
	c.says, c.cost = title(account)+" does not exist", costNoAccount+float64(len(c.edit.Roles))
	c.summary = "Create " + title(account)
	if len(c.edit.Roles) > 0 {
		c.summary += ", and then the roles for what it lacks"
	}
	c.creates, c.accounts = append([]string{remedy.Kubectl("create", c.cause.Origin())}, c.creates...), []matrix.Origin{c.cause.Origin()}
	c.of, c.covers = []matrix.Subject{account}, func(f *probe.Finding) bool { return !strings.HasSuffix(f.Origin.Get().Kind, "Binding") }
	return c
}

// missingRole proposes the smallest roles for all that an account lacks, where no role or binding nearly
// grants it. If another check forbids that, nothing in RBAC is at fault.
func (w *finder) missingRole(seed int) []*candidate {
	q, ok := w.missing(seed)
	if !ok || w.snapshot.Absent(q.subject) {
		return nil
	}
	c := w.granted(q.subject)
	o := matrix.Origin{Kind: q.subject.Kind, Namespace: q.subject.Namespace, Name: q.subject.Name}
	c.cause = probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Want: rulesText(allRules(c.edit.Roles))}
	c.says, c.cost = fmt.Sprintf("no role grants %s %s", title(q.subject), rulesText(allRules(c.edit.Roles))), 1
	c.summary = fmt.Sprintf("Create a role for %s: %s", title(q.subject), rulesText(allRules(c.edit.Roles)))
	return []*candidate{c}
}

// allRules returns the rules of roles.
func allRules(roles []rbac.Role) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, r := range roles {
		rules = append(rules, r.Rules...)
	}
	return rules
}

// granted is the candidate that grants an account all that it lacks, by the smallest roles.
func (w *finder) granted(account matrix.Subject) *candidate {
	var reviews []matrix.Review
	for _, a := range w.needs(account, func(matrix.Access) bool { return true }) {
		reviews = append(reviews, matrix.Review{Subject: matrix.Share(account), Access: a})
	}
	return w.grants(reviews)
}

// grants is the candidate that allows reviews, by the smallest roles.
func (w *finder) grants(reviews []matrix.Review) *candidate {
	c := &candidate{}
	for _, n := range rbac.MinimalRoles(reviews) {
		n = w.index.MergeExisting(n)
		role, binding := n.Granted()
		c.edit.Roles, c.edit.Bindings = append(c.edit.Roles, role), append(c.edit.Bindings, binding)
		if _, exists := w.index.Role(role.Namespace, role.Name); exists {
			c.creates = append(c.creates, patchCommand(role.Origin(), op{"replace", "/rules", role.Rules}))
		} else if commands := createRole(role); commands != nil {
			c.creates = append(append(c.creates, commands...), createBinding(binding.Origin(), role.Origin(), n.Subject))
		}
	}
	return c
}
