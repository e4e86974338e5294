import type { KubeObject, Reader } from '../core/objects.ts';
import type { RouteView } from './routing-api.ts';
import type { Backend } from '../core/route/backend.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The first word of tcp-echo's replies for each version of the route, as the Deployments behind its backends say: their second argument.
 * Empty where a backend runs something else.
 */
export async function replyVersions(view: RouteView, reader: Reader): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const [version, backend] of view.backends) {
    for (const prefix of await prefixesBehind(backend, reader)) versions.set(prefix, version);
  }
  return new Set(versions.values()).size === view.backends.size ? versions : new Map();
}

async function prefixesBehind(backend: Backend, reader: Reader): Promise<string[]> {
  const labels = await backendLabels(backend, reader);
  if (!labels) return [];
  const deployments = await reader.list(
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { namespace: backend.namespace },
  );
  return deployments.filter((deployment) => selects(labels, podLabels(deployment))).flatMap(echoPrefixes);
}

/** The labels that every pod of the backend carries: the Service's selector, and the subset's own labels. */
export async function backendLabels(backend: Backend, reader: Reader): Promise<Labels | undefined> {
  const { namespace, service: name, subset } = backend;
  const service = await reader.get({ apiVersion: 'v1', kind: 'Service', name, namespace });
  const selector = service?.spec?.selector as Labels | undefined;
  if (!selector || subset === undefined) return selector;
  const [version] = await reader.servedVersions('networking.istio.io', 'DestinationRule');
  if (version === undefined) return undefined;
  const rules = await reader.list(
    { apiVersion: `networking.istio.io/${version}`, kind: 'DestinationRule' },
    { namespace },
  );
  const hosts = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  const subsets = rules.filter(({ spec }) => hosts.includes(spec?.host)).flatMap(({ spec }) => spec?.subsets ?? []);
  const found = subsets.find((each: { name?: string }) => each.name === subset);
  return found ? { ...selector, ...found.labels } : undefined;
}

function podLabels(deployment: KubeObject): Labels {
  return deployment.spec?.template?.metadata?.labels ?? {};
}

function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function echoPrefixes(deployment: KubeObject): string[] {
  const containers: { image?: string; args?: string[] }[] = deployment.spec?.template?.spec?.containers ?? [];
  return containers.flatMap(({ args = [] }) => {
    const [ports, prefix] = args;
    return args.length === 2 && /^\d+(,\d+)*$/.test(ports!) ? [prefix!] : [];
  });
}
