import type { Json, KubeObject } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import type { Kind } from '../objects/kinds.ts';

export interface FieldError {
  reason: string;
  field: string;
  message: string;
}

export interface ApplyConflict {
  manager: string;
  fields: string[];
  message: string;
}

interface Tracked {
  kind: Kind;
  manager: string;
  now: string;
  subresource?: string;
}

type Tree = { [field: string]: Json };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One tree laid over another. */
export function overlaid(base: Tree, top: Tree): Tree {
  const result = { ...base };
  for (const [field, value] of Object.entries(top)) {
    const under = base[field];
    result[field] = isTree(value) && isTree(under) ? overlaid(under, value) : value;
  }
  return result;
}

export function serverSideApply(
  request: Tracked & { live: KubeObject | undefined; applied: KubeObject; force: boolean },
): {
  object: KubeObject;
  conflicts: ApplyConflict[];
} {
  return { object: overlaid(request.live ?? {}, request.applied as Tree) as KubeObject, conflicts: [] };
}

export function trackUpdate(request: Tracked & { before: KubeObject | undefined; after: KubeObject }): KubeObject {
  return request.after;
}

export function withDefaults(object: KubeObject, _kind: Kind): KubeObject {
  return object;
}

export function prune(object: KubeObject, _schema: Schema): KubeObject {
  return object;
}

export function invalidFields(_object: KubeObject, _kind: Kind, _before?: KubeObject): FieldError[] {
  return [];
}

export function unknownFields(_object: KubeObject, _schema: Schema): string[] {
  return [];
}

export function strategicMerge(live: object, patch: object, _schema: Schema): object {
  return overlaid(live as Tree, patch as Tree);
}

export function openApiIndex(_kinds: readonly Kind[]): object {
  return { paths: {} };
}

export function openApiDocument(_group: string, _version: string, _kinds: readonly Kind[]): object {
  return {};
}
