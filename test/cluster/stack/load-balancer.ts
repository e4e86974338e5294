import type { KubeObject } from '../../../src/core/objects.ts';
import { isGone, type Api } from './api.ts';
import { followInto } from './follow.ts';
import { addAddress, addressPool, removeAddress } from './network.ts';
import { openPort, type Endpoint, type OpenPort } from './tcp-relay.ts';

/**
 * Annotation with the value `pending`, on a Service or on its namespace, for which the Service gets no address.
 * Taken away, the address comes.
 */
export const pendingAnnotation = 'tcpshift.test/load-balancer';

interface Balancer {
  address: string;
  /** What listens, by the Service's port. A port without a ready endpoint refuses connections. */
  ports: Map<number, OpenPort>;
}

/** Gives each Service of type LoadBalancer an address of its own, and carries its connections to ready endpoints, picked at random. */
export function runLoadBalancer(api: Api): Promise<never> {
  const services = new Map<string, KubeObject>();
  const slices = new Map<string, KubeObject>();
  const namespaces = new Map<string, KubeObject>();
  const balancers = new Map<string, Balancer>();
  const nextAddress = addressPool(200);
  let last = Promise.resolve();
  // One reconciliation at a time, whichever collection changed.
  const onChange = () => (last = last.then(reconcile));
  return Promise.race([
    followInto(namespaces, api, '/api/v1/namespaces', onChange),
    followInto(slices, api, '/apis/discovery.k8s.io/v1/endpointslices', onChange),
    followInto(services, api, '/api/v1/services', onChange),
  ]);

  async function reconcile(): Promise<void> {
    for (const [uid, service] of services) if (wantsAddress(service, namespaces.values())) await balance(uid, service);
    for (const [uid, balancer] of balancers) if (!services.has(uid)) await close(uid, balancer);
  }

  async function balance(uid: string, service: KubeObject): Promise<void> {
    const balancer = balancers.get(uid) ?? { address: nextAddress(), ports: new Map() };
    if (!balancers.has(uid)) {
      balancers.set(uid, balancer);
      await addAddress(balancer.address);
      await publish(api, service, balancer.address);
    }
    for (const port of service.spec.ports)
      await serve(balancer, port.port, endpointsOf(service, port, slices.values()));
    const wanted = new Set(service.spec.ports.map(({ port }: any) => port));
    for (const port of balancer.ports.keys()) if (!wanted.has(port)) await serve(balancer, port, []);
  }

  async function close(uid: string, balancer: Balancer): Promise<void> {
    for (const port of balancer.ports.keys()) await serve(balancer, port, []);
    await removeAddress(balancer.address);
    balancers.delete(uid);
  }
}

async function serve({ address, ports }: Balancer, port: number, endpoints: readonly Endpoint[]): Promise<void> {
  const open = ports.get(port);
  if (open && endpoints.length > 0) return open.retarget(endpoints);
  if (open) ports.delete(port);
  await open?.close();
  if (!open && endpoints.length > 0) ports.set(port, await openPort(address, port, endpoints));
}

function wantsAddress(service: KubeObject, namespaces: Iterable<KubeObject>): boolean {
  if (service.spec.type !== 'LoadBalancer' || service.metadata.deletionTimestamp) return false;
  const namespace = [...namespaces].find(({ metadata }) => metadata.name === service.metadata.namespace);
  return [service, namespace].every((object) => object?.metadata.annotations?.[pendingAnnotation] !== 'pending');
}

function endpointsOf(service: KubeObject, port: any, slices: Iterable<KubeObject>): Endpoint[] {
  const { name, namespace } = service.metadata;
  const own = [...slices].filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  return own.flatMap((slice) => {
    const target = slice['ports']?.find((candidate: any) => (candidate.name ?? '') === (port.name ?? ''))?.port;
    const ready = (slice['endpoints'] ?? []).filter(({ conditions }: any) => conditions?.ready !== false);
    return target === undefined ? [] : ready.map(({ addresses }: any) => ({ host: addresses[0], port: target }));
  });
}

async function publish(api: Api, service: KubeObject, ip: string): Promise<void> {
  const { name, namespace } = service.metadata;
  try {
    await api.call(`/api/v1/namespaces/${namespace}/services/${name}/status`, {
      method: 'PATCH',
      type: 'application/merge-patch+json',
      body: { status: { loadBalancer: { ingress: [{ ip }] } } },
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
