import type { Json, KubeObject } from '../../core/objects.ts';
import { findings } from '../../schema/findings.ts';
import { fieldSchema, keepsUnknown, type Schema } from '../../schema/schema.ts';
import { isBuiltin, type Kind } from './kinds.ts';
import { isFields } from './shape.ts';
import { celErrors } from './validation/cel.ts';
import { configMapErrors, secretErrors } from './validation/data.ts';
import { crdErrors } from './validation/crd.ts';
import { endpointsErrors, endpointSliceErrors } from './validation/endpoints.ts';
import { eventErrors } from './validation/event.ts';
import { invalidWhole, type FieldError } from './validation/field-error.ts';
import { leaseErrors } from './validation/lease.ts';
import { metadataErrors } from './validation/metadata.ts';
import { schemaErrors } from './validation/schema-errors.ts';
import { serviceErrors } from './validation/service.ts';
import { podErrors, workloadErrors } from './validation/workloads.ts';

export type { FieldError } from './validation/field-error.ts';

type Check = (object: Record<string, any>, before?: Record<string, any>) => FieldError[];

const builtinChecks: Record<string, Check | undefined> = {
  ' ConfigMap': configMapErrors,
  ' Endpoints': endpointsErrors,
  ' Event': eventErrors,
  ' Secret': secretErrors,
  ' Service': serviceErrors,
  ' Pod': podErrors,
  'apps Deployment': workloadErrors,
  'apps ReplicaSet': workloadErrors,
  'discovery.k8s.io EndpointSlice': endpointSliceErrors,
  'coordination.k8s.io Lease': leaseErrors,
  'apiextensions.k8s.io CustomResourceDefinition': crdErrors,
};

/**
 * Everything for which the API server would answer 422, in its words; empty where the object is valid.
 * @param object with defaults filled in and unknown fields gone
 * @param before the object that the write replaces; undefined on create
 */
export function invalidFields(object: KubeObject, kind: Kind, before?: KubeObject): FieldError[] {
  const metadata = metadataErrors(object, kind, before);
  if (!isBuiltin(kind)) return customErrors(object, kind.schema, { metadata, before });
  const check = builtinChecks[`${kind.group} ${kind.kind}`];
  const unsupported = schemaErrors(object, kind.schema).filter(({ reason }) => reason === 'FieldValueNotSupported');
  return [...metadata, ...unsupported, ...(check?.(object, before) ?? [])];
}

const blocking = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const unchecked =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

interface Known {
  /** What is wrong with the metadata. */
  metadata: FieldError[];
  before: KubeObject | undefined;
}

function customErrors(object: KubeObject, schema: Schema, { metadata, before }: Known): FieldError[] {
  const { metadata: _, ...own } = schema.properties ?? {};
  const errors = [...metadata, ...schemaErrors(object, { ...schema, properties: { ...own, metadata: anything } })];
  if (errors.some(({ reason }) => blocking.has(reason))) {
    return [...errors, { ...invalidWhole('<nil>', unchecked), message: `Invalid value: null: ${unchecked}` }];
  }
  return [...errors, ...celErrors(object, schema, before)];
}

const anything: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** The paths of the fields that the schema does not know, such as `spec.ruls`, in the order of the object. */
export function unknownFields(object: KubeObject, schema: Schema): string[] {
  return findings(object, schema)
    .filter(({ rule }) => rule === 'unknown')
    .map(({ path }) => path);
}

/** A copy of the object without the fields that the schema does not know. */
export function prune(object: KubeObject, schema: Schema): KubeObject {
  return pruned(object, schema) as unknown as KubeObject;
}

function pruned(value: Json, schema: Schema | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item, schema?.items));
  if (!isFields(value) || !schema) return value;
  const isOpen = keepsUnknown(schema) || (schema.type === undefined && schema.properties === undefined);
  const kept = Object.entries(value).filter(([name]) => isOpen || fieldSchema(schema, name));
  return Object.fromEntries(kept.map(([name, child]) => [name, pruned(child, fieldSchema(schema, name))]));
}
