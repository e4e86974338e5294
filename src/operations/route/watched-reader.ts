import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject, ObjectRef, Reader } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';
import type { Io } from '../../io.ts';

/** A Reader that asks for each object once and watches it from then on: a later `get` answers with the state that was last seen. */
export interface WatchedReader extends Reader {
  /** Resolves as soon as an object that was got has changed since the last call, or after so many milliseconds. */
  changed(ms: number): Promise<void>;
  /** Gets all that was got once more, for watches may be silent; true where something is not as it was last seen. */
  lookAgain(): Promise<boolean>;
}

interface Watched {
  /** Throws what ended the watch. */
  state: () => KubeObject | undefined;
  later: AsyncIterator<KubeObject | undefined> | undefined;
}

/** The watches begin with the first call of `changed`, and end with the signal. */
export function watchedReader(
  cluster: Pick<Cluster, 'watch' | 'get' | 'list' | 'servedVersions'>,
  { clock, signal }: Pick<Io, 'clock' | 'signal'>,
): WatchedReader {
  const watched = new Map<string, Promise<Watched>>();
  const refs = new Map<string, ObjectRef>();
  let news = false;
  let wake = () => {};
  const ring = () => {
    news = true;
    wake();
  };
  return {
    async get(ref) {
      const { apiVersion, kind, namespace, name } = ref;
      const key = JSON.stringify([apiVersion, kind, namespace, name]);
      const found = watched.get(key) ?? look(cluster.watch(ref, signal));
      watched.set(key, found);
      refs.set(key, ref);
      return (await found).state();
    },
    list: (kind, options) => cluster.list(kind, options),
    servedVersions: (group, kind) => cluster.servedVersions(group, kind),
    async lookAgain() {
      const looks = [...watched].map(async ([key, found]) => {
        const [each, now] = await Promise.all([found, cluster.get(refs.get(key)!)]);
        if (versionOf(now) === versionOf(each.state())) return false;
        each.state = () => now;
        return true;
      });
      return (await Promise.all(looks)).includes(true);
    },
    async changed(ms) {
      for (const found of watched.values()) found.then((each) => keepSeeing(each, ring)).catch(() => {});
      const rung = new Promise<void>((resolve) => (wake = resolve));
      const timer = new AbortController();
      const late = clock.sleep(ms, AbortSignal.any([signal, timer.signal]));
      if (news) wake();
      await Promise.race([rung, late]).finally(() => timer.abort());
      news = false;
    },
  };
}

function versionOf(object: KubeObject | undefined): string | undefined {
  return object?.metadata.resourceVersion;
}

/** The present state; of a kind that is not served there is none, nor any later one. */
async function look(states: AsyncIterable<KubeObject | undefined>): Promise<Watched> {
  const later = states[Symbol.asyncIterator]();
  try {
    const { value } = await later.next();
    return { state: () => value, later };
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'notFound') return { state: () => undefined, later: undefined };
    throw error;
  }
}

/** Takes in the later states, of which only one at a time can be asked for. */
async function keepSeeing(watched: Watched, ring: () => void): Promise<void> {
  const { later } = watched;
  watched.later = undefined;
  if (later === undefined) return;
  try {
    for (let next = await later.next(); !next.done; next = await later.next()) {
      const { value } = next;
      watched.state = () => value;
      ring();
    }
  } catch (error) {
    watched.state = () => {
      throw error;
    };
    ring();
  }
}
