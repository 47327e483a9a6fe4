// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"log/slog"
	"os"
	"testing"

	"k8s.io/klog/v2"
)

// TestMain silences the log of client-go, as flux-probe does.
func TestMain(m *testing.M) {
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
