// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/flux-probe/flux-probe/probe"
)

// browser is a headless Chromium, or empty when there is none: then the page is not tested, which is
// said, and is a failure where CI=true.
func browser(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	untested(t, "the HTML page in a browser, as there is no Chromium (apt-get install chromium)")
	return ""
}

// tab is an open page with what went wrong in it.
type tab struct {
	context.Context
	mu       sync.Mutex
	problems []string
}

// open shows a report in a new browser, as a file.
func open(t *testing.T, r *probe.Report, actions ...chromedp.Action) *tab {
	path := browser(t)
	if path == "" {
		return nil
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, print(t, "html", r), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1400, 900))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	page := &tab{Context: ctx}
	address := (&url.URL{Scheme: "file", Path: file}).String()
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			page.add("script error: " + e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			page.add("console: " + string(e.Type))
		case *network.EventRequestWillBeSent:
			if e.Request.URL != address && !strings.HasPrefix(e.Request.URL, "data:") {
				page.add("request: " + e.Request.URL)
			}
		}
	})
	page.run(t, append([]chromedp.Action{network.Enable(), runtime.Enable()}, append(actions, chromedp.Navigate(address))...)...)
	return page
}

func (p *tab) add(problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, problem)
}

func (p *tab) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(p, actions...); err != nil {
		t.Fatal(err)
	}
}

// value evaluates an expression in the page.
func value[T any](t *testing.T, p *tab, expression string) T {
	t.Helper()
	var v T
	p.run(t, chromedp.Evaluate(expression, &v))
	return v
}

func (p *tab) done(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.problems {
		t.Error(problem)
	}
}

// shown waits until the page shows n checks.
func (p *tab) shown(t *testing.T, n int) {
	t.Helper()
	wait := chromedp.Poll(fmt.Sprintf(`document.getElementById("shown").dataset.matching === "%d"`, n), nil, chromedp.WithPollingTimeout(20*time.Second))
	if err := chromedp.Run(p, wait); err != nil {
		t.Fatalf("want %d checks shown: %v; the page says %q, its filter %q", n, err,
			value[string](t, p, `document.getElementById("shown").textContent`), value[string](t, p, `document.getElementById("filter").value`))
	}
}

// The page of a hostile report works: filter, keys, detail and both themes, without an error in a
// script and without a request.
func TestPageInBrowser(t *testing.T) {
	r := corpus(hostile...)
	page := open(t, r)
	if page == nil {
		return
	}
	page.shown(t, len(r.Findings))
	if title := value[string](t, page, "document.title"); title != "flux-probe: "+hostile[1] {
		t.Errorf("title %q", title)
	}
	failing := failing(r) + warned(r)
	page.run(t, chromedp.KeyEvent("f"))
	page.shown(t, failing)
	page.run(t, chromedp.KeyEvent("f"), chromedp.KeyEvent("/"))
	if id := value[string](t, page, "document.activeElement.id"); id != "filter" {
		t.Errorf("the slash goes to %q", id)
	}
	// The driver sends the character apart from its key, so that it is typed all the same.
	page.run(t, chromedp.Evaluate(`document.getElementById("filter").value = ""`, nil), chromedp.KeyEvent("</SCRIPT> missing"))
	matching := 0
	for _, f := range r.Findings {
		if strings.Contains(f.Reason+f.Observed+f.Because, "</script>") && (f.Verdict == "missing" || f.Waiver.Get().Was == "missing") {
			matching++
		}
	}
	page.shown(t, matching)
	page.run(t, chromedp.KeyEvent(kb.Escape))
	page.shown(t, len(r.Findings))

	// The arrows move between cells and Enter shows one.
	page.run(t, chromedp.Evaluate(`document.querySelector(".grid .cell[tabindex='0']").focus()`, nil))
	before := value[string](t, page, `document.activeElement.getAttribute("aria-label")`)
	page.run(t, chromedp.KeyEvent(kb.ArrowDown))
	page.run(t, chromedp.KeyEvent(kb.ArrowRight))
	after := value[string](t, page, `document.activeElement.getAttribute("aria-label")`)
	if after == before {
		t.Errorf("the arrows stay at %q", before)
	}
	page.run(t, chromedp.KeyEvent(kb.Enter))
	if id := value[string](t, page, "document.activeElement.id"); id != "detail" {
		t.Errorf("the focus is on %q, not on the detail", id)
	}
	if text := value[string](t, page, `document.getElementById("detail").innerText`); !strings.Contains(text, "verdict") {
		t.Errorf("detail %q", text)
	}
	page.run(t, chromedp.KeyEvent(kb.Escape))
	if hidden := value[bool](t, page, `document.getElementById("detail").hidden`); !hidden {
		t.Error("Escape leaves the detail open")
	}
	if label := value[string](t, page, `document.activeElement.getAttribute("aria-label")`); label != after {
		t.Errorf("the focus comes back to %q, not to %q", label, after)
	}
	// All parts open: nothing that a text holds has become an element.
	page.run(t, chromedp.Evaluate(`for (const box of document.querySelectorAll("details.account")) { box.fill(); box.open = true; }`, nil))
	if n := value[int](t, page, `document.querySelectorAll("img, iframe, h1 ~ h1, script:not([id]) ~ script, [onerror], [onmouseover]").length`); n != 0 {
		t.Errorf("%d elements came from texts", n)
	}
	page.done(t)
}

// On a phone the page is no wider than the screen, and the detail of a cell is in sight at any width.
func TestPageOnNarrowScreens(t *testing.T) {
	for _, width := range []int64{375, 900} {
		r := corpus(hostile[0], hostile[1], hostile[2])
		page := open(t, r, emulation.SetDeviceMetricsOverride(width, 700, 1, false))
		if page == nil {
			return
		}
		page.shown(t, len(r.Findings))
		if n := value[int64](t, page, "document.documentElement.scrollWidth"); n > width {
			t.Errorf("the page is %d wide on a screen of %d", n, width)
		}
		page.run(t, chromedp.Click(".cell.missing"))
		if top := value[float64](t, page, `document.getElementById("detail").getBoundingClientRect().top`); top < 0 || top > 650 {
			t.Errorf("%d: the detail is at %f of 700", width, top)
		}
		page.done(t)
	}
}

// Both themes differ, follow the system, and can be switched. With SCREENSHOTS=folder they are kept.
func TestPageThemes(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		r := corpus(hostile[0], hostile[1], hostile[2])
		page := open(t, r, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
		if page == nil {
			return
		}
		page.shown(t, len(r.Findings))
		page.run(t, chromedp.Click(".cell.missing"))
		background := `getComputedStyle(document.body).backgroundColor`
		first := value[string](t, page, background)
		if dir := os.Getenv("SCREENSHOTS"); dir != "" {
			var png []byte
			page.run(t, chromedp.CaptureScreenshot(&png))
			if err := os.WriteFile(filepath.Join(dir, "page-"+theme+".png"), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		page.run(t, chromedp.Click("#theme"))
		if second := value[string](t, page, background); first == second || (theme == "light") != (first == "rgb(255, 255, 255)") {
			t.Errorf("%s: background %s, then %s", theme, first, second)
		}
		page.done(t)
	}
}
