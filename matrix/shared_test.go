// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"encoding/json"
	"testing"
)

func TestShared(t *testing.T) {
	web := Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	again := web
	if Share(web) != Share(again) || Share(web) == Share(Origin{Kind: web.Kind}) || Share(web).Get() != web {
		t.Error("equal origins differ, or a shared one is another")
	}
	if zero := Share(Origin{}); zero != (Shared[Origin]{}) || !zero.IsZero() || zero.Get() != (Origin{}) || Share(web).IsZero() {
		t.Error("the zero value of an origin is not that of a shared one")
	}
	text, err := json.Marshal(Share(web))
	if plain, _ := json.Marshal(web); err != nil || string(text) != string(plain) {
		t.Errorf("got %s, %v, want %s", text, err, plain)
	}
	var read Shared[Origin]
	if err := json.Unmarshal(text, &read); err != nil || read != Share(web) {
		t.Errorf("read back: %+v, %v", read.Get(), err)
	}
	if err := json.Unmarshal([]byte("7"), &read); err == nil {
		t.Error("a number is an origin")
	}
}
