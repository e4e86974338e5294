import type { Json, KubeObject } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { blank } from './blank.ts';
import { changed, compare, equal } from './compare.ts';
import { difference, emptySet, intersection, isEmpty, pathsOf, union, type FieldSet } from './field-set.ts';
import type { Kind, Subresource } from './kinds.ts';
import { fieldsAppliedByClient, kubectlManager, withLastApplied } from './last-applied.ts';
import { withManagedFields } from './managed-fields.ts';
import {
  decodeManagers,
  dropIdle,
  encodeManagers,
  identity,
  ownable,
  timestamp,
  withoutReset,
  withoutSystemFields,
  type Manager,
  type Managers,
  type Writer,
} from './managers.ts';
import { merge } from './merge.ts';
import { fieldsOf, removeFields, withNamedFields } from './owned-fields.ts';

export interface ServerSideApply {
  /** The object as it is; undefined where the apply creates it. */
  live?: KubeObject | undefined;
  applied: KubeObject;
  kind: Kind;
  manager: string;
  /** Take fields that others own. */
  force: boolean;
  /** Milliseconds since the epoch. */
  now: number;
  subresource?: Subresource | undefined;
}

/** Fields that one other manager owns and the apply wants different. */
export interface ApplyConflict {
  manager: string;
  /** Paths such as `.spec.rules`. */
  fields: string[];
  /** As the API server words the cause of each field. */
  message: string;
}

export interface ApplyResult {
  /** The object after the apply, managedFields included; the live one, untouched, where there are conflicts. */
  object: KubeObject;
  conflicts: ApplyConflict[];
}

/**
 * Server-side apply: lays the applied object over the live one, takes away what this manager applied before and does no longer, and
 * records who owns what. Algorithm: `Updater.Apply` of sigs.k8s.io/structured-merge-diff v6.
 */
export function serverSideApply(apply: ServerSideApply): ApplyResult {
  const { live, applied, kind, now } = apply;
  const managers = managersBefore(apply);
  const before = live ? ownable(live) : {};
  const mine = takeOver(managers, apply);
  const merged = merge(before, ownable(applied), kind.schema) as Json;
  const after = prune(merged, mine.last, { managers, schema: kind.schema });
  const contested = resolve(managers, mine.id, { apply, before, after });
  if (contested.length > 0) return { object: live!, conflicts: contested.map(conflictOf) };

  const isChanged = !live || !equal(before, after);
  mine.manager.fields = withoutSystemFields(mine.manager.fields);
  // An apply that changes nothing keeps its time, so that the object stays the same to the last field.
  if (isChanged) mine.manager.entry.time = timestamp(now);
  dropIdle(managers);
  const object = withManagedFields(isChanged ? (after as unknown as KubeObject) : live, encodeManagers(managers));
  return { object: apply.manager === kubectlManager ? withLastApplied(object, applied) : object, conflicts: [] };
}

/** Makes the applying manager the owner of what it applies; `last` is what it owned before. */
function takeOver(managers: Managers, { applied, kind, manager, subresource }: ServerSideApply) {
  const writer: Writer = {
    manager,
    operation: 'Apply',
    apiVersion: applied.apiVersion,
    ...(subresource ? { subresource } : {}),
  };
  const id = identity(writer);
  const before = managers.get(id);
  const fields = withoutReset(fieldsOf(ownable(applied), kind.schema), kind, subresource);
  const mine: Manager = { entry: { ...before?.entry, ...writer }, fields };
  managers.set(id, mine);
  return { id, manager: mine, last: before?.fields ?? emptySet };
}

interface Transition {
  apply: ServerSideApply;
  before: Json;
  after: Json;
}

/** Takes the changed and removed fields from the other managers; without force, nothing where others own what changed: then that is returned. */
function resolve(managers: Managers, id: string, { apply, before, after }: Transition): Manager[] {
  const { kind, subresource, force } = apply;
  const comparison = compare(before, after, kind.schema);
  const taken = withoutReset(changed(comparison, 'added', 'modified'), kind, subresource);
  const gone = withoutReset(changed(comparison, 'removed'), kind, subresource);
  const others = [...managers].filter(([other]) => other !== id).map(([, manager]) => manager);
  const allowed = fieldsToTakeOver(apply);
  const contested = others
    .map(({ entry, fields }) => ({ entry, fields: difference(intersection(fields, taken), allowed) }))
    .filter(({ fields }) => !isEmpty(fields));
  if (contested.length > 0 && !force) return contested;
  for (const other of others) other.fields = difference(difference(other.fields, taken), gone);
  return [];
}

/** What kubectl may take without force: the fields that it applied itself, from the client's side. */
function fieldsToTakeOver({ live, kind, manager }: ServerSideApply): FieldSet {
  return live && manager === kubectlManager ? fieldsAppliedByClient(live, kind) : emptySet;
}

/** The live object's managers; whatever an object without any holds counts as one earlier update. */
function managersBefore({ live, kind, now }: ServerSideApply): Managers {
  const managers = decodeManagers(live?.metadata.managedFields ?? []);
  if (!live || managers.size > 0) return managers;
  const writer: Writer = { manager: 'before-first-apply', operation: 'Update', apiVersion: live.apiVersion };
  const found = changed(compare(blank(kind), ownable(live), kind.schema), 'added');
  const fields = withoutSystemFields(withoutReset(found, kind, undefined));
  return isEmpty(fields)
    ? managers
    : managers.set(identity(writer), { entry: { ...writer, time: timestamp(now) }, fields });
}

interface Ownership {
  managers: Managers;
  schema: Schema;
}

/** The merged value without what this manager applied last time, unless it or anybody else owns it now. */
function prune(merged: Json, last: FieldSet, { managers, schema }: Ownership): Json {
  if (isEmpty(last)) return merged;
  const named = (set: FieldSet) => withNamedFields(set, schema);
  const fieldsIn = (value: Json) => named(fieldsOf(value, schema));
  const without = (set: FieldSet) => removeFields(merged, set, schema);
  const owned = [...managers.values()].reduce((all, { fields }) => union(all, fields), emptySet);
  const all = fieldsIn(merged);
  const stripped = without(named(last));
  const withOwned = without(difference(all, union(fieldsIn(stripped), named(owned))));
  // Fields that nobody owns stay, unless they were this manager's.
  return without(intersection(difference(all, fieldsIn(withOwned)), named(last)));
}

function conflictOf({ entry, fields }: Manager): ApplyConflict {
  return { manager: entry.manager, fields: pathsOf(fields), message: `conflict with ${managerText(entry)}` };
}

function managerText({ manager, operation, apiVersion, subresource }: Manager['entry']): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  return operation === 'Apply' ? name : `${name} using ${apiVersion}`;
}

/** The message of the Status that answers an apply with conflicts. */
export function conflictMessage(conflicts: readonly ApplyConflict[]): string {
  const count = conflicts.reduce((sum, { fields }) => sum + fields.length, 0);
  const only = conflicts[0];
  if (count === 1 && only) return `Apply failed with 1 conflict: ${only.message}: ${only.fields[0]}`;
  const blocks = conflicts
    .toSorted((a, b) => (a.message < b.message ? -1 : 1))
    .map(({ message, fields }) => [
      message.replace(/^conflict /, 'conflicts ') + ':',
      ...fields.map((field) => `- ${field}`),
    ]);
  return `Apply failed with ${count} conflicts: ${blocks.flat().join('\n')}`;
}
