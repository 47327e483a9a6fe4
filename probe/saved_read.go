// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unique"

	"github.com/flux-probe/flux-probe/matrix"
)

// UnmarshalJSON reads a report as it is saved, now or by earlier versions. Its errors are those of
// encoding/json, and a place that its table does not have.
func (r *Report) UnmarshalJSON(data []byte) error {
	var version struct {
		APIVersion string `json:"apiVersion"`
	}
	if json.Unmarshal(data, &version) != nil || version.APIVersion != SavedVersion {
		if err := json.Unmarshal(data, (*fields)(r)); err != nil { // which names the field
			return err
		}
		r.renameKnown()
		return nil
	}
	var s Saved
	if err := json.Unmarshal(data, &s); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			wrong.Field = strings.TrimPrefix(wrong.Field, "fields.") // which is no name in the document
		}
		return err
	}
	*r = Report(s.fields)
	r.Findings = make([]Finding, len(s.Findings))
	for i, saved := range s.Findings {
		f, err := s.read(saved)
		if err != nil {
			return fmt.Errorf("finding %d: %w", i, err)
		}
		r.Findings[i] = f
	}
	r.renameKnown()
	return nil
}

// renameKnown gives what a baseline accepted its verdict: versions before it had one called it waived.
func (r *Report) renameKnown() {
	for i := range r.Findings {
		f := &r.Findings[i]
		if w := f.Waiver.Get(); f.Verdict == matrix.Waived && w.Owner == "" && strings.HasPrefix(w.Reason, "it is in the baseline ") {
			f.Verdict = matrix.InBaseline
			r.Summary.Waived--
			r.Summary.Baseline++
		}
	}
}

// read is the reverse of finding.
func (s *Saved) read(from SavedFinding) (Finding, error) {
	f := Finding{
		Section: shared(from.Section), Code: shared(from.Code), Verdict: shared(from.Verdict), Severity: shared(from.Severity),
		Want: shared(from.Want), Waiver: matrix.Share(from.Waiver), LeadsTo: from.LeadsTo, AnsweredBy: shared(from.AnsweredBy),
	}
	subject, err := entryAt("subjects", s.Subjects, from.Subject)
	if err != nil {
		return f, err
	}
	f.Subject = matrix.Subject(*subject)
	origin, err := entryAt("origins", s.Origins, from.Origin)
	if err != nil {
		return f, err
	}
	f.Origin = matrix.Share(matrix.Origin(*origin))
	access, err := entryAt("accesses", s.Accesses, from.Access)
	if err != nil {
		return f, err
	}
	if from.Access != 0 {
		f.Access = (*matrix.Access)(access)
	}
	for _, text := range []struct {
		into  *string
		place int
	}{{&f.Because, from.Because}, {&f.Reason, from.Reason}, {&f.Via, from.Via}, {&f.Observed, from.Observed}, {&f.Hint, from.Hint}} {
		entry, err := entryAt("texts", s.Texts, text.place)
		if err != nil {
			return f, err
		}
		*text.into = *entry
	}
	return f, nil
}

// entryAt returns an entry of a table. Place 0 is the empty entry, also of a table that is not there.
func entryAt[T any](name string, table []T, place int) (*T, error) {
	switch {
	case place >= 0 && place < len(table):
		return &table[place], nil
	case place == 0:
		return new(T), nil
	}
	return nil, fmt.Errorf("%s has no entry %d", name, place)
}

// shared is text in memory that equal texts share.
func shared[T ~string](text T) T { return unique.Make(text).Value() }
