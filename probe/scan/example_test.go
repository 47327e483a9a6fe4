// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"context"
	"fmt"
	"log"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// Probe the fleet of the demo, and print what fails in one section.
func ExampleRun() {
	report, err := scan.Run(context.Background(), scan.Options{
		Target:   scan.Demo(),
		Sections: []string{"lockdown"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d checks, %d missing: %s\n", report.Summary.Checks, report.Summary.Missing, report.Summary.Result)
	for _, f := range report.Findings {
		if f.Failed() {
			fmt.Println(f.Code, f.Subject, f.Verdict)
		}
	}
	// Output:
	// 12 checks, 1 missing: fail
	// FP801 flux-system/notification-controller missing
}

// Show the checks before anything is asked, and each finding as it is answered.
func ExampleScan_Stream() {
	s, err := scan.Open(context.Background(), scan.Options{Target: scan.Demo(), Namespace: "shop", Sections: []string{"tenants"}})
	if err != nil {
		log.Fatal(err)
	}
	pending := s.Report()
	fmt.Println(len(pending.Findings), "checks")
	for f := range s.Stream(context.Background(), pending.Findings, scan.StreamOptions{}) {
		if f.Failed() {
			fmt.Println(f.Code, f.Subject, f.Access)
		}
	}
	// Output:
	// 12 checks
	// FP401 shop/reconciler delete deployments.apps in shop
}
