import type { KubeObject, ListOptions, Reader } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import { externalAddresses, podKind, selects, selectorText, serviceKind, servicePort } from '../services.ts';

/** The pods that a Gateway's selector picks, and the Services in front of them. */
export interface IngressGateway {
  pods: KubeObject[];
  services: KubeObject[];
}

/** Where Istio's own installers put ingress gateways, searched before all namespaces. */
const usualNamespaces = ['istio-system', 'istio-ingress'];

/** Lists pods where they usually are, then everywhere; a refusal counts only where nothing was found. */
async function findPods(labelSelector: string, namespaces: readonly string[], reader: Reader): Promise<KubeObject[]> {
  const scopes: ListOptions[] = [...namespaces.map((namespace) => ({ namespace })), {}];
  let refused: ShiftError | undefined;
  for (const scope of scopes) {
    try {
      const pods = await reader.list(podKind, { ...scope, labelSelector });
      if (pods.length > 0) return pods;
    } catch (error) {
      if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
      refused ??= error;
    }
  }
  if (refused) throw refused;
  return [];
}

/**
 * The ingress gateway that a Gateway's selector picks.
 * @throws ShiftError unreachable: no such pod; forbidden: pods may not be listed anywhere
 */
export async function findIngressGateway(
  selector: Record<string, string>,
  namespace: string,
  reader: Reader,
): Promise<IngressGateway> {
  const labelSelector = selectorText(selector);
  const namespaces = [...new Set([...usualNamespaces, namespace])];
  const found = await findPods(labelSelector, namespaces, reader);
  if (found.length === 0) {
    throw new ShiftError('unreachable', `no ingress gateway runs here: no pod is labelled ${labelSelector}`, {
      hint: 'install one, for example: istioctl install --set profile=demo',
    });
  }
  const owner = found[0]!.metadata.namespace!;
  const pods = found.filter((pod) => pod.metadata.namespace === owner);
  const services = await reader.list(serviceKind, { namespace: owner });
  return { pods, services: services.filter((service) => pods.some((pod) => selects(service, pod))) };
}

/** The command that adds a port to a Service. */
function patchLine(service: KubeObject, port: number): string {
  const taken = ((service.spec?.ports ?? []) as { name?: string }[]).some(({ name }) => name === 'tcp');
  const value = { name: taken ? `tcp-${port}` : 'tcp', port, targetPort: port, protocol: 'TCP' };
  const patch = JSON.stringify([{ op: 'add', path: '/spec/ports/-', value }]);
  return `kubectl patch service ${service.metadata.name} -n ${service.metadata.namespace} --type=json -p '${patch}'`;
}

/**
 * The Service of an ingress gateway that exposes a port, the one with an external address first.
 * @throws ShiftError unreachable: no Service, or none that exposes the port; the hint adds it
 */
export function exposingService({ services, pods }: IngressGateway, port: number): KubeObject {
  const exposing = services.filter((service) => servicePort(service, port));
  const best = exposing.find((service) => externalAddresses(service).length > 0) ?? exposing[0];
  if (best) return best;
  const [candidate] = services;
  if (!candidate) {
    throw new ShiftError('unreachable', `no Service selects the ingress gateway ${titleOf(refOf(pods[0]!))}`, {
      hint: 'put a Service in front of it, or probe with --from port-forward',
    });
  }
  throw new ShiftError('unreachable', `${titleOf(refOf(candidate))} does not expose port ${port}`, {
    hint: `add the port: ${patchLine(candidate, port)}`,
  });
}
