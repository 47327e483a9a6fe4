// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// objects connects sources, ConfigMaps and Secrets with what applies them.
func (b *builder) objects() {
	for _, r := range b.Reconciliations {
		for _, s := range b.sourcesOf(r.Object) {
			b.usedBy(r, s)
		}
		for _, input := range b.Facts.Steps.Inputs {
			if input.Group != r.Group || input.Kind != r.Kind {
				continue
			}
			for _, element := range fields.Each(r.Fields, input.Field) {
				if resource, ok := b.ResourceOf("", fields.Text(element.Fields, "kind")); ok {
					b.usedBy(r, b.contentIn(resource.Resource, r.Namespace, fields.Text(element.Fields, "name")))
				}
			}
		}
	}
	for _, o := range b.Objects {
		switch o.Kind {
		case "ArtifactGenerator":
			b.artifacts(o)
		case "GitRepository":
			b.repository(o)
		}
		b.credentials(o)
	}
	b.pushers()
}

// usedBy connects some content with the account that applies it.
func (b *builder) usedBy(r *model.Reconciliation, from paths.Node) {
	if b.RunsFlux(r.Namespace) {
		b.graph.Read(from, b.goal(paths.Platform, ""), r.String()+" applies it")
	}
	if !r.Remote && r.Account != (matrix.Subject{}) {
		b.graph.Read(from, b.account(r.Account), fmt.Sprintf("%s applies it as %s", r, r.Account))
	}
}

// contentIn is the node of one object, connected with those of all in its namespace and everywhere, and of its name
// everywhere.
func (b *builder) contentIn(resource, namespace, name string) paths.Node {
	key := paths.Key{Kind: content + " " + resource, Namespace: namespace, Name: name}
	known := b.graph.Has(key)
	one := b.graph.Node(key)
	mark := paths.Key{Kind: "connected " + resource, Namespace: namespace, Name: name}
	if known && b.graph.Has(mark) {
		return one
	}
	b.graph.Node(mark)
	b.graph.Read(b.contentOf(resource, namespace, ""), one, "")
	b.graph.Read(b.contentOf(resource, everywhere, ""), one, "")
	b.graph.Read(b.contentOf(resource, everywhere, name), one, "")
	return one
}

// sourcesOf returns the nodes of the sources that an object names, and of the chart that is kept for it.
func (b *builder) sourcesOf(o snapshot.Object) []paths.Node {
	var found []paths.Node
	for _, field := range b.Facts.References {
		if field.Group != o.Group || field.Kind != o.Kind || field.AsAccount || field.Optional {
			continue
		}
		for _, element := range fields.Each(o.Fields, field.Field) {
			kind := cmp.Or(fields.Text(element.Fields, "kind"), field.Target)
			group := b.Facts.Components.GroupOf(kind)
			resource, ok := b.ResourceOf(group, kind)
			if component, _ := b.Facts.Components.Of(group, kind); !ok || component.Name != facts.SourceController {
				continue
			}
			namespace := cmp.Or(fields.Text(element.Fields, "namespace"), o.Namespace)
			found = append(found, b.contentIn(resource.Resource, namespace, fields.Text(element.Fields, "name")))
			if kept, ok := b.ResourceOf(group, field.Keeps); ok && field.Keeps != "" {
				found = append(found, b.contentIn(kept.Resource, namespace, o.Namespace+"-"+o.Name))
			}
		}
	}
	return found
}

// artifacts connects the sources of an ArtifactGenerator, and the object itself, with the artifacts that it makes.
func (b *builder) artifacts(o snapshot.Object) {
	self := b.contentIn("artifactgenerators", o.Namespace, o.Name)
	for _, s := range b.sourcesOf(o) {
		b.graph.Read(s, self, o.String()+" copies it")
	}
	for _, element := range fields.Each(o.Fields, "spec.artifacts[]") {
		namespace := cmp.Or(fields.Text(element.Fields, "namespace"), o.Namespace)
		b.graph.Read(self, b.contentIn("externalartifacts", namespace, fields.Text(element.Fields, "name")), "")
	}
}

// repository connects who can push to the repository of a source with it, if there are credentials to push with.
func (b *builder) repository(o snapshot.Object) {
	if fields.Get(o.Fields, "spec.secretRef") == nil && cmp.Or(fields.Text(o.Fields, "spec.provider"), "generic") == "generic" {
		return
	}
	b.graph.Read(b.node(repository, o.Namespace, ""), b.contentIn("gitrepositories", o.Namespace, o.Name),
		"if the credentials of "+o.String()+" can push")
}

// pushers connects the namespaces in which an ImageUpdateAutomation can name any repository of its namespace, and of
// others where that is not blocked.
func (b *builder) pushers() {
	all := b.node(repository, everywhere, "")
	for _, n := range b.Namespaces {
		b.graph.Read(all, b.node(repository, n.Name, ""), "")
	}
	for _, d := range b.Component("image-automation-controller") {
		if d.Flags.Is(facts.FlagNoCrossNamespaceRefs, false) {
			continue
		}
		blocked := b.node("another namespace's repository", "", d.String())
		grant := b.graph.AddGrant(paths.Grant{Condition: "set --" + facts.FlagNoCrossNamespaceRefs + " on " + d.String()})
		b.graph.Follow(blocked, all, grant, d.String()+" follows references to other namespaces")
		for _, n := range b.Namespaces {
			b.graph.Read(b.node(repository, n.Name, ""), blocked, "")
		}
	}
}

// credentials connects a Secret of the platform's with what it is the key to.
func (b *builder) credentials(o snapshot.Object) {
	if !b.RunsFlux(o.Namespace) {
		return
	}
	for _, c := range b.Facts.Steps.Credentials {
		if name := fields.Text(o.Fields, c.Field+".name"); name != "" {
			secret := b.secretIn(o.Namespace, name)
			b.graph.Read(b.secretIn(everywhere, name), secret, "")
			b.graph.Read(b.node(secretsOf, o.Namespace, ""), secret, "")
			b.graph.Read(secret, b.goal(paths.Platform, ""), "Secret "+o.Namespace+"/"+name+" "+c.Because+" "+o.String())
		}
	}
}
