import type { KubeObject, ObjectRef } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Resource } from './discovery.ts';
import { getObject, listRequest, listWhole } from './read.ts';
import type { Client } from './client.ts';
import { servedResource } from './client.ts';
import { watchOnce } from './watch.ts';

const firstPauseMs = 100;
const longestPauseMs = 5000;
/** A watch that held this long was a good one: the next pause is short again. */
const steadyMs = 5000;
/** How often an object is looked at that may be read and not watched. */
const lookMs = 1000;

/**
 * The states of one object, from the present one on and for ever: undefined while it does not exist. Where the user may neither list nor
 * watch it but get it, they are what a look every second finds.
 * @throws ShiftError what the first request met; later only what no retry can mend; or the signal's reason
 */
export async function* follow(ref: ObjectRef, client: Client): AsyncGenerator<KubeObject | undefined> {
  try {
    yield* listAndWatch(ref, client);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    yield* looks({ ref, refusal: error }, client);
  }
}

/** Lists, then watches; a watch that ends goes on where it was, one that broke or whose version is too old (410) starts with a list again. */
async function* listAndWatch(ref: ObjectRef, client: Client): AsyncGenerator<KubeObject | undefined> {
  const { clock } = client.wire;
  const resource = await servedResource(ref, client);
  const position: Position = { version: undefined };
  let pauseMs = firstPauseMs;
  for (let begun = false; ; begun = true) {
    const startedAt = clock.monotonic();
    try {
      yield* round({ ref, resource }, position, client);
    } catch (error) {
      const unseen = !begun && position.version === undefined;
      if (client.signal.aborted || unseen || !isPassing(error)) throw error;
      position.version = undefined;
    }
    if (clock.monotonic() - startedAt >= steadyMs) pauseMs = firstPauseMs;
    await clock.sleep(pauseMs, client.signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** Where the next watch goes on; undefined where a list has to come first. */
interface Position {
  version: string | undefined;
}

async function* round(
  { ref, resource }: { ref: ObjectRef; resource: Resource },
  position: Position,
  client: Client,
): AsyncGenerator<KubeObject | undefined> {
  const options = { namespace: ref.namespace ?? client.namespace, fieldSelector: `metadata.name=${ref.name}` };
  if (position.version === undefined) {
    const { metadata, items } = await listWhole(resource, options, client);
    position.version = metadata.resourceVersion ?? '';
    yield asKind(items?.[0], ref);
  }
  const list = listRequest(resource, options);
  for await (const { type, object } of watchOnce({ list, from: position.version }, client.wire, client.signal)) {
    position.version = object.metadata.resourceVersion ?? position.version;
    if (type !== 'BOOKMARK') yield type === 'DELETED' ? undefined : asKind(object, ref);
  }
}

/** Where even that is refused, it ends with what refused the watch. */
async function* looks(
  { ref, refusal }: { ref: ObjectRef; refusal: unknown },
  client: Client,
): AsyncGenerator<KubeObject | undefined> {
  for (let seen: KubeObject | undefined, begun = false; ; begun = true) {
    const object = await getObject(ref, client).catch((error: unknown) => {
      if (isForbidden(error)) throw refusal;
      if (begun && isPassing(error)) return seen;
      throw error;
    });
    if (!begun || object?.metadata.resourceVersion !== seen?.metadata.resourceVersion) yield object;
    seen = object;
    await client.wire.clock.sleep(lookMs, client.signal);
  }
}

function asKind(object: KubeObject | undefined, { apiVersion, kind }: ObjectRef): KubeObject | undefined {
  return object && { ...object, apiVersion, kind };
}

/** An API server that restarts, or a version that it has forgotten. */
function isPassing(error: unknown): boolean {
  return error instanceof ShiftError && error.kind === 'cluster';
}

function isForbidden(error: unknown): boolean {
  return error instanceof ShiftError && error.kind === 'forbidden';
}
