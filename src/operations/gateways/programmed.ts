import type { PodPages } from '../../cluster/pods/pages.ts';
import { podNamer, type PodAddress } from '../../core/pods.ts';
import { lagText, type Lag, type TellingPod } from '../../core/route/lag.ts';
import { sameShares, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { orAbort } from '../../waiting.ts';
import { statusCommand, type Target } from '../route/target.ts';
import { answerMs, withPages } from './ask-each.ts';
import { tellingGateway, type ReadyGateway } from './ready-pods.ts';
import { isFinal, readWeights, type ReadingSession } from './weights.ts';

/** While weights are waited for, a proxy is given this long at first, in milliseconds: the others are read again sooner. */
const firstAnswerMs = 1000;

const pollMs = 50;

/** While weights are waited for, it is looked this often which pods are ready, in milliseconds. */
const lookMs = 1000;

/** How long, in milliseconds, a proxy's refusal must stand before it is believed: the control plane may send something better. */
const settleMs = 2000;

/** The clocks of a pod and of this machine may differ by so much, in milliseconds. */
const skewMs = 2000;

/** A gateway pod whose proxy has the weights that were waited for. */
export interface ProgrammedProxy extends TellingPod {
  /** Reading of the monotonic clock when it was first seen with them. */
  seenAt: number;
}

export interface ProgrammedOptions {
  /** Longest wait, in milliseconds. */
  timeoutMs: number;
  /** When the weights were written, in milliseconds since the epoch: a refusal before that is of something else; any counts where absent. */
  sinceEpochMs?: number;
  /** Pages that others read as well, and close; own ones where absent. */
  pages?: PodPages | undefined;
  /** Told the names of the pods that lag, and how many pods there are, after every look that is not the last. */
  onLag?: (names: readonly string[], all: number) => void;
}

/**
 * Waits until every ready gateway pod has these weights in force.
 * @throws ShiftError rejected: a proxy refused them; timeout: names the pods that lag, those that do not answer apart from those that have others;
 * otherwise as readProxies
 */
export function waitProgrammed(
  target: Target,
  wanted: Split,
  options: ProgrammedOptions,
  session: ReadingSession,
): Promise<ProgrammedProxy[]> {
  return withPages(options.pages, session, (pages) => pollUntil(target, wanted, { ...options, pages }, session));
}

async function pollUntil(
  target: Target,
  wanted: Split,
  { timeoutMs, sinceEpochMs = -Infinity, pages, onLag }: ProgrammedOptions & { pages: PodPages },
  session: ReadingSession,
): Promise<ProgrammedProxy[]> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + timeoutMs;
  const seen = new Map<string, number>();
  const ready = freshly(target, session);
  let refusedSince: number | undefined;
  for (let patienceMs = firstAnswerMs; ; patienceMs = Math.min(2 * patienceMs, answerMs)) {
    const left = Math.max(firstAnswerMs, deadline - clock.monotonic());
    const asking = { pages, timeoutMs: Math.min(patienceMs, left), signal };
    const { proxies, failures } = await orAbort(readWeights(target, await ready(lookMs), asking), signal);
    const now = clock.monotonic();
    const [final] =
      failures.length === proxies.length && failures.every(isFinal) ? failures : failures.filter(isForbidden);
    if (final) throw final;
    const lagging = proxies.filter(({ weights }) => weights === null || !sameShares(weights, wanted));
    for (const proxy of proxies) if (!lagging.includes(proxy) && !seen.has(keyOf(proxy))) seen.set(keyOf(proxy), now);
    if (lagging.length === 0) {
      // A pod may have become ready since the last look.
      const latest = await ready(pollMs);
      const isNew = latest.proxies.some((proxy) => !seen.has(keyOf(proxy)));
      if (!isNew) return proxies.map((proxy) => ({ ...proxy, seenAt: seen.get(keyOf(proxy))! }));
      continue;
    }
    const refusing = lagging.filter(({ refused }) => refused && (refused.at ?? -Infinity) >= sinceEpochMs - skewMs);
    refusedSince = refusing.length > 0 ? (refusedSince ?? now) : undefined;
    const isRefused = refusedSince !== undefined && now >= refusedSince + settleMs;
    if (isRefused || now >= deadline) throw laggingError({ lagging, refusing, proxies, wanted, timeoutMs }, target);
    onLag?.(lagging.map(podNamer(proxies)), proxies.length);
    await clock.sleep(pollMs, signal);
  }
}

/** The ready pods; what was read is good for so many milliseconds. */
function freshly(target: Target, session: ReadingSession): (goodForMs: number) => Promise<ReadyGateway> {
  const { clock } = session.io;
  let last: { gateway: ReadyGateway; at: number } | undefined;
  return async (goodForMs) => {
    if (!last || clock.monotonic() - last.at >= goodForMs)
      last = { gateway: await tellingGateway(target, session), at: clock.monotonic() };
    return last.gateway;
  };
}

function keyOf({ namespace, pod }: PodAddress): string {
  return `${namespace}/${pod}`;
}

/** The user may not read the pod, however long he waits. */
function isForbidden({ kind }: ShiftError): boolean {
  return kind === 'forbidden';
}

function laggingError(lag: Lag, target: Target): ShiftError {
  const kind = lag.refusing.length > 0 ? 'rejected' : 'timeout';
  return new ShiftError(kind, lagText(lag), { hint: statusCommand(target) });
}
