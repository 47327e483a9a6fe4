// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"encoding/json"
	"unique"
)

// Shared is a value that equal ones share in memory: a pointer, where a million checks would hold a million
// copies of a few thousand values. It is comparable, as T is, and its zero value is that of T.
type Shared[T comparable] struct{ handle unique.Handle[T] }

// Share returns v as a Shared.
func Share[T comparable](v T) Shared[T] {
	var zero T
	if v == zero {
		return Shared[T]{}
	}
	return Shared[T]{unique.Make(v)}
}

// Get returns the value.
func (s Shared[T]) Get() (v T) {
	if s.IsZero() {
		return v
	}
	return s.handle.Value()
}

// IsZero reports whether the value is the zero value of T.
func (s Shared[T]) IsZero() bool { return s == Shared[T]{} }

// Equal reports whether two values are equal, as == does.
func (s Shared[T]) Equal(other Shared[T]) bool { return s == other }

// MarshalJSON returns the value as JSON.
func (s Shared[T]) MarshalJSON() ([]byte, error) { return json.Marshal(s.Get()) }

// UnmarshalJSON reads the value from JSON. Its errors are those of encoding/json.
func (s *Shared[T]) UnmarshalJSON(data []byte) error {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*s = Share(v)
	return nil
}
