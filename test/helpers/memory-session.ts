import { EventEmitter, once } from 'node:events';
import type { Access, Cluster } from '../../src/cluster/cluster.ts';
import type { Session } from '../../src/operations/session.ts';
import type { KindRef, KubeObject, ObjectRef } from '../../src/core/objects.ts';
import type { Io, Progress } from '../../src/io.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';
import { memoryReader, type MemoryCluster } from './memory-reader.ts';

export interface MemorySession {
  session: Pick<Session, 'cluster' | 'io' | 'progress'>;
  clock: ManualClock;
  /** Warnings so far. */
  warnings: string[];
}

export interface MemoryOptions {
  /** Called before each wait goes by, with the milliseconds since the start. */
  passing?: (elapsedMs: number) => void;
  /** Whether the user lacks an access. */
  denies?: (access: Access) => boolean;
  signal?: AbortSignal;
}

/** A session over objects at hand, on a clock that waits move. Tests may change the objects while something waits. */
export function memorySession(content: MemoryCluster, options: MemoryOptions = {}): MemorySession {
  const { passing = () => {}, denies = () => false, signal = new AbortController().signal } = options;
  const reader = memoryReader(content);
  const { clock, ticks } = idleClock(passing);
  const watch = async function* (ref: ObjectRef, until: AbortSignal): AsyncGenerator<KubeObject | undefined> {
    for (let seen: KubeObject | undefined, begun = false; ; begun = true) {
      const now = await reader.get(ref);
      if (!begun || now !== seen) yield now;
      seen = now;
      await once(ticks, 'tick', { signal: until }).catch(() => until.throwIfAborted());
    }
  };
  const denied = (accesses: readonly Access[]): Promise<Access[]> => Promise.resolve(accesses.filter(denies));
  const pluralOf = ({ kind }: KindRef): Promise<string> => Promise.resolve(`${kind.toLowerCase()}s`);
  const cluster = { ...reader, watch, denied, pluralOf } as Partial<Cluster> as Cluster;
  const warnings: string[] = [];
  const progress = { warn: (text: string) => void warnings.push(text) } as Partial<Progress> as Progress;
  return { session: { cluster, io: { clock, signal } as Partial<Io> as Io, progress }, clock, warnings };
}

/** How far time goes on at once. */
const tickMs = 200;

/** A clock that goes on by itself, a tick at a time, while something sleeps and nothing else is left to do. */
function idleClock(passing: (elapsedMs: number) => void) {
  const clock = manualClock();
  const ticks = new EventEmitter();
  const start = clock.now();
  let sleeping = 0;
  let ticking = false;
  const tick = () => {
    ticking = sleeping > 0;
    if (!ticking) return;
    clock.advance(tickMs);
    passing(clock.now() - start);
    ticks.emit('tick');
    setImmediate(tick);
  };
  const sleep: ManualClock['sleep'] = (ms, signal) => {
    sleeping++;
    if (!ticking) setImmediate(tick);
    ticking = true;
    return clock.sleep(ms, signal).finally(() => sleeping--);
  };
  return { clock: { ...clock, sleep }, ticks };
}
