import type { Condition, KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';

interface Toleration {
  key?: string;
  operator?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export function isPod(kind: Pick<Kind, 'group' | 'kind'>): boolean {
  return kind.group === '' && kind.kind === 'Pod';
}

const evictedAfter = (condition: string): Toleration => ({
  effect: 'NoExecute',
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  tolerationSeconds: 300,
});

function tolerations(own: readonly Toleration[] = []): Toleration[] {
  const implied = ['not-ready', 'unreachable'].map(evictedAfter);
  const isCovered = ({ key }: Toleration) =>
    own.some((each) => (each.key === key || !each.key) && (each.effect === 'NoExecute' || !each.effect));
  return [...own, ...implied.filter((each) => !isCovered(each))];
}

/** The pod with what the admission plugins of every cluster give it: an account, a priority, and patience with nodes in trouble. */
export function admittedPod({ spec, ...pod }: KubeObject): KubeObject {
  const account = spec.serviceAccountName ?? 'default';
  const given = { serviceAccount: account, serviceAccountName: account, tolerations: tolerations(spec.tolerations) };
  return { ...pod, spec: { preemptionPolicy: 'PreemptLowerPriority', priority: 0, ...spec, ...given } };
}

/** A new pod whose gates hold it back says so from its start. */
export function withGates(pod: KubeObject, now: string): KubeObject {
  const known: Condition[] = pod.status?.conditions ?? [];
  const isGated = (pod.spec.schedulingGates ?? []).length > 0;
  if (!isGated || known.some(({ type }) => type === 'PodScheduled')) return pod;
  const held = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  return { ...pod, status: { ...pod.status, conditions: [...known, held] } };
}
