// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"maps"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// applier is an account, and what Flux applies with its permissions.
type applier struct {
	account matrix.Subject
	objects []*object
	by      map[model.Entry]*object
}

// object is one that is applied.
type object struct {
	model.Entry
	origin   matrix.Origin // where it is known from
	resource snapshot.Resource
	version  string                    // in which it is applied; "" when that is not known
	next     admissionv1.OperationType // what its next apply is; "" when that is not known
	dryRun   bool                      // Flux tries it before, or compares it with the cluster, by a dry-run

	labels   []map[string]string // as it is, and as it will be, as far as that is known
	labelled bool                // all of that is known
}

func (o *object) isNamespace() bool { return o.Group == "" && o.Kind == "Namespace" }

// appliers returns what is applied by what is there.
func appliers(m *model.Model) []*applier {
	var all collected
	for _, r := range m.Reconciliations {
		if !m.Includes(r.Namespace) || r.Remote || r.Account.Name == "" {
			continue
		}
		for _, e := range r.Inventory.Entries {
			o := &object{Entry: e, origin: r.Origin("status.inventory"), next: admissionv1.Update, dryRun: dryRuns(r)}
			if known := labelsOf(m, e); known != nil {
				o.labels, o.labelled = []map[string]string{known}, true
			}
			all.add(m, r.Account, o)
		}
	}
	return all.appliers
}

// planned returns what a change applies. The model is the one after the change.
func planned(m *model.Model, change *model.Change) []*applier {
	var all collected
	for _, p := range change.Plans {
		if p.Remote || p.Account.Name == "" {
			continue
		}
		for _, of := range p.Objects {
			if m.Facts.Change.Marked(p.Kind, facts.Leave, of.Labels, of.Annotations) != "" {
				continue
			}
			o := &object{Entry: model.EntryOf(of), origin: of.Origin(), version: of.Version, dryRun: dryRuns(p.Reconciliation)}
			o.labels = []map[string]string{of.Labels}
			if live, read := p.Live[o.Entry]; read && live.Exists {
				merged := maps.Clone(live.Labels)
				if merged == nil {
					merged = map[string]string{}
				}
				maps.Copy(merged, of.Labels)
				o.next, o.labelled, o.labels = admissionv1.Update, true, []map[string]string{live.Labels, merged}
			} else if read {
				o.next, o.labelled = admissionv1.Create, true
			}
			all.add(m, p.Account, o)
		}
	}
	return all.appliers
}

// dryRuns reports whether what r applies is tried by a dry-run. kustomize-controller and flux-operator try every object
// at every reconciliation; helm-controller does so to detect drift.
func dryRuns(r *model.Reconciliation) bool {
	if r.Kind != "HelmRelease" {
		return true
	}
	mode := fields.Text(r.Fields, "spec.driftDetection.mode")
	return mode != "" && mode != "disabled"
}

// collected are appliers in the order in which their accounts are found.
type collected struct {
	appliers []*applier
	by       map[matrix.Subject]*applier
}

// add adds an object, each once for an account, unless its kind is not served.
func (c *collected) add(m *model.Model, account matrix.Subject, o *object) {
	resource, served := m.ResourceOf(o.Group, o.Kind)
	if !served {
		return
	}
	o.resource = resource
	if c.by == nil {
		c.by = map[matrix.Subject]*applier{}
	}
	a := c.by[account]
	if a == nil {
		a = &applier{account: account, by: map[model.Entry]*object{}}
		c.by[account], c.appliers = a, append(c.appliers, a)
	}
	if before := a.by[o.Entry]; before != nil {
		before.dryRun = before.dryRun || o.dryRun
		return
	}
	a.by[o.Entry], a.objects = o, append(a.objects, o)
}

// isGuard reports whether an object decides about requests itself. No policy is asked about policies, and no webhook
// about policies and webhooks.
func (o *object) isGuard(webhooks bool) bool {
	return o.Group == admissionv1.GroupName && (strings.Contains(o.Kind, "AdmissionPolicy") || webhooks && strings.HasSuffix(o.Kind, "WebhookConfiguration"))
}

// labelsOf returns the labels of an object that was read; nil for any other.
func labelsOf(m *model.Model, e model.Entry) map[string]string {
	known := func(labels map[string]string, found bool) map[string]string {
		if found && labels == nil {
			return map[string]string{}
		}
		return labels
	}
	switch e.Group + "/" + e.Kind {
	case "/Namespace":
		n, ok := m.Namespace(e.Name)
		return known(n.Labels, ok)
	case "/ServiceAccount":
		a, ok := m.Account(matrix.ServiceAccount(e.Namespace, e.Name))
		return known(a.Labels, ok)
	case rbacv1.GroupName + "/Role", rbacv1.GroupName + "/ClusterRole":
		r, ok := m.RBAC().Role(e.Namespace, e.Name)
		return known(r.Labels, ok)
	case rbacv1.GroupName + "/RoleBinding", rbacv1.GroupName + "/ClusterRoleBinding":
		b, ok := m.RBAC().Binding(e.Namespace, e.Name)
		return known(b.Labels, ok)
	}
	if facts.IsGroup(e.Group) {
		o, ok := m.Object(e.Group, e.Kind, e.Namespace, e.Name)
		return known(o.Labels, ok)
	}
	return nil
}

// named is how many objects are named.
const named = 3

// several names some objects, and counts the others.
func several(objects []*object) string {
	var names []string
	for _, o := range objects[:min(named, len(objects))] {
		names = append(names, o.String())
	}
	switch n := len(objects) - named; {
	case n > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), n)
	case len(names) > 1:
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	default:
		return strings.Join(names, "")
	}
}
