// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// The size of a cell of the picture in pixels, that of its text, and the colours of the terminal, as a
// dark one has them.
const (
	cellWidth, cellHeight = 8.4, 18.0
	fontSize, baseline    = 14, 13.5
	margin                = 12.0
	background            = "#0d1117"
	foreground            = "#e6edf3"
)

// draw makes an SVG that shows the frames one after the other, again and again, and the last alone to those who want
// no motion. Text is placed run by run, and the lines of frames are drawn rather than written, so that the font of
// whoever looks at it does not matter.
func draw(frames []frame) string {
	var body, rules strings.Builder
	total := lengthOf(frames)
	width, height := 0, 0
	for i, f := range frames {
		group, w, h := drawScreen(f.screen)
		width, height = max(width, w), max(height, h)
		if len(frames) == 1 {
			body.WriteString(group)
			break
		}
		fmt.Fprintf(&body, "<g class=\"frame\" id=\"f%d\">\n%s</g>\n", i, group)
		from, to := share(f.at, total), share(f.at+f.shown, total)
		fmt.Fprintf(&rules, "#f%d{animation:f%d %.1fs step-end infinite}@keyframes f%d{0%%{visibility:hidden}%s{visibility:visible}%s{visibility:hidden}}\n",
			i, i, total.Seconds(), i, from, to)
	}
	style := ""
	if len(frames) > 1 {
		style = fmt.Sprintf("<style>.frame{visibility:hidden}\n%s@media (prefers-reduced-motion:reduce){.frame{animation:none!important}#f%d{visibility:visible}}</style>\n",
			rules.String(), len(frames)-1)
	}
	w, h := float64(width)*cellWidth+2*margin, float64(height)*cellHeight+2*margin
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">
<title>flux-probe in a terminal</title>
%s<rect width="100%%" height="100%%" rx="8" fill="%s"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="%d" fill="%s" xml:space="preserve">
%s</g>
</svg>
`, w, h, w, h, style, background, fontSize, foreground, body.String())
}

// share is a time of an animation as CSS has it.
func share(at, total time.Duration) string {
	return fmt.Sprintf("%.2f%%", 100*at.Seconds()/total.Seconds())
}

// drawScreen draws a screen with styling, and returns its size in cells.
func drawScreen(screen string) (group string, width, height int) {
	rows := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	var text, lines strings.Builder
	style := style{}
	for y, row := range rows {
		x := 0
		for _, stretch := range runs(row, &style) {
			n := len([]rune(stretch.text))
			write(&text, stretch, x, y, n)
			for i, r := range []rune(stretch.text) {
				lines.WriteString(line(r, x+i, y))
			}
			x += n
		}
		width = max(width, x)
	}
	if lines.Len() > 0 {
		fmt.Fprintf(&text, "<path stroke=\"#6e7681\" fill=\"none\" d=\"%s\"/>\n", lines.String())
	}
	return text.String(), width, len(rows)
}

// write writes the words of a run, and the ground of one that is reversed.
func write(b *strings.Builder, r stretch, x, y, n int) {
	left, top := margin+float64(x)*cellWidth, margin+float64(y)*cellHeight
	colour, weight := r.style.colour, ""
	if r.style.reverse {
		fmt.Fprintf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", left, top, float64(n)*cellWidth, cellHeight)
		colour = background
	}
	words := strings.Map(func(r rune) rune {
		if line(r, 0, 0) != "" {
			return ' '
		}
		return r
	}, r.text)
	trimmed := strings.TrimLeft(words, " ")
	left += float64(len([]rune(words))-len([]rune(trimmed))) * cellWidth
	if trimmed = strings.TrimRight(trimmed, " "); trimmed == "" {
		return
	}
	if colour != "" {
		weight += fmt.Sprintf(" fill=%q", colour)
	}
	if r.style.bold {
		weight += ` font-weight="bold"`
	}
	if r.style.faint {
		weight += ` opacity="0.75"`
	}
	for _, word := range apart(trimmed) {
		at := left + float64(word.at)*cellWidth
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\"%s>%s</text>\n", at, top+baseline, float64(len([]rune(word.text)))*cellWidth, weight, html.EscapeString(word.text))
	}
}

// word is text at a place, in cells.
type word struct {
	text string
	at   int
}

// apart splits text where two or more spaces are, which would be lost or have another width.
func apart(text string) []word {
	var words []word
	at := 0
	for part := range strings.SplitSeq(text, "  ") {
		trimmed := strings.TrimLeft(part, " ")
		skipped := len(part) - len(trimmed)
		if word := (word{strings.TrimRight(trimmed, " "), at + skipped}); word.text != "" {
			words = append(words, word)
		}
		at += len([]rune(part)) + 2
	}
	return words
}

// line is the path of a character of a frame: strokes from the middle of its cell. It is empty for any other
// character.
func line(r rune, x, y int) string {
	arms, ok := map[rune]string{
		'─': "lr", '│': "ud", '┌': "rd", '┐': "ld", '└': "ru", '┘': "lu", '┬': "lrd", '┴': "lru", '├': "udr", '┤': "udl", '┼': "lrud",
	}[r]
	if !ok {
		return ""
	}
	left, top := margin+float64(x)*cellWidth, margin+float64(y)*cellHeight
	var b strings.Builder
	for _, arm := range arms {
		fmt.Fprintf(&b, "M%.1f %.1f", left+cellWidth/2, top+cellHeight/2)
		switch arm {
		case 'l':
			fmt.Fprintf(&b, "H%.1f", left)
		case 'r':
			fmt.Fprintf(&b, "H%.1f", left+cellWidth)
		case 'u':
			fmt.Fprintf(&b, "V%.1f", top)
		case 'd':
			fmt.Fprintf(&b, "V%.1f", top+cellHeight)
		}
	}
	return b.String()
}
