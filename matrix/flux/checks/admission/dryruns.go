// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"maps"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// ownManager applies what stays as it is. Nothing is applied by that name, so that no field is given up by leaving it out.
const ownManager = "flux-probe"

// DryRuns returns the requests by which admission is asked: the next requests of Flux if a change is about to be applied
// (change is not nil), and otherwise one that changes nothing for each object of an inventory.
func DryRuns(m *model.Model, change *model.Change) ([]*admission.DryRun, []matrix.Gap) {
	s := &requests{Model: m}
	if change != nil {
		s.after = change.After
		for _, p := range change.Plans {
			if !p.Remote && p.Account.Name != "" {
				s.applies(p)
				s.deletes(p)
			}
		}
	} else {
		for _, r := range m.Reconciliations {
			if m.Includes(r.Namespace) && !r.Remote && r.Account.Name != "" {
				s.touches(r)
			}
		}
	}
	complete(s.Gaps)
	return s.all, s.Gaps
}

// Impersonations returns the permissions of which each lets somebody send requests as an account. With the second, the
// API server asks at each request what may be done on behalf of the account.
func Impersonations(m *model.Model, account matrix.Subject) []matrix.Access {
	all := []matrix.Access{checks.Impersonate(account)}
	if checks.Constrained(m) {
		all = append(all, checks.ConstrainedImpersonate(account))
	}
	return all
}

func complete(gaps []matrix.Gap) {
	for i := range gaps {
		gaps[i].Section = admission.Section
	}
}

// requests collects dry-runs.
type requests struct {
	*model.Model
	checks.Results
	after *model.Model
	all   []*admission.DryRun
}

// applies sends what a plan applies, as Flux does: with the labels of the owner, and by the name of the controller.
func (s *requests) applies(p model.Plan) {
	for _, o := range p.Objects {
		resource, ok := s.takes(p, o)
		if !ok {
			continue
		}
		if role := s.missingRole(p, o); role != "" {
			s.Skip("what admission says to "+o.Origin().String(), role+" is applied before it, and does not exist yet")
			continue
		}
		d := s.dryRun(p.Reconciliation, p.Applier(), admission.Apply, resource, model.EntryOf(o))
		d.Origin, d.Step = matrix.Share(o.Origin()), matrix.Applying
		d.Object, d.Manager = s.content(p, o, resource)
		if o.Content == nil {
			d.Doubt = "the content of a Secret is not sent"
			s.Skip("what admission says to the content of "+o.Origin().String(), d.Doubt)
		}
		d.Replaced = s.Forced(p, o)
		if d.Needs = needs(d, "patch"); s.Presence(p, o) != model.Present {
			d.Needs = needs(d, "patch", "create")
		}
		s.all = append(s.all, d)
	}
}

// takes returns the resource of an object that is applied, and that the cluster can take already. What it cannot take even
// after the change is said by section preflight.
func (s *requests) takes(p model.Plan, o snapshot.Planned) (snapshot.Resource, bool) {
	marks := s.Facts.Change
	if marks.Marked(p.Kind, facts.Leave, o.Labels, o.Annotations) != "" ||
		s.Presence(p, o) == model.Present && marks.Marked(p.Kind, facts.Once, o.Labels, o.Annotations) != "" {
		return snapshot.Resource{}, false
	}
	resource, served := s.ResourceOf(o.Group, o.Kind)
	if !served {
		if _, later := s.after.ResourceOf(o.Group, o.Kind); later {
			s.Skip("what admission says to "+o.Origin().String(), "its kind is served when the change is applied, and not yet")
		}
		return resource, false
	}
	if !resource.Namespaced {
		return resource, true
	}
	if _, exists := s.Namespace(o.Namespace); o.Namespace != "" && !exists && s.WhyUnread("", "namespaces") == "" {
		if _, later := s.after.Namespace(o.Namespace); later {
			s.Skip("what admission says to "+o.Origin().String(), "its namespace is created when the change is applied, and does not exist yet")
		}
		return resource, false
	}
	return resource, o.Namespace != ""
}

// missingRole returns the role of a binding if it is applied before Flux tries the binding, and does not exist yet.
func (s *requests) missingRole(p model.Plan, o snapshot.Planned) string {
	binding, ok := s.after.RBAC().Binding(o.Namespace, o.Name)
	if !ok || o.Group != rbacv1.GroupName || !strings.HasSuffix(o.Kind, "RoleBinding") {
		return ""
	}
	role := binding.RoleOrigin()
	_, now := s.RBAC().Role(role.Namespace, role.Name)
	if _, later := s.after.RBAC().Role(role.Namespace, role.Name); now || !later || s.TriedBefore(p, o, role) {
		return ""
	}
	return role.String()
}

// content is what Flux applies of an object: all of it with the labels of its owner. Of a Secret its name and labels are
// sent alone, by a manager that does not give up the rest. Its annotations can hold a copy of the content.
func (s *requests) content(p model.Plan, o snapshot.Planned, resource snapshot.Resource) (object map[string]any, manager string) {
	object, manager = nameOnly(o.Version, resource, model.EntryOf(o)), ownManager
	metadata, _ := object["metadata"].(map[string]any)
	labels := map[string]any{}
	if o.Content == nil {
		for key, value := range o.Labels {
			labels[key] = value
		}
	} else {
		object, manager = maps.Clone(o.Content), s.manager(p.Reconciliation)
		delete(object, "status")
		metadata = metadataOf(object, metadata)
		if own, ok := metadata["labels"].(map[string]any); ok {
			labels = maps.Clone(own)
		}
		object["metadata"] = metadata
	}
	for key, value := range s.Facts.Change.OwnerLabels(p.Kind, p.Namespace, p.Name) {
		labels[key] = value
	}
	if len(labels) > 0 {
		metadata["labels"] = labels
	}
	return object, manager
}

// metadataOf is a copy of that of an object, with the place where it is applied.
func metadataOf(object, place map[string]any) map[string]any {
	own, _ := object["metadata"].(map[string]any)
	own = maps.Clone(own)
	delete(own, "namespace") // an object at the cluster scope has none
	maps.Copy(own, place)
	return own
}

// manager is the field manager by whose name an object's controller applies.
func (s *requests) manager(r *model.Reconciliation) string {
	if component, ok := s.Facts.Components.Of(r.Group, r.Kind); ok {
		return component.Name
	}
	return ownManager
}

func nameOnly(version string, resource snapshot.Resource, e model.Entry) map[string]any {
	metadata := map[string]any{"name": e.Name}
	if e.Namespace != "" {
		metadata["namespace"] = e.Namespace
	}
	group := version
	if resource.Group != "" {
		group = resource.Group + "/" + version
	}
	return map[string]any{"apiVersion": group, "kind": resource.Kind, "metadata": metadata}
}

// deletes sends the deletion of what a plan drops and Flux prunes.
func (s *requests) deletes(p model.Plan) {
	if !p.Prunes() {
		return
	}
	for _, e := range p.Dropped() {
		resource, served := s.ResourceOf(e.Group, e.Kind)
		live, read := p.Live[e]
		switch {
		case !served, s.Stays(p, e) != "": // section preflight says so
		case resource.Group == "" && resource.Resource == "secrets":
			s.Skip("what admission says to the deletion of "+e.String(), "nothing of a Secret is read, so that the one that would be deleted is not known")
		case !read:
			s.SkipBroken("what admission says to the deletion of "+e.String(), "its metadata cannot be read, so that the one that would be deleted is not known")
		default:
			d := s.dryRun(p.Reconciliation, p.Applier(), admission.Delete, resource, e)
			d.Origin, d.Step, d.UID = matrix.Share(p.Origin("status.inventory")), matrix.Deleting, live.UID
			d.Needs = needs(d, "delete")
			s.all = append(s.all, d)
			if s.Facts.Components.KindApplies(e.Group, e.Kind) {
				s.Skip("what admission says to what "+e.String()+" deletes with itself", "its controller deletes that once the deletion is under way")
			}
		}
	}
}

// touches sends, for each object of an inventory, an apply that leaves it as it is: admission judges the object with all
// that it has, of which nothing is read.
func (s *requests) touches(r *model.Reconciliation) {
	for _, e := range r.Inventory.Entries {
		resource, served := s.ResourceOf(e.Group, e.Kind)
		if !served || resource.Namespaced != (e.Namespace != "") {
			continue // section tenants says so
		}
		d := s.dryRun(r, r.String(), admission.Apply, resource, e)
		d.Origin = matrix.Share(r.Origin("status.inventory"))
		d.Object, d.Manager = nameOnly(resource.Version, resource, e), ownManager
		d.Needs, d.Updates = needs(d, "patch"), true
		s.all = append(s.all, d)
	}
}

func (s *requests) dryRun(r *model.Reconciliation, applier string, verb admission.Verb, resource snapshot.Resource, e model.Entry) *admission.DryRun {
	does := "applies"
	if verb == admission.Delete {
		does = "prunes"
	}
	d := &admission.DryRun{Verb: verb, Resource: resource, Namespace: e.Namespace, Name: e.Name}
	d.CheckMeta = matrix.CheckMeta{
		Section: admission.Section, Code: admission.Refused, Subject: matrix.Share(r.Account), Severity: matrix.Error,
		Because: fmt.Sprintf("%s %s %s", applier, does, e),
	}
	return d
}

// needs returns what the account of a dry-run has to be permitted before it is sent.
func needs(d *admission.DryRun, verbs ...string) []*matrix.Asked {
	var all []*matrix.Asked
	for _, verb := range verbs {
		all = append(all, &matrix.Asked{
			CheckMeta: d.CheckMeta, Want: matrix.Allow, AnyOf: checks.OnObject(d.Subject.Get(), d.Resource, verb, d.Namespace, d.Name),
		})
	}
	return all
}
