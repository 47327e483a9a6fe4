// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// frame is a screen with styling, and when and for how long it is shown.
type frame struct {
	at, shown time.Duration
	screen    string
}

// add appends a screen that is shown for some time after what is there.
func add(frames []frame, screen string, shown time.Duration) []frame {
	return append(frames, frame{at: lengthOf(frames), shown: shown, screen: screen})
}

// lengthOf is how long all frames take.
func lengthOf(frames []frame) time.Duration {
	if len(frames) == 0 {
		return 0
	}
	last := frames[len(frames)-1]
	return last.at + last.shown
}

// cast writes frames as an asciicast, version 2 of its format: a header, and an event for each frame that
// clears the terminal and writes the screen.
func cast(frames []frame) ([]byte, error) {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	header := struct {
		Version int    `json:"version"`
		Width   int    `json:"width"`
		Height  int    `json:"height"`
		Title   string `json:"title"`
	}{2, columns, rows, "flux-probe"}
	if err := lines.Encode(header); err != nil {
		return nil, err
	}
	for _, f := range frames {
		screen := "\x1b[H\x1b[2J" + strings.ReplaceAll(strings.TrimRight(f.screen, "\n"), "\n", "\r\n")
		if err := lines.Encode([]any{f.at.Seconds(), "o", screen}); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
