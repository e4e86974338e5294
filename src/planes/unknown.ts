import { ShiftError } from '../errors.ts';
import type { Plane } from './plane.ts';
import { readyProxies } from './ready-proxies.ts';

/** @param cannotTell of a plane that tells nothing */
export function refusal(cannotTell: string): ShiftError {
  return new ShiftError('cluster', cannotTell, { hint: 'judge the split by probes: tcpshift verify' });
}

/** A data plane of which nothing is known but its controller's name, as a GatewayClass writes it. */
export function unknownPlane(controller: string): Plane {
  const cannotTell = `tcpshift cannot ask the gateways of ${controller} for their weights or connections`;
  const refuse = (): Promise<never> => Promise.reject(refusal(cannotTell));
  return {
    name: 'unknown',
    adminPort: undefined,
    pick: 'unknown',
    cuts: undefined,
    cannotTell,
    proxies: readyProxies,
    weights: refuse,
    counters: refuse,
    openConnections: refuse,
  };
}
