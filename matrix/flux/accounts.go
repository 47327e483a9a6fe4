// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix"
)

// The components that the tenancy checks name.
const (
	sourceController          = "source-controller"
	kustomizeController       = "kustomize-controller"
	helmController            = "helm-controller"
	notificationController    = "notification-controller"
	imageReflectorController  = "image-reflector-controller"
	imageAutomationController = "image-automation-controller"
	sourceWatcher             = "source-watcher"
	fluxOperator              = Operator
)

// tenantLabel marks what `flux create tenant` makes: Namespaces, ServiceAccounts and bindings
// (flux2 cmd/flux/create_tenant.go@v2.9.5).
const tenantLabel = "toolkit.fluxcd.io/tenant"

// deployment is a Controller with its command line read.
type deployment struct {
	Controller
	flux     string // the version of its install
	flags    flags
	selector labels.Selector
}

// account is what the controller runs as.
func (d *deployment) account() matrix.Subject {
	return matrix.ServiceAccount(d.Namespace, d.ServiceAccount)
}

func (d *deployment) String() string { return "Deployment " + d.Namespace + "/" + d.Name }

func (d *deployment) origin(field string) matrix.Origin {
	return matrix.Origin{Kind: "Deployment", Namespace: d.Namespace, Name: d.Name, Field: field, Release: d.flux}
}

// watches says whether o is reconciled by this Deployment: within its namespaces and its shard.
func (d *deployment) watches(o Object) bool {
	if !d.flags.is(flagWatchAllNamespaces, true) && o.Namespace != d.Namespace {
		return false
	}
	return d.selector.Matches(labels.Set(o.Labels))
}

// deployments reads the command lines of all controllers. A selector that cannot be read selects
// nothing: a controller with it does not start.
func deployments(s *Snapshot) []*deployment {
	var all []*deployment
	for _, install := range s.Installs {
		for _, c := range install.Controllers {
			d := &deployment{Controller: c, flux: install.Version, flags: parseFlags(c.Args)}
			var err error
			if d.selector, err = labels.Parse(d.flags.text(flagWatchLabelSelector)); err != nil {
				d.selector = labels.Nothing()
			}
			all = append(all, d)
		}
	}
	return all
}

// reconciliation is a Kustomization, HelmRelease or ResourceSet and who does its work.
type reconciliation struct {
	Object
	controller *deployment    // nil when none watches it
	account    matrix.Subject // whose rights the work is done with
	by         string         // what chose the account; "" when the controller acts as itself
	remote     bool           // spec.kubeConfig: the work is done on another cluster
}

// impersonated says whether the work is done on this cluster by another account than the controller's.
func (r reconciliation) impersonated() bool { return !r.remote && r.by != "" }

func (o Object) origin(field string) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: field}
}

func (o Object) String() string { return o.Kind + " " + o.Namespace + "/" + o.Name }

// component names the controller that owns objects of a kind, "" for kinds that are none of Flux's.
func component(group, kind string) string {
	switch group {
	case "source.toolkit.fluxcd.io":
		return sourceController
	case "kustomize.toolkit.fluxcd.io":
		return kustomizeController
	case "helm.toolkit.fluxcd.io":
		return helmController
	case "notification.toolkit.fluxcd.io":
		return notificationController
	case "image.toolkit.fluxcd.io":
		if kind == "ImageUpdateAutomation" {
			return imageAutomationController
		}
		return imageReflectorController
	case "source.extensions.fluxcd.io":
		return sourceWatcher
	case "fluxcd.controlplane.io":
		return fluxOperator
	}
	return ""
}

// reconciles says whether objects of the kind apply others, with a spec.serviceAccountName to
// impersonate for it.
func reconciles(o Object) bool {
	switch o.Kind {
	case "Kustomization", "HelmRelease", "ResourceSet":
		return slices.Contains([]string{kustomizeController, helmController, fluxOperator}, component(o.Group, o.Kind))
	}
	return false
}

// effective finds who does the work of o: spec.serviceAccountName, else the default account of the
// controller that watches it, else the controller itself. The account is always one of o's own
// namespace (fluxcd/pkg runtime client/impersonator.go@v0.110.3).
func effective(o Object, controller *deployment) reconciliation {
	r := reconciliation{Object: o, controller: controller, remote: field(o.Fields, "spec.kubeConfig") != nil}
	if name := text(o.Fields, "spec.serviceAccountName"); name != "" {
		r.account, r.by = matrix.ServiceAccount(o.Namespace, name), "spec.serviceAccountName"
		return r
	}
	if controller == nil {
		return r
	}
	if name := controller.flags.text(flagDefaultServiceAccount); name != "" {
		r.account, r.by = matrix.ServiceAccount(o.Namespace, name), "--"+flagDefaultServiceAccount+" of "+controller.String()
		return r
	}
	r.account = controller.account()
	return r
}
