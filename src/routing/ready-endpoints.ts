import type { KubeObject, Reader } from '../core/objects.ts';
import { podKind } from '../core/pods.ts';
import type { Backend } from '../core/route/backend.ts';
import { routingApis } from './apis.ts';
import type { RouteView } from './routing-api.ts';
import { carries, serviceKind, type Labels } from './services.ts';

const sliceKind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };

interface Endpoint {
  addresses: string[];
  conditions?: { ready?: boolean };
  targetRef?: { kind?: string; name?: string };
}

/** What connections to a version would find. */
export interface EndpointState {
  version: string;
  backend: Backend;
  /** Whether its Service exists. */
  isService: boolean;
  /** Endpoints that take connections. */
  ready: number;
}

/** The label selector of a Service's EndpointSlices. */
export function slicesSelector(service: string): string {
  return `kubernetes.io/service-name=${service}`;
}

/**
 * The endpoints of these versions, as the EndpointSlices of their Services tell them: those of Services without a selector count too. A version is missing
 * where they cannot tell: a host outside the cluster, an ExternalName, and a subset of endpoints that are no pods or that nothing defines.
 * @throws ShiftError as the Reader does
 */
export async function readyEndpoints(
  view: RouteView,
  versions: readonly string[],
  reader: Reader,
): Promise<EndpointState[]> {
  const backends = versions.map((version) => ({ version, backend: view.backends.get(version)! }));
  const subsets = backends.some(({ backend }) => backend.subset !== undefined)
    ? await routingApis[view.api].subsetLabels(view, reader)
    : new Map<string, Labels>();
  const states = backends.map(async ({ version, backend }) => {
    const { service: name, namespace, subset } = backend;
    if (name.includes('.')) return [];
    const service = await reader.get({ ...serviceKind, namespace, name });
    if (service?.spec?.type === 'ExternalName') return [];
    const endpoints = await endpointsOf(name, namespace, reader);
    const labels = subsets.get(version);
    const own = subset === undefined ? endpoints : labels && (await ofSubset(endpoints, labels, { namespace, reader }));
    return own ? [{ version, backend, isService: service !== undefined, ready: own.filter(isReady).length }] : [];
  });
  return (await Promise.all(states)).flat();
}

async function endpointsOf(service: string, namespace: string, reader: Reader): Promise<Endpoint[]> {
  const slices = await reader.list(sliceKind, { namespace, labelSelector: slicesSelector(service) });
  // A pod that serves several ports stands in several slices.
  const byAddress = new Map(slices.flatMap(endpointsIn).map((endpoint) => [endpoint.addresses[0], endpoint]));
  return [...byAddress.values()];
}

function endpointsIn({ endpoints }: KubeObject): Endpoint[] {
  return Array.isArray(endpoints) ? endpoints : [];
}

/** Those whose pods carry the labels; undefined where an endpoint is no pod, whose labels nobody knows. */
async function ofSubset(
  endpoints: readonly Endpoint[],
  labels: Labels,
  { namespace, reader }: { namespace: string; reader: Reader },
): Promise<Endpoint[] | undefined> {
  if (endpoints.some(({ targetRef }) => targetRef?.kind !== 'Pod')) return undefined;
  const pods = await reader.list(podKind, { namespace });
  const names = new Set(
    pods.filter(({ metadata }) => carries(metadata.labels ?? {}, labels)).map(({ metadata }) => metadata.name),
  );
  return endpoints.filter(({ targetRef }) => names.has(targetRef!.name ?? ''));
}

/** An endpoint whose readiness is not known counts as ready, as the API has it. */
function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}
