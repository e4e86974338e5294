import { isIP } from 'node:net';
import type { KubeObject } from '../../../core/objects.ts';
import { domainProblem, isLabel, overlap, wildcardDomainProblem } from './names.ts';

interface WeightedDestination {
  destination?: { host?: string; subset?: string; port?: { number?: number } };
  weight?: number;
}

interface TcpRule {
  match?: { port?: number; gateways?: string[] }[];
  route?: WeightedDestination[];
}

interface Spec {
  hosts?: string[];
  gateways?: string[];
  tcp?: TcpRule[];
  tls?: object[];
  http?: object[];
}

/**
 * What Istio's validation webhook holds against a VirtualService; empty where it lets it pass. Of its rules those for TCP are checked.
 * Weights need not sum to 100: they are relative. Source: ValidateVirtualService in istio/pkg/config/validation.
 */
export function virtualServiceProblems(object: KubeObject): string[] {
  const spec = (object.spec ?? {}) as Spec;
  const { hosts = [], gateways = [], tcp = [], tls = [], http = [] } = spec;
  return [
    ...(hosts.length === 0 ? delegateProblems(spec) : []),
    ...gatewayProblems(gateways),
    ...hostProblems(hosts, gateways),
    ...(tcp.length + tls.length + http.length === 0 ? ['http, tcp or tls must be provided in virtual service'] : []),
    ...tcp.flatMap(ruleProblems),
  ];
}

/** Without hosts it is a part of another VirtualService, which only HTTP has. */
function delegateProblems({ gateways = [], tls = [], tcp = [] }: Spec): string[] {
  const must = (what: string, given: readonly unknown[]): string[] =>
    given.length > 0 ? [`delegate virtual service must have no ${what} specified`] : [];
  return [...must('gateways', gateways), ...must('tls route', tls), ...must('tcp route', tcp)];
}

function gatewayProblems(gateways: readonly string[]): string[] {
  const problems: string[] = [];
  for (const gateway of gateways) {
    const [namespace = '', ...rest] = gateway.split('/');
    // What follows a name without a namespace is not looked at.
    if (rest.length === 0) return [...problems, ...listed(domainProblem(gateway))];
    const name = rest.join('/');
    if (namespace === '' || name === '') problems.push('config namespace and gateway name cannot be empty');
    if (!isLabel(namespace)) problems.push(`invalid value for namespace: ${JSON.stringify(namespace)}`);
    if (!isLabel(name)) problems.push(`invalid value for gateway name: ${JSON.stringify(name)}`);
  }
  return problems;
}

function hostProblems(hosts: readonly string[], gateways: readonly string[]): string[] {
  const isInMesh = gateways.length === 0 || gateways.includes('mesh');
  const problems = hosts.flatMap((host) => {
    const problem = isIP(host) ? undefined : wildcardDomainProblem(host);
    if (problem !== undefined) return [problem];
    return isInMesh && host === '*'
      ? ['wildcard host * is not allowed for virtual services bound to the mesh gateway']
      : [];
  });
  return problems.length > 0 ? problems : duplicates(hosts);
}

function duplicates(hosts: readonly string[]): string[] {
  return hosts.flatMap((host, at) =>
    hosts
      .slice(at + 1)
      .filter((other) => overlap(host, other))
      .map((other) => `duplicate hosts in virtual service: ${host} & ${other}`),
  );
}

function ruleProblems({ match = [], route = [] }: TcpRule): string[] {
  return [
    ...match.flatMap(({ port, gateways = [] }) => [...(port ? portProblems(port) : []), ...gatewayProblems(gateways)]),
    ...(route.length === 0 ? ['TCP route is required'] : []),
    ...route.flatMap(destinationProblems),
    ...(route.length > 1 && route.every(({ weight = 0 }) => weight === 0) ? ['total destination weight = 0'] : []),
  ];
}

function portProblems(port: number): string[] {
  return port >= 1 && port <= 65_535 ? [] : [`port number ${port} must be in the range 1..65535`];
}

function destinationProblems({ destination, weight = 0 }: WeightedDestination): string[] {
  const negative = weight < 0 ? [`weight ${weight} < 0`] : [];
  if (!destination) return ['destination is required', ...negative];
  const { host = '', subset, port } = destination;
  return [
    ...listed(host === '*' ? 'invalid destination host *' : wildcardDomainProblem(host)),
    ...(subset && !isLabel(subset) ? [`subset name is invalid: ${subset}`] : []),
    ...(port ? portProblems(port.number ?? 0) : []),
    ...negative,
  ];
}

function listed(problem: string | undefined): string[] {
  return problem === undefined ? [] : [problem];
}

/** The message of the refusal, as the API server passes the webhook's words on. */
export function virtualServiceDenial(problems: readonly string[]): string {
  const told =
    problems.length === 1
      ? problems[0]
      : `${problems.length} errors occurred:\n${problems.map((problem) => `\t* ${problem}\n`).join('')}\n`;
  return `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${told}`;
}
