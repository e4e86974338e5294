/**
 * The messages that kubectl sends as protobuf: what its create subcommands and its access reviews build. Each field as `number name type`;
 * `[]` marks a list, `{}` a map, `raw` bytes as they are, `?` a field whose zero means something and is kept. Source: the generated.proto files of k8s.io/api.
 */
const declarations: Readonly<Record<string, string>> = {
  Unknown: '1 typeMeta TypeMeta, 2 raw raw, 3 contentEncoding string, 4 contentType string',
  TypeMeta: '1 apiVersion string, 2 kind string',
  ObjectMeta:
    '1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, 6 resourceVersion string, ' +
    '7 generation int, 8 creationTimestamp Time, 9 deletionTimestamp Time, 10 deletionGracePeriodSeconds int, 11 labels string{}, ' +
    '12 annotations string{}, 13 ownerReferences OwnerReference[], 14 finalizers string[]',
  OwnerReference:
    '1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller bool, 7 blockOwnerDeletion bool',
  Time: '1 seconds int, 2 nanos int',
  IntOrString: '1 type int, 2 intVal int, 3 strVal string',
  Quantity: '1 string string',
  LabelSelector: '1 matchLabels string{}',

  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status NamespaceStatus',
  NamespaceSpec: '1 finalizers string[]',
  NamespaceStatus: '1 phase string',
  ConfigMap: '1 metadata ObjectMeta, 2 data string{}, 3 binaryData bytes{}, 4 immutable bool?',
  Secret: '1 metadata ObjectMeta, 2 data bytes{}, 3 type string, 4 stringData string{}, 5 immutable bool?',
  ResourceQuota: '1 metadata ObjectMeta, 2 spec ResourceQuotaSpec, 3 status ResourceQuotaStatus',
  ResourceQuotaSpec: '1 hard Quantity{}, 2 scopes string[]',
  ResourceQuotaStatus: '1 hard Quantity{}, 2 used Quantity{}',
  ServiceAccount: '1 metadata ObjectMeta, 4 automountServiceAccountToken bool?',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ServiceStatus',
  ServiceSpec:
    '1 ports ServicePort[], 2 selector string{}, 3 clusterIP string, 4 type string, 5 externalIPs string[], 7 sessionAffinity string, ' +
    '8 loadBalancerIP string, 9 loadBalancerSourceRanges string[], 10 externalName string, 11 externalTrafficPolicy string, ' +
    '12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, 17 ipFamilyPolicy string, 18 clusterIPs string[], ' +
    '19 ipFamilies string[], 20 allocateLoadBalancerNodePorts bool?, 21 loadBalancerClass string, 22 internalTrafficPolicy string, ' +
    '23 trafficDistribution string',
  ServicePort:
    '1 name string, 2 protocol string, 3 port int, 4 targetPort IntOrString, 5 nodePort int, 6 appProtocol string',
  ServiceStatus: '1 loadBalancer LoadBalancerStatus',
  LoadBalancerStatus: '',

  Deployment: '1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status DeploymentStatus',
  DeploymentSpec:
    '1 replicas int?, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds int, ' +
    '6 revisionHistoryLimit int?, 7 paused bool, 9 progressDeadlineSeconds int?',
  DeploymentStrategy: '1 type string',
  DeploymentStatus:
    '1 observedGeneration int, 2 replicas int, 3 updatedReplicas int, 4 availableReplicas int, 5 unavailableReplicas int, 7 readyReplicas int',
  PodTemplateSpec: '1 metadata ObjectMeta, 2 spec PodSpec',
  PodSpec:
    '2 containers Container[], 3 restartPolicy string, 4 terminationGracePeriodSeconds int?, 6 dnsPolicy string, 7 nodeSelector string{}, ' +
    '8 serviceAccountName string, 9 serviceAccount string, 10 nodeName string, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, ' +
    '16 hostname string, 17 subdomain string, 19 schedulerName string, 24 priorityClassName string',
  Container:
    '1 name string, 2 image string, 3 command string[], 4 args string[], 5 workingDir string, 6 ports ContainerPort[], 7 env EnvVar[], ' +
    '8 resources ResourceRequirements, 13 terminationMessagePath string, 14 imagePullPolicy string, 16 stdin bool, 17 stdinOnce bool, ' +
    '18 tty bool, 20 terminationMessagePolicy string',
  ContainerPort: '1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string, 5 hostIP string',
  EnvVar: '1 name string, 2 value string',
  ResourceRequirements: '1 limits Quantity{}, 2 requests Quantity{}',

  SelfSubjectAccessReview:
    '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus',
  SelfSubjectAccessReviewSpec: '1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes',
  ResourceAttributes:
    '1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, 7 name string',
  NonResourceAttributes: '1 path string, 2 verb string',
  SubjectAccessReviewStatus: '1 allowed bool, 2 reason string, 3 evaluationError string, 4 denied bool',
  SelfSubjectRulesReview: '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status SubjectRulesReviewStatus',
  SelfSubjectRulesReviewSpec: '1 namespace string',
  SubjectRulesReviewStatus: '3 incomplete bool, 4 evaluationError string',
  SelfSubjectReview: '1 metadata ObjectMeta, 2 status SelfSubjectReviewStatus',
  SelfSubjectReviewStatus: '1 userInfo UserInfo',
  UserInfo: '1 username string, 2 uid string',
};

export interface Field {
  name: string;
  type: string;
  many: 'one' | 'list' | 'map';
  /** Whether the field is kept where it is zero or empty. */
  keepsZero: boolean;
}

const fieldPattern = /^(\d+) (\w+) (\w+)(\[\]|\{\})?(\?)?$/;
const manyOf = { '[]': 'list', '{}': 'map' } as const;

/** The fields of a message by number; undefined for a message that is not known here. */
export function fieldsOf(message: string): ReadonlyMap<number, Field> | undefined {
  const declaration = declarations[message];
  if (declaration === undefined) return undefined;
  const fields = new Map<number, Field>();
  for (const text of declaration.split(', ')) {
    const [, number, name, type, many, keeps] = fieldPattern.exec(text) ?? [];
    if (name === undefined || type === undefined) continue;
    fields.set(Number(number), {
      name,
      type,
      many: many === undefined ? 'one' : manyOf[many as '[]' | '{}'],
      keepsZero: keeps !== undefined,
    });
  }
  return fields;
}
