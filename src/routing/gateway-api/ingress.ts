import type { Condition, KubeObject, Reader } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import { podKind } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import type { GatewayListener } from './listener.ts';
import { findListener } from './listener.ts';
import type { GatewayPods, Ingress, RouteView } from '../routing-api.ts';
import { externalAddresses, selects, selectorText, serviceKind, servicePort, targetPort } from '../services.ts';

/** The label that implementations put on the pods of a Gateway (GEP-1762). */
const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

function addressesOf(gateway: KubeObject): string[] {
  const addresses = (gateway.status?.addresses ?? []) as { value?: string }[];
  return addresses.map(({ value }) => value).filter((value) => value !== undefined);
}

/** See RoutingApi.findIngress. */
export async function findIngress(view: RouteView, reader: Reader): Promise<Ingress> {
  const { gateway, port } = await findListener(view, reader);
  const source = refOf(gateway);
  const [host] = addressesOf(gateway);
  if (host !== undefined) return { host, port, source };
  const conditions = (gateway.status?.conditions ?? []) as Condition[];
  const programmed = conditions.find(({ type }) => type === 'Programmed');
  const words = [programmed?.reason, programmed?.message].filter((part) => part).join(': ');
  throw new ShiftError('unreachable', `${titleOf(source)} has no address yet${words && ` (${words})`}`, {
    hint: `probe with --from port-forward, or wait for it: kubectl wait --for=condition=Programmed gateways.gateway.networking.k8s.io/${source.name} -n ${source.namespace}`,
  });
}

/** The Service that carries the Gateway's listener: one that selects its pods, or that has its address. */
async function serviceOf(listener: GatewayListener, pods: readonly KubeObject[], reader: Reader) {
  const scope = pods.length > 0 ? { namespace: pods[0]!.metadata.namespace! } : {};
  const services = (await reader.list(serviceKind, scope)).filter((service) => servicePort(service, listener.port));
  if (pods.length > 0) return services.find((service) => pods.some((pod) => selects(service, pod)));
  const addresses = addressesOf(listener.gateway);
  return services.find((service) => externalAddresses(service).some((address) => addresses.includes(address)));
}

/** See RoutingApi.gatewayPods: the pods labelled with the Gateway's name, else those behind the Service with its address. */
export async function gatewayPods(view: RouteView, reader: Reader): Promise<GatewayPods[]> {
  const listener = await findListener(view, reader);
  const { name, namespace = 'default' } = refOf(listener.gateway);
  const labelSelector = selectorText({ [gatewayNameLabel]: name });
  const labelled = await reader.list(podKind, { namespace, labelSelector });
  const service = await serviceOf(listener, labelled, reader);
  if (labelled.length > 0) {
    const entry = service && servicePort(service, listener.port);
    return [{ namespace, labelSelector, listenerPort: entry ? targetPort(entry, labelled[0]) : listener.port }];
  }
  const selector = (service?.spec?.selector ?? {}) as Record<string, string>;
  if (!service || Object.keys(selector).length === 0) {
    throw new ShiftError('unreachable', `no pod of ${titleOf(refOf(listener.gateway))} was found`, {
      hint: 'probe with --from local or --from pod',
    });
  }
  const owner = service.metadata.namespace!;
  const behind = await reader.list(podKind, { namespace: owner, labelSelector: selectorText(selector) });
  const listenerPort = targetPort(servicePort(service, listener.port)!, behind[0]);
  return [{ namespace: owner, labelSelector: selectorText(selector), listenerPort }];
}
