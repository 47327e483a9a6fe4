// SPDX-License-Identifier: Apache-2.0

// Package sbom lists what a program was built from, as an SPDX document.
//
//	build info in a Go program ──▶ Document ──▶ flux-probe_VERSION_OS_ARCH.spdx.json
//
// The Go command writes into each program the modules that are linked into it, with their versions and
// checksums. They are what the list has, and not what go.mod names: a module that only tests need is not in it.
package sbom

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spdx/tools-golang/spdx/v2/common"
	spdx "github.com/spdx/tools-golang/spdx/v2/v2_3"
)

// none is what SPDX 2.3 has for a field that nobody looked into.
const none = "NOASSERTION"

// Document describes a program. The same name, version, build info and time give the same document, so that
// a release can be made again.
func Document(info *debug.BuildInfo, name, version string, created time.Time) *spdx.Document {
	doc := &spdx.Document{
		SPDXVersion: spdx.Version, DataLicense: spdx.DataLicense, SPDXIdentifier: "DOCUMENT",
		DocumentName:      name,
		DocumentNamespace: "https://" + info.Main.Path + "/releases/download/v" + version + "/" + name + ".spdx.json",
		CreationInfo: &spdx.CreationInfo{
			Creators: []common.Creator{{CreatorType: "Tool", Creator: "flux-probe-packaging-sbom"}},
			Created:  created.UTC().Format(time.RFC3339),
		},
	}
	main := module(0, &debug.Module{Path: info.Main.Path, Version: "v" + version})
	main.PrimaryPackagePurpose, main.PackageLicenseDeclared = "APPLICATION", "Apache-2.0"
	doc.Packages = append(doc.Packages, main)
	doc.Relationships = append(doc.Relationships, relation("DOCUMENT", "DESCRIBES", main))

	linked := append([]*debug.Module{{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")}}, info.Deps...)
	for i, m := range linked {
		if m.Replace != nil {
			m = m.Replace
		}
		p := module(i+1, m)
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, relation(main.PackageSPDXIdentifier, "DEPENDS_ON", p))
	}
	return doc
}

// module is a Go module, or the standard library. The checksum of a module is not of its archive, as SPDX would have
// it, but what go.sum has.
func module(i int, m *debug.Module) *spdx.Package {
	p := &spdx.Package{
		PackageName: m.Path, PackageVersion: m.Version, PackageSPDXIdentifier: common.ElementID(fmt.Sprintf("Package-%03d", i)),
		PackageDownloadLocation: none, PackageLicenseConcluded: none, PackageLicenseDeclared: none, PackageCopyrightText: none,
		PackageExternalReferences: []*spdx.PackageExternalReference{{
			Category: common.CategoryPackageManager, RefType: common.TypePackageManagerPURL,
			Locator: "pkg:golang/" + m.Path + "@" + m.Version,
		}},
	}
	if m.Sum != "" {
		p.PackageComment = "go.sum: " + m.Sum
	}
	return p
}

func relation(from common.ElementID, kind string, to *spdx.Package) *spdx.Relationship {
	return &spdx.Relationship{
		RefA: common.MakeDocElementID("", string(from)), Relationship: kind,
		RefB: common.MakeDocElementID("", string(to.PackageSPDXIdentifier)),
	}
}
