import { openPages, type PodPages } from '../../cluster/pods/pages.ts';
import { formatDuration } from '../../core/duration.ts';
import type { PodAddress } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import type { GetPage, Proxy } from '../../planes/plane.ts';
import type { Session } from '../session.ts';

/** A proxy that says nothing for so long is stuck, in milliseconds. */
export const answerMs = 5000;

export interface Asking {
  pages: PodPages;
  /** Longest wait for one page, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** What one proxy told, or why it did not, in words for people too. */
type Answer<T> = PodAddress & ({ told: T } | { failure: ShiftError; problem: string });

/** Works with these pages, or with own ones that are closed afterwards. */
export async function withPages<T>(
  shared: PodPages | undefined,
  { cluster, io }: Pick<Session, 'cluster' | 'io'>,
  work: (pages: PodPages) => Promise<T>,
): Promise<T> {
  if (shared) return work(shared);
  const pages = openPages(cluster, io.signal);
  try {
    return await work(pages);
  } finally {
    pages.close();
  }
}

/** Asks all proxies at once, and takes the failure of one for its answer. @throws the signal's reason */
export function askEach<T>(
  proxies: readonly Proxy[],
  ask: (proxy: Proxy, getPage: GetPage) => Promise<T>,
  { pages, timeoutMs, signal }: Asking,
): Promise<Answer<T>[]> {
  const getPage: GetPage = (page) => pages.get({ ...page, timeoutMs });
  const answerOf = async (proxy: Proxy): Promise<Answer<T>> => {
    const { namespace, pod } = proxy;
    try {
      return { namespace, pod, told: await ask(proxy, getPage) };
    } catch (failure) {
      if (!(failure instanceof ShiftError) || signal.aborted) throw failure;
      const problem = failure.kind === 'timeout' ? `no answer in ${formatDuration(timeoutMs)}` : failure.message;
      return { namespace, pod, failure, problem };
    }
  };
  return Promise.all(proxies.map(answerOf));
}
