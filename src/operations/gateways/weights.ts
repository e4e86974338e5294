import type { PodPages } from '../../cluster/pods/pages.ts';
import type { TellingPod } from '../../core/route/lag.ts';
import type { ShiftError } from '../../errors.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { answerMs, askEach, withPages, type Asking } from './ask-each.ts';
import { tellingGateway, type ReadyGateway } from './ready-pods.ts';

/** What reading takes of a session. */
export type ReadingSession = Pick<Session, 'cluster' | 'io'>;

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
): Promise<TellingPod[]> {
  const { signal } = session.io;
  const ready = await tellingGateway(target, session);
  return withPages(shared, session, async (pages) => {
    const { proxies, failures } = await readWeights(target, ready, { pages, timeoutMs, signal });
    const [first] = failures;
    if (first && failures.length === proxies.length && failures.every(isFinal)) throw first;
    return proxies;
  });
}

/** The same of these proxies, with the errors of those that did not tell. */
export async function readWeights(
  { view }: Target,
  { plane, proxies }: ReadyGateway,
  asking: Asking,
): Promise<{ proxies: TellingPod[]; failures: ShiftError[] }> {
  const answers = await askEach(proxies, (proxy, getPage) => plane.weights(proxy, view, getPage), asking);
  return {
    proxies: answers.map(({ namespace, pod, ...answer }) =>
      'told' in answer
        ? { namespace, pod, ...answer.told }
        : { namespace, pod, weights: null, problem: answer.problem },
    ),
    failures: answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : [])),
  };
}

/** No later answer can be another one. */
export function isFinal({ kind }: ShiftError): boolean {
  return kind !== 'timeout';
}
