// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// grid draws rows under a header without borders, two cells between columns: the first column and
// those from left on are left-aligned, the marks between them centred.
func grid(b *bufio.Writer, header []string, rows [][]string, left int) error {
	align := make([]tw.Align, len(header))
	for i := range align {
		align[i] = tw.AlignCenter
		if i == 0 || i >= left {
			align[i] = tw.AlignLeft
		}
	}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Alignment:  tw.CellAlignment{PerColumn: align},
		Padding:    tw.CellPadding{Global: tw.Padding{Left: "", Right: "  ", Overwrite: true}},
	}
	var drawn bytes.Buffer
	table := tablewriter.NewTable(&drawn,
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		})),
		tablewriter.WithEastAsian(tw.Off), // else the widths depend on the locale
	)
	table.Header(header)
	if err := table.Bulk(rows); err != nil {
		return fmt.Errorf("filling a table: %w", err)
	}
	if err := table.Render(); err != nil {
		return fmt.Errorf("drawing a table: %w", err)
	}
	// The renderer ends each coloured cell with a reset of its own, behind the padding.
	for line := range strings.Lines(strings.ReplaceAll(drawn.String(), "\x1b[0m", "")) {
		b.WriteString("  " + strings.TrimRight(line, " \n") + "\n")
	}
	return nil
}
