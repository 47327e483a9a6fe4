// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"slices"
	"strings"
)

// Object is an object as a text names it.
type Object struct {
	Kind string // one of the kinds that were looked for
	Path string // its name, namespace/name, or name.namespace as flux logs prints it
}

// Is reports whether the text can mean this object.
func (o Object) Is(kind, namespace, name string) bool {
	return o.Kind == kind && slices.Contains([]string{name, namespace + "/" + name, name + "." + namespace}, o.Path)
}

// String is KIND/PATH.
func (o Object) String() string { return o.Kind + "/" + o.Path }

// Kinds finds objects of certain kinds in texts.
type Kinds struct {
	kinds []string
	named *regexp.Regexp // Kustomization/apps/web, kustomization/web.apps, HelmRelease 'apps/web'
	keyed *regexp.Regexp // "Kustomization":{"name":"web","namespace":"apps"}
	below *regexp.Regexp // Name: web Namespace: apps … Kind: Kustomization
	above *regexp.Regexp // kind: Kustomization metadata: name: web namespace: apps
}

// Looking returns what finds objects of these kinds.
func Looking(kinds ...string) *Kinds {
	var words []string
	for _, kind := range kinds {
		words = append(words, kind, pluralOf(kind))
	}
	// The longest first: a kind can begin with the name of another.
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	any := `(` + strings.Join(words, "|") + `)`
	const group, name = `(?:\.[a-z0-9.-]+)?`, `[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?`
	return &Kinds{
		kinds: kinds,
		named: regexp.MustCompile(`(?i:\b` + any + `)` + group + `(?:/(` + name + `(?:/` + name + `)?)|['"]? ['"]?(` + name + `/` + name + `))`),
		keyed: regexp.MustCompile(`"(?i:` + any + `)": ?\{ ?"name": ?"(` + name + `)", ?"namespace": ?"(` + name + `)" ?\}`),
		below: regexp.MustCompile(`\bName: (` + name + `) Namespace: (` + name + `) .{0,1000}?\bKind: (?i:` + any + `)\b`),
		above: regexp.MustCompile(`\bkind: ` + any + `((?: \S+){1,40})`),
	}
}

func pluralOf(kind string) string {
	if stem, ok := strings.CutSuffix(kind, "y"); ok {
		return stem + "ies"
	}
	return kind + "s"
}

// kind is how one of the words that named it is written.
func (k *Kinds) kind(word string) string {
	at := slices.IndexFunc(k.kinds, func(kind string) bool {
		return strings.EqualFold(word, kind) || strings.EqualFold(word, pluralOf(kind))
	})
	if at < 0 {
		return ""
	}
	return k.kinds[at]
}

// Find returns every object that a text names, in no particular form: each once, those with a namespace first.
func (k *Kinds) Find(text string) []Object {
	plain := Plain(text)
	var found []Object
	add := func(word, path string) {
		if o := (Object{k.kind(word), path}); o.Kind != "" && path != "" && !slices.Contains(found, o) {
			found = append(found, o)
		}
	}
	for _, m := range k.named.FindAllStringSubmatch(plain, -1) {
		add(m[1], m[2]+m[3])
	}
	for _, m := range k.keyed.FindAllStringSubmatch(plain, -1) {
		add(m[1], m[3]+"/"+m[2])
	}
	for _, m := range k.below.FindAllStringSubmatch(plain, -1) {
		add(m[3], m[2]+"/"+m[1])
	}
	for _, m := range k.above.FindAllStringSubmatch(plain, -1) {
		meta, _, _ := strings.Cut(m[2], " kind: ")
		meta, _, _ = strings.Cut(meta, " spec: ")
		add(m[1], labelsOf("kind: "+m[1]+meta).path())
	}
	for _, fields := range labelled(plain) {
		if path := fields.path(); path != "" {
			add(fields.kind, path)
		}
	}
	slices.SortStableFunc(found, func(a, b Object) int { return strings.Count(b.Path, "/") - strings.Count(a.Path, "/") })
	return found
}

// labels are the fields of one object in JSON, of one metric, or of one alert.
type labels struct{ kind, namespace, name string }

func (l labels) path() string {
	switch {
	case l.kind == "" || l.name == "":
		return ""
	case l.namespace == "":
		return l.name
	}
	return l.namespace + "/" + l.name
}

var (
	braces = compiled(`\{[^{}]*\}`)
	label  = compiled(`"?\b(kind|controllerKind|customresource_kind|name|namespace|exported_namespace)"? ?[:=] ?"?([A-Za-z0-9.-]+)"?`)
	alert  = compiled(`(?:^| )-? ?(?:kind|customresource_kind) ?[:=] ?[A-Za-z]+(?: -? ?[a-z_.]+ ?[:=] ?[^ ]+){1,20}`)
)

// mostNested is how many braces inside of braces are read.
const mostNested = 8

// labelled returns the fields of each pair of braces, the inner ones first, and of lists of labels without braces. A
// name belongs to the braces that it is in.
func labelled(plain string) []labels {
	var all []labels
	for _, m := range alert().FindAllString(plain, -1) {
		all = append(all, labelsOf(m))
	}
	for range mostNested {
		inner := braces().FindAllString(plain, -1)
		if len(inner) == 0 {
			break
		}
		for _, text := range inner {
			all = append(all, labelsOf(text))
		}
		plain = braces().ReplaceAllString(plain, "")
	}
	return all
}

func labelsOf(text string) labels {
	var l labels
	for _, m := range label().FindAllStringSubmatch(text, -1) {
		switch m[1] {
		case "kind", "controllerKind", "customresource_kind":
			l.kind = m[2]
		case "name":
			if l.name == "" {
				l.name = m[2]
			}
		case "exported_namespace": // of the object, where namespace is that of the exporter
			l.namespace = m[2]
		case "namespace":
			if l.namespace == "" && !strings.Contains(text, "exported_namespace") {
				l.namespace = m[2]
			}
		}
	}
	return l
}
