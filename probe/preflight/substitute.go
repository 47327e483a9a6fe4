// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// substitution is spec.postBuild of an object (fluxcd/pkg kustomize/kustomize_varsub.go@v1.35.6). What its variables
// stand for is looked up once something is built.
type substitution struct {
	object snapshot.Object
	find   func() found
	gaps   []matrix.Gap // set with what is found
}

// found is what the variables stand for.
type found struct {
	values map[string]string
	gaps   []matrix.Gap // the sources whose values are not known: a variable that nothing else sets is left as it is
}

// find reads the values: those of ConfigMaps, and over them those that the object itself names.
func find(ctx context.Context, o snapshot.Object, values Values) found {
	f := found{values: map[string]string{}}
	for _, from := range fields.Each(o.Fields, "spec.postBuild.substituteFrom[]") {
		source := fields.Text(from.Fields, "kind") + " " + o.Namespace + "/" + fields.Text(from.Fields, "name")
		unknown := func(kind matrix.GapKind, why string) {
			f.gaps = append(f.gaps, matrix.Gap{
				What: "the values of " + source + ", which " + o.String() + " substitutes",
				Why:  why + "; variables that nothing else sets are left as they stand", Kind: kind,
			})
		}
		if fields.Text(from.Fields, "kind") != "ConfigMap" {
			unknown(matrix.Chosen, "a Secret is never read")
			continue
		}
		if values == nil {
			unknown(matrix.Chosen, "no cluster is read")
			continue
		}
		read, exists, err := values(ctx, o.Namespace, fields.Text(from.Fields, "name"))
		switch {
		case err != nil:
			unknown(matrix.Broken, "it could not be read: "+err.Error())
		case !exists && !fields.True(from.Fields, "optional"):
			unknown(matrix.Broken, "it does not exist, and Flux does not build without it")
		}
		for key, value := range read {
			f.values[key] = strings.ReplaceAll(value, "\n", "")
		}
	}
	inline, _ := fields.Get(o.Fields, "spec.postBuild.substitute").(map[string]any)
	for key, value := range inline {
		text, _ := value.(string)
		f.values[key] = strings.ReplaceAll(text, "\n", "")
	}
	return f
}

const disabled = "disabled"

// substitute replaces the variables in an object.
func (s *substitution) substitute(r *resource.Resource) error {
	const mark = "kustomize.toolkit.fluxcd.io/substitute"
	f := s.find()
	s.gaps = f.gaps
	always := fields.Text(s.object.Fields, "spec.postBuild.substituteStrategy") == "Always"
	if len(f.values) == 0 && len(f.gaps) == 0 && !always || r.GetLabels()[mark] == disabled || r.GetAnnotations()[mark] == disabled {
		return nil
	}
	text, err := r.AsYAML()
	if err != nil {
		return err
	}
	replaced, err := envsubst.Eval(string(text), func(name string) (string, bool) {
		value, set := f.values[name]
		if !set && len(f.gaps) > 0 {
			value = "${" + name + "}"
		}
		return value, true
	})
	if err != nil {
		return fmt.Errorf("spec.postBuild of %s: %w", s.object, err)
	}
	content, err := yaml.YAMLToJSON([]byte(replaced))
	if err != nil {
		return fmt.Errorf("spec.postBuild of %s: %w", s.object, err)
	}
	return r.UnmarshalJSON(content)
}
