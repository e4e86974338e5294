import { resolve } from 'node:path';
import { defined } from '../../core/defined.ts';
import type { PickerName, SandboxOptions } from '../../sandbox/options.ts';
import type { GlobalOptions } from '../session.ts';

export interface SandboxCommandOptions extends GlobalOptions {
  picker: PickerName;
  /** Milliseconds. */
  propagationDelay: number;
  gatewayReplicas: number;
  /** Milliseconds. */
  drain: number;
  seed: number;
  ingressPort: number;
}

/** The sandbox's own options, from the command line's. */
export function behaviourOf(options: SandboxCommandOptions, kubeconfig: string): SandboxOptions {
  const { picker, propagationDelay, gatewayReplicas, drain, seed, ingressPort } = options;
  return {
    kubeconfig,
    picker,
    propagationDelayMs: propagationDelay,
    gatewayReplicas,
    drainMs: drain,
    seed,
    ingressPort,
  };
}

/** The same as arguments of `sandbox run`. */
export function runArguments(options: SandboxCommandOptions): string[] {
  const { picker, propagationDelay, gatewayReplicas, drain, seed, ingressPort } = options;
  const flags = {
    picker,
    'propagation-delay': `${propagationDelay}ms`,
    'gateway-replicas': gatewayReplicas,
    drain: `${drain}ms`,
    seed,
    'ingress-port': ingressPort,
    kubeconfig: options.kubeconfig && resolve(options.kubeconfig),
  };
  return Object.entries(defined(flags)).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
