import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../core/objects.ts';

/** Whether a live value has all that was asked for; the server may have added fields of its own. */
export function contains(live: unknown, asked: unknown): boolean {
  if (typeof asked !== 'object' || asked === null) return Object.is(live, asked);
  if (typeof live !== 'object' || live === null) return false;
  if (Array.isArray(asked) && (!Array.isArray(live) || live.length !== asked.length)) return false;
  return Object.entries(asked).every(([key, value]) => contains((live as Record<string, unknown>)[key], value));
}

/** Whether two states of an object differ in nothing but the version that the server counts. */
export function sameContent(left: KubeObject | undefined, right: KubeObject): boolean {
  return left !== undefined && isDeepStrictEqual(withoutVersion(left), withoutVersion(right));
}

export function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}
