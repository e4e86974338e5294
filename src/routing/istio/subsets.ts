import { parseDocument } from 'yaml';
import type { Reader } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import { ifPermitted } from '../permitted.ts';
import type { RouteView } from '../routing-api.ts';
import type { Labels } from '../services.ts';
import { findSubset, readRules } from './destination-rules.ts';
import { gatewayPods } from './ingress.ts';
import { gatewaysOf, istioGroup } from './route.ts';

/** Where Istio and its mesh configuration are, and the root namespace where that says nothing else. */
const usualRoot = 'istio-system';

/** The namespace whose rules hold for the whole mesh; the usual one where the mesh configuration may not be read. */
async function rootNamespace(reader: Reader): Promise<string> {
  // Listed, not got: a Reader that answers from whole lists would read every ConfigMap of the cluster.
  const only = { namespace: usualRoot, fieldSelector: 'metadata.name=istio' };
  const listed = await ifPermitted(reader.list({ apiVersion: 'v1', kind: 'ConfigMap' }, only));
  const config = listed?.find(({ metadata }) => metadata.name === 'istio');
  const named: unknown = parseDocument(config?.data?.mesh ?? '').get('rootNamespace');
  return typeof named === 'string' && named !== '' ? named : usualRoot;
}

/**
 * The namespace of the proxies that connect to the backends: for a route that is bound to gateways that of the gateway's pods, not that of the
 * Gateway object, for the proxies are what looks rules up; the first where it runs in several. Sidecars look from wherever their pods are: for
 * them the route's own namespace is taken, as it is where no gateway pod can be found.
 */
async function clientNamespace(view: RouteView, reader: Reader): Promise<string> {
  const { namespace: own = 'default' } = view.ref;
  if (gatewaysOf(view).length === 0) return own;
  try {
    const [first] = await gatewayPods(view, reader);
    return first?.namespace ?? own;
  } catch (error) {
    const isUnknown = error instanceof ShiftError && ['forbidden', 'unreachable', 'usage'].includes(error.kind);
    if (!isUnknown) throw error;
    return own;
  }
}

/** See RoutingApi.subsetLabels. Rules that the user may not list, but for those in a Service's own namespace, count as none. */
export async function subsetLabels(view: RouteView, reader: Reader): Promise<Map<string, Labels>> {
  const backends = [...view.backends].filter(([, { subset }]) => subset !== undefined);
  if (backends.length === 0) return new Map();
  const [version] = await reader.servedVersions(istioGroup, 'DestinationRule');
  if (version === undefined) return new Map();
  const [client, root] = await Promise.all([clientNamespace(view, reader), rootNamespace(reader)]);
  const kind = { apiVersion: `${istioGroup}/${version}`, kind: 'DestinationRule' };
  const owners = new Set(backends.map(([, { namespace }]) => namespace));
  const lists = await Promise.all(
    [...new Set([client, ...owners, root])].map((namespace) => {
      const list = reader.list(kind, { namespace });
      return owners.has(namespace) ? list : ifPermitted(list);
    }),
  );
  const rules = readRules(lists.flatMap((list) => list ?? []));
  const found = backends.map(([name, backend]) => [name, findSubset(rules, backend, { client, root })] as const);
  return new Map(found.filter((entry): entry is [string, Labels] => entry[1] !== undefined));
}
