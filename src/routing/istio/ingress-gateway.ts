import type { KubeObject, ListOptions, Reader } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import { podKind } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import { ifPermitted } from '../permitted.ts';
import { externalAddresses, selects, selectorText, serviceKind, servicePort } from '../services.ts';

/** The pods that a Gateway's selector picks, of every namespace, and the Services in front of them. */
export interface IngressGateway {
  pods: KubeObject[];
  services: KubeObject[];
}

/** Where Istio's own installers put ingress gateways: told of first, and looked into where not all namespaces may be. */
const usualNamespaces = ['istio-system', 'istio-ingress'];

/** Lists pods everywhere, else in each of the namespaces that may be looked into; a refusal counts only where nothing was found. */
async function findPods(labelSelector: string, namespaces: readonly string[], reader: Reader): Promise<KubeObject[]> {
  const everywhere = await listPods({ labelSelector }, reader);
  if (!(everywhere instanceof ShiftError)) return usualFirst(everywhere, namespaces);
  const found = await Promise.all(namespaces.map((namespace) => listPods({ namespace, labelSelector }, reader)));
  const pods = found.flatMap((list) => (list instanceof ShiftError ? [] : list));
  // A namespace is less to ask for than all of them.
  if (pods.length === 0) throw found.find((list) => list instanceof ShiftError) ?? everywhere;
  return pods;
}

/** The pods, or why they may not be listed. */
async function listPods(options: ListOptions, reader: Reader): Promise<KubeObject[] | ShiftError> {
  try {
    return await reader.list(podKind, options);
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return error;
    throw error;
  }
}

function usualFirst(pods: readonly KubeObject[], namespaces: readonly string[]): KubeObject[] {
  const rank = ({ metadata }: KubeObject): number => {
    const place = namespaces.indexOf(metadata.namespace!);
    return place < 0 ? namespaces.length : place;
  };
  return pods.toSorted((a, b) => rank(a) - rank(b));
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
  const pods = await findPods(labelSelector, namespaces, reader);
  if (pods.length === 0) {
    throw new ShiftError('unreachable', `no ingress gateway runs here: no pod is labelled ${labelSelector}`, {
      hint: 'install one, for example: istioctl install --set profile=demo',
    });
  }
  const owners = [...new Set(pods.map((pod) => pod.metadata.namespace!))];
  const list = (namespace: string): Promise<KubeObject[]> => reader.list(serviceKind, { namespace });
  const lists = await Promise.all(owners.map((owner) => ifPermitted(list(owner))));
  // Where none may be listed, the refusal says so.
  const services = lists.some(Boolean) ? lists.flatMap((found) => found ?? []) : await list(owners[0]!);
  return { pods, services: services.filter((service) => pods.some((pod) => isInFrontOf(service, pod))) };
}

function isInFrontOf(service: KubeObject, pod: KubeObject): boolean {
  return service.metadata.namespace === pod.metadata.namespace && selects(service, pod);
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
