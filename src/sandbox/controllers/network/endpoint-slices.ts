import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf, live, runController } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { isReady } from '../nodes/pod-conditions.ts';
import { controlledBy } from '../owners.ts';
import { hasLabels } from '../selectors.ts';
import type { WorkQueue } from '../work-queue.ts';

const manager = 'kube-controller-manager';
const serviceLabel = 'kubernetes.io/service-name';

interface SlicePort {
  name: string;
  port: number;
  protocol: string;
  appProtocol?: string;
}

interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
  targetPort?: number | string;
  appProtocol?: string;
}

/** Keeps the EndpointSlices of every Service with a selector: one for each set of target ports that its pods have. */
export function runEndpointSlices(registry: Registry): WorkQueue {
  const servicesBeside = ({ metadata }: KubeObject): string[] =>
    registry.list(kinds.service, metadata.namespace).map(keyOf);
  return runController(registry, {
    watches: [
      [kinds.service, (service) => [keyOf(service)]],
      [kinds.pod, servicesBeside],
      [kinds.endpointSlice, ({ metadata }) => [`${metadata.namespace}/${metadata.labels?.[serviceLabel]}`]],
    ],
    reconcile(key) {
      const service = live(registry, kinds.service, key);
      if (service?.spec.selector && service.spec.type !== 'ExternalName') reconcile(registry, service);
    },
  });
}

/** The EndpointSlices of a Service. */
export function slicesOf(registry: Pick<Registry, 'list'>, { metadata }: KubeObject): KubeObject[] {
  return registry
    .list(kinds.endpointSlice, metadata.namespace)
    .filter((slice) => slice.metadata.labels?.[serviceLabel] === metadata.name);
}

function reconcile(registry: Registry, service: KubeObject): void {
  const wanted = wantedSlices(registry, service);
  const left = slicesOf(registry, service).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const slice of wanted) {
    const index = left.findIndex((known) => isDeepStrictEqual(known.ports, slice.ports));
    const [known] = left.splice(index < 0 ? 0 : index, 1);
    if (known) replace(registry, known, slice);
    else registry.create(slice, { manager });
  }
  for (const { metadata } of left) {
    registry.delete({ ...kinds.endpointSlice, name: metadata.name, namespace: metadata.namespace! });
  }
}

function replace(registry: Registry, known: KubeObject, wanted: KubeObject): void {
  const same = isDeepStrictEqual([known.ports, known.endpoints], [wanted.ports, wanted.endpoints]);
  if (same && hasLabels(known.metadata.labels, wanted.metadata.labels)) return;
  const metadata = { ...known.metadata, labels: wanted.metadata.labels ?? {} };
  registry.update({ ...wanted, metadata }, { manager });
}

function wantedSlices(registry: Registry, service: KubeObject): KubeObject[] {
  const pods = registry
    .list(kinds.pod, service.metadata.namespace)
    .filter((pod) => hasLabels(pod.metadata.labels, service.spec.selector) && pod.status?.podIP);
  const groups = new Map<string, { ports: SlicePort[]; pods: KubeObject[] }>();
  for (const pod of pods) {
    const ports = resolvedPorts(service, pod);
    const key = JSON.stringify(ports);
    groups.set(key, { ports, pods: [...(groups.get(key)?.pods ?? []), pod] });
  }
  if (groups.size === 0) return [slice(service, [], [])];
  return [...groups.values()].map((group) => slice(service, group.ports, group.pods));
}

function resolvedPorts({ spec }: KubeObject, pod: KubeObject): SlicePort[] {
  return ((spec.ports ?? []) as ServicePort[]).flatMap(
    ({ name = '', protocol = 'TCP', port, targetPort = port, appProtocol }) => {
      const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort);
      return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
    },
  );
}

function namedPort({ spec }: KubeObject, name: string): number | undefined {
  const containers: { ports?: { name?: string; containerPort: number }[] }[] = spec.containers;
  return containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;
}

function slice(service: KubeObject, ports: SlicePort[], pods: readonly KubeObject[]): KubeObject {
  const { name, namespace, labels } = service.metadata;
  return {
    ...kinds.endpointSlice,
    metadata: {
      // The server makes the name of it.
      name: '',
      generateName: `${name}-`,
      namespace: namespace!,
      labels: {
        ...labels,
        [serviceLabel]: name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: controlledBy(service),
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => endpoint(pod)),
    ports,
  };
}

function endpoint(pod: KubeObject): object {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: serving && !terminating, serving, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name, namespace, uid },
  };
}
