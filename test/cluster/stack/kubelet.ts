import type { KubeObject } from '../../../src/core/objects.ts';
import { isGone, type Api } from './api.ts';
import { follow } from './follow.ts';
import { runPod, type PodDependencies, type PodRun } from './pod-run.ts';

/** Runs the pods that are bound to the node, for as long as the process lives. Rejects when it can no longer follow them. */
export async function runKubelet(dependencies: PodDependencies, nodeName: string): Promise<never> {
  const { api } = dependencies;
  const running = new Map<string, PodRun>();
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const following = follow(api, '/api/v1/pods', {
    changed: (pod) => {
      if (pod.spec.nodeName !== nodeName) return;
      if (!pod.metadata.deletionTimestamp) begin(pod);
      else
        end(pod)
          .then(() => confirmDeletion(api, pod))
          .catch(fail);
    },
    gone: (pod) => {
      end(pod).catch(fail);
      running.delete(pod.metadata.uid!);
    },
  });
  return Promise.race([following, failed]);

  function begin(pod: KubeObject): void {
    const uid = pod.metadata.uid!;
    if (running.has(uid)) return;
    const run = runPod(pod, dependencies);
    running.set(uid, run);
    run.failed.catch(fail);
  }

  async function end(pod: KubeObject): Promise<void> {
    await running.get(pod.metadata.uid!)?.stop(1000 * (pod.metadata.deletionGracePeriodSeconds ?? 0));
  }
}

/** Takes the pod's object away once its program is gone, as the last step of a graceful deletion. */
async function confirmDeletion(api: Api, pod: KubeObject): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  try {
    await api.call(`/api/v1/namespaces/${namespace}/pods/${name}`, {
      method: 'DELETE',
      body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } },
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
