import type { Condition, KubeObject, Reader } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import type { RoutingApiName } from './routing-api.ts';

/** A reason why a Gateway would not carry traffic, found before it is written. */
export interface GatewayProblem {
  kind: 'cluster' | 'unreachable';
  message: string;
  hint: string;
}

type Check = (gateway: KubeObject, reader: Reader) => Promise<GatewayProblem[]>;
type Labels = Readonly<Record<string, string>>;

/** The GatewayClass must exist and be taken up by a controller. */
const checkClass: Check = async (gateway, reader) => {
  const name: string = gateway.spec.gatewayClassName;
  const kind = { apiVersion: gateway.apiVersion, kind: 'GatewayClass' };
  const classes = await reader.list(kind);
  const found = classes.find(({ metadata }) => metadata.name === name);
  if (!found) {
    const known = classes.map(({ metadata }) => metadata.name).join(', ');
    const message = `GatewayClass ${name} does not exist; the cluster has ${known || 'none'}`;
    return [
      {
        kind: 'cluster',
        message,
        hint: known ? '--gateway-class NAME' : 'install a Gateway API implementation, such as Istio',
      },
    ];
  }
  const conditions: Condition[] = found.status?.conditions ?? [];
  const accepted = conditions.find(({ type }) => type === 'Accepted');
  if (accepted?.status === 'True') return [];
  const why = accepted ? `${accepted.reason}: ${accepted.message}` : 'no controller has taken it up';
  return [
    {
      kind: 'cluster',
      message: `GatewayClass ${name} is not Accepted (${why})`,
      hint: `kubectl describe gatewayclass ${name}`,
    },
  ];
};

/** Pods must carry the Gateway's selector, and a Service of theirs must expose its port: only Istio's demo profile exposes 31400. */
const checkIngress: Check = async (gateway, reader) => {
  const selector: Labels = gateway.spec.selector;
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const [pod] = await reader.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector });
  if (!pod) {
    const message = `no pod carries ${labelSelector}: Istio's ingress gateway is not installed`;
    return [{ kind: 'cluster', message, hint: 'istioctl install --set profile=demo' }];
  }
  const { namespace, labels = {} } = pod.metadata;
  const services = await reader.list({ apiVersion: 'v1', kind: 'Service' }, { namespace: namespace! });
  const fronting = services.filter(({ spec }) => spec.selector && covers(labels, spec.selector));
  const port: number = gateway.spec.servers[0].port.number;
  if (fronting.some(({ spec }) => spec.ports?.some((each: { port: number }) => each.port === port))) return [];
  const name = fronting[0]?.metadata.name ?? 'istio-ingressgateway';
  return [
    {
      kind: 'unreachable',
      message: `Service ${name} in ${namespace} does not expose port ${port}`,
      hint: exposePort(name, namespace!, port),
    },
  ];
};

/** The command that adds a port to the ingress gateway's Service. */
export function exposePort(service: string, namespace: string, port: number): string {
  const patch = [
    { op: 'add', path: '/spec/ports/-', value: { name: `tcp-${port}`, port, targetPort: port, protocol: 'TCP' } },
  ];
  return `kubectl patch service ${service} -n ${namespace} --type json -p '${JSON.stringify(patch)}'`;
}

function covers(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

const checks = { 'gateway-api': checkClass, istio: checkIngress } satisfies Record<RoutingApiName, Check>;

/** Empty where the gateway will do, or where the user may not look at what it stands on. */
export async function gatewayProblems(
  api: RoutingApiName,
  gateway: KubeObject,
  reader: Reader,
): Promise<GatewayProblem[]> {
  try {
    return await checks[api](gateway, reader);
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return [];
    throw error;
  }
}
