// SPDX-License-Identifier: Apache-2.0

package catalog

// The documents of the plugin system of the Flux CLI (fluxcd/plugins schemas; flux2 pkg/plugin/types.go@v2.9.5).
type (
	// Plugin is the manifest that flux plugin install reads.
	Plugin struct {
		APIVersion  string          `json:"apiVersion"`
		Kind        string          `json:"kind"`
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Homepage    string          `json:"homepage"`
		Source      string          `json:"source"`
		Bin         string          `json:"bin"`
		Versions    []PluginVersion `json:"versions"`
	}
	// PluginVersion is a release, without the v of its tag.
	PluginVersion struct {
		Version   string           `json:"version"`
		Platforms []PluginPlatform `json:"platforms"`
	}
	// PluginPlatform is an archive; Checksum is sha256: and 64 digits.
	PluginPlatform struct {
		OS       string `json:"os"`
		Arch     string `json:"arch"`
		URL      string `json:"url"`
		Checksum string `json:"checksum"`
	}
	// PluginCatalog is what flux plugin search reads.
	PluginCatalog struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Plugins    []CatalogEntry `json:"plugins"`
	}
	// CatalogEntry is a plugin in the list.
	CatalogEntry struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Homepage    string `json:"homepage"`
		Source      string `json:"source"`
		License     string `json:"license"`
	}
)

// The plugin is flux probe: the file is flux- and the name of the command.
const (
	fluxVersion = "cli.fluxcd.io/v1beta1"
	pluginName  = "probe"
	pluginBin   = "flux-probe"
)

// Plugin returns the manifest with this one release.
func (r Release) Plugin() (Plugin, error) {
	version := PluginVersion{Version: r.Version}
	for _, p := range platforms {
		url, sum, err := r.archive(p.OS, p.Arch, p.Format)
		if err != nil {
			return Plugin{}, err
		}
		version.Platforms = append(version.Platforms, PluginPlatform{p.OS, p.Arch, url, "sha256:" + sum})
	}
	return Plugin{fluxVersion, "Plugin", pluginName, description, Repository, Repository, pluginBin, []PluginVersion{version}}, nil
}

// Catalog returns a catalogue with this one plugin.
func Catalog() PluginCatalog {
	return PluginCatalog{fluxVersion, "PluginCatalog", []CatalogEntry{{pluginName, description, Repository, Repository, license}}}
}
