import type { Access, Cluster } from '../../src/cluster/cluster.ts';
import type { Session } from '../../src/operations/session.ts';
import type { KubeObject, ObjectRef } from '../../src/core/objects.ts';
import { ShiftError } from '../../src/errors.ts';
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
  const clock = manualClock(() => true);
  const start = clock.now();
  const waitFor = async (
    ref: ObjectRef,
    ready: (object: KubeObject | undefined) => boolean,
    { timeoutMs }: { timeoutMs: number },
  ): Promise<KubeObject | undefined> => {
    await clock.sleep(timeoutMs, signal);
    passing(clock.now() - start);
    const now = await reader.get(ref);
    if (ready(now)) return now;
    throw new ShiftError('timeout', 'nothing has changed', { hint: 'wait' });
  };
  const denied = (accesses: readonly Access[]): Promise<Access[]> => Promise.resolve(accesses.filter(denies));
  const cluster = { ...reader, waitFor, denied } as Partial<Cluster> as Cluster;
  const warnings: string[] = [];
  const progress = { warn: (text: string) => void warnings.push(text) } as Partial<Progress> as Progress;
  return { session: { cluster, io: { clock, signal } as Partial<Io> as Io, progress }, clock, warnings };
}
