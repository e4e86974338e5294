import type { Condition, KubeObject } from '../../../core/objects.ts';
import { timestamp, withCondition } from '../conditions.ts';

interface DeploymentCondition extends Condition {
  lastUpdateTime?: string;
}

/** What a Deployment's status is made from. */
export interface DeploymentState {
  deployment: KubeObject;
  current: KubeObject | undefined;
  all: readonly KubeObject[];
  /** The ReplicaSet was made just now. */
  created: boolean;
  maxUnavailable: number;
}

interface ReplicaCounts {
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
}

/** The status of a Deployment, with its conditions in the controller's own words. */
export function deploymentStatus(state: DeploymentState): object {
  const { deployment, all } = state;
  const counts = countsOf(state);
  const asked = total(all, (set) => set.spec.replicas);
  const unavailableReplicas = Math.max(0, asked - counts.availableReplicas);
  let conditions: DeploymentCondition[] = deployment.status?.conditions ?? [];
  conditions = withCondition(conditions, stamped(conditions, availability(state, counts)));
  const next = progressing(state, counts);
  if (next) conditions = withCondition(conditions, next);
  return {
    observedGeneration: deployment.metadata.generation,
    ...positive({ ...counts, unavailableReplicas }),
    terminatingReplicas: total(all, (set) => set.status?.terminatingReplicas),
    conditions,
  };
}

/** When the rollout will have taken too long, in milliseconds from now; undefined where it cannot. */
export function msToDeadline({ spec, status }: KubeObject, now = Date.now()): number | undefined {
  const condition = progressingOf(status?.conditions);
  if (condition?.status !== 'True' || condition.reason === 'NewReplicaSetAvailable') return undefined;
  const seconds: number = spec.progressDeadlineSeconds ?? 600;
  return Date.parse(condition.lastUpdateTime ?? timestamp(now)) + seconds * 1000 - now;
}

function countsOf({ all, current }: DeploymentState): ReplicaCounts {
  return {
    replicas: total(all, (set) => set.status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: total(all, (set) => set.status?.readyReplicas),
    availableReplicas: total(all, (set) => set.status?.availableReplicas),
  };
}

function availability(
  { deployment, maxUnavailable }: DeploymentState,
  { availableReplicas }: ReplicaCounts,
): Condition {
  const enough = availableReplicas >= deployment.spec.replicas - maxUnavailable;
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
  };
}

/** The Progressing condition as it should be now; undefined where it stays. */
function progressing(state: DeploymentState, counts: ReplicaCounts): DeploymentCondition | undefined {
  const { deployment, current, created } = state;
  const known = progressingOf(deployment.status?.conditions);
  const settled = known?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas;
  if (!current || settled) return undefined;
  const named = `ReplicaSet "${current.metadata.name}"`;
  if (created) return moving('NewReplicaSetCreated', `Created new replica set "${current.metadata.name}"`);
  if (isComplete(deployment, counts)) return moving('NewReplicaSetAvailable', `${named} has successfully progressed.`);
  if (known && !hasMoved(deployment, counts)) {
    const late = (msToDeadline(deployment) ?? 1) <= 0;
    return late ? timedOut(`${named} has timed out progressing.`) : undefined;
  }
  return moving('ReplicaSetUpdated', `${named} is progressing.`);
}

function isComplete({ spec }: KubeObject, counts: ReplicaCounts): boolean {
  const { replicas, updatedReplicas, availableReplicas } = counts;
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
}

/** Whether the rollout has come nearer to its end since the status was last written. */
function hasMoved({ status = {} }: KubeObject, counts: ReplicaCounts): boolean {
  const oldNow = counts.replicas - counts.updatedReplicas;
  const oldThen = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (status.updatedReplicas ?? 0) ||
    counts.readyReplicas > (status.readyReplicas ?? 0) ||
    counts.availableReplicas > (status.availableReplicas ?? 0) ||
    oldNow < oldThen
  );
}

function moving(reason: string, message: string): DeploymentCondition {
  return { type: 'Progressing', status: 'True', reason, message, lastUpdateTime: timestamp() };
}

function timedOut(message: string): DeploymentCondition {
  return {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message,
    lastUpdateTime: timestamp(),
  };
}

function progressingOf(conditions: readonly DeploymentCondition[] = []): DeploymentCondition | undefined {
  return conditions.find(({ type }) => type === 'Progressing');
}

/** Moves the update time only with the condition itself. */
function stamped(conditions: readonly DeploymentCondition[], next: Condition): DeploymentCondition {
  const known = conditions.find(({ type }) => type === next.type);
  const same = known?.status === next.status && known.reason === next.reason;
  return { ...next, lastUpdateTime: (same ? known.lastUpdateTime : undefined) ?? timestamp() };
}

/** Counts of 0 are left out, as the server leaves them out. */
function positive(counts: Readonly<Record<string, number>>): object {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function total(sets: readonly KubeObject[], count: (set: KubeObject) => number | undefined): number {
  return sets.reduce((sum, set) => sum + (count(set) ?? 0), 0);
}
