// SPDX-License-Identifier: Apache-2.0

package unified

import "testing"

func TestDifference(t *testing.T) {
	for name, test := range map[string]struct{ before, after, want string }{
		"nothing":          {"a\n", "a\n", ""},
		"a new file":       {"", "a\nb\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n"},
		"a file that goes": {"a\n", "", "--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n"},
		"two places": {
			"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\nb\n3\n4\n5\n6\n7\n8\n9\n10\n",
			"--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n 1\n-2\n+b\n 3\n 4\n 5\n@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10\n",
		},
		"no newline at the end": {"a\r\nb", "a\r\nc", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
	} {
		if got := Difference("a/f", "b/f", test.before, test.after); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, test.want)
		}
	}
}
