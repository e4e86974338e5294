import type { Condition, KindRef, KubeObject } from './objects.ts';

export const podKind: KindRef = { apiVersion: 'v1', kind: 'Pod' };

/** One pod, by its address. */
export interface PodAddress {
  namespace: string;
  pod: string;
}

/** How people are told of these pods: by their names, and by their namespaces too where they are of several. */
export function podNamer(pods: readonly PodAddress[]): (pod: PodAddress) => string {
  const several = new Set(pods.map(({ namespace }) => namespace)).size > 1;
  return ({ namespace, pod }) => (several ? `${namespace}/${pod}` : pod);
}

/** Whether the pod takes connections: Ready, and not about to go. */
export function isReadyPod(pod: KubeObject): boolean {
  const conditions: Condition[] = pod.status?.conditions ?? [];
  return (
    !pod.metadata.deletionTimestamp && conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

/** Whether a Deployment's controller has seen its present spec and every replica is up to date and available. */
export function isRolledOut(deployment: KubeObject): boolean {
  const { spec, status, metadata } = deployment;
  const wanted: number = spec?.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.availableReplicas ?? 0) >= wanted &&
    (status?.replicas ?? 0) <= wanted
  );
}
