import { defined } from '../../core/defined.ts';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../core/objects.ts';
import { fromFieldsV1, isEmpty, toFieldsV1, without, withoutMember, type FieldSet } from './field-set.ts';
import type { Kind, Subresource } from './kinds.ts';
import { metadataKeptByStatus } from './strategy.ts';

/** One entry of managedFields, decoded. */
export interface Manager {
  entry: Omit<ManagedFieldsEntry, 'fieldsV1' | 'fieldsType'>;
  fields: FieldSet;
}

/** The managers of an object by identity: two entries of one identity never exist. */
export type Managers = Map<string, Manager>;

/** Who writes, and through which door. */
export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: Subresource;
}

/** What tells managers apart: for appliers not the version, so that a new version goes on where the old one stopped. */
export function identity({ manager, operation, apiVersion, subresource }: Manager['entry'] | Writer): string {
  return JSON.stringify([manager, operation, operation === 'Update' ? apiVersion : '', subresource ?? '']);
}

export function decodeManagers(entries: readonly ManagedFieldsEntry[]): Managers {
  const decode = ({ fieldsV1, fieldsType: _type, ...entry }: ManagedFieldsEntry): [string, Manager] => [
    identity(entry),
    { entry, fields: fromFieldsV1(fieldsV1) },
  ];
  return new Map(entries.map(decode));
}

/** The entries in the server's order: appliers first, then by time, then by name. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] {
  const sorted = [...managers.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return sorted.map(({ entry: { manager, operation, apiVersion, time, subresource }, fields }) => ({
    apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    manager,
    operation,
    ...defined({ subresource, time }),
  }));
}

const sortKey = ({ entry }: Manager) =>
  [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion, entry.subresource ?? ''].join('\0');

/** A time as managedFields carry it. */
export const timestamp = (now: number) => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

/** The object as the fields that managers own are read from it: without managedFields. */
export function ownable(object: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}

const namelessMembers = ['apiVersion', 'kind', 'metadata'].map((field) => [`f:${field}`]);
const systemFields = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
].map((field) => ['f:metadata', `f:${field}`]);

/** The set without the fields of metadata that nobody manages. */
export function withoutSystemFields(fields: FieldSet): FieldSet {
  return [...namelessMembers, ...systemFields].reduce(withoutMember, fields);
}

/** The set without the fields that a write through this door does not change, whatever it carries. */
export function withoutReset(fields: FieldSet, kind: Kind, subresource: Subresource | undefined): FieldSet {
  return resetFields(kind, subresource).reduce(without, fields);
}

function resetFields(kind: Kind, subresource: Subresource | undefined): string[][] {
  if (subresource === undefined) return kind.subresources.includes('status') ? [['f:status']] : [];
  if (subresource === 'scale') return [['f:status']];
  const kept = metadataKeptByStatus(kind)?.map((field) => ['f:metadata', `f:${field}`]);
  return [['f:spec'], ...(kept ?? [['f:metadata']])];
}

/** Drops the managers that own nothing. */
export function dropIdle(managers: Managers): void {
  for (const [id, { fields }] of managers) if (isEmpty(fields)) managers.delete(id);
}
