import { defined } from '../../core/defined.ts';
import { refOf } from '../../core/objects.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { type FieldError, invalid as invalidValue, notSupported } from '../objects/validation/field-error.ts';
import { type ApiError, invalid, methodNotAllowed } from '../store/api-error.ts';
import { apiVersionOf, placeOf } from '../store/catalog.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import type { DeleteRequest, DeletePropagation } from '../store/registry.ts';
import { decodeObject, mediaType, readBody } from './body.ts';
import { type Call, ok, type Reply } from './call.ts';
import { asListed, asSaid } from './list.ts';
import { selectionOf } from './selection.ts';
import type { ResourceTarget } from './target.ts';
import { verbsOf } from './api-resources.ts';
import { dryRunOf } from './write-options.ts';

const deleteOptions = { kind: 'DeleteOptions' };
const propagations: readonly DeletePropagation[] = ['Foreground', 'Background', 'Orphan'];

/** What a DELETE asks for, from its body or else its query. */
async function requestOf(call: Call): Promise<DeleteRequest> {
  const body = await readBody(call.request);
  const options = body.length > 0 ? await decodeObject(body, mediaType(call.request), deleteOptions) : {};
  const dryRun: string[] = options.dryRun ?? call.query.getAll('dryRun');
  const propagation = propagationOf(options.propagationPolicy ?? call.query.get('propagationPolicy'), options);
  const { uid, resourceVersion } = options.preconditions ?? {};
  return { propagation, uid, resourceVersion, dryRun: dryRunOf(dryRun, 'DeleteOptions') };
}

/** What becomes of the dependents, by name or in the old spelling. Throws ApiError 422. */
function propagationOf(asked: string | null, { orphanDependents }: { orphanDependents?: boolean }): DeletePropagation {
  const field = 'propagationPolicy';
  const refuse = (error: FieldError): ApiError => invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [error]);
  if (asked === null) return orphanDependents === true ? 'Orphan' : 'Background';
  if (orphanDependents !== undefined) {
    throw refuse(invalidValue(field, asked, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  const known = propagations.find((value) => value === asked);
  if (known) return known;
  throw refuse(notSupported(field, asked, [...propagations, 'nil']));
}

/** Kinds whose deletion answers with the object instead of a Status. */
const answeredWithObject = ['/pods', '/services', '/serviceaccounts'];

export async function deleteOne(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  const { kind, namespace, name = '' } = target;
  const request = await requestOf(call);
  const ref = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name,
    ...defined({ namespace }),
  };
  const object = registry.delete(ref, request);
  const waits = object.metadata.deletionTimestamp !== undefined;
  return ok(waits || answeredWithObject.includes(placeOf(kind)) ? object : success(kind, object));
}

function success({ group, plural }: Kind, { metadata: { name, uid } }: KubeObject): object {
  const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

export async function deleteMany(call: Call, target: ResourceTarget, registry: ServerRegistry): Promise<Reply> {
  const { kind, namespace } = target;
  if (!verbsOf(kind).includes('deletecollection')) throw methodNotAllowed();
  const request = await requestOf(call);
  const selected = selectionOf(target, call.query);
  const ref = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  const items = registry.list(ref, namespace).filter(selected);
  for (const item of items) registry.delete(refOf(item), request);
  const metadata = asSaid({ resourceVersion: String(registry.store.revision()) }, kind, registry);
  return ok({ kind: `${kind.kind}List`, apiVersion: ref.apiVersion, metadata, items: asListed(items, kind, registry) });
}
