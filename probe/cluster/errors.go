// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Failure is the kind of a failed request. It tells the caller which next step helps.
type Failure string

// The kinds of failed requests.
const (
	Unauthorized  Failure = "unauthorized"   // the credential is wrong or has expired
	Forbidden     Failure = "forbidden"      // the credential lacks a right
	Throttled     Failure = "throttled"      // 429
	ServerError   Failure = "server error"   // 5xx
	Refused       Failure = "refused"        // another status of 4xx
	NotKubernetes Failure = "not kubernetes" // the response does not come from an API server
	Redirected    Failure = "redirected"     // to another host
	Credential    Failure = "credential"     // an exec plugin gave none
	NoAddress     Failure = "no address"     // DNS
	NoListener    Failure = "no listener"    // the connection was refused
	Untrusted     Failure = "untrusted"      // the server's certificate
	Certificate   Failure = "certificate"    // the client's certificate
	NoTLS         Failure = "no tls"
	Timeout       Failure = "timeout"
	Closed        Failure = "closed"      // the connection was closed before the response was complete
	Unreachable   Failure = "unreachable" // any other broken connection
)

// RequestError reports a request that failed, in one line that names the server, the cause and, where it does
// not depend on the program, the next step.
type RequestError struct {
	Server  string
	Failure Failure
	Detail  string // the sentence after the server's URL or, without it, the whole line
	Err     error
}

// Error is the line.
func (e *RequestError) Error() string { return e.Detail }

// Unwrap is the error of the client.
func (e *RequestError) Unwrap() error { return e.Err }

// InvalidAnswerError reports a response that is no answer to the question: one of another kind, without a
// status, or about something else. Proxies and caches send such responses.
type InvalidAnswerError struct{ Reason string }

// Error is one line.
func (e *InvalidAnswerError) Error() string {
	return "the server did not answer the question that was asked: " + e.Reason
}

// explain describes in one line what went wrong with a request to server. The end of the caller's
// context is no fault of the server and stays what it is.
func explain(server string, err error) error {
	var done *RequestError
	var invalid *InvalidAnswerError
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &done) || errors.As(err, &invalid) {
		return err
	}
	var failure Failure
	var format string
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		failure, format = answered(status.Status())
	} else {
		failure, format = unanswered(err)
	}
	return &RequestError{Server: server, Failure: failure, Detail: strings.ReplaceAll(format, "SERVER", server), Err: err}
}

// answered explains a status that the server sent.
func answered(s metav1.Status) (Failure, string) {
	text := safetext.Printable(s.Message)
	status := fmt.Sprintf("(%d %s)", s.Code, http.StatusText(int(s.Code)))
	switch {
	case s.Code == http.StatusUnauthorized:
		return Unauthorized, "SERVER does not accept the credential " + status + ": it is wrong or has expired"
	case s.Code == http.StatusForbidden:
		return Forbidden, text // the server's own words name who, what and where
	case s.Code == http.StatusTooManyRequests:
		return Throttled, "SERVER throttles " + status
	case s.Code < http.StatusInternalServerError && foreign(s):
		return NotKubernetes, "SERVER does not answer as a Kubernetes API server does " + status + ": check the server URL of the context"
	case s.Code >= http.StatusInternalServerError:
		return ServerError, "SERVER failed " + status + ": " + text + "; look at the API server's health and log"
	default:
		return Refused, "SERVER refused the request " + status + ": " + text
	}
}

// foreign reports whether the server sent something else than a Status of the Kubernetes API.
func foreign(s metav1.Status) bool {
	if s.Details == nil {
		return false
	}
	for _, c := range s.Details.Causes {
		if c.Type == metav1.CauseTypeUnexpectedServerResponse {
			return true
		}
	}
	return false
}

// gettingCredentials begins the error of an exec credential plugin (client-go
// plugin/pkg/client/auth/exec/exec.go@v0.37.2), which has no type of its own.
const gettingCredentials = "getting credentials: "

// unanswered explains why there is no status: no connection, no trust, or no Kubernetes.
func unanswered(err error) (Failure, string) {
	var (
		redirect *RedirectError
		dns      *net.DNSError
		trust    *tls.CertificateVerificationError
		alert    tls.AlertError
		plain    tls.RecordHeaderError
		name     x509.HostnameError
		who      x509.UnknownAuthorityError
	)
	cause := safetext.Printable(root(err).Error())
	_, credential, isCredential := strings.Cut(err.Error(), gettingCredentials)
	switch {
	case errors.As(err, &redirect) && redirect.Loop:
		return Redirected, "SERVER " + redirect.Error() + ": check the server URL of the context and any proxy on the way"
	case errors.As(err, &redirect):
		return Redirected, "SERVER redirects to " + safetext.Printable(redirect.Host) + ", another host, to which no credential is sent: check the server URL of the context"
	case isCredential:
		line, _, _ := strings.Cut(credential, "\n") // what follows is general advice of client-go
		return Credential, "cannot get a credential: " + safetext.Printable(line) + "; run the command of the kubeconfig's exec entry by hand"
	case errors.As(err, &dns):
		return NoAddress, "cannot reach SERVER: no address for the name " + safetext.Printable(dns.Name) + "; check the server URL of the context, DNS and VPN"
	case errors.Is(err, syscall.ECONNREFUSED):
		return NoListener, "cannot reach SERVER: connection refused"
	case errors.As(err, &trust), errors.As(err, &name), errors.As(err, &who):
		return Untrusted, "cannot trust SERVER: " + cause + "; check certificate-authority and tls-server-name in the kubeconfig"
	case errors.As(err, &alert):
		return Certificate, "SERVER does not accept the client certificate: " + cause + "; it is wrong or has expired"
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return NoTLS, "SERVER does not speak TLS: check the server URL of the context"
	case timedOut(err):
		return Timeout, "cannot reach SERVER: no answer in time"
	case cutOff(err):
		return Closed, "SERVER closed the connection without an answer (" + cause + "): check the server's health and any proxy on the way"
	case transport(err):
		return Unreachable, "cannot reach SERVER: " + cause + "; check the server URL of the context and the network"
	default:
		return NotKubernetes, "SERVER does not answer as a Kubernetes API server does (" + cause + "): check the server URL of the context"
	}
}

// cutOff reports whether the connection ended before the response was complete.
func cutOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		strings.Contains(err.Error(), streamError) || strings.Contains(err.Error(), connectionClosed)
}

// streamError is in the error of a response whose HTTP/2 stream was reset, in the words of net/http and of
// client-go (rest/request.go@v0.37.2). The type of the cause is in the standard library, unexported.
const streamError = "stream error"

// connectionClosed is in the errors of the other requests of an HTTP/2 connection that ends: "client connection
// force closed via ClientConn.Close" and "client connection lost" (net/http h2_bundle.go@go1.26).
const connectionClosed = "http2: client connection "

func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// transport reports whether the request never got an answer, as opposed to one that makes no sense.
func transport(err error) bool {
	var broken *url.Error
	var network net.Error
	return errors.As(err, &broken) || errors.As(err, &network)
}

// lasting reports whether a broken connection will be as broken the next time: no trust, no such name.
func lasting(err error) bool {
	var (
		redirect *RedirectError
		dns      *net.DNSError
		trust    *tls.CertificateVerificationError
		alert    tls.AlertError
		plain    tls.RecordHeaderError
	)
	return errors.As(err, &redirect) || errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &trust) || errors.As(err, &alert) || errors.As(err, &plain) ||
		errors.Is(err, http.ErrSchemeMismatch) || strings.Contains(err.Error(), gettingCredentials)
}

// root is the innermost error, without the method and URL that the HTTP client puts around it.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
