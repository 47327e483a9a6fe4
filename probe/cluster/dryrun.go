// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/admission"
)

// acceptMetadata asks for the metadata of an object alone, so that nothing of its content is answered.
const acceptMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

// DryRun sends a dry-run as the account that it is about. It is repeated only where the server throttles or a connection
// breaks: each one is a record of the audit log, and passes through all webhooks.
func (c *Cluster) DryRun(ctx context.Context, d *admission.DryRun) admission.Answer {
	body, err := bodyOf(d)
	if err != nil {
		return admission.Answer{Err: err}
	}
	var answer admission.Answer
	err = c.reads.do(ctx, func(ctx context.Context) error {
		ctx, response := recordResponse(ctx)
		var code int
		request := c.dryRun(d).Body(body).MaxRetries(0)
		result := request.SetHeader(authenticationv1.ImpersonateUserHeader, d.Subject.Get().User()).SetHeader("Accept", acceptMetadata).Do(ctx)
		err := result.StatusCode(&code).Error()
		answer = admission.Answer{Code: code}
		for _, w := range result.Warnings() {
			answer.Warnings = append(answer.Warnings, safetext.Printable(w.Text))
		}
		status := apierrors.APIStatus(nil)
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &status) || foreign(status.Status()) || code == http.StatusTooManyRequests:
			return response.withDelay(err)
		}
		// Any other status is what the server says to this request: a webhook that is down is a 500.
		answer.Code, answer.Message = int(status.Status().Code), safetext.Block(status.Status().Message)
		return nil
	})
	switch {
	case ctx.Err() != nil && err != nil:
		return admission.Answer{Err: ctx.Err()}
	case err != nil:
		return admission.Answer{Err: errors.New(safetext.Printable(explain(c.Server, err).Error()))}
	}
	return answer
}

// dryRun is the request of d. Each verb says here, and nowhere else, that nothing is to be stored.
func (c *Cluster) dryRun(d *admission.DryRun) *rest.Request {
	path := []string{"/apis", d.Resource.Group, d.Resource.Version}
	if d.Resource.Group == "" {
		path = []string{"/api", d.Resource.Version}
	}
	if d.Namespace != "" {
		path = append(path, "namespaces", d.Namespace)
	}
	path = append(path, d.Resource.Resource, d.Name)
	if d.Verb == admission.Delete {
		return c.rest.Delete().AbsPath(path...).SetHeader("Content-Type", "application/json")
	}
	return c.rest.Patch(types.ApplyPatchType).AbsPath(path...).
		Param("dryRun", metav1.DryRunAll).Param("fieldManager", d.Manager).Param("force", "true")
}

func bodyOf(d *admission.DryRun) ([]byte, error) {
	if d.Verb != admission.Delete {
		return json.Marshal(d.Object)
	}
	background := metav1.DeletePropagationBackground
	uid := types.UID(d.UID)
	return json.Marshal(metav1.DeleteOptions{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"},
		DryRun:   []string{metav1.DryRunAll}, PropagationPolicy: &background, Preconditions: &metav1.Preconditions{UID: &uid},
	})
}

// Impersonating returns as whom the requests of the connection are sent instead of the user of the credential; "" if
// they are not. Who is impersonated already cannot impersonate somebody else in the same request.
func (c *Cluster) Impersonating() string { return c.impersonating }

// Aggregated returns the versions of API groups that other servers serve, which can ignore that a request is a dry-run.
func (c *Cluster) Aggregated(ctx context.Context) (map[schema.GroupVersion]bool, error) {
	var list struct {
		Items []struct {
			Spec struct {
				Group, Version string
				Service        *struct{}
			}
		}
	}
	err := c.reads.do(ctx, func(ctx context.Context) error {
		ctx, response := recordResponse(ctx)
		raw, err := c.rest.Get().AbsPath("/apis/apiregistration.k8s.io/v1/apiservices").SetHeader("Accept", "application/json").MaxRetries(0).Do(ctx).Raw()
		if err != nil {
			return response.withDelay(err)
		}
		return json.Unmarshal(raw, &list)
	})
	if err != nil {
		return nil, errors.New(safetext.Printable(explain(c.Server, err).Error()))
	}
	groups := map[schema.GroupVersion]bool{}
	for _, item := range list.Items {
		if item.Spec.Service != nil {
			groups[schema.GroupVersion{Group: item.Spec.Group, Version: item.Spec.Version}] = true
		}
	}
	return groups, nil
}
