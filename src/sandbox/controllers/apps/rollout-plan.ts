/** One ReplicaSet of a Deployment in a rollout: what it is asked for, and how many of its pods are there and available. */
export interface ReplicaSetState {
  name: string;
  asked: number;
  present: number;
  available: number;
}

export interface Rollout {
  /** Replicas that the Deployment asks for. */
  desired: number;
  /** How many more pods than desired, and how many fewer available ones, there may be; undefined where all old ones go first. */
  bounds: { maxSurge: number; maxUnavailable: number } | undefined;
  current: ReplicaSetState;
  /** Oldest first. */
  old: readonly ReplicaSetState[];
}

interface Strategy {
  type?: string;
  rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
}

/** The bounds of a strategy: percentages are of the desired replicas, surge rounded up and unavailability down, never both 0. */
export function boundsOf({ type, rollingUpdate = {} }: Strategy = {}, desired: number): Rollout['bounds'] {
  if (type === 'Recreate') return undefined;
  const maxSurge = Math.ceil(absolute(rollingUpdate.maxSurge ?? '25%', desired));
  const maxUnavailable = Math.floor(absolute(rollingUpdate.maxUnavailable ?? '25%', desired));
  return { maxSurge, maxUnavailable: maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable };
}

function absolute(value: number | string, whole: number): number {
  return typeof value === 'number' ? value : (parseInt(value, 10) * whole) / 100;
}

/** How many replicas each ReplicaSet should be asked for now, by name; a rollout is done by planning again after each change. */
export function planScale({ desired, bounds, current, old }: Rollout): Map<string, number> {
  const plan = new Map([current, ...old].map(({ name, asked }) => [name, asked]));
  if (bounds === undefined) {
    for (const { name } of old) plan.set(name, 0);
    const cleared = old.every(({ asked, present }) => asked === 0 && present === 0);
    plan.set(current.name, cleared ? desired : Math.min(current.asked, desired));
    return plan;
  }
  const total = sum([...plan.values()]);
  const room = Math.max(0, desired + bounds.maxSurge - total);
  plan.set(current.name, Math.min(desired, current.asked + room));
  removeOld(plan, { old, spare: spareOld({ desired, bounds, current, old }) });
  return plan;
}

/** How many old replicas may go without too few staying available; those of the current set that are not available yet count as missing. */
function spareOld({ desired, bounds, current, old }: Rollout & { bounds: object }): {
  broken: number;
  healthy: number;
} {
  const fewest = desired - bounds.maxUnavailable;
  const asked = sum([current, ...old].map((set) => set.asked));
  const available = sum([current, ...old].map((set) => set.available));
  const missing = Math.max(0, current.asked - current.available);
  return { broken: Math.max(0, asked - fewest - missing), healthy: Math.max(0, available - fewest) };
}

/** Takes replicas that are not available first, then available ones, from the oldest set on. */
function removeOld(
  plan: Map<string, number>,
  { old, spare }: { old: readonly ReplicaSetState[]; spare: { broken: number; healthy: number } },
): void {
  let { broken, healthy } = spare;
  for (const { name, asked, available } of old) {
    const gone = Math.min(broken, Math.max(0, asked - available));
    broken -= gone;
    plan.set(name, asked - gone);
  }
  healthy = Math.min(healthy, broken);
  for (const { name } of old) {
    const gone = Math.min(healthy, plan.get(name)!);
    healthy -= gone;
    plan.set(name, plan.get(name)! - gone);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
