import jsonPatch, { type Operation } from 'fast-json-patch';
import mergePatch from 'json-merge-patch';
import type { KubeObject } from '../../core/objects.ts';
import { isBuiltin, type Kind } from '../objects/kinds.ts';
import { inOrder } from '../objects/go-json.ts';
import { goText, PatchError } from '../objects/patch-error.ts';
import { strategicMerge } from '../objects/strategic-merge.ts';
import { ApiError, badRequest, unsupportedMediaType } from '../store/api-error.ts';
import { parse, parseJson } from './body.ts';

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
  if (types.includes(type)) return;
  throw custom
    ? unsupportedMediaType(types)
    : new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** A patch from its text; ApiError 400 where that is none of this type. */
export function decodePatch(type: string, text: string): Patch {
  const value = decoded(text);
  const isList = Array.isArray(value);
  if (type === jsonPatchType && !isList) throw undecodable('object', '[]handlers.jsonPatchOp');
  if (type !== jsonPatchType && (isList || typeof value !== 'object' || value === null)) {
    throw undecodable(isList ? 'array' : typeof value, 'map[string]interface {}');
  }
  return { type, value };
}

function decoded(text: string): any {
  try {
    return parseJson(text, '');
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function undecodable(found: string, wanted: string): ApiError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type ${wanted}`);
}

/** The object of a server-side apply from its text; ApiError 400 where that is no YAML. */
export async function decodeApply(text: string): Promise<any> {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${(error as Error).message}`);
  }
}

/** The live object with the patch applied; ApiError 422 or 500 for one that does not fit the object. */
export function patched(live: KubeObject, { type, value }: Patch, kind: Pick<Kind, 'schema'>): KubeObject {
  if (type === jsonPatchType) return jsonPatched(live, value);
  if (type === strategicType) return strategicPatched(live, value, kind);
  return mergePatch.apply(structuredClone(live), value) as KubeObject;
}

/** What a refusal quotes: a strategic patch itself, and of any other what it made of the object. */
export function quoted({ type, value }: Patch, result: KubeObject, kind: Kind): string {
  if (type === strategicType) return goText(value);
  // Only the outermost fields of a built-in kind pass through a map of Go's.
  return JSON.stringify(inOrder(result, isBuiltin(kind) ? 1 : Infinity));
}

function strategicPatched(live: KubeObject, patch: any, { schema }: Pick<Kind, 'schema'>): KubeObject {
  try {
    return strategicMerge(live as any, patch, schema) as unknown as KubeObject;
  } catch (error) {
    if (error instanceof PatchError) throw new ApiError(500, '', error.message);
    throw error;
  }
}

const maxOperations = 10_000;

function jsonPatched(live: KubeObject, operations: Operation[]): KubeObject {
  if (operations.length > maxOperations) throw tooMany(operations.length);
  const document = structuredClone(live);
  try {
    for (const operation of operations) jsonPatch.applyOperation(document, lenient(document, operation), true);
    return document;
  } catch {
    const message = 'the server rejected our request due to an error in our request';
    throw new ApiError(422, 'Invalid', message, {});
  }
}

/** The real server takes the replacement of a field that is not there for its addition. */
function lenient(document: KubeObject, operation: Operation): Operation {
  if (operation.op !== 'replace') return operation;
  const missing = jsonPatch.getValueByPointer(document, operation.path) === undefined;
  return missing ? { ...operation, op: 'add' } : operation;
}

function tooMany(length: number): ApiError {
  const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${length}`;
  return new ApiError(413, 'RequestEntityTooLarge', message);
}
