import type { KubeObject } from '../../core/objects.ts';
import { unreadable } from '../objects/decode-problem.ts';
import { isMadeByUpdates } from '../objects/strategy.ts';
import { badRequest, invalid, methodNotAllowed } from '../store/api-error.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { unversioned } from '../store/prepare.ts';
import { requireName, requireVersion } from '../store/preconditions.ts';
import { addressed, inNamespace, invalidPatch, kindProblem, requireAppliedKind } from './addressing.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import { type Call, flag, type Reply } from './call.ts';
import { strictProblem, unknownFieldWarnings, untypedProblem } from './field-validation.ts';
import { applyType, decodeApply, decodePatch, type Patch, patched, quoted, requirePatchType } from './patch.ts';
import { shapeOf } from './shape.ts';
import { shaped } from './table.ts';
import { liveOf, missing, type ResourceTarget } from './target.ts';
import { forbidForce, requireManager, writeOptions } from './write-options.ts';

type StoredSubresource = 'status' | 'finalize';

/** The subresource as the registry knows it; ApiError 405 for one that cannot be written. */
function subresourceOf({ subresource }: ResourceTarget): { subresource?: StoredSubresource } {
  if (subresource === undefined) return {};
  if (subresource === 'status' || subresource === 'finalize') return { subresource };
  throw methodNotAllowed();
}

interface WriteAnswer {
  code: number;
  object: KubeObject;
  warnings: readonly string[];
}

function answer(call: Call, { kind }: ResourceTarget, { code, object, warnings }: WriteAnswer): Reply {
  return { code, body: shaped(kind, object, shapeOf(call, Date.now())), warnings };
}

async function sentObject(call: Call, target: ResourceTarget, { catalog }: ServerRegistry): Promise<KubeObject> {
  const body = await readBody(call.request);
  return addressed(await decodeObject(body, mediaType(call.request), target.kind), target, catalog);
}

export async function create(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  const options = writeOptions(call);
  const object = await sentObject(call, target, registry);
  const warnings = unknownFieldWarnings(object, target.kind, options.fieldValidation);
  return answer(call, target, { code: 201, object: registry.create(object, options), warnings });
}

export async function replace(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  const options = { ...writeOptions(call), ...subresourceOf(target) };
  const object = await sentObject(call, target, registry);
  requireName(object, target.name ?? '');
  const warnings = unknownFieldWarnings(object, target.kind, options.fieldValidation);
  const live = liveOf(target, registry);
  if (live) requireVersion(target.kind, object);
  else if (isMadeByUpdates(target.kind) && !target.subresource) {
    return answer(call, target, { code: 201, object: registry.create(unversioned(object), options), warnings });
  }
  return answer(call, target, { code: 200, object: registry.update(object, options), warnings });
}

export async function patch(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  const type = mediaType(call.request);
  requirePatchType(type, registry.catalog.isCustom(target.kind));
  const text = (await readBody(call.request)).toString('utf8');
  if (type === applyType) return applied(call, target, { registry, value: await decodeApply(text) });
  return merged(call, target, { registry, patch: decodePatch(type, text) });
}

function merged(
  call: Call,
  target: ResourceTarget,
  { registry, patch }: { registry: ServerRegistry; patch: Patch },
): Reply {
  forbidForce(call);
  const options = { ...writeOptions(call), ...subresourceOf(target) };
  const { kind, name = '' } = target;
  const live = liveOf(target, registry);
  if (!live) throw missing(target);
  const result = patched(live, patch, kind);
  const strict = options.fieldValidation === 'Strict' ? strictProblem(result, kind) : undefined;
  const problem = kindProblem(result, kind, registry.catalog) ?? unreadable(result, kind) ?? strict;
  if (problem !== undefined) throw invalidPatch(quoted(patch, result, kind), problem);
  const object = inNamespace(result, target);
  requireName(object, name);
  if (object.metadata.uid !== live.metadata.uid) throw otherUid(target, object);
  requireVersion(kind, object);
  const warnings = unknownFieldWarnings(object, kind, options.fieldValidation);
  return answer(call, target, { code: 200, object: registry.update(object, options), warnings });
}

function otherUid({ kind, name = '' }: ResourceTarget, { metadata }: KubeObject): Error {
  const message = `Invalid value: ${JSON.stringify(metadata.uid)}: field is immutable`;
  return invalid(kind, name, [{ reason: 'FieldValueInvalid', field: 'metadata.uid', message }]);
}

function applied(
  call: Call,
  target: ResourceTarget,
  { registry, value }: { registry: ServerRegistry; value: any },
): Reply {
  requireManager(call);
  const { kind, name = '' } = target;
  const { subresource } = subresourceOf(target);
  if (subresource === 'finalize') throw methodNotAllowed();
  const options = { ...writeOptions(call), ...(subresource ? { subresource } : {}), force: flag(call.query, 'force') };
  requireAppliedKind(value, kind);
  if (value.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  const untyped = untypedProblem(value, kind);
  if (untyped) throw untyped;
  const object = inNamespace(value, target);
  object.metadata.name ||= name;
  const { object: result, created } = registry.apply(object, { ...options, name });
  return answer(call, target, { code: created ? 201 : 200, object: result, warnings: [] });
}
