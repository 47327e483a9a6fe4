// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// FuzzGuards wants of any text no more than is there, each once; and of the words of the API server about a policy or
// a webhook, with any text around them on other lines, the guard.
func FuzzGuards(f *testing.F) {
	for _, form := range guardForms {
		f.Add(form.text, "a.example.com", "no: "+form.text, form.text)
	}
	bare := strings.NewReplacer(" ", "", "'", "", `"`, "")
	f.Fuzz(func(t *testing.T, text, name, says, after string) {
		all := Guards(text)
		plain := bare.Replace(Plain(text))
		for i, g := range all {
			for _, part := range []string{g.Name, g.Part, g.Says} {
				if !strings.Contains(plain, bare.Replace(part)) {
					t.Errorf("%q of %+v is not in %q", part, g, text)
				}
				if part != safetext.Printable(part) {
					t.Errorf("%q of %+v is not printable", part, g)
				}
			}
			if g.Kind == "" || g.String() == "" || slices.Contains(all[:i], g) {
				t.Errorf("%+v is empty, or is there twice in %q", g, text)
			}
		}
		if again := Guards(text); !slices.Equal(again, all) {
			t.Errorf("%q has %+v, and once more %+v", text, all, again)
		}
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-", r) }) ||
			strings.Contains(name, "kyverno") || strings.Contains(name, "gatekeeper") {
			return
		}
		says = strings.TrimSpace(safetext.Printable(says))
		if says == "" || Plain(says) != says || closing().MatchString(says) || strings.Contains(says, `"`) {
			return
		}
		message := fmt.Sprintf("Pod/a/b dry-run failed: admission webhook %q denied the request: %s", name, says)
		if got, want := Guards(message+"\nPod/a/c dry-run failed: "+after), (Guard{Webhook, name, "", says}); !slices.Contains(got, want) {
			t.Errorf("%q has %+v, want %+v", message, got, want)
		}
	})
}
