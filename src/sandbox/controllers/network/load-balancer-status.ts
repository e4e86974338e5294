import type { Condition, KubeObject } from '../../../core/objects.ts';
import type { FrontState } from '../../gateway/load-balancer.ts';
import { withCondition } from '../conditions.ts';
import { hostAddress } from '../nodes/pod-status.ts';

const portsError = 'LoadBalancerPortsError';

/** The status of a Service whose ports a load balancer holds, or could not open; that one of them is still being opened changes nothing. */
export function loadBalancerStatus({ status = {} }: KubeObject, fronts: ReadonlyMap<number, FrontState>): object {
  const problems = portProblems(fronts);
  const others = ((status.conditions ?? []) as Condition[]).filter(({ type }) => type !== portsError);
  if (problems.size > 0) {
    const message = [...problems.values()].join('; ');
    const failure: Condition = { type: portsError, status: 'True', reason: 'PortUnavailable', message };
    return { ...status, conditions: withCondition(status.conditions ?? [], failure), loadBalancer: {} };
  }
  if ([...fronts.values()].some(({ phase }) => phase === 'opening')) return status;
  const { conditions: _replaced, ...rest } = status;
  return {
    ...rest,
    ...(others.length > 0 ? { conditions: others } : {}),
    loadBalancer: { ingress: [{ ip: hostAddress, ipMode: 'VIP' }] },
  };
}

/** For each port that could not be opened, why. */
export function portProblems(fronts: ReadonlyMap<number, FrontState>): Map<number, string> {
  return new Map(
    [...fronts].flatMap(([port, state]) => (state.phase === 'failed' ? [[port, state.problem] as const] : [])),
  );
}
