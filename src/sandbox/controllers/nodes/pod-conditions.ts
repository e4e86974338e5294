import type { Condition, KubeObject } from '../../../core/objects.ts';

function readyCondition({ status }: KubeObject): Condition | undefined {
  const conditions: readonly Condition[] = status?.conditions ?? [];
  return conditions.find(({ type }) => type === 'Ready');
}

export function isReady(pod: KubeObject): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** In how many milliseconds a ready pod has been ready for so many seconds; undefined where it is not ready. */
export function availableInMs(pod: KubeObject, minReadySeconds = 0, now = Date.now()): number | undefined {
  const ready = readyCondition(pod);
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - now;
}
