import type { KubeObject } from '../../../src/core/objects.ts';
import { nodeAddress } from './network.ts';

/** What the kubelet knows about a pod that it runs. */
export interface PodState {
  address: string;
  ready: boolean;
  restarts: number;
  /** When the pod was first seen, ISO 8601. */
  startTime: string;
  /** When its program last started, ISO 8601. */
  startedAt: string;
}

/** The status of a running pod, as a strategic merge patch takes it. */
export function podStatus(pod: KubeObject, { address, ready, restarts, startTime, startedAt }: PodState) {
  const lastTransitionTime = new Date().toISOString();
  const condition = (type: string, value: boolean) => ({ type, status: value ? 'True' : 'False', lastTransitionTime });
  return {
    phase: 'Running',
    startTime,
    hostIP: nodeAddress,
    hostIPs: [{ ip: nodeAddress }],
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: [
      condition('PodReadyToStartContainers', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: pod.spec.containers.map((container: any) => ({
      name: container.name,
      image: container.image,
      imageID: container.image,
      containerID: `process://${pod.metadata.uid}`,
      ready,
      started: ready,
      restartCount: restarts,
      state: { running: { startedAt } },
    })),
  };
}
