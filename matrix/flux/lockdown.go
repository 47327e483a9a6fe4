// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// lockdown derives FP801 to FP806 from the command lines of the controllers, Deployment by
// Deployment, so that the weakest shard decides. A lockdown is judged as a whole: none is
// information, a partial one is an error for each piece that is left open.
type lockdown struct{ options Options }

func (l lockdown) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	v, out := newView(s, l.options), &derived{}
	v.unlistedCore("deployments.apps", "the command lines of all controllers", out)
	for _, install := range s.Installs {
		if v.shows(install.Namespace) {
			v.lockdownOf(install, out)
		}
	}
	roles := v.roles()
	for _, r := range v.work {
		if r.impersonated() && r.by != "spec.serviceAccountName" && v.isFlux(r.Namespace) {
			out.add(v.fallsToDefault(r, roles))
		}
	}
	return out.expectations, out.gaps
}

// lock is one piece of the lockdown: a flag that must be set on some controllers.
type lock struct {
	code, flag string
	text       bool // set when it is not empty; else when it is true
	components []string
	because    string
}

// locks are the pieces (fluxcd.io/flux/installation/configuration/multitenancy). The documented
// recipe and the community chart leave out source-watcher, which has the first flag since Flux 2.7.
var locks = []lock{
	{
		code: "FP801", flag: flagNoCrossNamespaceRefs, because: "objects could refer into other tenants' namespaces",
		components: []string{kustomizeController, helmController, notificationController, imageReflectorController, imageAutomationController, sourceWatcher},
	},
	{
		code: "FP802", flag: flagDefaultServiceAccount, text: true, because: "an object that names no account would be applied as the controller, which is cluster-admin",
		components: []string{kustomizeController, helmController},
	},
	{
		code: "FP803", flag: flagNoRemoteBases, because: "a Kustomization could build from any place on the network",
		components: []string{kustomizeController},
	},
}

func (l lock) closed(d *deployment) bool {
	if l.text {
		return d.flags.text(l.flag) != ""
	}
	return d.flags.is(l.flag, false)
}

// lockdownOf judges one install.
func (v *view) lockdownOf(install Install, out *derived) {
	var found []matrix.Expectation
	closed := 0
	for _, l := range locks {
		for _, name := range l.components {
			for _, d := range v.components[name] {
				if d.Namespace != install.Namespace {
					continue
				}
				e := lockExpectation(l, d)
				if l.closed(d) {
					closed++
				} else {
					e.Settled, e.Severity = matrix.Missing, matrix.Error
					e.Observed, e.Hint = "--"+l.flag+" is not set", "without it "+l.because
				}
				found = append(found, e)
			}
		}
	}
	switch {
	case len(found) == 0:
		return
	case closed == 0:
		e := found[0]
		e.Severity, e.Origin.Field = matrix.Info, "args"
		e.Because = "Flux in " + install.Namespace + " is not locked down: nothing but RBAC keeps its tenants apart"
		e.Observed = "none of the lockdown flags is set on any controller"
		e.Hint = "for more than one tenant see fluxcd.io/flux/installation/configuration/multitenancy"
		out.add(e)
	default:
		out.expectations = append(out.expectations, found...)
	}
	for _, name := range [...]string{kustomizeController, helmController} {
		for _, d := range v.components[name] {
			if d.Namespace == install.Namespace {
				out.add(insecure(d, closed > 0))
				if closed > 0 && name == kustomizeController {
					v.sharedKey(d, out)
				}
			}
		}
	}
}

func lockExpectation(l lock, d *deployment) matrix.Expectation {
	set := "--" + l.flag
	if l.text {
		set += "=" + d.flags.text(l.flag)
	}
	return matrix.Expectation{
		Code: l.code, Subject: d.account(), Severity: matrix.Error, Origin: d.origin("--" + l.flag),
		Because: fmt.Sprintf("the lockdown of Flux in %s needs --%s on %s", d.Namespace, l.flag, d),
		Settled: matrix.Pass, Observed: set + " is set",
	}
}

// insecure is FP805: flags that let a kubeconfig run a program in the controller, or talk to a
// server that is not verified.
func insecure(d *deployment, locked bool) matrix.Expectation {
	e := matrix.Expectation{
		Code: "FP805", Subject: d.account(), Severity: matrix.Warning, Origin: d.origin("args"), Settled: matrix.Pass,
		Because:  "a kubeconfig that a tenant writes must not run programs in the controller, or skip TLS",
		Observed: "neither --" + flagInsecureExec + " nor --" + flagInsecureTLS + " is on",
	}
	if locked {
		e.Severity = matrix.Error
	}
	for _, name := range [...]string{flagInsecureExec, flagInsecureTLS} {
		if d.flags.is(name, false) {
			e.Settled, e.Observed, e.Hint = matrix.Excess, "--"+name+" is on", "remove --"+name+" from "+d.String()
			e.Origin.Field = "--" + name
			break
		}
	}
	return e
}

// fallsToDefault is FP804: an object of the platform that names no account falls to the default one
// like a tenant's, which under lockdown can do nothing. It stands when no binding lets that account apply.
func (v *view) fallsToDefault(r reconciliation, roles *roleIndex) matrix.Expectation {
	e := matrix.Expectation{
		Code: "FP804", Subject: r.account, Severity: matrix.Error, Origin: r.origin("spec.serviceAccountName"),
		Because: fmt.Sprintf("%s names no account and is reconciled as %s, by %s", r.Object, r.account, r.by),
		Settled: matrix.Missing, Observed: "no binding names " + r.account.String(),
		Hint: "set spec.serviceAccountName: " + r.controller.ServiceAccount + " on " + r.String(),
	}
	bound := v.boundAs(r.account, roles)
	unread := cmp.Or(v.unread(rbacGroup, "clusterrolebindings"), v.unread(rbacGroup, "rolebindings"))
	unknown := cmp.Or(v.unread(rbacGroup, "clusterroles"), v.unread(rbacGroup, "roles"))
	switch {
	case bound != "":
		e.Settled, e.Severity, e.Observed = matrix.Pass, matrix.Info, "a binding names "+bound+"; section tenants asks what it needs"
	case unread != "":
		e.Settled, e.Severity, e.Observed = matrix.Undetermined, matrix.Warning, "bindings could not be listed: "+unread
	case unknown != "":
		e.Settled, e.Severity, e.Observed = matrix.Undetermined, matrix.Warning, "what is bound to its groups could not be read: "+unknown
	}
	return e
}

// boundAs says what a binding names that lets account apply: the account, or a group of it, "" for none. Every
// cluster binds the groups to roles that only read, so that of those a role counts that may patch: so does every apply.
func (v *view) boundAs(account matrix.Subject, roles *roleIndex) string {
	for _, b := range v.Bindings {
		for _, s := range b.Subjects {
			switch {
			case toSubject(s) == account:
				return account.String()
			case s.Kind == rbacv1.GroupKind && slices.Contains(account.Groups(), s.Name) && mayPatch(roles.bound(b)):
				return "group " + s.Name
			}
		}
	}
	return ""
}

func mayPatch(r Role) bool {
	return slices.ContainsFunc(r.Rules, func(rule rbacv1.PolicyRule) bool { return oneOf(rule.Verbs, "patch") })
}
