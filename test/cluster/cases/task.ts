import { documentOf } from '../../helpers/documents.ts';
import { profile } from '../suite/profile.ts';
import { document, kinds, kubectl, tcpshift, type ApiName, type Target } from '../parity/target.ts';

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

/** Runs `weight`, however it ends; resolves with its document and its errors. */
export async function changeWeights(target: Target, ...args: string[]) {
  const result = await tcpshift(target, 'weight', ...args, '-o', 'json');
  const { exitCode, stderr } = result;
  return { exitCode, stderr, errors: said(stderr, 'error'), change: documentOf('WeightChange', result) };
}

const weightPaths: Record<ApiName, (index: number) => string> = {
  istio: (index) => `/spec/tcp/0/route/${index}/weight`,
  'gateway-api': (index) => `/spec/rules/0/backendRefs/${index}/weight`,
};

/** Writes weights to the task's route as somebody with kubectl does. */
export async function patchWeights(target: Target, weights: readonly number[]): Promise<void> {
  const path = weightPaths[target.api];
  const patch = weights.map((value, index) => ({ op: 'replace', path: path(index), value }));
  await kubectl(target, ['patch', kinds[target.api].route, 'tcp-echo', '--type=json', '-p', JSON.stringify(patch)]);
}

/** The pods of the task's gateway, where it has some of its own. */
export async function gatewayPods(target: Target): Promise<{ name: string; address: string }[]> {
  const selector = 'gateway.networking.k8s.io/gateway-name=tcp-echo-gateway';
  const { items } = JSON.parse(await kubectl(target, ['get', 'pods', '-l', selector, '-o', 'json']));
  return items.map(({ metadata, status }: any) => ({ name: metadata.name, address: status.podIP }));
}
