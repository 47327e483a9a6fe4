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

	"github.com/flux-probe/flux-probe/probe"
)

// explained is an error of a request in one line that names the cause and the next step; the error
// itself stays inside, for errors.Is and errors.As.
type explained struct {
	line string
	err  error
}

func (e *explained) Error() string { return e.line }
func (e *explained) Unwrap() error { return e.err }

// explain says in one line what went wrong with a request to server. The end of the caller's
// context is no fault of the server and stays what it is.
func explain(server string, err error) error {
	var done *explained
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &done) {
		return err
	}
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return &explained{answered(server, status.Status()), err}
	}
	return &explained{unanswered(server, err), err}
}

// answered explains a status that the server sent.
func answered(server string, s metav1.Status) string {
	text := probe.Printable(s.Message)
	switch {
	case s.Code == http.StatusUnauthorized:
		return fmt.Sprintf("%s does not accept the credential (401 Unauthorized): it is wrong or has expired; log in again, or choose another --context or --token", server)
	case s.Code == http.StatusForbidden:
		return text // the server's own words name who, what and where
	case s.Code == http.StatusTooManyRequests:
		return fmt.Sprintf("%s throttles (429 Too Many Requests): try again later, or with a lower --concurrency", server)
	case s.Code < http.StatusInternalServerError && foreign(s):
		return fmt.Sprintf("%s does not answer as a Kubernetes API server does (%d %s): check the server URL of the context", server, s.Code, http.StatusText(int(s.Code)))
	case s.Code >= http.StatusInternalServerError:
		return fmt.Sprintf("%s failed (%d %s): %s; look at the API server's health and log", server, s.Code, http.StatusText(int(s.Code)), text)
	default:
		return fmt.Sprintf("%s refused the request (%d %s): %s", server, s.Code, http.StatusText(int(s.Code)), text)
	}
}

// foreign says whether the server sent something else than a Status of the Kubernetes API.
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
func unanswered(server string, err error) string {
	var (
		dns   *net.DNSError
		trust *tls.CertificateVerificationError
		alert tls.AlertError
		plain tls.RecordHeaderError
		name  x509.HostnameError
		who   x509.UnknownAuthorityError
	)
	cause := probe.Printable(root(err).Error())
	_, credential, isCredential := strings.Cut(err.Error(), gettingCredentials)
	switch {
	case isCredential:
		line, _, _ := strings.Cut(credential, "\n") // what follows is general advice of client-go
		return "cannot get a credential: " + probe.Printable(line) + "; run the command of the kubeconfig's exec entry by hand"
	case errors.As(err, &dns):
		return fmt.Sprintf("cannot reach %s: no address for the name %s; check the server URL of the context, DNS and VPN", server, probe.Printable(dns.Name))
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("cannot reach %s: connection refused; is the cluster running, and the --context the right one?", server)
	case errors.As(err, &trust), errors.As(err, &name), errors.As(err, &who):
		return fmt.Sprintf("cannot trust %s: %s; check certificate-authority and tls-server-name in the kubeconfig", server, cause)
	case errors.As(err, &alert):
		return fmt.Sprintf("%s does not accept the client certificate: %s; it is wrong or has expired", server, cause)
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return fmt.Sprintf("%s does not speak TLS: check the server URL of the context", server)
	case timedOut(err):
		return fmt.Sprintf("cannot reach %s: no answer in time; check the network, VPN and proxy, or give more time with --request-timeout", server)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Sprintf("%s closed the connection without an answer (%s): check the server's health and any proxy on the way", server, cause)
	case transport(err):
		return fmt.Sprintf("cannot reach %s: %s; check the server URL of the context and the network", server, cause)
	default:
		return fmt.Sprintf("%s does not answer as a Kubernetes API server does (%s): check the server URL of the context", server, cause)
	}
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// transport says whether the request never got an answer, as opposed to one that makes no sense.
func transport(err error) bool {
	var broken *url.Error
	var network net.Error
	return errors.As(err, &broken) || errors.As(err, &network)
}

// lasting says whether a broken connection will be as broken the next time: no trust, no such name.
func lasting(err error) bool {
	var (
		dns   *net.DNSError
		trust *tls.CertificateVerificationError
		alert tls.AlertError
		plain tls.RecordHeaderError
	)
	return errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &trust) || errors.As(err, &alert) || errors.As(err, &plain) ||
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
