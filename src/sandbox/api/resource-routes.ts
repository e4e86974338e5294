import { methodNotAllowed, noSuchResource } from '../store/api-error.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { review } from './access.ts';
import { isReview } from './api-resources.ts';
import { type Call, flag, type Handler, type Reply } from './call.ts';
import { deleteMany, deleteOne } from './delete.ts';
import { isAdministrator } from './identity.ts';
import { list } from './list.ts';
import { mediaType } from './body.ts';
import { requirePatchType } from './patch.ts';
import { warn } from './reply.ts';
import { scale } from './scale.ts';
import { shapeOf } from './shape.ts';
import { noContainers, podStreams } from './streams.ts';
import { shaped } from './table.ts';
import { liveOf, missing, type PathParameters, type ResourceTarget, targetOf } from './target.ts';
import { watch, type WatchSettings } from './watch.ts';
import { create, patch, replace } from './write.ts';

/** The paths of resources, under /api and under /apis/:group. */
const patterns = [
  '/:version/:plural',
  '/:version/:plural/:name',
  '/:version/:plural/:name/:subresource',
  '/:version/namespaces/:namespace/:plural',
  '/:version/namespaces/:namespace/:plural/:name',
  '/:version/namespaces/:namespace/:plural/:name/:subresource',
];
export const resourcePaths = ['/api', '/apis/:group'].flatMap((root) => patterns.map((pattern) => root + pattern));

function get(call: Call, target: ResourceTarget, { registry, settings }: ResourceServing): Reply {
  const object = liveOf(target, registry);
  if (!object) throw missing(target);
  return { code: 200, body: shaped(target.kind, object, shapeOf(call, settings.now())) };
}

interface ResourceServing {
  registry: ServerRegistry;
  settings: WatchSettings;
}

function collection(call: Call, target: ResourceTarget, serving: ResourceServing): Reply | undefined | Promise<Reply> {
  const { registry, settings } = serving;
  if (isReview(target.kind)) {
    if (call.method !== 'POST') throw methodNotAllowed();
    const { identity, denied } = call;
    const allowed = !denied && isAdministrator(identity);
    return review(call, target.kind, { identity, allowed, now: settings.now() });
  }
  if (call.method === 'GET' && flag(call.query, 'watch')) return watch(call, target, registry, settings);
  if (call.method === 'GET') return list(call, target, registry, settings.now());
  if (call.method === 'DELETE') return deleteMany(call, target, registry);
  if (call.method !== 'POST' || (target.kind.namespaced && target.namespace === undefined)) throw methodNotAllowed();
  return create(call, target, registry);
}

function one(call: Call, target: ResourceTarget, serving: ResourceServing): Reply | undefined | Promise<Reply> {
  const { registry } = serving;
  if (call.method === 'GET') return get(call, target, serving);
  if (call.method === 'PUT') return replace(call, target, registry);
  if (call.method === 'PATCH') return patch(call, target, registry);
  if (call.method === 'DELETE' && target.subresource === undefined) return deleteOne(call, target, registry);
  throw methodNotAllowed();
}

/** Whether the kind has the subresource; an absent one always fits. */
function serves({ kind, subresource }: ResourceTarget): boolean {
  if (subresource === undefined || subresource === 'status')
    return subresource === undefined || kind.subresources.includes('status');
  return kind.group === '' && kind.kind === 'Namespace' && subresource === 'finalize';
}

/** The handler of every resource path; undefined is the answer where nothing is served there. */
export function resourceHandler(registry: ServerRegistry, settings: WatchSettings): Handler {
  return (call, parameters) => {
    const target = targetOf(registry.catalog, parameters);
    if (!target) return nothing(registry, parameters);
    const { deprecationWarning } = target.kind;
    // What a built-in kind does not take at all is refused before anything is said of its age.
    if (call.method === 'PATCH' && !registry.catalog.isCustom(target.kind))
      requirePatchType(mediaType(call.request), false);
    if (deprecationWarning !== undefined) warn(call.response, deprecationWarning);
    return answer(call, target, { registry, settings });
  };
}

function answer(call: Call, target: ResourceTarget, serving: ResourceServing): Reply | undefined | Promise<Reply> {
  const { kind, name, subresource } = target;
  if (name === undefined) return collection(call, target, serving);
  if (subresource === 'scale' && kind.subresources.includes('scale')) return scale(call, target, serving.registry);
  if (kind.plural === 'pods' && podStreams.includes(subresource ?? '')) {
    get(call, { ...target, subresource: undefined }, serving);
    throw noContainers(target);
  }
  if (serves(target)) return one(call, target, serving);
  throw serving.registry.catalog.isCustom(kind) ? missing(target) : noSuchResource();
}

/** Built-in groups say with a Status that they have no such resource; anything else is a page that does not exist. */
function nothing({ catalog }: ServerRegistry, { group = '' }: PathParameters): undefined {
  if (catalog.isBuiltinGroup(group)) throw noSuchResource();
  return undefined;
}
