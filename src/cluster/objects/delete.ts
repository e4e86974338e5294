import { defined } from '../../core/defined.ts';
import type { ObjectRef } from '../../core/objects.ts';
import { titleOf } from '../../core/objects.ts';
import type { DeleteOptions } from '../cluster.ts';
import { mayHaveReached } from '../http/connection-errors.ts';
import { getObject } from './read.ts';
import type { RestReply } from '../http/rest.ts';
import { parseReply, send } from '../http/rest.ts';
import type { Client } from './client.ts';
import { objectPath } from './client.ts';
import type { Request } from '../http/transport.ts';

/** One object, not merely one name. */
interface Doomed {
  ref: ObjectRef;
  uid: string;
}

/**
 * Deletes the object of this uid, its dependents in the background. False where it was gone.
 * @throws ShiftError stale: it is no longer at the version of the options
 */
export async function deleteObject(doomed: Doomed, options: DeleteOptions, client: Client): Promise<boolean> {
  const resource = await client.discovery.find(doomed.ref, client.signal);
  if (resource === undefined) return false;
  const { resourceVersion, dryRun } = options;
  const request: Request = {
    method: 'DELETE',
    path: objectPath(resource, doomed.ref, client),
    body: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid: doomed.uid, ...defined({ resourceVersion }) },
      propagationPolicy: 'Background',
      ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
    },
    asked: `delete ${titleOf(doomed.ref)}`,
  };
  const reply = await sendOnce(request, doomed, client);
  if (reply === 'done') return true;
  if (reply.code === 404) return false;
  const fate = reply.code === 409 ? await fateOf(doomed, client) : 'there';
  if (fate === 'there') parseReply(reply, request.asked);
  return fate !== 'gone';
}

/** Sends the request; where its answer is lost, the object tells whether it was done; where not, it is sent once more. */
async function sendOnce(request: Request, doomed: Doomed, client: Client): Promise<RestReply | 'done'> {
  try {
    return await send(request, client.wire, client.signal);
  } catch (error) {
    if (!mayHaveReached(error)) throw error;
    if ((await fateOf(doomed, client)) !== 'there') return 'done';
    return send(request, client.wire, client.signal);
  }
}

async function fateOf({ ref, uid }: Doomed, client: Client): Promise<'gone' | 'going' | 'there'> {
  const live = await getObject(ref, client);
  if (live?.metadata.uid !== uid) return 'gone';
  return live.metadata.deletionTimestamp === undefined ? 'there' : 'going';
}
