import { isReadyPod } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import { podKind } from '../../routing/services.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';

/** The ready pods that carry the route's listener. */
export interface ReadyGateway {
  namespace: string;
  /** At least one. */
  pods: string[];
  /** The port that the gateway's own process listens on for this route. */
  listenerPort: number;
}

/** @throws ShiftError unreachable: no gateway pod is ready */
export async function readyGateway(target: Target, { cluster }: Pick<Session, 'cluster'>): Promise<ReadyGateway> {
  const { namespace, labelSelector, listenerPort } = await target.api.gatewayPods(target.view, cluster);
  const found = await cluster.list(podKind, { namespace, labelSelector });
  const pods = found.filter(isReadyPod).map(({ metadata }) => metadata.name);
  if (pods.length > 0) return { namespace, pods, listenerPort };
  throw new ShiftError('unreachable', `no ready gateway pod with ${labelSelector} in namespace ${namespace}`, {
    hint: `look at the pods: kubectl get pods -n ${namespace} -l ${labelSelector}`,
  });
}
