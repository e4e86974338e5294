import { profile } from '../suite/profile.ts';
import { document, kinds, kubectl, type ApiName, type Target } from '../parity/target.ts';

/** The profile's cluster, for the cases of one file in a namespace of their own. */
export function caseTarget(namespace: string, api: ApiName = 'gateway-api'): Target {
  const { name, gatewayClass } = profile;
  return { name, kubeconfig: process.env['KUBECONFIG']!, api, gatewayClass, namespace };
}

/** The arguments of a set-up of the task on the target. */
export function setupArguments({ api, gatewayClass }: Target): string[] {
  return ['setup', '--api', api, '--gateway-class', gatewayClass];
}

/** Sets up the task, with all connections on v1. */
export function setUp(target: Target): Promise<any> {
  return document(target, ...setupArguments(target));
}

/** Ends a file's work; nothing waits for the namespace to go. */
export async function abandon(target: Target): Promise<void> {
  await kubectl(target, ['delete', 'namespace', target.namespace, '--ignore-not-found', '--wait=false']);
}

/** The task's route as the API server has it, with its owners. */
export async function readRoute(target: Target, name = 'tcp-echo'): Promise<any> {
  const { route } = kinds[target.api];
  return JSON.parse(await kubectl(target, ['get', route, name, '-o', 'json', '--show-managed-fields']));
}

/** The version of every object that tcpshift may write in the namespace: equal texts say that nothing was written. */
export async function fingerprint(target: Target): Promise<string> {
  const written = [
    kinds[target.api].route,
    kinds[target.api].gateway,
    'deployment',
    'service',
    'serviceaccount',
    'lease',
  ];
  const list = JSON.parse(await kubectl(target, ['get', written.join(), '-o', 'json']));
  return list.items
    .map(({ kind, metadata }: any) => `${kind}/${metadata.name} ${metadata.uid} ${metadata.generation ?? ''}`)
    .join('\n');
}

/** Everything that the case's command said on stderr, by its label: `error`, `hint`, `warning`. */
export function said(stderr: string, label: 'error' | 'hint' | 'warning'): string[] {
  return stderr.split('\n').flatMap((line) => (line.startsWith(`${label}: `) ? [line.slice(label.length + 2)] : []));
}
