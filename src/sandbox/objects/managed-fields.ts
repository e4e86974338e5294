import type { KubeObject, ManagedFieldsEntry } from '../../core/objects.ts';
import { blank } from './blank.ts';
import { changed, compare } from './compare.ts';
import { difference, emptySet, intersection, isEmpty, union, type FieldSet } from './field-set.ts';
import type { Kind, Subresource } from './kinds.ts';
import {
  decodeManagers,
  dropIdle,
  encodeManagers,
  identity,
  ownable,
  timestamp,
  withoutReset,
  withoutSystemFields,
  type Managers,
  type Writer,
} from './managers.ts';

export interface TrackedUpdate {
  /** The object before the write; undefined where the write creates it. */
  before?: KubeObject | undefined;
  after: KubeObject;
  kind: Kind;
  manager: string;
  /** Milliseconds since the epoch. */
  now: number;
  subresource?: Subresource | undefined;
}

/** Entries of updates that an object keeps; the oldest beyond that are folded into one. */
const maxUpdaters = 10;

/**
 * The object after a create, update or patch, with managedFields that say who changed what: the fields that the write added or changed
 * belong to its manager from now on, and to nobody else.
 */
export function trackUpdate(update: TrackedUpdate): KubeObject {
  const { before, after, kind, manager, now, subresource } = update;
  const writer: Writer = {
    manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    ...(subresource ? { subresource } : {}),
  };
  const managers = startingManagers(update);
  // An object that was made to forget its managers stays so until the next apply.
  if (managers.size === 0 && before) return withManagedFields(after, []);
  const comparison = compare(before ? ownable(before) : blank(kind), ownable(after), kind.schema);
  const [taken, gone] = [
    withoutReset(changed(comparison, 'added', 'modified'), kind, subresource),
    withoutReset(changed(comparison, 'removed'), kind, subresource),
  ];
  release(managers, taken, gone);
  const own = withoutSystemFields(taken);
  if (!isEmpty(own)) {
    const previous = managers.get(identity(writer))?.fields ?? emptySet;
    managers.set(identity(writer), { entry: { ...writer, time: timestamp(now) }, fields: union(previous, own) });
  }
  foldOldest(managers);
  return withManagedFields(after, encodeManagers(managers));
}

/** The managers that the client sent, unless it sent none or wrote to a subresource: then those of the object before. */
function startingManagers({ before, after, subresource }: TrackedUpdate): Managers {
  const sent = subresource ? undefined : after.metadata.managedFields;
  if (sent && isReset(sent)) return new Map();
  return decodeManagers(sent ?? before?.metadata.managedFields ?? []);
}

const isReset = (entries: readonly ManagedFieldsEntry[]) =>
  entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]!).length === 0);

function release(managers: Managers, taken: FieldSet, gone: FieldSet): void {
  for (const manager of managers.values()) {
    manager.fields = difference(difference(manager.fields, intersection(manager.fields, taken)), gone);
  }
  dropIdle(managers);
}

function foldOldest(managers: Managers): void {
  const updaters = [...managers].filter(([, { entry }]) => entry.operation === 'Update');
  const byAge = updaters.sort(([, a], [, b]) => ((a.entry.time ?? '') < (b.entry.time ?? '') ? -1 : 1));
  const old = byAge.slice(0, Math.max(0, updaters.length - maxUpdaters + 1));
  if (old.length < 2) return;
  for (const [id] of old) managers.delete(id);
  const last = old.at(-1)![1];
  const writer: Writer = { manager: 'ancient-changes', operation: 'Update', apiVersion: last.entry.apiVersion };
  const fields = old.reduce((all, [, each]) => union(all, each.fields), emptySet);
  managers.set(identity(writer), { entry: { ...last.entry, ...writer }, fields });
}

/** The object with these managedFields; without any where there are none. */
export function withManagedFields(object: KubeObject, entries: ManagedFieldsEntry[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata };
}
