import type { KubeObject } from '../../../core/objects.ts';
import type { Registry } from '../../store/registry.ts';
import { runContainer, type Container, type Run, type RunContext } from '../../workloads/run-container.ts';
import { keyOf, live, runController } from '../controller.ts';
import { kinds } from '../kinds.ts';
import { podStatus, sameContainers } from './pod-status.ts';
import { nodeName } from './node.ts';
import { writeStatus } from '../status.ts';
import type { WorkQueue } from '../work-queue.ts';

interface RunningPod {
  pod: KubeObject;
  ip: string;
  runs: Run[];
}

/** Schedules every pod onto the one node, runs its containers, and ends them with the pod. */
export function runPods(registry: Registry, environment: Pick<RunContext, 'network' | 'startGateway'>): WorkQueue {
  const running = new Map<string, RunningPod>();
  const nextAddress = addresses();
  let stopped = false;

  const start = async (pod: KubeObject): Promise<RunningPod> => {
    const ip = nextAddress(new Set([...running.values()].map((known) => known.ip)));
    const context = { ...environment, uid: pod.metadata.uid ?? '', ip };
    const containers: Container[] = pod.spec.containers;
    const runs = await Promise.all(containers.map((container) => runContainer(container, context)));
    return { pod, ip, runs };
  };

  const end = (key: string): void => {
    for (const run of running.get(key)?.runs ?? []) run.stop();
    running.delete(key);
  };

  const queue = runController(registry, {
    watches: [[kinds.pod, (pod) => [keyOf(pod)]]],
    async reconcile(key) {
      const pod = live(registry, kinds.pod, key);
      const known = running.get(key);
      const same = pod && known && sameContainers(known.pod, pod);
      if (!same) end(key);
      if (!pod || pod.spec.schedulingGates?.length > 0) return;
      const scheduled = schedule(registry, pod);
      if (!same) running.set(key, await start(scheduled));
      if (stopped) end(key);
      else report(registry, key, running.get(key)!);
    },
  });

  return {
    ...queue,
    stop() {
      stopped = true;
      queue.stop();
      for (const key of running.keys()) end(key);
    },
  };
}

function schedule(registry: Registry, pod: KubeObject): KubeObject {
  if (pod.spec.nodeName) return pod;
  return registry.update({ ...pod, spec: { ...pod.spec, nodeName } }, { manager: 'kube-scheduler' });
}

/** The pod may have gone while its containers were started; then the next turn ends them. */
function report(registry: Registry, key: string, { pod, ip, runs }: RunningPod): void {
  const current = live(registry, kinds.pod, key);
  if (!current || current.metadata.uid !== pod.metadata.uid) return;
  if (current.status?.podIP !== ip) writeStatus(registry, current, podStatus(current, ip, runs), 'kubelet');
}

/** Hands out addresses of 10.244.0.0/16 in turn, so that one that was given back is not used again soon. */
function addresses(): (taken: ReadonlySet<string>) => string {
  let last = 1;
  return (taken) => {
    for (;;) {
      last = last >= 0xfffe ? 2 : last + 1;
      const ip = `10.244.${last >> 8}.${last & 0xff}`;
      if (!taken.has(ip)) return ip;
    }
  };
}
