// SPDX-License-Identifier: Apache-2.0

package faults

import "slices"

// row is a part of the table: each of its faults hits each of its targets in each of its clusters.
type row struct {
	faults []string
	on     []target
	when   moment
	in     []state
	may    may
	args   []string // of flux-probe; selection chooses them when nil
}

// moment is a when with its name.
type moment struct {
	name string
	when
}

var (
	atAllTimes  = moment{"always", always}
	atFirst     = moment{"once", once}
	eachTenth   = moment{"every 10th", every(10)}
	aFew        = moment{"every 40th", every(40)}
	fewAtFirst  = moment{"every 20th question once", func(r *request) bool { return !r.again && r.n%20 == 0 }}
	afterTwenty = moment{"after 20", after(20)}
	afterFifty  = moment{"after 50", after(50)}
)

// noAnswers are answers with status 200 to a review that decide nothing.
var noAnswers = []string{
	"{}", "null", "a list", "nothing", "204", "a Namespace", "Status Success", "500 as 200", "HTML", "HTML as JSON",
	"the request sent back", "no status", "empty status", "null status", "no spec", "another kind", "another version",
	"another user in the spec", "no groups in the spec", "another resource", "another verb",
	"allowed and denied", "evaluation error", "allowed is a string",
	"truncated JSON", "truncated", "JSON for protobuf", "protobuf for JSON", "gzip garbage",
}

// exchanged are right answers to another question, or more of them than questions.
var exchanged = []string{"the answer of before", "swapped answers", "answered twice", "answered twice, at length", "once more"}

// passing are faults that an API server gets over.
var passing = []string{
	"429", "429, header", "429, header, Status", "429, Status", "500", "502 page", "503", "504",
	"stream reset", "stream reset in the body", "TLS cut", "reset", "reset in the body", "closed in the body",
	"closed without an answer",
}

// repeated are those of them after which flux-probe itself, and not net/http, asks again.
var repeated = []string{"429", "429, header", "429, header, Status", "429, Status", "500", "502 page", "503", "504"}

// redirects lead to another host, or nowhere.
var redirects = []string{"302 to another host", "307 to another host", "308 to another host", "307 without an end"}

// refusals are answers that stay as they are when they are asked for again.
var refusals = []string{"401", "403", "404", "404 page", "the token in a 403"}

// harmless changes nothing that counts.
var harmless = []string{"warnings", "unknown fields", "escapes in words", "GOAWAY"}

// unreadable are bad answers to a list.
var unreadable = []string{"500", "403", "{}", "truncated JSON", "stream reset in the body", "HTML", "Status Success"}

// table is all that is tried.
var table = []row{
	{noAnswers, []target{reviews}, eachTenth, []state{faulty}, honest, nil},
	{[]string{"{}", "a Namespace", "the request sent back", "empty status", "truncated"}, []target{reviews}, eachTenth, []state{healthy}, honest, nil},
	{noAnswers, []target{reviews}, atAllTimes, []state{tenant}, unclear, nil},
	{exchanged, []target{reviews}, atAllTimes, []state{healthy, faulty}, honest, nil},
	{exchanged, []target{reviews}, eachTenth, []state{tenant, faulty}, honest, nil},
	{[]string{"plain text", "no content type", "no kind"}, []target{reviews}, eachTenth, []state{healthy, faulty}, honest, nil},
	{passing, []target{reviews}, fewAtFirst, []state{healthy, faulty}, same, nil},
	{[]string{"429, header", "500", "stream reset", "reset in the body"}, []target{reviews}, moment{"each question once", firstAsked}, []state{tenant}, same, nil},
	{[]string{"429", "429, header", "429, header, Status", "503", "500", "stream reset", "reset in the body", "hangs", "hangs in the body"},
		[]target{reviews}, atAllTimes, []state{tenant, faulty}, unclear, nil},
	{[]string{"hangs", "503", "429, header", "TLS cut"}, []target{reviews}, afterFifty, []state{healthy, faulty}, unclear, nil},
	{[]string{"hangs"}, []target{reviews}, aFew, []state{healthy}, honest, nil},
	{redirects, []target{reviews}, eachTenth, []state{healthy}, honest, nil},
	{redirects, []target{reviews}, atAllTimes, []state{tenant}, unclear, nil},
	{refusals, []target{reviews}, afterFifty, []state{healthy, faulty}, unclear, nil},
	{[]string{"the token in a 500", "the token in a 403"}, []target{reviews}, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"no HTTP"}, []target{reviews}, eachTenth, []state{healthy}, honest, nil},
	{slices.Concat(harmless, []string{"slow"}), []target{reviews}, eachTenth, []state{healthy, tenant, faulty}, same, nil},
	{[]string{"a reason of 5 MB"}, []target{reviews}, aFew, []state{healthy, faulty}, same, nil},

	{unreadable, lists, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"500", "reset in the body", "429, header"}, lists, atFirst, []state{tenant}, same, nil},
	{[]string{"500", "403", "{}", "truncated JSON", "stream reset in the body"},
		[]target{"deployments", "clusterroles", "clusterrolebindings", "rolebindings"}, atAllTimes, []state{healthy, faulty}, unclear, nil},
	{[]string{"500", "{}"}, []target{"kustomizations", "namespaces", "serviceaccounts"}, atAllTimes, []state{faulty}, unclear, nil},
	{[]string{"500", "{}"}, []target{"kustomizations"}, atAllTimes, []state{healthy}, honest, nil}, // controllers do not depend on it
	{[]string{"500", "404", "{}", "truncated JSON", "Status Success"}, ofAdmission, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"null", "nothing", "a list", "a Namespace", "HTML as JSON", "500 as 200", "gzip garbage", "truncated", "410", "401", "404", "hangs",
		"items of another kind", "an empty list of that kind", "the same continue, always", "another continue, always",
		"307 to another host", "the token in a 403", "429, header", "503"},
		[]target{"kustomizations", "rolebindings", "namespaces"}, atAllTimes, []state{tenant}, unclear, nil},
	{slices.Concat(harmless, []string{"slow"}), []target{"kustomizations", "clusterroles", "serviceaccounts"}, atAllTimes, []state{tenant, faulty}, same, nil},

	{[]string{"{}", "null", "nothing", "a Namespace", "Status Success", "HTML", "truncated JSON", "500", "503", "403", "404", "429, header", "stream reset in the body",
		"hangs", "gzip garbage", "307 to another host"}, []target{discovery}, atAllTimes, []state{healthy, tenant, faulty}, unclear, nil},
	{[]string{"{}", "null", "a Namespace", "Status Success", "HTML", "truncated JSON", "500", "403", "reset", "307 to another host", "hangs"},
		[]target{version, identity, permission}, atAllTimes, []state{tenant, faulty}, unclear, nil},
	{[]string{"no status", "empty status", "evaluation error", "allowed and denied", "no spec", "another resource"},
		[]target{permission}, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"no status", "empty status"}, []target{identity}, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"500", "503", "429, header", "stream reset", "reset in the body", "TLS cut"}, []target{discovery, version, identity, permission}, atFirst, []state{tenant}, same, nil},
	{slices.Concat(harmless, []string{"slow"}), []target{discovery, version, identity, permission}, atAllTimes, []state{tenant}, same, nil},

	{harmless, []target{everything}, atAllTimes, []state{healthy, tenant, faulty}, same, nil},
	{[]string{"401", "403", "503", "stream reset", "TLS cut", "hangs", "429, header", "307 to another host", "HTML"},
		[]target{everything}, afterFifty, []state{tenant, faulty}, unclear, nil},
	{[]string{"500", "stream reset", "GOAWAY", "429, header", "closed in the body"}, []target{everything}, eachTenth, []state{healthy, faulty}, same, nil},
	{[]string{"401", "HTML", "{}", "hangs", "reset"}, []target{everything}, atAllTimes, []state{tenant}, unclear, nil},
	{[]string{"401", "503", "hangs", "{}", "truncated"}, []target{everything}, afterTwenty, []state{tenant}, unclear, nil},
	{[]string{"escapes everywhere"}, []target{everything}, atAllTimes, []state{tenant, faulty}, clean, nil},
	{[]string{"escapes everywhere", "escapes in words"}, []target{everything}, atAllTimes, []state{tenant, faulty}, clean, []string{"--output", "table"}},
}

// cell is one run of the table.
type cell struct {
	kind string
	disturbance
	moment string
	in     state
	may    may
	args   []string
}

// cells are the runs of the table in one cluster.
func cells(in state) (all []cell) {
	for _, row := range table {
		if !slices.ContainsFunc(row.in, func(s state) bool { return s.name == in.name }) {
			continue
		}
		for _, name := range row.faults {
			for _, on := range row.on {
				all = append(all, cell{
					kind: name, disturbance: disturbance{kind(name), on, row.when.when}, moment: row.when.name,
					in: in, may: row.may, args: slices.Concat(selection(in), row.args),
				})
			}
		}
	}
	return all
}

// selection keeps runs short: one controller where there is nothing else, and all but the controllers with
// a tenant.
func selection(in state) []string {
	if in.name == healthy.name {
		return []string{"--only", "controllers", "--service-account", "flux-system/notification-controller"}
	}
	return []string{"--only", "impersonation,tenants,admission,isolation,references,identity,lockdown"}
}
