import type { KubeObject } from '../../../../src/core/objects.ts';
import { ApiError, type Api } from '../../stack/api.ts';
import { followInto } from '../../stack/follow.ts';
import { podAddressVariable } from './client-image.ts';

/** What `kubectl port-forward` and `kubectl exec` may reach of one pod. */
interface Grant {
  pod: KubeObject;
  address: string;
  /** Ports beside those that the containers declare and those that Services send to. */
  ports: readonly number[];
  /** Containers that are a client with a shell; in all others, as in images without one, nothing can be run. */
  shells: readonly string[];
}

/** Tells kwok how to reach each pod, by objects that go with the pod. */
export interface PodAccess {
  grant(grant: Grant): Promise<void>;
  revoke(pod: KubeObject): void;
  /** Keeps the grants in step with the Services, for as long as the process lives. */
  followServices(): Promise<never>;
}

const apiVersion = 'kwok.x-k8s.io/v1alpha1';

export function createPodAccess(api: Api): PodAccess {
  const services = new Map<string, KubeObject>();
  const granted = new Map<string, { grant: Grant; ports: string }>();

  let last: Promise<void> = Promise.resolve();
  // One write at a time: of two at once, the one that knows fewer Services could come last.
  const forwardPorts = (grant: Grant) => (last = last.catch(() => undefined).then(() => writePorts(grant)));
  const writePorts = async (grant: Grant) => {
    const ports = portsOf(grant, services.values());
    const { uid } = grant.pod.metadata;
    if (granted.get(uid!)?.ports === ports.join()) return;
    granted.set(uid!, { grant, ports: ports.join() });
    const forwards = ports.map((port) => ({ ports: [port], target: { address: grant.address, port } }));
    await applyFor(api, grant.pod, 'PortForward', { forwards });
  };
  return {
    grant: async (grant) => {
      await forwardPorts(grant);
      const local = { envs: [{ name: podAddressVariable, value: grant.address }] };
      if (grant.shells.length > 0) {
        await applyFor(api, grant.pod, 'Exec', { execs: [{ containers: grant.shells, local }] });
      }
    },
    revoke: (pod) => granted.delete(pod.metadata.uid!),
    followServices: () =>
      followInto(services, api, '/api/v1/services', async () => {
        for (const { grant } of granted.values()) await forwardPorts(grant);
      }),
  };
}

function portsOf({ pod, ports }: Grant, services: Iterable<KubeObject>): number[] {
  const declared = pod.spec.containers.flatMap((container: any) => container.ports ?? []);
  const all = new Set([...ports, ...declared.map((port: any) => port.containerPort)]);
  for (const service of services) {
    if (!selects(service, pod)) continue;
    for (const { targetPort } of service.spec.ports) if (typeof targetPort === 'number') all.add(targetPort);
  }
  return [...all].sort((one, other) => one - other);
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = Object.entries(service.spec.selector ?? {});
  if (service.metadata.namespace !== pod.metadata.namespace || selector.length === 0) return false;
  return selector.every(([label, value]) => pod.metadata.labels?.[label] === value);
}

async function applyFor(api: Api, pod: KubeObject, kind: string, spec: unknown): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid }];
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
  try {
    await api.call(`${path}?fieldManager=kubelet&force=true`, {
      method: 'PATCH',
      type: 'application/apply-patch+yaml',
      body: { apiVersion, kind, metadata: { name, namespace, ownerReferences }, spec },
    });
  } catch (error) {
    // A namespace that is being deleted takes no new objects, and its pods need none.
    if (!(error instanceof ApiError && error.answer.status === 403)) throw error;
  }
}
