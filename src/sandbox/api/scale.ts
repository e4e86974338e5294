import type { KubeObject } from '../../core/objects.ts';
import { decodeProblem, unreadable } from '../objects/decode-problem.ts';
import { scaleKind } from '../objects/kinds.ts';
import { ApiError, badRequest, invalid, methodNotAllowed } from '../store/api-error.ts';
import { apiVersionOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { invalidPatch, requireAppliedKind, requireBuiltinKind } from './addressing.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import { type Call, flag, ok, type Reply } from './call.ts';
import { applyType, decodeApply, decodePatch, patched, requirePatchType } from './patch.ts';
import { shapeOf } from './shape.ts';
import { shaped } from './table.ts';
import { liveOf, missing, type ResourceTarget } from './target.ts';
import { requireManager, writeOptions } from './write-options.ts';

const scaleVersion = apiVersionOf(scaleKind);

/** The workload's replica count, as an autoscaling/v1 Scale. */
function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries<string>(spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: scaleKind.kind,
    apiVersion: scaleVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    // The real server leaves a zero out here.
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: selector.sort().join(',') },
  };
}

/** GET, PUT and PATCH of a workload's scale. Throws ApiError as the workload's own update would. */
export async function scale(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  if (!['GET', 'PUT', 'PATCH'].includes(call.method)) throw methodNotAllowed();
  const live = liveOf(target, registry);
  if (!live) throw missing(target);
  const scaled = call.method === 'GET' ? live : await written(call, target, { registry, live });
  return ok(shaped(scaleKind, scaleOf(scaled), shapeOf(call, Date.now())));
}

interface Scaling {
  registry: ServerRegistry;
  live: KubeObject;
}

async function written(call: Call, target: ResourceTarget, { registry, live }: Scaling): Promise<KubeObject> {
  const body = await readBody(call.request);
  const type = mediaType(call.request);
  if (call.method === 'PATCH') requirePatchType(type, false);
  if (type === applyType) return applied(call, live, { registry, value: await decodeApply(body.toString('utf8')) });
  const asked = call.method === 'PUT' ? await sent(body, type, registry) : merged(body.toString('utf8'), type, live);
  const replicas = asked.spec?.replicas ?? 0;
  if (replicas < 0) throw negative(target, replicas);
  const resourceVersion = asked.metadata?.resourceVersion || live.metadata.resourceVersion!;
  const object = { ...live, metadata: { ...live.metadata, resourceVersion }, spec: { ...live.spec, replicas } };
  return registry.update(object, { ...writeOptions(call), subresource: 'scale' });
}

async function sent(body: Buffer, type: string, { catalog }: ServerRegistry): Promise<KubeObject> {
  const object = (await decodeObject(body, type, scaleKind)) as KubeObject;
  requireBuiltinKind(object, scaleKind, catalog);
  const problem = decodeProblem(object, scaleKind);
  if (problem !== undefined) throw badRequest(problem);
  return object;
}

function merged(text: string, type: string, live: KubeObject): KubeObject {
  const object = patched(scaleOf(live), decodePatch(type, text), scaleKind);
  const problem = unreadable(object, scaleKind);
  if (problem !== undefined) throw invalidPatch(JSON.stringify(object), problem);
  return object;
}

/** Server-side apply: the workload's own, whose conflicts are told as those of the scale. */
function applied(
  call: Call,
  live: KubeObject,
  { registry, value }: { registry: ServerRegistry; value: any },
): KubeObject {
  requireManager(call);
  requireAppliedKind(value, scaleKind);
  const { apiVersion, kind, metadata } = live;
  const { name, namespace } = metadata;
  const object = { apiVersion, kind, metadata: { name, namespace }, spec: value.spec ?? {} } as KubeObject;
  const request = { ...writeOptions(call), subresource: 'scale', force: flag(call.query, 'force'), name } as const;
  try {
    return registry.apply(object, request).object;
  } catch (error) {
    throw error instanceof ApiError ? ofScale(error, apiVersion) : error;
  }
}

function ofScale({ status }: ApiError, apiVersion: string): ApiError {
  const told = JSON.stringify(status).replaceAll(`using ${apiVersion}`, `using ${scaleVersion}`);
  const { code, reason, message, details } = JSON.parse(told);
  return new ApiError(code, reason, message, details);
}

function negative({ name = '' }: ResourceTarget, replicas: number): Error {
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  return invalid(scaleKind, name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message }]);
}
