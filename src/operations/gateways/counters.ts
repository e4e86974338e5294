import { openPages } from '../../cluster/pods/pages.ts';
import { countBetween, type ConnectionCounters } from '../../core/envoy/connection-counters.ts';
import { formatDuration } from '../../core/duration.ts';
import { podNamer, type PodAddress } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import type { GetPage, Proxy } from '../../planes/plane.ts';
import { tellingGateway } from './ready-pods.ts';
import { answerMs } from './ask-each.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';

/** What the gateways counted of everybody's connections in a window of time. */
export interface PassiveEvidence {
  /** New connections by version, over all gateway pods that were there all the time. */
  connections: ReadonlyMap<string, number>;
  /** Gateway pods that were counted, as people are told of them. */
  pods: string[];
}

/**
 * Reads the gateways' own counters twice, and takes the difference: users' connections, without one probe.
 * @throws ShiftError as tellingGateway and portForward do; inconclusive (timeout): no gateway pod lasted the window
 */
export async function gatherEvidence(target: Target, windowMs: number, session: Session): Promise<PassiveEvidence> {
  const { io, progress } = session;
  const before = await readAll(target, session);
  const step = progress.step(
    `Counting the connections of ${before.length} gateway pods for ${formatDuration(windowMs)}`,
  );
  await io.clock.sleep(windowMs, io.signal);
  const after = await readAll(target, session);
  step.done();

  const total = new Map([...target.view.backends.keys()].map((version) => [version, 0]));
  const nameOf = podNamer(after);
  const pods: string[] = [];
  for (const { namespace, pod, counters } of after) {
    const first = before.find((other) => other.namespace === namespace && other.pod === pod);
    const counted = first && countBetween(first.counters, counters, target.view.backends);
    const name = nameOf({ namespace, pod });
    if (!counted || counted.restarted) {
      progress.warn(`gateway pod ${name} is not counted: it ${first ? 'started anew' : 'came'} in the meantime`);
      continue;
    }
    pods.push(name);
    for (const [version, count] of counted.connections) total.set(version, total.get(version)! + count);
  }
  if (pods.length > 0) return { connections: total, pods };
  throw new ShiftError('timeout', `no gateway pod lasted the ${formatDuration(windowMs)} of the window`, {
    hint: 'run the command again when the gateways are at rest',
  });
}

interface CountedProxy extends PodAddress {
  counters: ConnectionCounters;
}

async function readAll(target: Target, session: Session): Promise<CountedProxy[]> {
  const { plane, proxies } = await tellingGateway(target, session);
  const pages = openPages(session.cluster, session.io.signal);
  const getPage: GetPage = (page) => pages.get({ ...page, timeoutMs: answerMs });
  const nameOf = podNamer(proxies);
  const refusals: ShiftError[] = [];
  const read = async (proxy: Proxy): Promise<CountedProxy[]> => {
    try {
      return [{ ...proxy, counters: await plane.counters(proxy, target.view, getPage) }];
    } catch (error) {
      if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
      refusals.push(error);
      session.progress.warn(`gateway pod ${nameOf(proxy)} is not counted: ${error.message}`);
      return [];
    }
  };
  try {
    const counted = (await Promise.all(proxies.map(read))).flat();
    if (counted.length === 0) throw refusals[0]!;
    return counted;
  } finally {
    pages.close();
  }
}
