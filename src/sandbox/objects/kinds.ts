import { linkedDefinition, definitionName } from '../../schema/definitions.ts';
import { withObjectMeta } from '../../schema/schema-of.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { ageColumn, nameColumn, type PrinterColumn } from './columns/column.ts';
import { endpointsColumns, endpointSliceColumns, serviceColumns } from './columns/network.ts';
import {
  configMapColumns,
  crdColumns,
  eventColumns,
  leaseColumns,
  namespaceColumns,
  nodeColumns,
  secretColumns,
  serviceAccountColumns,
} from './columns/others.ts';
import { podColumns } from './columns/pod.ts';
import { deploymentColumns, replicaSetColumns, scaleColumns } from './columns/workloads.ts';
import { gatewayApiCrds } from './crds/gateway-api.ts';
import { istioCrds } from './crds/istio.ts';

export type Subresource = 'status' | 'scale';

/** A kind at one version, with all that serving it takes. */
export interface Kind {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  subresources: readonly Subresource[];
  schema: Schema;
  columns: readonly PrinterColumn[];
  served: boolean;
  /** True for the one version that objects are stored in. */
  storage: boolean;
  /** What the server says in a Warning header on every request for this version. */
  deprecationWarning?: string;
}

type Traits = Partial<
  Pick<Kind, 'shortNames' | 'categories' | 'namespaced' | 'subresources' | 'columns' | 'plural' | 'deprecationWarning'>
>;

function builtin(apiVersion: string, kind: string, traits: Traits): Kind {
  const [version, group = ''] = apiVersion.split('/').reverse();
  const singular = kind.toLowerCase();
  return {
    group,
    version: version!,
    kind,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    schema: linkedDefinition(definitionName({ apiVersion, kind })!),
    columns: [nameColumn, ageColumn],
    served: true,
    storage: true,
    ...traits,
  };
}

const workload = { categories: ['all'], subresources: ['status', 'scale'] } as const;

/** The kinds that the sandbox serves without any CustomResourceDefinition. */
export const builtinKinds: readonly Kind[] = [
  builtin('v1', 'Namespace', {
    shortNames: ['ns'],
    namespaced: false,
    subresources: ['status'],
    columns: namespaceColumns,
  }),
  builtin('v1', 'Service', {
    shortNames: ['svc'],
    categories: ['all'],
    subresources: ['status'],
    columns: serviceColumns,
  }),
  builtin('v1', 'ServiceAccount', { shortNames: ['sa'], columns: serviceAccountColumns }),
  builtin('v1', 'Pod', { shortNames: ['po'], categories: ['all'], subresources: ['status'], columns: podColumns }),
  builtin('v1', 'ConfigMap', { shortNames: ['cm'], columns: configMapColumns }),
  builtin('v1', 'Secret', { columns: secretColumns }),
  builtin('v1', 'Event', { shortNames: ['ev'], columns: eventColumns }),
  builtin('v1', 'Node', { shortNames: ['no'], namespaced: false, subresources: ['status'], columns: nodeColumns }),
  // Nothing here keeps to quotas or limits; `kubectl describe namespace` asks for them.
  builtin('v1', 'ResourceQuota', { shortNames: ['quota'], subresources: ['status'] }),
  builtin('v1', 'LimitRange', { shortNames: ['limits'] }),
  builtin('v1', 'Endpoints', {
    shortNames: ['ep'],
    plural: 'endpoints',
    columns: endpointsColumns,
    deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  builtin('apps/v1', 'Deployment', { ...workload, shortNames: ['deploy'], columns: deploymentColumns }),
  builtin('apps/v1', 'ReplicaSet', { ...workload, shortNames: ['rs'], columns: replicaSetColumns }),
  builtin('discovery.k8s.io/v1', 'EndpointSlice', { columns: endpointSliceColumns }),
  builtin('coordination.k8s.io/v1', 'Lease', { columns: leaseColumns }),
  builtin('events.k8s.io/v1', 'Event', { shortNames: ['ev'], columns: eventColumns }),
  builtin('authorization.k8s.io/v1', 'SelfSubjectAccessReview', { namespaced: false }),
  builtin('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    subresources: ['status'],
    columns: crdColumns,
  }),
];

/** What the scale of a workload is written as; it is served under its workload alone. */
export const scaleKind: Kind = builtin('autoscaling/v1', 'Scale', { columns: scaleColumns });

/** The apiVersion of a kind: `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;

/** True for a kind of Kubernetes itself, false for one that a CustomResourceDefinition declares. */
export const isBuiltin = (kind: Kind): boolean =>
  definitionName({ apiVersion: apiVersionOf(kind), kind: kind.kind }) !== undefined;

interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: object; scale?: object };
  additionalPrinterColumns?: PrinterColumn[];
}

/** The kinds that a CustomResourceDefinition declares, one a version. */
export function kindsOf(crd: KubeObject): Kind[] {
  const { group, names, scope, versions } = crd.spec;
  const of = (version: CrdVersion): Kind => ({
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    subresources: (['status', 'scale'] as const).filter((name) => version.subresources?.[name] !== undefined),
    schema: withObjectMeta(version.schema?.openAPIV3Schema ?? {}),
    columns: customColumns(version.additionalPrinterColumns),
    served: version.served,
    storage: version.storage,
    ...(version.deprecated ? { deprecationWarning: warningOf(version, group, names.kind) } : {}),
  });
  return (versions as CrdVersion[]).map(of);
}

function warningOf({ name, deprecationWarning }: CrdVersion, group: string, kind: string): string {
  return deprecationWarning ?? `${group}/${name} ${kind} is deprecated`;
}

const creation: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

function customColumns(declared: readonly PrinterColumn[] = [creation]): PrinterColumn[] {
  const withText = (column: PrinterColumn): PrinterColumn => ({
    description: `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    ...column,
  });
  return [nameColumn, ...declared.map(withText)];
}

/** The CustomResourceDefinitions of both routing APIs, as a cluster with Istio and the Gateway API has them. */
export function bundledCrds(): KubeObject[] {
  return [...gatewayApiCrds(), ...istioCrds()];
}
