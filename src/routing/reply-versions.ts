import type { KubeObject, Reader } from '../core/objects.ts';
import type { RouteView } from './routing-api.ts';
import { carries, type Labels } from './services.ts';
import { versionLabels } from './version-labels.ts';

/**
 * The first word of tcp-echo's replies for each version of the route, as the Deployments behind its backends say: their second argument.
 * Empty where a backend runs something else.
 */
export async function replyVersions(view: RouteView, reader: Reader): Promise<Map<string, string>> {
  const labels = await versionLabels(view, reader);
  const versions = new Map<string, string>();
  for (const [version, { namespace }] of view.backends) {
    const prefixes = await prefixesBehind(labels.get(version), namespace, reader);
    for (const prefix of prefixes) versions.set(prefix, version);
  }
  return new Set(versions.values()).size === view.backends.size ? versions : new Map();
}

async function prefixesBehind(labels: Labels | undefined, namespace: string, reader: Reader): Promise<string[]> {
  if (!labels) return [];
  const deployments = await reader.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace });
  return deployments.filter((deployment) => carries(podLabels(deployment), labels)).flatMap(echoPrefixes);
}

function podLabels(deployment: KubeObject): Labels {
  return deployment.spec?.template?.metadata?.labels ?? {};
}

function echoPrefixes(deployment: KubeObject): string[] {
  const containers: { image?: string; args?: string[] }[] = deployment.spec?.template?.spec?.containers ?? [];
  return containers.flatMap(({ args = [] }) => {
    const [ports, prefix] = args;
    return args.length === 2 && /^\d+(,\d+)*$/.test(ports!) ? [prefix!] : [];
  });
}
