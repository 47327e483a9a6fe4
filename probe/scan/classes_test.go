// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

func TestClassesOf(t *testing.T) {
	read := func(classes string) matrixfile.Documents {
		documents, err := matrixfile.Parse("rules.yaml", strings.NewReader("apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\nclasses:\n"+classes))
		if err != nil {
			t.Fatal(err)
		}
		return documents
	}
	classes, err := classesOf(read("- {class: runs-code, apiGroups: [example.com], resources: [widgets], verbs: [write]}\n- {class: harmless, resources: [pods], verbs: ['*']}\n"))
	if err != nil || len(classes) != 2 || classes[0].Class != "runs-code" || classes[1].Groups[0] != "" {
		t.Errorf("got %+v, %v", classes, err)
	}
	_, err = classesOf(read("- {class: run-code, resources: [widgets], verbs: [write]}\n"))
	if want := `rules.yaml:4:11: classes[0].class: unknown class "run-code": did you mean "runs-code"?`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = matrixfile.Parse("rules.yaml", strings.NewReader("apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\nclasses:\n- {}\n- {class: x, resources: [''], verbs: [get]}\n"))
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("four mistakes: %v", err)
	}
}
