import type { KubeObject } from '../../core/objects.ts';
import { badRequest, invalid } from '../store/api-error.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import { type Call, ok, type Reply } from './call.ts';
import { decodePatch, patched, requirePatchType } from './patch.ts';
import { liveOf, missing, type Target } from './target.ts';
import { writeOptions } from './write-options.ts';

const scaleKind = { group: 'autoscaling', kind: 'Scale' };

/** The workload's replica count, as an autoscaling/v1 Scale. */
function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries<string>(spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    // The real server leaves a zero out here.
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: selector.sort().join(',') },
  };
}

/** GET, PUT and PATCH of a workload's scale. Throws ApiError as the workload's own update would. */
export async function scale(call: Call, target: Target, registry: ServerRegistry): Promise<Reply> {
  const live = liveOf(target, registry);
  if (!live) throw missing(target);
  if (call.method === 'GET') return ok(scaleOf(live));
  const asked = await askedScale(call, live);
  const replicas = asked.spec?.replicas ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest('spec.replicas must be an integer');
  if (replicas < 0) throw negative(target, replicas);
  const metadata = {
    ...live.metadata,
    resourceVersion: asked.metadata?.resourceVersion || live.metadata.resourceVersion!,
  };
  const object = { ...live, metadata, spec: { ...live.spec, replicas } };
  return ok(scaleOf(registry.update(object, { ...writeOptions(call), subresource: 'scale' })));
}

async function askedScale(call: Call, live: KubeObject): Promise<Record<string, any>> {
  const body = await readBody(call.request);
  const type = mediaType(call.request);
  if (call.method === 'PUT') return decodeObject(body, type, scaleKind);
  requirePatchType(type, true);
  const schema = { type: 'object' } as const;
  return patched(scaleOf(live), decodePatch(type, body.toString('utf8')), { schema });
}

function negative({ name = '' }: Target, replicas: number): Error {
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  return invalid(scaleKind, name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message }]);
}
