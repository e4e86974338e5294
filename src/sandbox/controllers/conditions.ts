import type { Condition } from '../../core/objects.ts';

/** The time as objects carry it: RFC 3339 in whole seconds. */
export function timestamp(now = Date.now()): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** The conditions with one of them set; its transition time moves only when its status does. */
export function withCondition<C extends Condition>(conditions: readonly C[], next: C): C[] {
  const index = conditions.findIndex(({ type }) => type === next.type);
  const known = conditions[index];
  const since = known?.status === next.status ? known.lastTransitionTime : undefined;
  const stamped = { ...next, lastTransitionTime: since ?? timestamp() };
  return index < 0 ? [...conditions, stamped] : conditions.with(index, stamped);
}
