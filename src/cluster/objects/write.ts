import { defined } from '../../core/defined.ts';
import type { KubeObject, ObjectRef } from '../../core/objects.ts';
import { refOf, titleOf } from '../../core/objects.ts';
import type { Applied, ApplyOptions, Seen, WriteOptions } from '../cluster.ts';
import { contains, sameContent, withoutVersion } from './compare.ts';
import { mayHaveReached } from '../http/connection-errors.ts';
import { getObject } from './read.ts';
import { parseReply, send } from '../http/rest.ts';
import type { Client } from './client.ts';
import { collectionPath, objectPath, servedResource } from './client.ts';
import type { Request } from '../http/transport.ts';

/**
 * Server-side apply, strict about unknown fields.
 * @throws ShiftError conflict: other managers own fields · stale: the object has moved on, or is not what was seen · rejected · notFound: kind or namespace
 */
export async function applyObject(object: KubeObject, options: ApplyOptions, client: Client): Promise<Applied> {
  const ref = refOf(object);
  const resource = await servedResource(ref, client);
  const before = await stateBefore(ref, options, client);
  const body = withoutManagedFields(withoutVersion(object));
  const request: Request = {
    method: 'PATCH',
    path: objectPath(resource, ref, client),
    query: {
      ...writeQuery(options),
      fieldManager: options.manager ?? client.manager,
      force: options.force ? 'true' : undefined,
    },
    contentType: 'application/apply-patch+yaml',
    body: asSeen(body, options.seen),
    asked: `apply ${titleOf(ref)}`,
  };
  const done = (live: KubeObject) => live.metadata.resourceVersion !== before.version && contains(live, body);
  const after = await write(request, { ref, done }, client);
  if (before.version === undefined) return { object: after, change: 'created' };
  const same = options.dryRun ? sameContent(before.object, after) : after.metadata.resourceVersion === before.version;
  return { object: after, change: same ? 'unchanged' : 'configured' };
}

/** What the caller has seen tells as well whether an apply changes anything; but a dry run leaves the version where it is. */
async function stateBefore(
  ref: ObjectRef,
  { dryRun, seen }: ApplyOptions,
  client: Client,
): Promise<{ version: string | undefined; object?: KubeObject | undefined }> {
  if (seen === 'nothing') return { version: undefined };
  if (seen?.resourceVersion !== undefined && !dryRun) return { version: seen.resourceVersion };
  const object = await getObject(ref, client);
  return { version: object?.metadata.resourceVersion, object };
}

/** Creates an object. @throws ShiftError conflict: one of its name is there */
export async function createObject(object: KubeObject, options: WriteOptions, client: Client): Promise<KubeObject> {
  const ref = refOf(object);
  const resource = await servedResource(ref, client);
  const request: Request = {
    method: 'POST',
    path: collectionPath(resource, ref.namespace ?? client.namespace),
    query: { ...writeQuery(options), fieldManager: client.manager },
    body: object,
    asked: `create ${titleOf(ref)}`,
  };
  return write(request, { ref, done: (live) => contains(live, object) }, client);
}

function writeQuery({ dryRun }: WriteOptions) {
  return { fieldValidation: 'Strict', dryRun: dryRun === 'server' ? 'All' : undefined };
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/**
 * A version that no object has: etcd counts from 1, and the first write makes 2. An apply that creates takes no notice of versions; one that finds
 * an object after all is refused by it. Unlike a POST it leaves the fields owned as every later apply expects.
 */
const noObject = '1';

function asSeen(object: KubeObject, seen: Seen = {}): KubeObject {
  const { uid, resourceVersion } = seen === 'nothing' ? { resourceVersion: noObject } : seen;
  return { ...object, metadata: { ...object.metadata, ...defined({ uid, resourceVersion }) } };
}

/** What a write is after, to be looked up where its answer is lost. */
interface Goal {
  ref: ObjectRef;
  done: (live: KubeObject) => boolean;
}

/**
 * Sends a write. Where the answer is lost, or leaves open whether it was done, the object tells; where the answer was lost, and it was not done, it is
 * sent once more.
 */
async function write(request: Request, { ref, done }: Goal, client: Client): Promise<KubeObject> {
  let code: number | undefined;
  const attempt = async () => {
    const reply = await send(request, client.wire, client.signal);
    ({ code } = reply);
    return parseReply(reply, request.asked) as KubeObject;
  };
  try {
    return await attempt();
  } catch (error) {
    const isLost = mayHaveReached(error);
    if (!isLost && !(code !== undefined && leavesOpen(code))) throw error;
    const live = await getObject(ref, client).catch(() => {
      throw error;
    });
    if (live !== undefined && done(live)) return live;
    if (isLost) return attempt();
    throw error;
  }
}

/** A failure that may have come after the deed, or a success whose document cannot be read. A server without capacity has not begun. */
function leavesOpen(code: number): boolean {
  return (code >= 200 && code < 300) || (code >= 500 && code !== 503);
}
