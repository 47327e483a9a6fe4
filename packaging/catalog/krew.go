// SPDX-License-Identifier: Apache-2.0

package catalog

// The manifest of a plugin of kubectl (sigs.k8s.io/krew pkg/index/types.go@v0.4.3).
type (
	// KrewPlugin is the document of the index.
	KrewPlugin struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Metadata   krewMeta `json:"metadata"`
		Spec       krewSpec `json:"spec"`
	}
	krewMeta struct {
		Name string `json:"name"`
	}
	krewSpec struct {
		Version          string         `json:"version"` // with v
		Homepage         string         `json:"homepage"`
		ShortDescription string         `json:"shortDescription"`
		Description      string         `json:"description"`
		Caveats          string         `json:"caveats"`
		Platforms        []krewPlatform `json:"platforms"`
	}
	krewPlatform struct {
		Selector struct {
			MatchLabels map[string]string `json:"matchLabels"`
		} `json:"selector"`
		URI    string `json:"uri"`
		SHA256 string `json:"sha256"`
		Bin    string `json:"bin"`
	}
)

const (
	krewShort   = "Check the permissions of Flux and its tenants"
	krewLong    = "Finds every Flux service account, determines which permissions each needs and which\nit must not have, and asks the API server about them with SubjectAccessReviews. It\nshows the result in a terminal UI, a table, or a report for a pipeline. It changes\nnothing and reads no Secret.\n"
	krewCaveats = "It needs the right to create SubjectAccessReviews and to list what it reads:\n  kubectl flux-probe rbac\nFor completion in the shell, write an executable to a folder of your PATH:\n  kubectl flux-probe completion kubectl FOLDER\n"
)

// Krew returns the manifest of the krew index.
func (r Release) Krew() (KrewPlugin, error) {
	p := KrewPlugin{
		APIVersion: "krew.googlecontainertools.github.com/v1alpha2", Kind: "Plugin", Metadata: krewMeta{"flux-probe"},
		Spec: krewSpec{Version: "v" + r.Version, Homepage: Repository, ShortDescription: krewShort, Description: krewLong, Caveats: krewCaveats},
	}
	for _, platform := range platforms {
		url, sum, err := r.archive(platform.OS, platform.Arch, platform.Format)
		if err != nil {
			return KrewPlugin{}, err
		}
		entry := krewPlatform{URI: url, SHA256: sum, Bin: "flux-probe"}
		entry.Selector.MatchLabels = map[string]string{"os": platform.OS, "arch": platform.Arch}
		if platform.OS == "windows" {
			entry.Bin += ".exe"
		}
		p.Spec.Platforms = append(p.Spec.Platforms, entry)
	}
	return p, nil
}
