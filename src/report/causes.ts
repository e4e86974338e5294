import type { VerdictReport } from './verdict.ts';

export interface Cause {
  cause: string;
  /** The command that tells whether it is this. */
  check: string;
}

/** What most often lies behind a verdict that is no PASS, likeliest first. */
export function likelyCauses({ verdict, reason, route, from, failures, propagation }: VerdictReport): Cause[] {
  if (verdict === 'pass' || route === null) return [];
  const named = `-n ${route.namespace} ${route.kind.toLowerCase()}/${route.name}`;
  const unready = { cause: 'a version without a ready endpoint', check: `tcpshift status ${named}` };
  const programmed = {
    cause: 'the weights are not in every gateway yet',
    check: `tcpshift status ${named}, then verify --after-change`,
  };
  const sticky = {
    cause: 'the gateway chooses by client address',
    check: 'verify --from pod, or --source-address with several addresses',
  };
  const wrongRoute = {
    cause: 'another route takes the connections',
    check: `kubectl get tcproutes,virtualservices -n ${route.namespace}`,
  };
  const isForwarded = from === 'port-forward';
  const bypassed = { cause: 'the connections do not pass the gateway', check: 'verify --from port-forward' };
  if (propagation?.inForce === false) return [programmed, sticky, wrongRoute, ...(isForwarded ? [] : [bypassed])];
  if (reason.kind === 'undecided') return [];
  if (reason.kind === 'failures' || reason.kind === 'failures-undecided')
    return [unready, ...(failures.byOutcome.refused ? [bypassed] : [])];
  if (reason.kind === 'sticky')
    return reason.sources > 1 ? [sticky] : [sticky, programmed, wrongRoute, ...(isForwarded ? [] : [bypassed])];
  if (reason.kind === 'drift' || reason.kind === 'clustered') return [programmed, sticky];
  return [programmed, sticky, unready, wrongRoute, ...(isForwarded ? [] : [bypassed])];
}
