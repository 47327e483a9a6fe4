// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// problems adds the problems, the worst first, each with its patch.
func (m *markdown) problems(r *probe.Report) {
	m.part("", len(r.Problems), func(i int) bool {
		x := r.Problems[i]
		head := "- " + ProblemMark(x, r.Findings).Glyph(false) + " "
		if x.Severity != matrix.Error {
			head += plainWord(string(x.Severity)) + ": "
		}
		lines := []string{head + "**" + code(x.Title) + "**"}
		for k, effect := range x.Effect {
			if left := len(x.Effect) - k; k == mostShown && left > 1 {
				lines = append(lines, count(left)+" more effects")
				break
			}
			lines = append(lines, code(effect))
		}
		for _, part := range [][2]string{
			{"cause: ", causeText(x.Cause)}, {"fix: ", x.Fix.Summary}, {"owner: ", ownerText(x.Owner)}, {"proof: ", proofText(x)},
		} {
			if text := safetext.Printable(part[1]); text != "" {
				lines = append(lines, part[0]+code(text))
			}
		}
		return m.line(strings.Join(lines, "<br>\n  ") + m.patch(x.Fix.Patch))
	})
}

// patch is a patch as a fenced block inside an item of a list. One that closes the fence is left out.
func (m *markdown) patch(patch string) string {
	if patch == "" || strings.Contains(patch, "```") || len(patch) > 4*markdownText {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n\n  ```diff\n")
	for line := range strings.Lines(safetext.Block(patch)) {
		b.WriteString("  " + strings.TrimSuffix(line, "\n") + "\n")
	}
	b.WriteString("  ```")
	return b.String()
}

// annotateProblem prints a problem as an annotation.
func annotateProblem(b *bufio.Writer, r *probe.Report, x probe.Problem) {
	level := "error"
	if x.Severity != matrix.Error && r.Asked.FailOn != matrix.Warning {
		level = "warning"
	}
	properties := " title=" + commandProperty.Replace("flux-probe: "+safetext.Printable(causeName(x.Cause)))
	if file, line := placeOf(r, x); file != "" {
		properties += ",file=" + commandProperty.Replace(safetext.Printable(file)) + ",line=" + decimal(line)
	}
	command(b, level+properties, problemText(x))
}

// placeOf is where the object at fault was read, or else the first object whose check failed: what is about to be
// applied is in files, and the role that it lacks on the cluster.
func placeOf(r *probe.Report, x probe.Problem) (file string, line int) {
	if x.Owner.File != "" {
		return x.Owner.File, x.Owner.Line
	}
	for _, i := range x.Checks {
		if i < 0 || i >= len(r.Findings) {
			continue
		}
		if o := r.Findings[i].Origin.Get(); o.File != "" {
			return o.File, o.Line
		}
	}
	return "", 0
}

// causeName names the object at fault.
func causeName(c probe.Cause) string {
	if c.Kind == "" {
		return "unexplained"
	}
	return c.Origin().String()
}

// problemText is a problem in a few lines, for formats that have one text for it.
func problemText(x probe.Problem) string {
	lines := filled(safetext.Printable(x.Title))
	for _, effect := range x.Effect {
		lines = append(lines, safetext.Printable(effect))
	}
	for _, part := range [][2]string{{"cause: ", causeText(x.Cause)}, {"fix: ", x.Fix.Summary}, {"owner: ", ownerText(x.Owner)}, {"", proofText(x)}} {
		if text := safetext.Printable(part[1]); text != "" {
			lines = append(lines, part[0]+text)
		}
	}
	return strings.Join(lines, "\n")
}
