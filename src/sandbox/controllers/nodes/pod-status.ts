import { isDeepStrictEqual } from 'node:util';
import type { Condition, KubeObject } from '../../../core/objects.ts';
import type { Container, Run } from '../../workloads/run-container.ts';
import { timestamp, withCondition } from '../conditions.ts';

/** The address of the one node: the machine that the sandbox runs on. */
export const hostAddress = '127.0.0.1';

/** The status of a pod whose containers run, or wait for the reason that each run gives. */
export function podStatus(pod: KubeObject, ip: string, runs: readonly Run[]): object {
  const containers: readonly Container[] = pod.spec.containers;
  const waiting = containers.filter((_, index) => runs[index]?.waiting).map(({ name }) => name);
  const pulled = runs.every((run) => run.waiting?.reason !== 'ImagePullBackOff');
  return {
    phase: pulled ? 'Running' : 'Pending',
    conditions: podConditions(pod, waiting),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: pod.status?.startTime ?? timestamp(),
    containerStatuses: containers.map((container, index) => containerStatus(pod, container, runs[index])),
    qosClass: 'BestEffort',
  };
}

function podConditions(pod: KubeObject, waiting: readonly string[]): Condition[] {
  const ready: Omit<Condition, 'type'> =
    waiting.length === 0
      ? { status: 'True' }
      : {
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${waiting.join(' ')}]`,
        };
  const wanted: Condition[] = [
    { type: 'PodReadyToStartContainers', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...ready },
    { type: 'PodScheduled', status: 'True' },
  ];
  let conditions: Condition[] = pod.status?.conditions ?? [];
  for (const condition of wanted) conditions = withCondition(conditions, condition);
  return conditions;
}

function containerStatus(pod: KubeObject, { name, image }: Container, run: Run | undefined): object {
  const waiting = run?.waiting;
  return {
    name,
    image,
    imageID: waiting ? '' : image,
    ready: !waiting,
    started: !waiting,
    restartCount: 0,
    lastState: {},
    ...(waiting ? {} : { containerID: `sandbox://${pod.metadata.uid}/${name}` }),
    state: waiting ? { waiting } : { running: { startedAt: timestamp() } },
  };
}

/** Whether both are the same pod with nothing changed that decides what has to run for it. */
export function sameContainers(a: KubeObject, b: KubeObject): boolean {
  const programs = ({ spec }: KubeObject): object[] =>
    (spec.containers as Container[]).map(({ name, image, command, args }) => ({ name, image, command, args }));
  return a.metadata.uid === b.metadata.uid && isDeepStrictEqual(programs(a), programs(b));
}
