import type { KubeObject } from '../../../core/objects.ts';
import { age } from './age.ts';
import { ageColumn, nameColumn, none, text, wide, type PrinterColumn } from './column.ts';

interface ContainerStatus {
  ready?: boolean;
  restartCount?: number;
  state?: {
    running?: object;
    waiting?: { reason?: string };
    terminated?: { reason?: string; exitCode?: number; signal?: number };
  };
  lastState?: { terminated?: { finishedAt?: string } };
}

const statuses = (pod: KubeObject): ContainerStatus[] => pod.status?.containerStatuses ?? [];
const isReady = (status: ContainerStatus) => status.ready === true && status.state?.running !== undefined;

function ready(pod: KubeObject): string {
  return `${statuses(pod).filter(isReady).length}/${pod.spec?.containers?.length ?? 0}`;
}

/** Why a container does not run; undefined where it does. */
function troubleOf({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  const ended = state?.terminated;
  if (!ended) return undefined;
  return ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode ?? 0}`);
}

function gate(pod: KubeObject): string | undefined {
  const conditions: { type: string; reason?: string }[] = pod.status?.conditions ?? [];
  const held = conditions.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return held ? 'SchedulingGated' : undefined;
}

function status(pod: KubeObject): string {
  const { phase = '', reason = gate(pod) ?? phase } = pod.status ?? {};
  const over = phase === 'Succeeded' || phase === 'Failed';
  if (pod.metadata.deletionTimestamp && !over) return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  // The first container in trouble is the one that shows.
  const shown = statuses(pod).map(troubleOf).find(Boolean) ?? reason;
  if (shown !== 'Completed' || !statuses(pod).some(isReady)) return shown;
  const isPodReady = (pod.status?.conditions ?? []).some(
    (condition: { type: string; status: string }) => condition.type === 'Ready' && condition.status === 'True',
  );
  return isPodReady ? 'Running' : 'NotReady';
}

function restarts(pod: KubeObject, now: number): string {
  const total = statuses(pod).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const last = statuses(pod)
    .map(({ lastState }) => lastState?.terminated?.finishedAt)
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return total > 0 && last ? `${total} (${age(last, now)} ago)` : String(total);
}

function readinessGates(pod: KubeObject): string {
  const gates: { conditionType: string }[] = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return none;
  const conditions: { type: string; status: string }[] = pod.status?.conditions ?? [];
  const open = gates.filter((gate) => conditions.find(({ type }) => type === gate.conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

export const podColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('Ready', ready),
  text('Status', status),
  text('Restarts', restarts),
  ageColumn,
  wide('IP', (pod) => pod.status?.podIPs?.[0]?.ip || none),
  wide('Node', (pod) => pod.spec?.nodeName || none),
  wide('Nominated Node', (pod) => pod.status?.nominatedNodeName || none),
  wide('Readiness Gates', readinessGates),
];
