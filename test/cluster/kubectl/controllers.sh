# Each line is one step, as in api-server.sh; this one is for a cluster whose controllers work.

kubectl create namespace $NAMESPACE
kubectl config set-context --current --namespace=$NAMESPACE | sed 's/".*"//'

# a workload
kubectl apply -f workload.yaml
kubectl rollout status deployment/echo --timeout=30s | tail -n 1
kubectl wait --for=condition=Available deployment/echo --timeout=30s
kubectl wait pod -l app=echo --for=condition=Ready --timeout=30s -o name
kubectl wait deployment/echo --for=jsonpath='{.status.readyReplicas}'=1 --timeout=30s
kubectl wait endpointslices -l kubernetes.io/service-name=echo --for=jsonpath='{.endpoints[0].conditions.ready}'=true --timeout=30s -o name
kubectl get deployments,replicasets,services,endpointslices -o wide
kubectl get pods --show-labels
kubectl get deployment echo -o yaml
kubectl get replicasets -o yaml
kubectl get endpointslices -o jsonpath='{.items[0].addressType} {.items[0].endpoints[*].conditions} {.items[0].ports} {.items[0].metadata.labels}'
kubectl describe deployment echo --show-events=false
kubectl describe replicasets --show-events=false
kubectl describe service echo --show-events=false
kubectl get all

# its rollouts
kubectl scale deployment echo --replicas=2
kubectl rollout status deployment/echo --timeout=30s | tail -n 1
kubectl get pods -l app=echo -o jsonpath='{.items[*].status.phase} {.items[*].status.containerStatuses[*].ready}'
kubectl set env deployment/echo LEVEL=info
kubectl rollout status deployment/echo --timeout=30s | tail -n 1
kubectl rollout history deployment/echo
kubectl rollout history deployment/echo --revision=2
kubectl rollout undo deployment/echo
kubectl rollout status deployment/echo --timeout=30s | tail -n 1
kubectl rollout history deployment/echo
kubectl rollout restart deployment/echo
kubectl rollout status deployment/echo --timeout=30s | tail -n 1
kubectl get deployment echo -o jsonpath='{.metadata.annotations.deployment\.kubernetes\.io/revision} {.status.replicas} {.status.updatedReplicas}'

# a route
kubectl apply -f gateway.yaml
kubectl wait gateway.gateway.networking.k8s.io/entry --for=condition=Programmed --timeout=30s
kubectl wait tcproute/echo --for=jsonpath='{.status.parents[0].controllerName}'=istio.io/gateway-controller --timeout=30s
kubectl wait gateway.gateway.networking.k8s.io/entry --for=jsonpath='{.status.listeners[0].attachedRoutes}'=1 --timeout=30s
kubectl rollout status deployment/entry-istio --timeout=30s | tail -n 1
kubectl get gateways.gateway.networking.k8s.io,tcproutes
kubectl get tcproute echo -o yaml
kubectl get gateways.gateway.networking.k8s.io entry -o yaml
kubectl describe tcproute echo --show-events=false
kubectl get gatewayclasses istio -o yaml
kubectl get deployments,services

# what Istio's webhook says
kubectl apply -f istio.yaml
sed 's/name: echo$/name: wrong/; s/, weight: [0-9]*//' istio.yaml | kubectl apply -f -
kubectl patch virtualservice echo --type=json -p '[{"op":"replace","path":"/spec/tcp/0/route/0/weight","value":-1}]'
KUBE_EDITOR="sed -i 's/weight: 80/weight: -80/'" kubectl edit virtualservice echo

# the end
kubectl delete gateways.gateway.networking.k8s.io entry
kubectl wait deployment/entry-istio --for=delete --timeout=30s >/dev/null
kubectl delete deployment echo --cascade=foreground
kubectl get replicasets,pods -l app=echo
kubectl create deployment made --image=docker.io/istio/tcp-echo-server:1.3 --replicas=0
kubectl wait deployment/made --for=jsonpath='{.status.observedGeneration}'=1 --timeout=30s
kubectl delete deployment made --cascade=orphan
kubectl get replicasets
kubectl delete namespace $NAMESPACE
kubectl get namespace $NAMESPACE
kubectl get all
