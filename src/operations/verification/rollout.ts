import { podNamer } from '../../core/pods.ts';
import { sameShares, splitText, type Split } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { waitProgrammed } from '../gateways/programmed.ts';
import { readProxies } from '../gateways/weights.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';

/** That not every gateway has the split that connections are to be judged by. */
export class UnsettledGateways extends ShiftError {
  constructor(message: string, { hint, cause }: { hint?: string | undefined; cause?: unknown } = {}) {
    super('timeout', message, { hint, cause });
    this.name = 'UnsettledGateways';
  }
}

/** Gateways that all have a split. */
export interface SettledGateways {
  pods: number;
  /** How long they were waited for, in milliseconds. */
  waitedMs: number;
  /** Reads them once more. @throws UnsettledGateways: one has another split by now */
  look(): Promise<void>;
}

/**
 * Waits until every gateway pod has a split, so that no connection is counted that came before; undefined where the gateways do not tell.
 * @throws UnsettledGateways: not in time, or one refuses it
 */
export async function settledGateways(
  target: Target,
  split: Split,
  timeoutMs: number,
  session: Session,
): Promise<SettledGateways | undefined> {
  const { io, progress } = session;
  const began = io.clock.monotonic();
  const step = progress.step('Reading the weights in every gateway');
  const onLag = (names: readonly string[], all: number): void =>
    step.update(`Waiting for the weights in ${names.length} of ${all} gateways: ${names.join(', ')}`);
  try {
    const pods = await waitProgrammed(target, split, { timeoutMs, onLag }, session);
    step.done();
    const waitedMs = Math.round(io.clock.monotonic() - began);
    return { pods: pods.length, waitedMs, look: () => refuseMoved(target, split, session) };
  } catch (error) {
    step.fail();
    if (!(error instanceof ShiftError) || io.signal.aborted) throw error;
    if (error.kind === 'timeout' || error.kind === 'rejected')
      throw new UnsettledGateways(error.message, { hint: error.hint, cause: error });
    progress.detail(`Whether every gateway has the weights is not known: ${error.message}`);
    return undefined;
  }
}

async function refuseMoved(target: Target, split: Split, session: Session): Promise<void> {
  const proxies = await readProxies(target, session);
  const nameOf = podNamer(proxies);
  const moved = proxies.flatMap(({ weights, ...pod }) =>
    weights && !sameShares(weights, split) ? [`${nameOf(pod)} has ${splitText(weights)}`] : [],
  );
  if (moved.length > 0)
    throw new UnsettledGateways(`the weights in the gateways changed while they were looked at: ${moved.join(', ')}`);
}
