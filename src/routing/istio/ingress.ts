import type { Condition, KubeObject, Reader } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import { exposingService, findIngressGateway } from './ingress-gateway.ts';
import { gatewaysOf } from './route.ts';
import type { GatewayPods, Ingress, RouteView } from '../routing-api.ts';
import { externalAddresses, selectorText, servicePort, targetPort } from '../services.ts';

/** A Gateway's server that the route is bound to. */
interface BoundServer {
  gateway: KubeObject;
  port: number;
}

/** The Gateways that a route is bound to and that exist. */
async function boundGateways(view: RouteView, reader: Reader): Promise<KubeObject[]> {
  const { apiVersion, namespace = 'default' } = view.ref;
  const found = gatewaysOf(view).map((text) => {
    const [owner, name] = text.includes('/') ? (text.split('/') as [string, string]) : [namespace, text];
    return reader.get({ apiVersion, kind: 'Gateway', namespace: owner, name });
  });
  return (await Promise.all(found)).filter((gateway) => gateway !== undefined);
}

async function findServer(view: RouteView, reader: Reader): Promise<BoundServer> {
  const title = titleOf(view.ref);
  const gateways = await boundGateways(view, reader);
  if (gateways.length === 0) {
    const names = gatewaysOf(view).join(', ');
    const message = names ? `${title} is bound to Gateway ${names}, which does not exist` : `${title} has no gateway`;
    throw new ShiftError('unreachable', message, { hint: 'bind it to a Gateway that exists' });
  }
  const servers = gateways.flatMap((gateway) =>
    ((gateway.spec?.servers ?? []) as { port: { number: number; protocol: string } }[])
      .filter(({ port }) => (view.port === undefined ? port.protocol === 'TCP' : port.number === view.port))
      .map(({ port }): BoundServer => ({ gateway, port: port.number })),
  );
  const ports = [...new Set(servers.map(({ port }) => port))];
  const named = gateways.map((gateway) => titleOf(refOf(gateway))).join(', ');
  if (ports.length === 0) {
    const what = view.port === undefined ? 'no TCP server' : `no server on port ${view.port}`;
    throw new ShiftError('unreachable', `${named} has ${what}, which ${title} needs`, {
      hint: `add one: kubectl edit gateways.networking.istio.io ${gateways[0]!.metadata.name} -n ${gateways[0]!.metadata.namespace}`,
    });
  }
  if (ports.length > 1) {
    throw new ShiftError('usage', `${named} has TCP servers on ports ${ports.join(', ')}, and ${title} names none`, {
      hint: `name one by its port: --listener-port ${ports.join(' or --listener-port ')}`,
    });
  }
  return servers[0]!;
}

/** External address and port of a Service's port: the load balancer's, else a node's. @throws ShiftError unreachable */
function addressOf(service: KubeObject, port: number, pods: readonly KubeObject[]): Ingress {
  const source = refOf(service);
  const [external] = externalAddresses(service);
  if (external !== undefined) return { host: external, port, source };
  const nodePort = servicePort(service, port)?.nodePort;
  const host = pods.map((pod) => pod.status?.hostIP as string | undefined).find((ip) => ip !== undefined);
  const type = (service.spec?.type ?? 'ClusterIP') as string;
  if (type === 'NodePort' && nodePort !== undefined && host !== undefined) return { host, port: nodePort, source };
  const why =
    type === 'LoadBalancer'
      ? `has no external address yet${loadBalancerProblem(service)}`
      : `is of type ${type}, without an outside address`;
  throw new ShiftError('unreachable', `${titleOf(source)} ${why}`, {
    hint:
      type === 'LoadBalancer'
        ? 'probe with --from port-forward, or wait for the load balancer; on minikube: minikube tunnel'
        : 'probe with --from port-forward, or give the Service an outside address',
  });
}

/** What a load balancer says against the Service's ports, in its own words; see KEP-1435. */
function loadBalancerProblem({ status }: KubeObject): string {
  const conditions = (status?.conditions ?? []) as Condition[];
  const failed = conditions.find(({ type, status }) => type === 'LoadBalancerPortsError' && status === 'True');
  return failed ? ` (${failed.reason}: ${failed.message})` : '';
}

function selectorOf(gateway: KubeObject): Record<string, string> {
  return (gateway.spec?.selector ?? {}) as Record<string, string>;
}

/** See RoutingApi.findIngress. */
export async function findIngress(view: RouteView, reader: Reader): Promise<Ingress> {
  const { gateway, port } = await findServer(view, reader);
  const ingress = await findIngressGateway(selectorOf(gateway), gateway.metadata.namespace!, reader);
  const service = exposingService(ingress, port);
  return addressOf(service, port, inNamespace(ingress.pods, service.metadata.namespace));
}

/** See RoutingApi.gatewayPods: where the Service does not expose the port, the gateway is taken to listen on the server's own. */
export async function gatewayPods(view: RouteView, reader: Reader): Promise<GatewayPods[]> {
  const { gateway, port } = await findServer(view, reader);
  const selector = selectorOf(gateway);
  const { pods, services } = await findIngressGateway(selector, gateway.metadata.namespace!, reader);
  const labelSelector = selectorText(selector);
  return [...new Set(pods.map(({ metadata }) => metadata.namespace!))].map((namespace) => {
    const own = inNamespace(services, namespace).map((service) => servicePort(service, port));
    const entry = own.find((found) => found !== undefined);
    const [pod] = inNamespace(pods, namespace);
    return { namespace, labelSelector, listenerPort: entry ? targetPort(entry, pod) : port };
  });
}

function inNamespace(objects: readonly KubeObject[], namespace: string | undefined): KubeObject[] {
  return objects.filter(({ metadata }) => metadata.namespace === namespace);
}
