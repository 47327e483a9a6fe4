// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// prepare finds the smallest change for what stops. An object of the platform names the account of its controller, as in
// the documented lockdown. One of a tenant names the account of its namespace that can do most of what it needs, or stays
// with the default account; whatever that lacks a role grants.
func (w *locked) prepare() error {
	byAccount := map[matrix.Subject][]*model.Reconciliation{}
	var order []matrix.Subject
	for _, stop := range w.Stops {
		r, ok := w.find(stop.Object)
		if !ok || stop.Account == "" || len(w.lacks[stop.Object]) == 0 && !w.platform(r) && !w.Snapshot().Absent(r.Account) {
			continue
		}
		account := w.accountFor(r)
		if byAccount[account] == nil {
			order = append(order, account)
		}
		byAccount[account] = append(byAccount[account], r)
	}
	for _, account := range order {
		p, err := w.preparation(account, byAccount[account])
		if err != nil {
			return err
		}
		w.Preparations = append(w.Preparations, p)
	}
	if len(w.Blocked) == 0 {
		return nil
	}
	p := probe.Preparation{Summary: "Move what refers and what is referred to into one namespace, or copy what is referred to"}
	for _, b := range w.Blocked {
		if o := object(b.Object); !slices.Contains(p.For, o) {
			p.For = append(p.For, o)
		}
	}
	w.Preparations = append(w.Preparations, p)
	return nil
}

func (w *locked) find(o matrix.Origin) (*model.Reconciliation, bool) {
	for _, r := range w.Model().Reconciliations {
		if r.Origin("") == o {
			return r, true
		}
	}
	return nil, false
}

// platform reports whether an object is in the namespace of its controller.
func (w *locked) platform(r *model.Reconciliation) bool {
	return w.Model().RunsFlux(r.Namespace) && r.Controller != nil && r.Controller.Namespace == r.Namespace
}

// accountFor returns the account that an object should be reconciled as.
func (w *locked) accountFor(r *model.Reconciliation) matrix.Subject {
	if w.platform(r) {
		return r.Controller.Account()
	}
	named := map[matrix.Subject]bool{} // by other objects
	for _, other := range w.Model().Reconciliations {
		if other.By == model.ByObject {
			named[other.Account] = true
		}
	}
	best, most := r.Account, 0
	for _, a := range w.Snapshot().ServiceAccounts {
		account := matrix.ServiceAccount(a.Namespace, a.Name)
		if a.Namespace != r.Namespace || account == r.Account {
			continue
		}
		n := 0
		for _, review := range w.lacks[r.Origin("")] {
			if review.Subject = matrix.Share(account); w.Snapshot().RBAC().Allowed(review) {
				n += 2
			}
		}
		if n > 0 && named[account] {
			n++
		}
		if n > most {
			best, most = account, n
		}
	}
	return best
}

// preparation writes the objects after which some objects can be reconciled as an account.
func (w *locked) preparation(account matrix.Subject, objects []*model.Reconciliation) (probe.Preparation, error) {
	var (
		p         probe.Preparation
		documents []any
		changed   []string
		reviews   []matrix.Review
	)
	if w.Snapshot().Absent(account) {
		documents = append(documents, serviceAccount(account))
	}
	for _, r := range objects {
		o := r.Origin("")
		p.For = append(p.For, o)
		if account != r.Account {
			changed = append(changed, o.String())
			documents = append(documents, naming(r, account.Name))
		}
		for _, review := range w.lacks[o] {
			if review.Subject = matrix.Share(account); !w.Snapshot().RBAC().Allowed(review) {
				reviews = append(reviews, review)
			}
		}
	}
	var parts []string
	if w.Snapshot().Absent(account) {
		parts = append(parts, "create ServiceAccount "+account.String())
	}
	if len(changed) > 0 {
		parts = append(parts, fmt.Sprintf("set %s of %s to %s", model.ByObject, strings.Join(changed, ", "), account.Name))
	}
	for _, n := range rbac.MinimalRoles(reviews) {
		n = w.Snapshot().RBAC().MergeExisting(n)
		role, binding := n.Granted()
		documents = append(documents, role.Document(), binding.Document())
		parts = append(parts, fmt.Sprintf("bind ServiceAccount %s to %s", account, role.Origin()))
	}
	p.Summary = safetext.Printable(sentence(strings.Join(parts, ", and ")))
	var text strings.Builder
	for _, d := range documents {
		document, err := yaml.Marshal(d)
		if err != nil {
			return p, fmt.Errorf("writing %s: %w", p.Summary, err)
		}
		text.WriteString("---\n" + string(document))
	}
	p.Manifest = safetext.Block(text.String())
	return p, nil
}

func sentence(text string) string {
	return strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
}

func serviceAccount(account matrix.Subject) any {
	return map[string]any{"apiVersion": "v1", "kind": account.Kind, "metadata": map[string]any{"namespace": account.Namespace, "name": account.Name}}
}

// naming is an object with another account, as it would be applied.
func naming(r *model.Reconciliation, account string) any {
	spec, _ := fields.Get(r.Fields, "spec").(map[string]any)
	spec = maps.Clone(spec)
	if spec == nil {
		spec = map[string]any{}
	}
	spec["serviceAccountName"] = account
	metadata := map[string]any{"namespace": r.Namespace, "name": r.Name}
	if len(r.Labels) > 0 {
		metadata["labels"] = r.Labels
	}
	group := metav1.GroupVersion{Group: r.Group, Version: cmp.Or(r.Version, "v1")}
	return map[string]any{"apiVersion": group.String(), "kind": r.Kind, "metadata": metadata, "spec": spec}
}
