// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// problem describes a candidate that explains something.
func (w *finder) problem(c *candidate) probe.Problem {
	slices.Sort(c.explained)
	p := probe.Problem{
		ID: identify(c.cause, c.says), Cause: c.cause, Checks: c.explained,
		Proof: probe.Proof{Passes: c.passes, Breaks: c.breaks},
		Owner: w.owner(c.cause),
	}
	if first := w.findings[c.explained[0]].Origin.Get(); p.Owner.File == "" && object(first) == object(c.cause.Origin()) {
		p.Owner.File, p.Owner.Line = safetext.Printable(first.File), first.Line
	}
	for _, i := range c.explained {
		if s := w.findings[i].Severity; weight(s) > weight(p.Severity) {
			p.Severity = s
		}
	}
	p.Effect = w.effect(c)
	p.Title = safetext.Printable(w.title(c))
	p.Fix = w.fix(c)
	for _, s := range []*string{&p.Cause.Kind, &p.Cause.Namespace, &p.Cause.Name, &p.Cause.Field, &p.Cause.Was, &p.Cause.Want} {
		*s = safetext.Printable(*s)
	}
	return p
}

var place = regexp.MustCompile(`\[\d+\]`)

// identify is the same for the same object and field, wherever in a list the field is; what nothing explains
// is identified by its words.
func identify(c probe.Cause, says string) string {
	key := strings.Join([]string{c.Kind, c.Namespace, c.Name, place.ReplaceAllString(c.Field, "[]")}, "\x00")
	if c.Kind == "" {
		key = says
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:6])
}

// distinguish numbers problems with the same id.
func distinguish(problems []probe.Problem) {
	seen := map[string]int{}
	for i := range problems {
		id := problems[i].ID
		if seen[id]++; seen[id] > 1 {
			problems[i].ID = fmt.Sprintf("%s-%d", id, seen[id])
		}
	}
}

// title says what does not work, and why.
func (w *finder) title(c *candidate) string {
	if text := w.planned(c); text != "" {
		return text
	}
	impacts := w.about(c)
	failed := consequence(impacts)
	if failed == "" {
		return sentence(c.says)
	}
	if again, ok := strings.CutPrefix(c.says, impacts[0].who+" "); ok && len(impacts) == 1 {
		return failed + ": it " + again
	}
	return failed + ": " + c.says
}

// impact is what the findings of a problem have in common about one object or account.
type impact struct {
	who     string // the object that is reconciled, or the account
	object  bool
	now     []int // findings about what fails now
	later   []int // findings about what fails later
	exposed []int // findings about what must not be possible
	step    matrix.Step
}

// about returns the impacts of a problem, in the order of its findings.
func (w *finder) about(c *candidate) []*impact {
	var all []*impact
	by := map[string]*impact{}
	for _, i := range c.explained {
		f := &w.findings[i]
		if w.asked[i] == nil || f.Verdict == matrix.Undetermined {
			continue
		}
		who, isObject := title(f.Subject), false
		if o := object(f.Origin.Get()); f.Want == matrix.Allow && o.Name != "" && !isPart(o.Kind) {
			who, isObject = o.String(), true
		}
		if step(f) != 0 {
			who, isObject = placed(f.Origin.Get()), true
		}
		x := by[who]
		if x == nil {
			x = &impact{who: who, object: isObject, step: step(f)}
			by[who], all = x, append(all, x)
		}
		switch {
		case f.Want == matrix.Deny:
			x.exposed = append(x.exposed, i)
		case f.Check.Meta().Latent:
			x.later = append(x.later, i)
		default:
			x.now = append(x.now, i)
		}
	}
	return all
}

// isPart reports whether a kind is a part of RBAC, of admission or of a controller, and no object that is reconciled.
func isPart(kind string) bool {
	return strings.HasSuffix(kind, "Role") || strings.HasSuffix(kind, "Binding") || kind == "Deployment" || kind == "ServiceAccount" ||
		kind == snapshot.ValidatingPolicy || isWebhook(kind)
}

func isWebhook(kind string) bool {
	return kind == snapshot.ValidatingWebhooks || kind == snapshot.MutatingWebhooks
}

// consequence is the first half of a title.
func consequence(impacts []*impact) string {
	var broken, later, lacking, exposed []string
	for _, x := range impacts {
		switch {
		case len(x.now) > 0 && x.object:
			broken = append(broken, x.who)
		case len(x.now) > 0:
			lacking = append(lacking, x.who)
		case len(x.later) > 0:
			later = append(later, x.who)
		default:
			exposed = append(exposed, x.who)
		}
	}
	switch {
	case len(broken) > 0:
		return several(broken, "objects") + " cannot be reconciled"
	case len(lacking) > 0:
		return several(lacking, "accounts") + " cannot do all that " + they(lacking) + " must"
	case len(later) > 0:
		return several(later, "objects") + " will fail when objects are pruned or created again"
	case len(exposed) > 0:
		return several(exposed, "accounts") + " can do what " + they(exposed) + " must not"
	default:
		return ""
	}
}

func they(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "they"
}

// several names one, and counts more.
func several(names []string, plural string) string {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	default:
		return fmt.Sprintf("%s and %d more %s", names[0], len(names)-1, plural)
	}
}

// mostEffects is how many lines of effects are listed.
const mostEffects = 6

// effect lists what fails now, what fails later, and what is exposed to whom.
func (w *finder) effect(c *candidate) []string {
	lines := []string{}
	for _, x := range w.about(c) {
		add := func(what string, of []int) {
			if len(of) > 0 {
				lines = append(lines, safetext.Printable(fmt.Sprintf("%s %s: %s", x.who, what, w.accesses(of))))
			}
		}
		if x.step != 0 {
			add(without(x.step), slices.Concat(x.now, x.later))
		} else if x.object {
			add("fails now, without", x.now)
			add("fails later, when it prunes or creates an object again, without", x.later)
		} else {
			add("cannot", slices.Concat(x.now, x.later))
		}
		add("can, and must not", x.exposed)
	}
	for _, i := range c.explained {
		f := &w.findings[i]
		if w.asked[i] == nil || f.Verdict == matrix.Undetermined {
			line := safetext.Printable(w.effectOf(c, i))
			if f.Verdict == matrix.Undetermined {
				line = "not known: " + line
			}
			if line != "" && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if n := len(lines) - mostEffects; n > 1 {
		lines = append(lines[:mostEffects], fmt.Sprintf("and %d more", n))
	}
	return lines
}

// accesses describes the accesses of findings: the verbs of each resource and namespace.
func (w *finder) accesses(of []int) string {
	type row struct{ resource, namespace string }
	var order []row
	verbs := map[row][]string{}
	for _, i := range of {
		a, _ := w.asked[i].Access()
		r := row{a.GroupResource(), a.Namespace}
		if verbs[r] == nil {
			order = append(order, r)
		}
		if !slices.Contains(verbs[r], a.Verb) {
			verbs[r] = append(verbs[r], a.Verb)
		}
	}
	var texts []string
	for i, r := range order {
		if left := len(order) - i; i == mostRules && left > 1 {
			texts = append(texts, fmt.Sprintf("and %d more resources", left))
			break
		}
		where := " in " + r.namespace
		if r.namespace == "" {
			where = " in the whole cluster"
		}
		texts = append(texts, strings.Join(sortedVerbs(verbs[r]), ", ")+" "+r.resource+where)
	}
	return strings.Join(texts, "; ")
}

func quote(s string) string { return safetext.Quote(s) }
