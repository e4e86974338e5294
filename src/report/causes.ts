import type { VerdictReport } from '../core/verdict/report.ts';

export interface Cause {
  cause: string;
  /** The command that tells whether it is this. */
  check: string;
}

/** What most often lies behind a verdict that is no PASS, likeliest first. */
export function likelyCauses(report: VerdictReport): Cause[] {
  const { verdict, reason, route, failures, propagation, routeAsks } = report;
  if (verdict === 'pass' || route === null) return [];
  const { otherSplit, unready, programmed, sticky, wrongRoute, bypassed } = causesFor(route);
  const elsewhere = report.from === 'port-forward' ? [wrongRoute] : [wrongRoute, bypassed];
  if (reason.kind === 'failures' || reason.kind === 'failures-undecided')
    return [unready, ...(failures.byOutcome.refused ? [bypassed] : [])];
  const likeliest = [...(routeAsks ? [otherSplit] : []), ...(failures.count > 0 ? [unready] : [])];
  if (propagation?.inForce === false) return [...likeliest, programmed, sticky, ...elsewhere];
  if (['undecided', 'overwritten', 'rollout'].includes(reason.kind)) return [];
  if (reason.kind === 'sticky' && reason.sources > 1)
    return [
      ...likeliest,
      { ...sticky, check: 'verify --evidence gateway-stats, which counts the connections of all clients' },
    ];
  if (reason.kind === 'sticky') return [...likeliest, sticky, programmed, ...elsewhere];
  if (reason.kind === 'drift' || reason.kind === 'clustered') return [programmed, sticky];
  const rest = [programmed, sticky, ...(failures.count > 0 ? [] : [unready]), ...elsewhere];
  return [...likeliest, ...rest];
}

function causesFor({ namespace, kind, name }: NonNullable<VerdictReport['route']>) {
  const status = `tcpshift status -n ${namespace} ${kind.toLowerCase()}/${name}`;
  return {
    otherSplit: { cause: 'the route itself asks for another split than --expect', check: status },
    unready: { cause: 'a version without a ready endpoint', check: status },
    programmed: {
      cause: 'the weights are not in every gateway yet',
      check: `${status}, then verify --after-change`,
    },
    sticky: {
      cause: 'the gateway chooses by client address',
      check: 'verify --from pod, or --source-address with several addresses',
    },
    wrongRoute: {
      cause: 'another route takes the connections',
      check: `kubectl get tcproutes,virtualservices -n ${namespace}`,
    },
    bypassed: { cause: 'the connections do not pass the gateway', check: 'verify --from port-forward' },
  } satisfies Record<string, Cause>;
}
