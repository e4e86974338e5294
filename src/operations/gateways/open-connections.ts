import type { PodPages } from '../../cluster/pods/pages.ts';
import { sumOpen, type OpenConnections, type PodConnections } from '../../core/route/open-connections.ts';
import { defined } from '../../core/defined.ts';
import { ShiftError } from '../../errors.ts';
import type { GetPage, OpenInProxy, Proxy } from '../../planes/plane.ts';
import { sessionOnce, type Session } from '../session.ts';
import type { Target } from '../route/target.ts';
import { answerMs, askEach, withPages } from './ask-each.ts';
import { planeOf } from './plane.ts';
import { tellingGateway } from './ready-pods.ts';

interface OpenConnectionsOptions {
  /** Longest wait for one page of a proxy, in milliseconds. */
  timeoutMs?: number;
  /** Pages that others read as well, and close; own ones where absent. */
  pages?: PodPages | undefined;
}

/**
 * The connections that a change of the route's weights would close, as every ready gateway pod counts them, and when; undefined where a change closes
 * none. What cannot be known, of one pod or of all, is told in the result with the reason, and is no error.
 * @throws the signal's reason
 */
export async function readOpenConnections(
  target: Target,
  session: Pick<Session, 'cluster' | 'io'>,
  { timeoutMs = answerMs, pages: shared }: OpenConnectionsOptions = {},
): Promise<OpenConnections | undefined> {
  const once = sessionOnce(session);
  const { signal } = session.io;
  try {
    if ((await planeOf(target, once)).cuts === false) return undefined;
    const { plane, proxies } = await tellingGateway(target, once);
    const ask = (proxy: Proxy, getPage: GetPage) => plane.openConnections(proxy, target.view, getPage);
    const answers = await withPages(shared, session, (pages) => askEach(proxies, ask, { pages, timeoutMs, signal }));
    return sumOpen(
      answers.map(({ namespace, pod, ...answer }) => ({
        namespace,
        pod,
        ...('told' in answer ? countsOf(answer.told) : { open: null, problem: answer.problem }),
      })),
    );
  } catch (error) {
    if (!(error instanceof ShiftError) || signal.aborted) throw error;
    return sumOpen([], error.message);
  }
}

function countsOf({ open, versions, closedAfterMs }: OpenInProxy): Omit<PodConnections, 'namespace' | 'pod'> {
  const byVersion = versions && [...versions].map(([version, count]) => ({ version, open: count }));
  return { open, ...defined({ versions: byVersion, closedAfterMs }) };
}
