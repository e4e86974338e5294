import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { samplePath } from '../suite/profile.ts';
import { kubectl, type Target } from './target.ts';

const folders = { istio: 'tcp-echo', 'gateway-api': 'tcp-echo/gateway-api' };

/** The samples that stand for a step of the task's page. */
export const steps = {
  workloads: () => ['tcp-echo/tcp-echo-services.yaml', 'curl/curl.yaml'],
  'all-v1': (api) => [`${folders[api]}/tcp-echo-all-v1.yaml`],
  '20-v2': (api) => [`${folders[api]}/tcp-echo-20-v2.yaml`],
} as const satisfies Record<string, (api: Target['api']) => string[]>;

/** The objects of a step, as the API server completes the module's own manifests when kubectl applies them in a namespace without tcpshift's. */
export async function oracle(target: Target, step: keyof typeof steps): Promise<any[]> {
  const texts = await Promise.all(
    steps[step](target.api).map(async (path) => readFile(await samplePath(path), 'utf8')),
  );
  const manifests = texts
    .join('\n---\n')
    .replace('gatewayClassName: istio', `gatewayClassName: ${target.gatewayClass}`);
  const answer = await kubectl(
    { ...target, namespace: 'default' },
    ['apply', '--server-side', '--dry-run=server', '-o', 'yaml', '-f', '-'],
    manifests,
  );
  return parseAllDocuments(answer).flatMap((document) => {
    const object: any = document.toJS();
    return object.kind === 'List' ? object.items : [object];
  });
}

/** What must be the same in both: the spec, without what a cluster assigns to each object of its own accord. */
export function comparable({ spec }: any): unknown {
  const { clusterIP: _, clusterIPs: __, ...rest } = spec;
  return rest;
}
