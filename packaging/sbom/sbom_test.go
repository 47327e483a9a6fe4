// SPDX-License-Identifier: Apache-2.0

package sbom_test

import (
	"bytes"
	"debug/buildinfo"
	"testing"
	"time"

	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdxlib"

	"github.com/flux-probe/flux-probe/packaging/internal/archive"
	"github.com/flux-probe/flux-probe/packaging/sbom"
)

// The document of a program that was really built is valid, is read back as it was, and names each module once.
func TestDocument(t *testing.T) {
	program, err := archive.Program()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		doc := sbom.Document(info, "flux-probe_1.2.3_linux_amd64", "1.2.3", time.Unix(1800000000, 0))
		if err := json.Write(doc, b, json.Indent(" ")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two documents of one program differ")
	}
	var doc spdx.Document
	if err := json.ReadInto(&first, &doc); err != nil {
		t.Fatal(err)
	}
	if err := spdxlib.ValidateDocument(&doc); err != nil {
		t.Error(err)
	}
	described, err := spdxlib.GetDescribedPackageIDs(&doc)
	if err != nil || len(described) != 1 {
		t.Fatalf("want one described package, not %v, %v", described, err)
	}
	versions := map[string]string{}
	for _, p := range doc.Packages {
		if versions[p.PackageName] != "" {
			t.Errorf("%s is listed twice", p.PackageName)
		}
		versions[p.PackageName] = p.PackageVersion
	}
	if got := versions["github.com/flux-probe/flux-probe"]; got != "v1.2.3" {
		t.Errorf("the program has version %q", got)
	}
	for _, name := range []string{"stdlib", "k8s.io/client-go", "charm.land/bubbletea/v2"} {
		if versions[name] == "" {
			t.Errorf("%s is linked in, but not listed", name)
		}
	}
	if want := len(info.Deps) + 2; len(doc.Packages) != want {
		t.Errorf("want %d packages, not %d", want, len(doc.Packages))
	}
}
