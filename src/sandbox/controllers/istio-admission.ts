import type { KubeObject } from '../../core/objects.ts';

interface WeightedDestination {
  destination?: { host?: string };
  weight?: number;
}

interface RouteRule {
  route?: WeightedDestination[];
}

/**
 * What Istio's validation webhook holds against a VirtualService; empty where it lets it pass.
 * Weights need not sum to 100: they are relative.
 */
export function virtualServiceProblems(object: KubeObject): string[] {
  const { hosts = [], tcp = [], tls = [], http = [] } = (object.spec ?? {}) as Record<string, RouteRule[]>;
  const problems: string[] = [];
  if (hosts.length === 0) problems.push('virtual service must have at least one host');
  if (tcp.length + tls.length + http.length === 0) {
    problems.push('http, tcp or tls must be provided in virtual service');
  }
  for (const { route = [] } of tcp) {
    if (route.length === 0) problems.push('TCP route is required');
    problems.push(...destinationProblems(route));
  }
  return problems;
}

/** The message of the refusal, as the API server passes the webhook's words on. */
export function virtualServiceDenial(problems: readonly string[]): string {
  const listed =
    problems.length === 1
      ? problems[0]
      : `${problems.length} errors occurred:\n${problems.map((problem) => `\t* ${problem}\n`).join('')}\n`;
  return `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${listed}`;
}

function destinationProblems(route: readonly WeightedDestination[]): string[] {
  const problems: string[] = [];
  let total = 0;
  for (const { destination, weight = 0 } of route) {
    if (destination === undefined) problems.push('destination is required');
    else if (!destination.host) problems.push('destination host is required');
    if (weight < 0) problems.push(`weight ${weight} < 0`);
    total += weight;
  }
  if (route.length > 1 && total === 0) problems.push('total destination weight = 0');
  return problems;
}
