import type { ObjectRef } from '../core/objects.ts';
import type { Split } from '../core/weights/split.ts';
import { table } from './terminal/table.ts';
import type { ConditionReport } from './weight.ts';
import { percent, refText, splitText } from './format.ts';

export interface VersionStatus {
  version: string;
  weight: number;
  share: number;
  service: string;
  /** Absent where the route leaves it to a Service with one port. */
  port?: number;
  readyPods: number;
  pods: number;
}

interface ProxyStatus {
  pod: string;
  weights: Split | null;
  inForce: boolean;
  /** Why the pod's weights cannot be read. */
  problem?: string;
}

export interface StatusReport {
  context: string | null;
  server: string;
  route: ObjectRef;
  api: string;
  ingress: { host: string; port: number; source: ObjectRef } | null;
  /** Why there is no address. */
  ingressProblem?: string;
  versions: readonly VersionStatus[];
  conditions: readonly ConditionReport[];
  /** The weights that each ready gateway pod has in force; null where they cannot be read. */
  proxies: readonly ProxyStatus[] | null;
  /** Why they cannot be read. */
  proxiesProblem?: string;
  /** Objects of this route that tcpshift did not make. */
  foreign: readonly ObjectRef[];
}

export function statusLines(report: StatusReport): string[] {
  const { route, api, context, server, ingress, ingressProblem, versions, conditions, foreign } = report;
  const facts: [string, string][] = [
    ['Route', `${refText(route)} in ${route.namespace}`],
    ['API', `${api}, ${route.apiVersion}`],
    ['Cluster', context === null ? server : `${context}, ${server}`],
    [
      'Address',
      ingress ? `${ingress.host}:${ingress.port}, from ${refText(ingress.source)}` : `none: ${ingressProblem}`,
    ],
    ...(foreign.length > 0 ? [['Not ours', foreign.map(refText).join(', ')] as [string, string]] : []),
  ];
  return [
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(10)}${value}`),
    '',
    ...table(
      ['VERSION', 'WEIGHT', 'SHARE', 'READY', 'BACKEND'],
      versions.map((each) => [
        each.version,
        each.weight,
        percent(each.share),
        `${each.readyPods}/${each.pods}`,
        backendText(each),
      ]),
    ),
    '',
    ...table(
      ['CONDITION', 'OF', 'STATUS', 'REASON'],
      conditions.map(({ type, ref, state, reason, message = '' }) => [type, refText(ref), state, reason ?? message]),
    ),
    ...adviceLines(report),
    '',
    ...proxyLines(report),
  ];
}

/** What the controllers' words, or their silence, advise. */
function adviceLines({ conditions }: StatusReport): string[] {
  const advices = new Set(conditions.flatMap(({ advice }) => advice ?? []));
  return [...advices].map((advice) => `To do: ${advice}`);
}

function backendText({ service, port }: VersionStatus): string {
  return port === undefined ? service : `${service}:${port}`;
}

function proxyLines({ proxies, proxiesProblem }: StatusReport): string[] {
  if (!proxies) return [`Weights in the gateways are not to be read: ${proxiesProblem}`];
  return table(
    ['GATEWAY POD', 'WEIGHTS IN FORCE', 'AS ASKED'],
    proxies.map(({ pod, weights, inForce, problem }) => [
      pod,
      weights ? splitText(weights) : (problem ?? 'no listener'),
      inForce ? 'yes' : problem === undefined ? 'no' : 'unknown',
    ]),
  );
}
