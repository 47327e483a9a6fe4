// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// UserKubeconfig writes a kubeconfig file for a user in groups, who is known by a client certificate.
// The context has the user's name.
func (c *Cluster) UserKubeconfig(file, user string, groups ...string) error {
	added, err := c.env.AddUser(envtest.User{Name: user, Groups: groups}, nil)
	if err != nil {
		return fmt.Errorf("adding user %s: %w", user, err)
	}
	config := added.Config()
	return c.write(file, user, &clientcmdapi.AuthInfo{
		ClientCertificateData: config.CertData,
		ClientKeyData:         config.KeyData,
	})
}

// ServiceAccountKubeconfig writes a kubeconfig file for a service account that exists; its token lasts
// an hour.
func (c *Cluster) ServiceAccountKubeconfig(ctx context.Context, file, namespace, name string) error {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(3600))}}
	if err := c.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return fmt.Errorf("requesting a token for service account %s/%s: %w", namespace, name, err)
	}
	return c.write(file, name, &clientcmdapi.AuthInfo{Token: request.Status.Token})
}

// write writes a kubeconfig of one context.
func (c *Cluster) write(file, name string, user *clientcmdapi.AuthInfo) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: c.Config.Host, CertificateAuthorityData: c.Config.CAData}
	config.AuthInfos[name] = user
	config.Contexts[name] = &clientcmdapi.Context{Cluster: "test", AuthInfo: name}
	config.CurrentContext = name
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		return fmt.Errorf("writing a kubeconfig: %w", err)
	}
	return nil
}
