import type { StatusResult, VersionStatus } from '../core/route/status-result.ts';
import { refText, type ObjectRef } from '../core/objects.ts';
import { podNamer } from '../core/pods.ts';
import { splitText } from '../core/weights/split.ts';
import { openConnectionsText } from './open-connections.ts';
import { table } from './terminal/table.ts';
import { percent } from './format.ts';

export function statusLines(report: StatusResult): string[] {
  const { route, api, context, server, ingress, ingressProblem, versions, conditions, foreign } = report;
  const facts: [string, string][] = [
    ['Route', `${refText(route)} in ${route.namespace}`],
    ['API', `${api}, ${route.apiVersion}`],
    ['Cluster', context === null ? server : `${context}, ${server}`],
    [
      'Address',
      ingress ? `${ingress.host}:${ingress.port}, from ${refText(ingress.source)}` : `none: ${ingressProblem}`,
    ],
    ...(foreign.length > 0
      ? [['Not ours', foreign.map((ref) => placedText(ref, route)).join(', ')] as [string, string]]
      : []),
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
        backendText(each, route),
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
    ...openConnectionLines(report),
  ];
}

/** An object that a route stands on, with its namespace where that is another one. */
function placedText(ref: ObjectRef, route: ObjectRef): string {
  return ref.namespace === route.namespace ? refText(ref) : `${refText(ref)} in ${ref.namespace}`;
}

/** What the controllers' words, or their silence, advise. */
function adviceLines({ conditions }: StatusResult): string[] {
  const advices = new Set(conditions.flatMap(({ advice }) => advice ?? []));
  return [...advices].map((advice) => `To do: ${advice}`);
}

function backendText({ service, namespace, port }: VersionStatus, route: ObjectRef): string {
  const name = namespace === route.namespace ? service : `${namespace}/${service}`;
  return port === undefined ? name : `${name}:${port}`;
}

function proxyLines({ proxies, proxiesProblem }: StatusResult): string[] {
  if (!proxies) return [`Weights in the gateways are not to be read: ${proxiesProblem}`];
  const nameOf = podNamer(proxies);
  return [
    ...table(
      ['GATEWAY POD', 'WEIGHTS IN FORCE', 'AS ASKED'],
      proxies.map(({ weights, inForce, problem, warming, ...proxy }) => [
        nameOf(proxy),
        weights ? splitText(weights) : (problem ?? (warming ? 'its listener waits' : 'no listener')),
        inForce ? 'yes' : problem === undefined ? 'no' : 'unknown',
      ]),
    ),
    ...proxies.flatMap(({ refused, ...proxy }) =>
      refused === undefined ? [] : [`${nameOf(proxy)} refused a newer configuration: ${refused}`],
    ),
  ];
}

/** Why connections cannot be counted is not said where the same holds for the weights, and stands there. */
function openConnectionLines({ proxies, openConnections }: StatusResult): string[] {
  if (!openConnections) return [];
  const readable = proxies?.some(({ problem }) => problem === undefined) ?? false;
  if (openConnections.open === null && !readable) return [];
  return ['', openConnectionsText(openConnections)];
}
