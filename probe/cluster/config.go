// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"regexp"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// ConfigError reports a configuration that cannot be used, in one line. client-go repeats URLs of the configuration in
// its errors, and a URL can hold a password.
type ConfigError struct {
	Detail string // the line, without credentials
	Err    error  // the error of client-go, which can hold them
}

// Error is the line.
func (e *ConfigError) Error() string { return e.Detail }

// Unwrap is the error of client-go.
func (e *ConfigError) Unwrap() error { return e.Err }

func configError(doing string, err error) error {
	return &ConfigError{Detail: withoutCredentials(doing + ": " + err.Error()), Err: err}
}

// userInfo is what stands before the host of a URL, also of one that does not parse.
var userInfo = regexp.MustCompile(`//[^/\s"]*@`)

// withoutCredentials is a text of the configuration as it can be shown.
func withoutCredentials(text string) string {
	return userInfo.ReplaceAllString(safetext.Printable(text), "//")
}
