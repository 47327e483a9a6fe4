// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"

	admissionapi "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Steps in which somebody else does their part, whom the test plays: the token controller, the signer of certificates,
// and whoever writes a binding.

// tokenSecret creates a Secret for a token, which the token controller would fill, and reads it.
func tokenSecret(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
	secrets := clientOf(c).CoreV1().Secrets("flux-system")
	made, err := secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "taken", Annotations: map[string]string{corev1.ServiceAccountNameKey: "kustomize-controller"}},
		Type:       corev1.SecretTypeServiceAccountToken,
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	admin := clientOf(w.Config).CoreV1()
	filled, err := admin.ServiceAccounts("flux-system").CreateToken(ctx, made.Annotations[corev1.ServiceAccountNameKey], &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{BoundObjectRef: &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Secret", Name: made.Name, UID: made.UID}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	made.Data = map[string][]byte{corev1.ServiceAccountTokenKey: []byte(filled.Status.Token)}
	if _, err := admin.Secrets("flux-system").Update(ctx, made, metav1.UpdateOptions{}); err != nil {
		return nil, err
	}
	read, err := secrets.Get(ctx, "taken", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return bearing(c, string(read.Data[corev1.ServiceAccountTokenKey])), nil
}

// certificate requests a certificate for the user of an account, and approves the request. The signer makes a certificate
// for whom an approved request names; here it has a key of its own.
func certificate(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: kustomizeController}}, key)
	if err != nil {
		return nil, err
	}
	requests := clientOf(c).CertificatesV1().CertificateSigningRequests()
	request, err := requests.Create(ctx, &certificatesv1.CertificateSigningRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "taken"},
		Spec: certificatesv1.CertificateSigningRequestSpec{
			Request: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: text}), SignerName: certificatesv1.KubeAPIServerClientSignerName,
			Usages: []certificatesv1.KeyUsage{certificatesv1.UsageClientAuth},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	request.Status.Conditions = []certificatesv1.CertificateSigningRequestCondition{{Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue, Reason: "Self"}}
	approved, err := requests.UpdateApproval(ctx, "taken", request, metav1.UpdateOptions{})
	if err != nil {
		return nil, err
	}
	if len(approved.Status.Conditions) != 1 || approved.Status.Conditions[0].Type != certificatesv1.CertificateApproved {
		return nil, errors.New("the request is not approved")
	}
	file := filepath.Join(w.TempDir(), "certificate")
	if err := w.UserKubeconfig(file, kustomizeController); err != nil {
		return nil, err
	}
	return clientcmd.BuildConfigFromFlags("", file)
}

// admit has a webhook of its own called for bindings, which adds the tenant to one that an administrator writes.
func admit(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
	server := httptest.NewTLSServer(http.HandlerFunc(addMyself))
	w.Cleanup(server.Close)
	url, policy, none := server.URL, admissionv1.Ignore, admissionv1.SideEffectClassNone
	_, err := clientOf(c).AdmissionregistrationV1().MutatingWebhookConfigurations().Create(ctx, &admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "taken"},
		Webhooks: []admissionv1.MutatingWebhook{{
			Name: "taken.example.com", FailurePolicy: &policy, SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
			ClientConfig: admissionv1.WebhookClientConfig{URL: &url, CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})},
			Rules: []admissionv1.RuleWithOperations{{Operations: []admissionv1.OperationType{admissionv1.Create}, Rule: admissionv1.Rule{
				APIGroups: rbacGroup, APIVersions: []string{"v1"}, Resources: []string{"clusterrolebindings"},
			}}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return retry(ctx, func() (*rest.Config, error) {
		bindings := clientOf(w.Config).RbacV1().ClusterRoleBindings()
		written, err := bindings.Create(ctx, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "taken"}, RoleRef: clusterAdmin(),
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "colleague"}}}, metav1.CreateOptions{})
		if err == nil && len(written.Subjects) < 2 {
			err = errors.Join(errors.New("the webhook was not called yet"), bindings.Delete(ctx, "taken", metav1.DeleteOptions{}))
		}
		return c, err
	})
}

func addMyself(rw http.ResponseWriter, r *http.Request) {
	var review admissionapi.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
		http.Error(rw, "no review", http.StatusBadRequest)
		return
	}
	patch, err := json.Marshal([]map[string]any{{"op": "add", "path": "/subjects/-", "value": myself[0]}})
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	kind := admissionapi.PatchTypeJSONPatch
	review.Response = &admissionapi.AdmissionResponse{UID: review.Request.UID, Allowed: true, Patch: patch, PatchType: &kind}
	review.Request = nil
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(review) // the API server says what it did not get
}
