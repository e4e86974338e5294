import { isDeepStrictEqual } from 'node:util';
import { defined } from '../../core/defined.ts';
import type { KubeObject, ObjectMeta } from '../../core/objects.ts';
import { withDefaults } from '../objects/defaults.ts';
import type { Kind } from '../objects/kinds.ts';
import { decodeProblem } from '../objects/decode-problem.ts';
import { countsGenerations, generationBasis, metadataKeptByStatus } from '../objects/strategy.ts';
import { type FieldError, invalidFields, prune } from '../objects/validate.ts';
import { forbidden } from '../objects/validation/field-error.ts';
import { badRequest, invalid } from './api-error.ts';
import { apiVersionOf } from './catalog.ts';

/** The time as objects carry it: RFC 3339 in whole seconds. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/**
 * The object as a server with this kind's schema would decode it: unknown fields gone, defaults in place.
 * Throws ApiError 400 where a field of a built-in kind is of another type.
 */
export function decoded(object: KubeObject, kind: Kind): KubeObject {
  const problem = decodeProblem(object, kind);
  if (problem !== undefined) throw badRequest(problem);
  return withDefaults(prune(structuredClone(object), kind.schema), kind);
}

/** The object without the version that it was read at, of which a write that creates takes no notice. */
export function unversioned(object: KubeObject): KubeObject {
  const { resourceVersion: _read, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The object at the version of another. */
export function atVersionOf(object: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...defined({ resourceVersion }) } };
}

/** The object without a status, where that is written on its own. */
export function withoutStatus(object: KubeObject, { subresources }: Kind): KubeObject {
  if (!subresources.includes('status')) return object;
  const { status: _alone, ...rest } = object;
  return rest;
}

/** The object as it will first be stored, with the metadata that only the server sets. Nothing is validated yet. */
export function asCreated(object: KubeObject, kind: Kind, identity: { uid: string; now: string }): KubeObject {
  const { resourceVersion: _r, deletionTimestamp: _d, deletionGracePeriodSeconds: _g, ...metadata } = object.metadata;
  const next: KubeObject = { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
  next.metadata = { ...metadata, uid: identity.uid, creationTimestamp: identity.now };
  if (countsGenerations(kind)) next.metadata.generation = 1;
  else delete next.metadata.generation;
  return next;
}

/** Metadata that an update can never change. */
function serverMetadata(live: ObjectMeta): Partial<ObjectMeta> {
  const { namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = live;
  const fixed = { namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds };
  return Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined));
}

/** What an update sent to the object, or to its status alone, makes of the live one. Generation grows with what its kind counts. */
export function asUpdated(live: KubeObject, sent: KubeObject, kind: Kind, subresource?: string): KubeObject {
  if (subresource === 'status') {
    const metadata = metadataWithStatus(live, sent, kind);
    return withStatus({ ...live, apiVersion: sent.apiVersion, metadata }, sent.status);
  }
  const metadata = updatedMetadata(live.metadata, sent.metadata);
  const next = { ...sent, metadata };
  const result = kind.subresources.includes('status') ? withStatus(next, live.status) : next;
  const isNext = !isDeepStrictEqual(generationBasis(result, kind), generationBasis(live, kind));
  if (metadata.generation !== undefined && isNext) metadata.generation += 1;
  return result;
}

function updatedMetadata(live: ObjectMeta, sent: ObjectMeta): ObjectMeta {
  const { deletionTimestamp: _d, deletionGracePeriodSeconds: _g, generation: _n, ...rest } = sent;
  return { ...rest, name: live.name, ...serverMetadata(live) };
}

/** A write to the status of a built-in kind may change metadata as well. */
function metadataWithStatus({ metadata: live }: KubeObject, { metadata: sent }: KubeObject, kind: Kind): ObjectMeta {
  const kept = metadataKeptByStatus(kind);
  if (!kept) return { ...live, ...pick(sent, ['managedFields']) };
  const changed = Object.entries(updatedMetadata(live, sent)).filter(([name]) => !kept.some((field) => field === name));
  return { ...(Object.fromEntries(changed) as unknown as ObjectMeta), ...pick(live, kept) };
}

function pick(metadata: ObjectMeta, fields: readonly (keyof ObjectMeta)[]): Partial<ObjectMeta> {
  return Object.fromEntries(fields.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]])));
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  const { status: _replaced, ...rest } = object;
  return status === undefined ? rest : { ...rest, status };
}

/** Whether a write changes nothing that a reader could see, apart from the times in managedFields. */
export function isUnchanged(live: KubeObject, next: KubeObject): boolean {
  return isDeepStrictEqual(comparable(live), comparable(next));
}

function comparable(object: KubeObject): KubeObject {
  const { resourceVersion: _r, managedFields = [], ...metadata } = object.metadata;
  const owners = managedFields.map(({ time: _t, ...entry }) => entry);
  return { ...object, apiVersion: '', metadata: { ...metadata, managedFields: owners } };
}

/** Throws ApiError 422 with every field that is wrong. */
export function requireValid(object: KubeObject, kind: Kind, before?: KubeObject): void {
  const errors = [...invalidFields(object, kind, before), ...finalizerErrors(object, before)];
  if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
}

/** An object on its way out takes no new finalizers. */
function finalizerErrors(object: KubeObject, before: KubeObject | undefined): FieldError[] {
  if (before?.metadata.deletionTimestamp === undefined) return [];
  const known = before.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter((finalizer) => !known.includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  return [
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    ),
  ];
}
