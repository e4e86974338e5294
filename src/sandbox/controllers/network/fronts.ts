import type { Socket } from 'node:net';
import type { KubeObject } from '../../../core/objects.ts';
import type { Front } from '../../gateway/load-balancer.ts';
import type { Picker, PickerFactory } from '../../gateway/pickers.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { isReady } from '../nodes/pod-conditions.ts';
import { hasLabels } from '../selectors.ts';
import type { GatewayPod } from './gateway-pods.ts';

interface ServicePort {
  port: number;
  targetPort?: number | string;
}

/** A Service of type LoadBalancer in front of gateway pods, with the ports that those serve. */
export interface GatewayService {
  service: KubeObject;
  /** Ready ones alone. */
  pods: GatewayPod[];
  ports: { port: number; targetPort: number }[];
}

/** The Services that a load balancer has to be in front of. */
export function gatewayServices(registry: Pick<Registry, 'list'>, pods: readonly GatewayPod[]): GatewayService[] {
  return registry.list(kinds.service).flatMap((service) => {
    const { type, selector, ports = [] } = service.spec;
    if (type !== 'LoadBalancer' || !selector) return [];
    const behind = pods.filter(
      ({ pod }) =>
        pod.metadata.namespace === service.metadata.namespace &&
        hasLabels(pod.metadata.labels, selector) &&
        isReady(pod),
    );
    if (behind.length === 0) return [];
    const served = new Set(behind.flatMap(({ servers }) => servers.map(({ port }) => port)));
    const offered = (ports as ServicePort[])
      .map(({ port, targetPort }) => ({ port, targetPort: typeof targetPort === 'number' ? targetPort : port }))
      .filter(({ targetPort }) => served.has(targetPort));
    return [{ service, pods: behind, ports: offered }];
  });
}

/** Makes the fronts of the Services; each gives a connection to one of the ready replicas, picked as the gateway picks versions. */
export function createFrontMaker(pickers: PickerFactory): (services: readonly GatewayService[]) => Front[] {
  const turns = new Map<string, { replicas: number; pick: Picker }>();

  const pickerOf = (key: string, replicas: number): Picker => {
    const known = turns.get(key);
    if (known?.replicas === replicas) return known.pick;
    const pick = pickers(Array.from({ length: replicas }, () => 1));
    turns.set(key, { replicas, pick });
    return pick;
  };

  return (services) =>
    services.flatMap(({ service, pods, ports }) =>
      ports.map(({ port, targetPort }) => {
        const owner = keyOf(service);
        const pick = pickerOf(`${owner}:${port}`, pods.length);
        const accept = (client: Socket): void => {
          const replica = pods[pick(client.remoteAddress ?? '')]?.replica;
          if (replica) replica.accept(targetPort, client);
          else client.destroy();
        };
        return { owner, port, accept };
      }),
    );
}
