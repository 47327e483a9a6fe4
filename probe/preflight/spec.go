// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// edit adds to a kustomization file what the spec of o says, as kustomize-controller does (fluxcd/pkg
// kustomize/kustomize_generator.go@v1.35.6).
func edit(o snapshot.Object) func(folder string, k *types.Kustomization) error {
	return func(folder string, k *types.Kustomization) error {
		for _, set := range []struct {
			field string
			to    *string
		}{{"spec.targetNamespace", &k.Namespace}, {"spec.namePrefix", &k.NamePrefix}, {"spec.nameSuffix", &k.NameSuffix}} {
			if text := fields.Text(o.Fields, set.field); text != "" {
				*set.to = text
			}
		}
		for _, p := range fields.Each(o.Fields, "spec.patches[]") {
			k.Patches = append(k.Patches, types.Patch{Patch: fields.Text(p.Fields, "patch"), Target: selector(p.Fields)})
		}
		for _, i := range fields.Each(o.Fields, "spec.images[]") {
			addImage(k, types.Image{
				Name: fields.Text(i.Fields, "name"), NewName: fields.Text(i.Fields, "newName"),
				NewTag: fields.Text(i.Fields, "newTag"), Digest: fields.Text(i.Fields, "digest"),
			})
		}
		return addComponents(o, folder, k)
	}
}

// selector is the target of a patch; nil for one that names its object itself.
func selector(patch map[string]any) *types.Selector {
	target, ok := patch["target"].(map[string]any)
	if !ok {
		return nil
	}
	return &types.Selector{
		ResId: resid.ResId{
			Gvk:  resid.Gvk{Group: fields.Text(target, "group"), Version: fields.Text(target, "version"), Kind: fields.Text(target, "kind")},
			Name: fields.Text(target, "name"), Namespace: fields.Text(target, "namespace"),
		},
		AnnotationSelector: fields.Text(target, "annotationSelector"), LabelSelector: fields.Text(target, "labelSelector"),
	}
}

// addImage adds an image, or replaces what the file says about it.
func addImage(k *types.Kustomization, image types.Image) {
	at := slices.IndexFunc(k.Images, func(have types.Image) bool { return have.Name == image.Name })
	if at < 0 {
		k.Images = append(k.Images, image)
		return
	}
	k.Images[at] = image
}

func addComponents(o snapshot.Object, folder string, k *types.Kustomization) error {
	components, _ := fields.Get(o.Fields, "spec.components").([]any)
	for _, item := range components {
		component, _ := item.(string)
		if component == "" || filepath.IsAbs(component) {
			return fmt.Errorf("the component %q of %s is no local path", component, o)
		}
		_, err := os.Stat(filepath.Join(folder, component))
		if err != nil && fields.True(o.Fields, "spec.ignoreMissingComponents") {
			continue
		}
		k.Components = append(k.Components, component)
	}
	return nil
}

// addMetadata adds spec.commonMetadata to an object.
func addMetadata(o snapshot.Object, r *resource.Resource) error {
	with := func(field string, have map[string]string) map[string]string {
		added, _ := fields.Get(o.Fields, field).(map[string]any)
		all := maps.Clone(have)
		if all == nil {
			all = map[string]string{}
		}
		for key, value := range added {
			all[key], _ = value.(string)
		}
		return all
	}
	if err := r.SetLabels(with("spec.commonMetadata.labels", r.GetLabels())); err != nil {
		return err
	}
	return r.SetAnnotations(with("spec.commonMetadata.annotations", r.GetAnnotations()))
}
