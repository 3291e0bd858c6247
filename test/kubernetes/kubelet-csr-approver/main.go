// Approves or denies the requests of kubelets for serving certificates. A stand-in, written for these tests, for
// github.com/postfinance/kubelet-csr-approver, which the proxy of Go modules does not have: same settings, same rules.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	certificates "k8s.io/api/certificates/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const resync = 30 * time.Second

type approver struct {
	client kubernetes.Interface
	rules  rules
}

func isDecided(request *certificates.CertificateSigningRequest) bool {
	return len(request.Status.Conditions) > 0 || len(request.Status.Certificate) > 0
}

// decide answers one request. What fails is met again at the next resync.
func (a approver) decide(ctx context.Context, request *certificates.CertificateSigningRequest) {
	if request.Spec.SignerName != certificates.KubeletServingSignerName || isDecided(request) {
		return
	}
	if a.rules.ignoresStranger && !strings.HasPrefix(request.Spec.Username, nodePrefix) {
		return
	}
	condition := certificates.CertificateSigningRequestCondition{
		Type: certificates.CertificateApproved, Status: core.ConditionTrue, Reason: "KubeletServing",
		Message: "names and addresses are the node's",
	}
	if why := a.rules.refusal(request); why != "" {
		condition.Type, condition.Message = certificates.CertificateDenied, why
	}
	answered := request.DeepCopy()
	answered.Status.Conditions = append(answered.Status.Conditions, condition)
	_, err := a.client.CertificatesV1().CertificateSigningRequests().UpdateApproval(ctx, request.Name, answered, meta.UpdateOptions{})
	if err != nil {
		log.Printf("%s of %s: not answered: %v", request.Name, request.Spec.Username, err)
		return
	}
	log.Printf("%s of %s: %s: %s", request.Name, request.Spec.Username, condition.Type, condition.Message)
}

func serveHealth(address string) {
	mux := http.NewServeMux()
	ok := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }
	mux.HandleFunc("/healthz", ok)
	mux.HandleFunc("/readyz", ok)
	log.Fatal(http.ListenAndServe(address, mux))
}

func main() {
	health := flag.String("health-probe-bind-address", ":8081", "address of /healthz")
	flag.String("metrics-bind-address", ":8080", "taken and not served: there are no metrics here")
	flag.Int("level", 0, "taken and not used: there is one level of logs here")
	flag.Parse()
	rules, err := rulesOfEnvironment()
	if err != nil {
		log.Fatal(err)
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go serveHealth(*health)

	a := approver{client: kubernetes.NewForConfigOrDie(config), rules: rules}
	factory := informers.NewSharedInformerFactory(a.client, resync)
	seen := func(object any) {
		if request, isRequest := object.(*certificates.CertificateSigningRequest); isRequest {
			a.decide(ctx, request)
		}
	}
	informer := factory.Certificates().V1().CertificateSigningRequests().Informer()
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    seen,
		UpdateFunc: func(_, now any) { seen(now) },
	}); err != nil {
		log.Fatal(err)
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	factory.Shutdown()
}
