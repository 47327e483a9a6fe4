// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// demo is the report of the fleet that comes with flux-probe.
func demo(t *testing.T) *probe.Report {
	t.Helper()
	r, err := scan.Run(t.Context(), scan.Options{Target: scan.Demo()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// visible is what the page shows of its first text that holds want: empty when it shows none.
const visible = `[...document.querySelectorAll("summary, dd, dd p, td, th, td p")].filter((e) => e.checkVisibility()).map((e) => e.textContent).join("\n")`

// tells wants the page to show all problems and the failed checks.
func tells(t *testing.T, tab *tab, r *probe.Report) {
	t.Helper()
	text := value[string](t, tab, visible)
	for _, x := range r.Problems {
		if x.Severity != matrix.Info && (!strings.Contains(text, x.Title) || !strings.Contains(text, x.Fix.Summary)) {
			t.Errorf("no problem %q, or no fix", x.Title)
		}
	}
	for _, f := range r.Findings {
		if f.Failed() && f.Severity != matrix.Info && (!strings.Contains(text, f.Code) || !strings.Contains(text, f.Because)) {
			t.Errorf("no failed check %s: %s", f.Code, f.Because)
		}
	}
}

// Without scripts, as in a preview of a mail or where a policy forbids them, the page shows the problems and the failed
// checks, also on a phone.
func TestPageWithoutScript(t *testing.T) {
	r := demo(t)
	for _, width := range []int64{375, 900} {
		tab := open(t, r, emulation.SetScriptExecutionDisabled(true), emulation.SetDeviceMetricsOverride(width, 700, 1, false))
		if tab == nil {
			return
		}
		tells(t, tab, r)
		if n := value[int64](t, tab, "document.documentElement.scrollWidth"); n > width {
			t.Errorf("the page is %d wide on a screen of %d", n, width)
		}
		screenshot(t, tab, "noscript")
		tab.done(t)
	}
}

// On paper the problems come first, then the failed checks, and nothing that passes: a few pages.
func TestPageOnPaper(t *testing.T) {
	r := demo(t)
	tab := open(t, r)
	if tab == nil {
		return
	}
	tab.shown(t, len(r.Findings))
	tab.run(t, emulation.SetEmulatedMedia().WithMedia("print"))
	tells(t, tab, r)
	if n := value[int](t, tab, `[...document.querySelectorAll(".account, .tools")].filter((e) => e.checkVisibility()).length`); n > 0 {
		t.Errorf("%d parts of the matrix are printed", n)
	}
	var pdf []byte
	tab.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).Do(ctx)
		return err
	}))
	if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); n < 1 || n > 5 {
		t.Errorf("%d pages", n)
	}
	if dir := os.Getenv("SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "page.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tab.done(t)
}

// The filter finds problems as it finds checks, and a screen reader is told how many checks are left.
func TestPageFiltersProblems(t *testing.T) {
	r := demo(t)
	tab := open(t, r)
	if tab == nil {
		return
	}
	tab.shown(t, len(r.Findings))
	filter := func(text string) []string { // the page follows what is typed a moment later, and a switch at once
		return value[[]string](t, tab, `document.getElementById("filter").value = "`+text+`";
			document.getElementById("failing").dispatchEvent(new Event("change"));
			[...document.querySelectorAll(".problems > details:not([hidden])")].map((e) => e.id.slice("problem-".length))`)
	}
	// A word of the title, and one that only a check of the problem holds.
	for _, x := range r.Problems {
		name := x.Cause.Name
		if found := filter(strings.ToLower(x.Cause.Kind) + " " + name); !slices.Contains(found, x.ID) {
			t.Errorf("%s does not find %s, but %q", name, x.ID, found)
		}
		if found := filter(r.Findings[x.Checks[0]].Code + " " + name); !slices.Contains(found, x.ID) {
			t.Errorf("the code of a check does not find %s, but %q", x.ID, found)
		}
	}
	if found := filter("nonsense"); len(found) > 0 {
		t.Errorf("nonsense finds %q", found)
	}
	if role := value[string](t, tab, `document.getElementById("shown").getAttribute("role")`); role != "status" {
		t.Errorf("the count is no live region: %q", role)
	}
	if live := value[string](t, tab, `document.getElementById("detail").getAttribute("aria-live")`); live != "polite" {
		t.Errorf("the detail is no live region: %q", live)
	}
	tab.done(t)
}

// screenshot keeps what a page looks like where SCREENSHOTS names a folder.
func screenshot(t *testing.T, tab *tab, name string) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	var png []byte
	tab.run(t, chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(dir, "page-"+name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
