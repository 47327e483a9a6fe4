// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"path/filepath"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestInstallFlux(t *testing.T) {
	ctx := t.Context()
	c, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}()
	for _, test := range []struct {
		version           string
		crds, deployments int
	}{{"2.9", 15, 7}, {"2.2", 13, 6}, {"2.6", 13, 6}, {"2.9", 15, 7}} {
		t.Run(test.version, func(t *testing.T) {
			if err := c.Reset(ctx); err != nil {
				t.Fatal(err)
			}
			if err := c.InstallFlux(ctx, InstallOptions{Version: test.version}); err != nil {
				t.Fatal(err)
			}
			var deployments appsv1.DeploymentList
			if err := c.Client.List(ctx, &deployments, client.InNamespace("flux-system")); err != nil {
				t.Fatal(err)
			}
			if len(deployments.Items) != test.deployments {
				t.Errorf("%d Deployments, want %d", len(deployments.Items), test.deployments)
			}
			var crds apiextensionsv1.CustomResourceDefinitionList
			if err := c.Client.List(ctx, &crds, client.MatchingLabels{"app.kubernetes.io/version": releases[test.version]}); err != nil {
				t.Fatal(err)
			}
			if len(crds.Items) != test.crds {
				t.Errorf("%d CRDs, want %d", len(crds.Items), test.crds)
			}
			var admin rbacv1.ClusterRole
			if err := c.Client.Get(ctx, client.ObjectKey{Name: "admin"}, &admin); err != nil {
				t.Fatal(err)
			}
			if len(admin.Rules) < 10 {
				t.Errorf("ClusterRole admin has %d rules: it is not aggregated", len(admin.Rules))
			}
		})
	}
	t.Run("service account", func(t *testing.T) {
		file := filepath.Join(c.Dir, "account")
		if err := c.ServiceAccountKubeconfig(ctx, file, "flux-system", "helm-controller"); err != nil {
			t.Fatal(err)
		}
		config, err := clientcmd.BuildConfigFromFlags("", file)
		if err != nil {
			t.Fatal(err)
		}
		version, err := kubernetes.NewForConfigOrDie(config).Discovery().ServerVersion()
		if err != nil {
			t.Fatal(err)
		}
		if version.Major != "1" {
			t.Errorf("the server says it is Kubernetes %s", version)
		}
	})
}
