// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"

	"google.golang.org/protobuf/encoding/protowire"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// message is a type of the Kubernetes API, which can be decoded from protobuf and from JSON.
type message interface {
	Unmarshal([]byte) error
	Marshal() ([]byte, error)
}

// protobufMagic begins a message of the Kubernetes API in protobuf
// (k8s.io/apimachinery pkg/runtime/serializer/protobuf/protobuf.go@v0.37.2).
var protobufMagic = []byte("k8s\x00")

// acceptBoth prefers protobuf, which costs a sixth less than JSON.
const acceptBoth = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON

// body is the body of a successful response.
type body struct {
	json bool
	raw  []byte // the message, in protobuf without its envelope
	kind schema.GroupVersionKind
}

// send sends a request and returns the body of the response. client-go repeats nothing: what is repeated is
// decided, bounded and counted in patience. It does not check the kind.
func send(ctx context.Context, request *rest.Request) (*body, error) {
	ctx, response := recordResponse(ctx)
	result := request.MaxRetries(0).Do(ctx)
	if err := result.Error(); err != nil {
		return nil, response.withDelay(err)
	}
	raw, err := result.Raw()
	if err != nil {
		return nil, err
	}
	var contentType string
	result.ContentType(&contentType)
	b, err := open(raw, contentType)
	if err != nil {
		// Without the chain: the end of input in a message is no broken connection.
		return nil, fmt.Errorf("the response cannot be decoded: %v", err)
	}
	return b, nil
}

// open decodes the envelope of a body, which names its kind.
func open(raw []byte, contentType string) (*body, error) {
	media, _, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return nil, err
	case media == runtime.ContentTypeProtobuf:
		message, ok := bytes.CutPrefix(raw, protobufMagic)
		if !ok {
			return nil, fmt.Errorf("%s without its prefix", media)
		}
		var envelope runtime.Unknown
		if err := envelope.Unmarshal(message); err != nil {
			return nil, err
		}
		return &body{raw: envelope.Raw, kind: schema.FromAPIVersionAndKind(envelope.APIVersion, envelope.Kind)}, nil
	case media == runtime.ContentTypeJSON:
		var typed struct{ APIVersion, Kind string }
		if err := json.Unmarshal(raw, &typed); err != nil {
			return nil, err
		}
		return &body{json: true, raw: raw, kind: schema.FromAPIVersionAndKind(typed.APIVersion, typed.Kind)}, nil
	default:
		return nil, fmt.Errorf("its content type is %s", media)
	}
}

// into decodes a body of the kind want. The error is an *InvalidAnswerError when the body is of another kind.
func (b *body) into(want schema.GroupVersionKind, m message) error {
	if b.kind != want {
		return &InvalidAnswerError{Reason: safetext.Printable(fmt.Sprintf("the response is %s instead of %s", describeKind(b.kind), describeKind(want)))}
	}
	var err error
	if b.json {
		err = json.Unmarshal(b.raw, m)
	} else {
		err = m.Unmarshal(b.raw)
	}
	if err != nil {
		return fmt.Errorf("the response cannot be decoded: %v", err)
	}
	return nil
}

func describeKind(kind schema.GroupVersionKind) string {
	if kind.Kind == "" {
		return "of no kind"
	}
	return fmt.Sprintf("a %s of %s", kind.Kind, kind.GroupVersion())
}

// The fields of access reviews in protobuf (k8s.io/api authorization/v1/generated.proto@v0.37.2).
const (
	metadataField = 1
	specField     = 2
	statusField   = 3
	allowedField  = 1 // of the status
)

// encodeReview is an access review in protobuf, without a status. The generated encoder always writes a
// status, so that a server that sends a request back as it came would answer with a complete refusal.
func encodeReview(kind schema.GroupVersionKind, metadata, spec message) ([]byte, error) {
	var raw []byte
	for field, m := range []message{metadataField: metadata, specField: spec} {
		if m == nil {
			continue
		}
		content, err := m.Marshal()
		if err != nil {
			return nil, err
		}
		raw = protowire.AppendTag(raw, protowire.Number(field), protowire.BytesType)
		raw = protowire.AppendBytes(raw, content)
	}
	envelope := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: kind.GroupVersion().String(), Kind: kind.Kind}, Raw: raw}
	encoded, err := envelope.Marshal()
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(protobufMagic), encoded...), nil
}

// answered reports whether an access review has a status with the field allowed. An API server always writes
// it, in both formats, also when it is false.
func (b *body) answered() bool {
	if b.json {
		var review struct{ Status *struct{ Allowed *bool } }
		return json.Unmarshal(b.raw, &review) == nil && review.Status != nil && review.Status.Allowed != nil
	}
	_, ok := findField(findBytes(b.raw, statusField), allowedField)
	return ok
}

// findBytes is the content of the last field with this number; nil when there is none.
func findBytes(message []byte, number protowire.Number) []byte {
	field, ok := findField(message, number)
	if !ok {
		return nil
	}
	content, _ := protowire.ConsumeBytes(field)
	return content
}

// findField is the last field with this number, without its tag.
func findField(message []byte, number protowire.Number) (field []byte, ok bool) {
	for len(message) > 0 {
		found, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, false
		}
		message = message[n:]
		if n = protowire.ConsumeFieldValue(found, kind, message); n < 0 {
			return nil, false
		}
		if found == number {
			field, ok = message[:n], true
		}
		message = message[n:]
	}
	return field, ok
}
