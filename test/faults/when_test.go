// SPDX-License-Identifier: Apache-2.0

package faults

import "time"

// when chooses the requests of a target that are hit.
type when func(*request) bool

func always(*request) bool       { return true }
func once(r *request) bool       { return r.n == 1 }
func firstAsked(r *request) bool { return !r.again } // each question once

func every(n int) when { return func(r *request) bool { return r.n%n == 0 } }
func after(n int) when { return func(r *request) bool { return r.n > n } }

// slow is how long a slow answer takes.
const slow = 300 * time.Millisecond
