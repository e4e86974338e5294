# Each line is one step: a shell command, of which the exit code, stdout and stderr are compared. $NAMESPACE is the version's own.

# what the server has
kubectl version -o yaml | sed -n '/serverVersion/,$p' | grep -E 'ajor|inor|gitVersion'
kubectl cluster-info
kubectl api-versions | grep -E '^(v1|apps/v1|coordination|discovery.k8s.io|events|apiextensions|authorization.k8s.io/v1$|gateway.networking.k8s.io/v1$|networking.istio.io/v1$)'
kubectl api-resources --api-group=apps -o wide | grep -E '^(NAME|deployments|replicasets)'
kubectl api-resources --api-group= --no-headers -o wide | grep -E '^(configmaps|endpoints|events|limitranges|namespaces|nodes|pods|resourcequotas|secrets|serviceaccounts|services) '
kubectl api-resources --api-group=networking.istio.io --no-headers -o wide | grep -E 'gateways|virtualservices|destinationrules'
kubectl api-resources --api-group=gateway.networking.k8s.io --no-headers -o wide | grep -E 'gateways|gatewayclasses|tcproutes|referencegrants'
kubectl explain configmap.data
kubectl explain service.spec --recursive | grep '	<'
kubectl explain tcproutes.spec --recursive | grep '	<'
kubectl explain virtualservices.spec.tcp --recursive | grep '	<'
kubectl explain tcproutes.spec.none
kubectl explain nothing
kubectl auth whoami -o yaml | grep -v -E ' (uid|username):'
kubectl auth can-i create tcproutes
kubectl auth can-i --list
kubectl get nothing

# making
kubectl create namespace $NAMESPACE
kubectl create namespace $NAMESPACE
kubectl create namespace Not_A_Name
kubectl config set-context --current --namespace=$NAMESPACE | sed 's/".*"//'
kubectl apply -f objects.yaml
kubectl apply -f objects.yaml
kubectl apply --server-side -f routes.yaml
kubectl create -f routes.yaml
kubectl create configmap watched --from-literal=color=red
kubectl create configmap drawn --from-literal=a=b --dry-run=server -o yaml
kubectl create secret generic key --from-literal=user=me
kubectl create service clusterip wrong --tcp=80:9000 --clusterip=1.2.3.4
kubectl create deployment made --image=docker.io/istio/tcp-echo-server:1.3 --replicas=0
kubectl create service clusterip made --tcp=80:9000
kubectl create quota most --hard=configmaps=100
kubectl expose service echo --name=exposed --port=9100 --target-port=9000

# reading
kubectl get configmaps settings
kubectl get configmaps settings -o json --show-managed-fields
kubectl get configmaps settings -o jsonpath='{.data.color}{"\n"}{.metadata.labels}'
kubectl get configmaps settings -o custom-columns=NAME:.metadata.name,COLOR:.data.color,NONE:.none
kubectl get configmaps settings -o go-template='{{range $key, $value := .data}}{{$key}}={{$value}} {{end}}'
kubectl get services
kubectl get service echo -o yaml
kubectl get deployments -o wide
kubectl get tcproutes,gateways.gateway.networking.k8s.io
kubectl get tcproute echo -o yaml
kubectl get gateways.gateway.networking.k8s.io entry -o yaml
kubectl get virtualservices,destinationrules
kubectl get vs echo -o yaml
kubectl get virtualservices.v1beta1.networking.istio.io echo -o jsonpath='{.apiVersion} {.spec.tcp[0].route[*].weight}'
kubectl get tcproutes.v1alpha2.gateway.networking.k8s.io echo -o jsonpath='{.apiVersion} {.spec.rules[0].backendRefs[*].weight}'
kubectl get services --show-labels
kubectl get services -l 'app in (echo'
kubectl get services --field-selector metadata.none=made
kubectl get tcproutes -A --field-selector metadata.namespace=$NAMESPACE
kubectl get services --chunk-size=1 -o name
kubectl get namespace $NAMESPACE -o yaml
kubectl get configmap none
kubectl get configmap none --ignore-not-found
kubectl describe configmap watched
kubectl describe service plain --show-events=false
kubectl describe tcproute echo
kubectl describe virtualservice echo
kubectl describe namespace $NAMESPACE
kubectl events --for configmap/settings
sh watch.sh

# changing
sed 's/color: blue/color: red/; /size: small/d' objects.yaml >objects-changed.yaml
sed 's/weight: 80/weight: 60/; s/weight: 20/weight: 40/' routes.yaml >routes-changed.yaml
kubectl diff -f objects.yaml
kubectl diff -f objects-changed.yaml
kubectl diff --server-side -f routes-changed.yaml
kubectl apply -f objects-changed.yaml
kubectl apply -f routes-changed.yaml
kubectl apply --server-side -f routes-changed.yaml
kubectl apply --server-side --field-manager=other -f routes.yaml
kubectl apply --server-side --field-manager=other --force-conflicts -f routes.yaml
kubectl get tcproute echo -o yaml --show-managed-fields
kubectl apply -f routes-changed.yaml --dry-run=server
kubectl apply -f objects-changed.yaml --prune -l app=echo --prune-allowlist=core/v1/ConfigMap
kubectl label service echo tier=front
kubectl label service echo tier=back
kubectl label service echo tier-
kubectl annotate tcproute echo note=one
kubectl annotate tcproute echo note=two
kubectl annotate tcproute echo note=two --overwrite --resource-version=1
kubectl patch tcproute echo --type=merge -p '{"spec":{"rules":[{"backendRefs":[{"name":"echo-v1","port":9000,"weight":1}]}]}}'
kubectl patch tcproute echo --type=json -p '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":7}]'
kubectl patch tcproute echo --type=json -p '[{"op":"test","path":"/spec/rules/0/backendRefs/0/weight","value":8}]'
kubectl patch tcproute echo --type=strategic -p '{"spec":{"rules":[]}}'
kubectl patch tcproute echo --type=merge -p '{"spec":{"none":1}}'
kubectl patch tcproute echo --type=merge -p '{"spec":'
kubectl patch tcproute echo --subresource=status --type=merge -p '{"status":{"parents":[]}}'
kubectl patch service echo -p '{"spec":{"ports":[{"port":9001,"name":"tcp-renamed"}]}}'
kubectl patch service echo -p '{"spec":{"ports":[{"port":9001,"$patch":"delete"}]}}'
kubectl patch service echo -p '{"spec":{"clusterIP":"1.2.3.4"}}'
kubectl patch virtualservice echo --type=json -p '[{"op":"replace","path":"/spec/tcp/0/route/0/weight","value":81}]' -o jsonpath='{.spec.tcp[0].route[*].weight}'
kubectl patch virtualservice echo --type=json -p '[{"op":"replace","path":"/spec/tcp/0/route/0/weight","value":"many"}]'
kubectl replace -f replaced.yaml
kubectl replace --force -f replaced.yaml
kubectl get virtualservice echo -o json | sed 's/"weight": 20/"weight": 19/' | kubectl replace -f -
kubectl get virtualservice echo -o json | sed 's/"resourceVersion": "[0-9]*"/"resourceVersion": "1"/' | kubectl replace -f -
kubectl get virtualservice echo -o json | sed 's/"weight": 81/"weight": "many"/' | kubectl replace -f -
KUBE_EDITOR="sed -i -e 's/weight: 81/weight: 71/' -e 's/weight: 19/weight: 29/'" kubectl edit virtualservice echo
KUBE_EDITOR="sed -i 's/weight: 7$/weight: 8/'" kubectl edit tcproute echo
KUBE_EDITOR="sed -i 's/weight: 8$/weight: -8/'" kubectl edit tcproute echo
KUBE_EDITOR="sed -i 's/weight: 8$/wieght: 8/'" kubectl edit tcproute echo
KUBE_EDITOR="sed -i 's/weight: 8$/weight: [/'" kubectl edit tcproute echo
# what kubectl kept of the refused edits tells why
grep -h '^# ' kubectl-edit-*.yaml | sort
KUBE_EDITOR=true kubectl edit tcproute echo
KUBE_EDITOR="sed -i 's/^  name: echo/  name: renamed/'" kubectl edit tcproute echo
KUBE_EDITOR="sed -i 's/color: .*/color: pink/'" kubectl edit configmap settings
kubectl get configmap,tcproute -o jsonpath='{.items[*].data} {.items[*].spec.rules[*].backendRefs[*].weight}'
kubectl scale deployment echo --replicas=1 --current-replicas=3
kubectl scale tcproute echo --replicas=1
kubectl set image deployment/echo echo=docker.io/istio/tcp-echo-server:1.2
kubectl set selector service echo app=other
kubectl get deployment echo -o jsonpath='{.spec.template.spec}'
kubectl rollout pause deployment/echo
kubectl rollout pause deployment/echo
kubectl rollout resume deployment/echo
kubectl rollout status tcproute/echo

# refusals
kubectl apply -f unknown-field.yaml
kubectl apply -f unknown-field.yaml --validate=warn
kubectl apply --server-side -f unknown-field.yaml
kubectl apply -f wrong-type.yaml
kubectl apply -f below-zero.yaml
kubectl apply -n none -f replaced.yaml
kubectl create --raw /api/v1/namespaces/$NAMESPACE/configmaps -f replaced.yaml
kubectl logs deployment/none

# waiting
kubectl wait configmap/settings --for=jsonpath='{.data.color}'=pink --timeout=10s
kubectl wait configmap/settings --for=jsonpath='{.data.color}'=black --timeout=3s
kubectl wait crd/tcproutes.gateway.networking.k8s.io --for=condition=Established --timeout=10s
kubectl wait tcproute/echo --for=condition=Accepted --timeout=3s
kubectl wait configmap/none --for=condition=Ready --timeout=10s
kubectl wait configmap/none --for=delete --timeout=10s
kubectl wait configmap/settings --for=delete --timeout=3s

# deleting
kubectl delete configmap none
kubectl delete configmap settings --dry-run=server
kubectl delete configmap settings
kubectl delete service,configmap -l app=echo
kubectl delete vs/echo dr/echo tcproute/none
kubectl delete tcproute echo --cascade=foreground --wait=false
kubectl delete deployment made --cascade=orphan --wait=false
kubectl delete gateways.gateway.networking.k8s.io -l app=routes
kubectl delete -f objects.yaml --now
