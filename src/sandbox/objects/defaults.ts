import type { Json, KubeObject } from '../../core/objects.ts';
import { podDefaults } from './defaults/pod.ts';
import { schemaDefaults } from './defaults/schema-defaults.ts';
import { serviceDefaults } from './defaults/service.ts';
import { withoutEmpties } from './defaults/without-empties.ts';
import { deploymentDefaults, replicaSetDefaults } from './defaults/workloads.ts';
import { isBuiltin, type Kind } from './kinds.ts';
import type { Fields } from './fields.ts';

function namespaceDefaults(namespace: Fields): Fields {
  const { metadata } = namespace;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  return {
    ...namespace,
    metadata: { ...metadata, ...(metadata.name ? { labels } : {}) },
    spec: namespace.spec ?? {},
    status: { phase: 'Active', ...namespace.status },
  };
}

/** stringData is never stored: it is written over data, encoded. */
function secretDefaults({ stringData, ...secret }: Fields): Fields {
  const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  const data = { ...secret.data, ...Object.fromEntries(encoded) };
  return { type: 'Opaque', ...secret, ...(stringData ? { data } : {}) };
}

const portDefaults = (port: Fields): Fields => ({ protocol: 'TCP', ...port });

function endpointSliceDefaults(slice: Fields): Fields {
  const ports = (slice.ports ?? []).map((port: Fields) => ({ name: '', ...portDefaults(port) }));
  const endpoints = (slice.endpoints ?? []).map((endpoint: Fields) => ({ conditions: {}, ...endpoint }));
  return { ...slice, endpoints, ports };
}

function endpointsDefaults(endpoints: Fields): Fields {
  const subset = (each: Fields) => (each.ports ? { ...each, ports: each.ports.map(portDefaults) } : each);
  return endpoints.subsets ? { ...endpoints, subsets: endpoints.subsets.map(subset) } : endpoints;
}

function eventDefaults(event: Fields): Fields {
  const times = { firstTimestamp: null, lastTimestamp: null, eventTime: null };
  return { source: {}, ...times, reportingComponent: '', reportingInstance: '', ...event };
}

function nodeDefaults(node: Fields): Fields {
  const { capacity } = node.status ?? {};
  const status = { ...(capacity ? { allocatable: capacity } : {}), ...node.status };
  return { ...node, spec: node.spec ?? {}, status };
}

function crdDefaults(crd: Fields): Fields {
  const { names = {}, ...spec } = crd.spec ?? {};
  const filled = {
    listKind: `${names.kind}List`,
    singular: String(names.kind).toLowerCase(),
    ...names,
  };
  return { ...crd, spec: { conversion: { strategy: 'None' }, ...spec, names: filled } };
}

const builtinDefaults: Record<string, ((object: Fields) => Fields) | undefined> = {
  ' Namespace': namespaceDefaults,
  ' Service': serviceDefaults,
  ' Pod': podDefaults,
  ' Secret': secretDefaults,
  ' Event': eventDefaults,
  ' Node': nodeDefaults,
  ' Endpoints': endpointsDefaults,
  'apps Deployment': deploymentDefaults,
  'apps ReplicaSet': replicaSetDefaults,
  'discovery.k8s.io EndpointSlice': endpointSliceDefaults,
  'apiextensions.k8s.io CustomResourceDefinition': crdDefaults,
};

/**
 * A copy of the object with everything that the API server fills in on each write: the schema's defaults, and what the built-in kinds
 * get from code. Names, addresses, finalizers and the like, which are given once, are the registry's.
 */
export function withDefaults(object: KubeObject, kind: Kind): KubeObject {
  const filled = schemaDefaults(object, kind.schema) as unknown as KubeObject;
  const metadata = withoutEmpties(filled.metadata as unknown as Json, kind.schema.properties?.['metadata']);
  const tidy = { ...filled, metadata } as unknown as KubeObject;
  const fill = builtinDefaults[`${kind.group} ${kind.kind}`];
  if (!isBuiltin(kind)) return tidy;
  const typed = withoutEmpties(tidy, kind.schema) as unknown as KubeObject;
  return (fill?.(typed) as KubeObject | undefined) ?? typed;
}
