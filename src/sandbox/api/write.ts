import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { badRequest, methodNotAllowed } from '../store/api-error.ts';
import { apiVersionOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { decodeObject, mediaType, parse, readBody } from './body.ts';
import type { Call, Reply } from './call.ts';
import { requireDeclared, unknownFieldWarnings } from './field-validation.ts';
import { applyType, type Patch, patched, requirePatchType } from './patch.ts';
import { shapeOf } from './shape.ts';
import { shaped } from './table.ts';
import { missing, type Target } from './target.ts';
import { forbidForce, requireManager, writeOptions } from './write-options.ts';

type StoredSubresource = 'status' | 'finalize';

/** The subresource as the registry knows it; ApiError 405 for one that cannot be written. */
function subresourceOf({ subresource }: Target): { subresource?: StoredSubresource } {
  if (subresource === undefined) return {};
  if (subresource === 'status' || subresource === 'finalize') return { subresource };
  throw methodNotAllowed();
}

/** The object as the request addresses it; ApiError 400 where its body says otherwise. */
function addressed(sent: Record<string, any>, { kind, namespace, name }: Target): KubeObject {
  const apiVersion = apiVersionOf(kind);
  const given = sent.apiVersion || apiVersion;
  if (given !== apiVersion) {
    throw badRequest(`the API version in the data (${given}) does not match the expected API version (${apiVersion})`);
  }
  if ((sent.kind || kind.kind) !== kind.kind) throw badRequest(wrongKind(sent.kind, kind));
  const metadata = { ...sent.metadata };
  if (namespace === undefined) delete metadata.namespace;
  else if (metadata.namespace && metadata.namespace !== namespace)
    throw badRequest(wrongNamespace(metadata.namespace, namespace, name));
  else metadata.namespace = namespace;
  return { ...sent, apiVersion, kind: kind.kind, metadata };
}

function wrongKind(given: string, { kind, version }: Kind): string {
  return `${given} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: the kinds differ`;
}

function wrongNamespace(given: string, expected: string, name: string | undefined): string {
  if (name === undefined)
    return 'the namespace of the provided object does not match the namespace sent on the request';
  return `the namespace of the object (${given}) does not match the namespace on the request (${expected})`;
}

function requireName({ metadata }: KubeObject, name: string): void {
  if (!metadata.name)
    throw badRequest('the name of the object (based on URL) was undeterminable: name must be provided');
  if (metadata.name === name) return;
  throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}

interface Answer {
  code: number;
  object: KubeObject;
  warnings: readonly string[];
}

function answer(call: Call, { kind }: Target, { code, object, warnings }: Answer): Reply {
  return { code, body: shaped(kind, object, shapeOf(call, Date.now())), warnings };
}

export async function create(call: Call, target: Target, registry: ServerRegistry): Promise<Reply> {
  const options = writeOptions(call);
  const object = addressed(await decodeObject(await readBody(call.request), mediaType(call.request)), target);
  const warnings = unknownFieldWarnings(object, target.kind, options.fieldValidation);
  return answer(call, target, { code: 201, object: registry.create(object, options), warnings });
}

export async function replace(call: Call, target: Target, registry: ServerRegistry): Promise<Reply> {
  const options = { ...writeOptions(call), ...subresourceOf(target) };
  const object = addressed(await decodeObject(await readBody(call.request), mediaType(call.request)), target);
  requireName(object, target.name ?? '');
  const warnings = unknownFieldWarnings(object, target.kind, options.fieldValidation);
  return answer(call, target, { code: 200, object: registry.update(object, options), warnings });
}

export async function patch(call: Call, target: Target, registry: ServerRegistry): Promise<Reply> {
  const type = mediaType(call.request);
  requirePatchType(type, registry.catalog.isCustom(target.kind));
  const value = await parse((await readBody(call.request)).toString('utf8'));
  return type === applyType
    ? applied(call, target, { registry, value })
    : merged(call, target, { registry, patch: { type, value } });
}

function merged(call: Call, target: Target, { registry, patch }: { registry: ServerRegistry; patch: Patch }): Reply {
  forbidForce(call);
  const options = { ...writeOptions(call), ...subresourceOf(target) };
  const { kind, name = '', namespace } = target;
  const live = registry.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, name, namespace);
  if (!live) throw missing(target);
  const object = addressed(patched(live, patch, kind), target);
  requireName(object, name);
  const warnings = unknownFieldWarnings(object, kind, options.fieldValidation);
  return answer(call, target, { code: 200, object: registry.update(object, options), warnings });
}

function applied(call: Call, target: Target, { registry, value }: { registry: ServerRegistry; value: any }): Reply {
  requireManager(call);
  const force = ['1', 'true'].includes(call.query.get('force') ?? '');
  const { subresource } = subresourceOf(target);
  if (subresource === 'finalize') throw methodNotAllowed();
  const options = { ...writeOptions(call), ...(subresource ? { subresource } : {}), force };
  if (!value?.apiVersion || !value.kind) throw badRequest('apiVersion and kind must be set in an apply patch');
  const object = addressed(value, target);
  object.metadata.name ||= target.name ?? '';
  requireName(object, target.name ?? '');
  if (object.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil');
  requireDeclared({ ...value, metadata: { name: '', ...value.metadata } }, target.kind);
  const { object: result, created } = registry.apply(object, options);
  return answer(call, target, { code: created ? 201 : 200, object: result, warnings: [] });
}
