import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf, live, runController } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { controlledBy, controllerKey, isControlledBy } from '../owners.ts';
import { availableInMs, isReady } from '../nodes/pod-conditions.ts';
import { hasLabels } from '../selectors.ts';
import { writeStatus } from '../status.ts';
import type { WorkQueue } from '../work-queue.ts';

const manager = 'kube-controller-manager';

/** Keeps as many pods as each ReplicaSet asks for. */
export function runReplicaSets(registry: Registry): WorkQueue {
  const queue = runController(registry, {
    watches: [
      [kinds.replicaSet, (set) => [keyOf(set)]],
      [kinds.pod, (pod) => controllerKey(pod, 'ReplicaSet')],
    ],
    reconcile(key) {
      const set = live(registry, kinds.replicaSet, key);
      if (!set) return;
      adjust(registry, set);
      const delayMs = report(registry, set);
      if (delayMs !== undefined) queue.addAfter(key, delayMs);
    },
  });
  return queue;
}

/** The pods of a set that are there to stay, and how many are on their way out. */
function podsOf(registry: Registry, set: KubeObject): { pods: KubeObject[]; terminating: number } {
  const all = registry.list(kinds.pod, set.metadata.namespace).filter((pod) => isControlledBy(pod, set));
  const pods = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return { pods, terminating: all.length - pods.length };
}

function adjust(registry: Registry, set: KubeObject): void {
  const pods = podsOf(registry, set).pods.sort(firstToGo);
  for (let count = pods.length; count < set.spec.replicas; count += 1) createPod(registry, set);
  for (const { metadata } of pods.slice(0, Math.max(0, pods.length - set.spec.replicas))) {
    const { name, namespace, uid } = metadata;
    registry.delete({ ...kinds.pod, name, namespace: namespace! }, { uid: uid! });
  }
}

/** Pods that are not ready go first, then the youngest. */
function firstToGo(a: KubeObject, b: KubeObject): number {
  const readiness = Number(isReady(a)) - Number(isReady(b));
  return readiness || Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion);
}

function createPod(registry: Registry, set: KubeObject): void {
  const { metadata, spec } = set.spec.template;
  registry.create(
    {
      ...kinds.pod,
      metadata: {
        // The server makes the name of it.
        name: '',
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace!,
        ...(metadata?.labels ? { labels: metadata.labels } : {}),
        ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
        ownerReferences: controlledBy(set),
      },
      spec,
    },
    { manager },
  );
}

/** Returns in how many milliseconds the next pod becomes available by age alone, if one will. */
function report(registry: Registry, set: KubeObject): number | undefined {
  const { pods, terminating } = podsOf(registry, set);
  const waits = pods.flatMap((pod) => availableInMs(pod, set.spec.minReadySeconds) ?? []);
  const readyReplicas = pods.filter(isReady).length;
  const availableReplicas = waits.filter((ms) => ms <= 0).length;
  const fullyLabeledReplicas = pods.filter(({ metadata }) =>
    hasLabels(metadata.labels, set.spec.template.metadata?.labels),
  ).length;
  const status = {
    replicas: pods.length,
    ...(fullyLabeledReplicas > 0 ? { fullyLabeledReplicas } : {}),
    ...(readyReplicas > 0 ? { readyReplicas } : {}),
    ...(availableReplicas > 0 ? { availableReplicas } : {}),
    terminatingReplicas: terminating,
    observedGeneration: set.metadata.generation,
  };
  writeStatus(registry, set, status, manager);
  const ahead = waits.filter((ms) => ms > 0);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}
