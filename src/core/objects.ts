/** Kubernetes objects as plain data, and the questions that pure code may ask of a cluster through a dependency. */
import { defined } from './defined.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: JsonObject;
  subresource?: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** Any object of any kind; `Spec` and `Status` narrow where the caller knows the kind. */
export interface KubeObject<Spec = any, Status = any> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Spec;
  status?: Status;
  [field: string]: any;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** A kind at one version, as discovery knows it. */
export interface KindRef {
  /** `v1`, `apps/v1`, `gateway.networking.k8s.io/v1` … */
  apiVersion: string;
  kind: string;
}

/** One object's address. `namespace` is absent for kinds that live outside namespaces. */
export interface ObjectRef extends KindRef {
  name: string;
  namespace?: string;
}

export interface ListOptions {
  /** All namespaces where absent. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Reads of a cluster, as routing and planning code is given them. */
export interface Reader {
  /** The object, or undefined where the server answers NotFound for it or for its kind. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** The objects; empty where the kind is not served. */
  list(kind: KindRef, options?: ListOptions): Promise<KubeObject[]>;
  /** The served versions of a kind in the group, in the server's own order of preference; empty where it is not served. */
  servedVersions(group: string, kind: string): Promise<string[]>;
}

/** The reference of an object that is already at hand. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...defined({ namespace }) };
}

/** The group of an apiVersion; the empty string for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** An object's kind, namespace and name as messages write them: `Service istio-system/istio-ingressgateway`. */
export function titleOf({ kind, namespace, name }: ObjectRef): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** `tcproute/tcp-echo`, as kubectl names objects. */
export function refText({ kind, name }: ObjectRef): string {
  return `${kind.toLowerCase()}/${name}`;
}
