import type { KubeObject, ObjectRef } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Resource } from './discovery.ts';
import { getObject, listRequest, listWhole } from './read.ts';
import type { Session } from './client.ts';
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
export async function* follow(ref: ObjectRef, session: Session): AsyncGenerator<KubeObject | undefined> {
  try {
    yield* listAndWatch(ref, session);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    yield* looks({ ref, refusal: error }, session);
  }
}

/** Lists, then watches; a watch that ends goes on where it was, one that broke or whose version is too old (410) starts with a list again. */
async function* listAndWatch(ref: ObjectRef, session: Session): AsyncGenerator<KubeObject | undefined> {
  const { clock } = session.wire;
  const resource = await servedResource(ref, session);
  const position: Position = { version: undefined };
  let pauseMs = firstPauseMs;
  for (let begun = false; ; begun = true) {
    const startedAt = clock.monotonic();
    try {
      yield* round({ ref, resource }, position, session);
    } catch (error) {
      const unseen = !begun && position.version === undefined;
      if (session.signal.aborted || unseen || !isPassing(error)) throw error;
      position.version = undefined;
    }
    if (clock.monotonic() - startedAt >= steadyMs) pauseMs = firstPauseMs;
    await clock.sleep(pauseMs, session.signal);
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
  session: Session,
): AsyncGenerator<KubeObject | undefined> {
  const options = { namespace: ref.namespace ?? session.namespace, fieldSelector: `metadata.name=${ref.name}` };
  if (position.version === undefined) {
    const { metadata, items } = await listWhole(resource, options, session);
    position.version = metadata.resourceVersion ?? '';
    yield asKind(items?.[0], ref);
  }
  const list = listRequest(resource, options);
  for await (const { type, object } of watchOnce({ list, from: position.version }, session.wire, session.signal)) {
    position.version = object.metadata.resourceVersion ?? position.version;
    if (type !== 'BOOKMARK') yield type === 'DELETED' ? undefined : asKind(object, ref);
  }
}

/** Where even that is refused, it ends with what refused the watch. */
async function* looks(
  { ref, refusal }: { ref: ObjectRef; refusal: unknown },
  session: Session,
): AsyncGenerator<KubeObject | undefined> {
  for (let seen: KubeObject | undefined, begun = false; ; begun = true) {
    const object = await getObject(ref, session).catch((error: unknown) => {
      if (isForbidden(error)) throw refusal;
      if (begun && isPassing(error)) return seen;
      throw error;
    });
    if (!begun || object?.metadata.resourceVersion !== seen?.metadata.resourceVersion) yield object;
    seen = object;
    await session.wire.clock.sleep(lookMs, session.signal);
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
