import { defined } from '../../../core/defined.ts';
import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf, live, runController } from '../controller.ts';
import { deploymentStatus, msToDeadline } from './deployment-status.ts';
import { kinds } from '../kinds.ts';
import { controlledBy, controllerKey, isControlledBy } from '../owners.ts';
import { boundsOf, planScale, type ReplicaSetState } from './rollout-plan.ts';
import { writeStatus } from '../status.ts';
import { templateHash } from './template-hash.ts';
import type { WorkQueue } from '../work-queue.ts';

const manager = 'kube-controller-manager';
const revisionKey = 'deployment.kubernetes.io/revision';
const hashKey = 'pod-template-hash';

/** Keeps, for each Deployment, one ReplicaSet a pod template, and moves the replicas to the newest one within the strategy's bounds. */
export function runDeployments(registry: Registry): WorkQueue {
  const queue = runController(registry, {
    watches: [
      [kinds.deployment, (deployment) => [keyOf(deployment)]],
      [kinds.replicaSet, (set) => controllerKey(set, 'Deployment')],
    ],
    reconcile(key) {
      const deployment = live(registry, kinds.deployment, key);
      const delayMs = deployment && reconcile(registry, deployment);
      if (delayMs !== undefined) queue.addAfter(key, Math.max(0, delayMs));
    },
  });
  return queue;
}

/** Returns in how many milliseconds the Deployment has to be looked at again, if so. */
function reconcile(registry: Registry, deployment: KubeObject): number | undefined {
  const paused = deployment.spec.paused === true;
  const known = setOfTemplate(ownSets(registry, deployment), deployment);
  const created = !known && !paused;
  const current = created ? createSet(registry, deployment) : known;
  if (current && !paused) number(registry, deployment, current);
  scale(registry, deployment, current);
  const delayMs = report(registry, deployment, created);
  removeHistory(registry, deployment);
  return delayMs;
}

function hashOf({ spec }: KubeObject): string {
  return templateHash(spec.template);
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

/** The ReplicaSets of a Deployment, oldest revision first. */
function ownSets(registry: Registry, deployment: KubeObject): KubeObject[] {
  return registry
    .list(kinds.replicaSet, deployment.metadata.namespace)
    .filter((set) => isControlledBy(set, deployment) && set.metadata.deletionTimestamp === undefined)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
}

/** The ReplicaSet with the Deployment's template as it is now. */
function setOfTemplate(sets: readonly KubeObject[], deployment: KubeObject): KubeObject | undefined {
  const hash = hashOf(deployment);
  return sets.find(({ metadata }) => metadata.labels?.[hashKey] === hash);
}

function createSet(registry: Registry, deployment: KubeObject): KubeObject {
  const { spec, metadata } = deployment;
  const hash = hashOf(deployment);
  const siblings = ownSets(registry, deployment);
  const name = `${metadata.name}-${hash}`;
  const replicas = planFor(deployment, { name, asked: 0, present: 0, available: 0 }, siblings).get(name)!;
  const labels = { ...spec.template.metadata?.labels, [hashKey]: hash };
  const revision = String(Math.max(0, ...siblings.map(revisionOf)) + 1);
  return registry.create(
    {
      ...kinds.replicaSet,
      metadata: {
        name,
        ...defined({ namespace: metadata.namespace }),
        labels,
        annotations: { ...copiedAnnotations(deployment), ...sizeAnnotations(deployment), [revisionKey]: revision },
        ownerReferences: controlledBy(deployment),
      },
      spec: {
        replicas,
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [hashKey]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    },
    { manager },
  );
}

function copiedAnnotations({ metadata }: KubeObject): Record<string, string> {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...annotations } = metadata.annotations ?? {};
  return annotations;
}

/** The size of the Deployment when the ReplicaSet was last scaled: what it asks for, and the most that a rollout may make of it. */
function sizeAnnotations({ spec }: KubeObject): Record<string, string> {
  const { maxSurge = 0 } = boundsOf(spec.strategy, spec.replicas) ?? {};
  return {
    'deployment.kubernetes.io/desired-replicas': String(spec.replicas),
    'deployment.kubernetes.io/max-replicas': String(spec.replicas + maxSurge),
  };
}

/** Gives the current ReplicaSet the highest revision, also after a rollback to it, and the Deployment the same. */
function number(registry: Registry, deployment: KubeObject, current: KubeObject): void {
  const others = ownSets(registry, deployment).filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  const newest = Math.max(0, ...others.map(revisionOf));
  const revision = revisionOf(current) > newest ? revisionOf(current) : newest + 1;
  annotate(registry, current, String(revision));
  // An annotation makes a new generation of a Deployment, unless it comes with a status.
  annotate(registry, deployment, String(revision), 'status');
}

function annotate(registry: Registry, object: KubeObject, revision: string, subresource?: 'status'): void {
  const { annotations } = object.metadata;
  if (annotations?.[revisionKey] === revision) return;
  const metadata = { ...object.metadata, annotations: { ...annotations, [revisionKey]: revision } };
  registry.update({ ...object, metadata }, { manager, ...(subresource ? { subresource } : {}) });
}

/** Moves the replicas towards the current ReplicaSet; towards the newest there is while the Deployment is paused. */
function scale(registry: Registry, deployment: KubeObject, current: KubeObject | undefined): void {
  const sets = ownSets(registry, deployment);
  const target = sets.find(({ metadata }) => metadata.uid === current?.metadata.uid) ?? sets.at(-1);
  if (!target) return;
  const old = sets.filter((set) => set !== target);
  const plan = planFor(deployment, stateOf(target), old);
  for (const set of sets) {
    const replicas = plan.get(set.metadata.name)!;
    if (replicas !== set.spec.replicas) resize(registry, set, { replicas, deployment });
  }
}

function resize(
  registry: Registry,
  set: KubeObject,
  { replicas, deployment }: { replicas: number; deployment: KubeObject },
): void {
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  registry.update({ ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } }, { manager });
}

/** Writes the status; returns in how many milliseconds the rollout will have taken too long, if it can. */
function report(registry: Registry, { metadata }: KubeObject, created: boolean): number | undefined {
  const deployment = registry.get(kinds.deployment, metadata.name, metadata.namespace)!;
  const all = ownSets(registry, deployment);
  const { strategy, replicas } = deployment.spec;
  const maxUnavailable = boundsOf(strategy, replicas)?.maxUnavailable ?? 0;
  const current = setOfTemplate(all, deployment);
  const status = deploymentStatus({ deployment, current, all, created, maxUnavailable });
  writeStatus(registry, deployment, status, manager);
  return msToDeadline({ ...deployment, status });
}

function planFor(
  { spec }: KubeObject,
  current: ReplicaSetState,
  old: readonly KubeObject[],
): ReturnType<typeof planScale> {
  const bounds = boundsOf(spec.strategy, spec.replicas);
  return planScale({ desired: spec.replicas, bounds, current, old: old.map(stateOf) });
}

function stateOf({ metadata, spec, status }: KubeObject): ReplicaSetState {
  const { replicas: present = 0, availableReplicas: available = 0 } = status ?? {};
  return { name: metadata.name, asked: spec.replicas, present, available };
}

/** Removes the oldest ReplicaSets that have nothing left, beyond those that a rollback may need. */
function removeHistory(registry: Registry, deployment: KubeObject): void {
  const sets = ownSets(registry, deployment);
  const current = setOfTemplate(sets, deployment);
  const empty = sets.filter((set) => set !== current && set.spec.replicas === 0 && !set.status?.replicas);
  const excess = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of empty.slice(0, Math.max(0, excess))) {
    const { name, namespace, uid } = metadata;
    registry.delete({ ...kinds.replicaSet, name, namespace: namespace! }, { uid: uid! });
  }
}
