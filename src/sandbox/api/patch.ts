import jsonPatch, { type Operation } from 'fast-json-patch';
import mergePatch from 'json-merge-patch';
import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { PatchError } from '../objects/patch-error.ts';
import { strategicMerge } from '../objects/strategic-merge.ts';
import { ApiError, badRequest, unsupportedMediaType } from '../store/api-error.ts';

export const applyType = 'application/apply-patch+yaml';
const jsonPatchType = 'application/json-patch+json';
const mergePatchType = 'application/merge-patch+json';
const strategicType = 'application/strategic-merge-patch+json';

/** The patch formats that a kind takes. Custom kinds have no strategic merge: nothing tells how their lists merge. */
function patchTypes(custom: boolean): string[] {
  return [jsonPatchType, mergePatchType, ...(custom ? [] : [strategicType]), applyType];
}

export interface Patch {
  /** The media type of the request. */
  type: string;
  value: any;
}

/** Throws ApiError 415 for a patch format that the kind does not take. */
export function requirePatchType(type: string, custom: boolean): void {
  const types = patchTypes(custom);
  if (!types.includes(type)) throw unsupportedMediaType(types);
}

/** The live object with the patch applied; ApiError 400 for a malformed patch, 422 for one that does not fit the object. */
export function patched(live: KubeObject, patch: Patch, kind: Pick<Kind, 'schema'>): KubeObject {
  if (patch.type === jsonPatchType) return jsonPatched(live, patch.value);
  if (typeof patch.value !== 'object' || patch.value === null || Array.isArray(patch.value)) {
    throw badRequest('the body of a merge patch must be an object');
  }
  if (patch.type === strategicType) return strategicPatched(live, patch.value, kind);
  return mergePatch.apply(structuredClone(live), patch.value) as KubeObject;
}

function strategicPatched(live: KubeObject, patch: any, { schema }: Pick<Kind, 'schema'>): KubeObject {
  try {
    return strategicMerge(live as any, patch, schema) as unknown as KubeObject;
  } catch (error) {
    if (error instanceof PatchError) throw new ApiError(422, 'Invalid', error.message, {});
    throw error;
  }
}

const maxOperations = 10_000;

function jsonPatched(live: KubeObject, operations: unknown): KubeObject {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch must be a list of operations');
  if (operations.length > maxOperations) throw tooMany(operations.length);
  try {
    return jsonPatch.applyPatch(structuredClone(live), operations as Operation[], true).newDocument;
  } catch {
    const message = 'the server rejected our request due to an error in our request';
    throw new ApiError(422, 'Invalid', message, {});
  }
}

function tooMany(length: number): ApiError {
  const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${length}`;
  return new ApiError(413, 'RequestEntityTooLarge', message);
}
