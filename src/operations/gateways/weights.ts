import { openPages, type PodPages } from '../../cluster/pods/pages.ts';
import { formatDuration } from '../../core/duration.ts';
import { podNamer, type PodAddress } from '../../core/pods.ts';
import { sameShares, type Split, splitText } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { answerMs, askEach, type Asking } from './ask-each.ts';
import { tellingGateway, type ReadyGateway } from './ready-pods.ts';
import type { Session } from '../session.ts';
import { statusCommand, type Target } from '../route/target.ts';

/** While weights are waited for, a proxy is given this long at first, in milliseconds: the others are read again sooner. */
const firstAnswerMs = 1000;

/** One gateway pod, with the weights that its proxy has in force. */
export interface ProxyWeights extends PodAddress {
  /** Null where the proxy has no TCP listener for the route yet, or cannot be read. */
  weights: Split | null;
  /** Why it cannot be read, though other proxies can, or it may answer later. */
  problem?: string;
}

/** A gateway pod whose proxy has the weights that were waited for. */
export interface ProgrammedProxy extends ProxyWeights {
  /** Reading of the monotonic clock when it was first seen with them. */
  seenAt: number;
}

/** What reading takes of a session. */
type ReadingSession = Pick<Session, 'cluster' | 'io'>;

const pollMs = 50;

/** While weights are waited for, it is looked this often which pods are ready, in milliseconds. */
const lookMs = 1000;

interface ReadProxiesOptions {
  /** Longest wait for one proxy, in milliseconds. */
  timeoutMs?: number;
  /** Pages that others read as well, and close; own ones where absent. */
  pages?: PodPages | undefined;
}

/**
 * The weights in force in every ready gateway pod, as its own proxy tells them. A pod that fails alone, or is silent, is told of with its problem.
 * @throws ShiftError where no pod is ready, port-forwarding is not permitted, or no proxy tells its weights
 */
export async function readProxies(
  target: Target,
  session: ReadingSession,
  { timeoutMs = answerMs, pages: shared }: ReadProxiesOptions = {},
): Promise<ProxyWeights[]> {
  const { signal } = session.io;
  const ready = await tellingGateway(target, session);
  const pages = shared ?? openPages(session.cluster, signal);
  try {
    const { proxies, failures } = await readWeights(target, ready, { pages, timeoutMs, signal });
    const [first] = failures;
    if (first && failures.length === proxies.length && failures.every(isFinal)) throw first;
    return proxies;
  } finally {
    if (!shared) pages.close();
  }
}

async function readWeights(
  { view }: Target,
  { plane, proxies }: ReadyGateway,
  asking: Asking,
): Promise<{ proxies: ProxyWeights[]; failures: ShiftError[] }> {
  const answers = await askEach(proxies, (proxy, getPage) => plane.weights(proxy, view, getPage), asking);
  return {
    proxies: answers.map(({ namespace, pod, ...answer }) =>
      'told' in answer
        ? { namespace, pod, weights: answer.told.weights }
        : { namespace, pod, weights: null, problem: answer.problem },
    ),
    failures: answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : [])),
  };
}

/**
 * Waits until every ready gateway pod has these weights in force.
 * @throws ShiftError timeout: names the pods that lag; otherwise as readProxies
 */
export async function waitProgrammed(
  target: Target,
  wanted: Split,
  session: ReadingSession,
  timeoutMs: number,
): Promise<ProgrammedProxy[]> {
  const pages = openPages(session.cluster, session.io.signal);
  try {
    return await pollUntil(target, wanted, { session, pages, timeoutMs });
  } finally {
    pages.close();
  }
}

async function pollUntil(
  target: Target,
  wanted: Split,
  { session, pages, timeoutMs }: { session: ReadingSession; pages: PodPages; timeoutMs: number },
): Promise<ProgrammedProxy[]> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + timeoutMs;
  const seen = new Map<string, number>();
  let ready = await tellingGateway(target, session);
  let lookedAt = clock.monotonic();
  for (let patienceMs = firstAnswerMs; ; patienceMs = Math.min(2 * patienceMs, answerMs)) {
    if (clock.monotonic() - lookedAt >= lookMs) {
      ready = await tellingGateway(target, session);
      lookedAt = clock.monotonic();
    }
    const left = Math.max(firstAnswerMs, deadline - clock.monotonic());
    const { proxies, failures } = await readWeights(target, ready, {
      pages,
      timeoutMs: Math.min(patienceMs, left),
      signal,
    });
    const [final] =
      failures.length === proxies.length && failures.every(isFinal) ? failures : failures.filter(isRefusal);
    if (final) throw final;
    const lagging = proxies.filter(({ weights }) => weights === null || !sameShares(weights, wanted));
    for (const proxy of proxies)
      if (!lagging.includes(proxy) && !seen.has(keyOf(proxy))) seen.set(keyOf(proxy), clock.monotonic());
    if (lagging.length === 0) {
      // A pod may have become ready since the last look.
      const latest = clock.monotonic() - lookedAt < pollMs ? ready : await tellingGateway(target, session);
      const isNew = latest.proxies.some((proxy) => !seen.has(keyOf(proxy)));
      if (!isNew) return proxies.map((proxy) => ({ ...proxy, seenAt: seen.get(keyOf(proxy))! }));
      ready = latest;
      lookedAt = clock.monotonic();
      continue;
    }
    if (clock.monotonic() >= deadline) throw laggingError(lagging, proxies, { timeoutMs, hint: statusCommand(target) });
    await clock.sleep(pollMs, signal);
  }
}

function keyOf({ namespace, pod }: PodAddress): string {
  return `${namespace}/${pod}`;
}

/** The user may not read the pod, however long he waits. */
function isRefusal({ kind }: ShiftError): boolean {
  return kind === 'forbidden';
}

/** No later answer can be another one. */
function isFinal({ kind }: ShiftError): boolean {
  return kind !== 'timeout';
}

function laggingError(
  lagging: readonly ProxyWeights[],
  proxies: readonly ProxyWeights[],
  { timeoutMs, hint }: { timeoutMs: number; hint: string },
): ShiftError {
  const nameOf = podNamer(proxies);
  const pods = lagging.map((proxy) => `${nameOf(proxy)} (${stateText(proxy)})`).join(', ');
  const message = `after ${formatDuration(timeoutMs)} these gateway pods do not have the new weights: ${pods}`;
  return new ShiftError('timeout', message, { hint });
}

function stateText({ weights, problem }: ProxyWeights): string {
  return weights ? splitText(weights) : (problem ?? 'no listener');
}
