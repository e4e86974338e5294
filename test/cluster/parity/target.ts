import { execa } from 'execa';
import { cli, type CliResult } from '../../helpers/cli.ts';
import type { Profile } from '../stack/profiles.ts';

export type ApiName = Profile['apis'][number];

/** One cell of the matrix: a cluster, and the routing API that tcpshift drives on it. */
export interface Target {
  /** What the cell is called in the report. */
  name: string;
  kubeconfig: string;
  api: ApiName;
  gatewayClass: string;
  /** A namespace of the cell's own. */
  namespace: string;
}

/** Runs the built binary on the cell, in its namespace. */
export async function tcpshift({ kubeconfig, namespace }: Target, ...args: string[]): Promise<CliResult> {
  return cli(['-n', namespace, ...args], { kubeconfig });
}

/** Runs the built binary and reads its JSON document. @throws Error with its stderr where it ends with another exit code than 0 */
export async function document(target: Target, ...args: string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await tcpshift(target, ...args, '-o', 'json');
  if (exitCode !== 0) throw new Error(`tcpshift ${args.join(' ')}: exit ${exitCode}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs kubectl on the cell's cluster, in its namespace; resolves with its stdout. */
export async function kubectl({ kubeconfig, namespace }: Target, args: readonly string[], input = ''): Promise<string> {
  const { stdout } = await execa('kubectl', ['-n', namespace, ...args], { input, env: { KUBECONFIG: kubeconfig } });
  return stdout;
}

/** The kinds' names for kubectl, with the group where two groups have the name. */
export const kinds = {
  istio: { route: 'virtualservice', gateway: 'gateways.networking.istio.io' },
  'gateway-api': { route: 'tcproute', gateway: 'gateways.gateway.networking.k8s.io' },
} as const satisfies Record<ApiName, { route: string; gateway: string }>;
