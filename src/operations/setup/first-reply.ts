import { refOf } from '../../core/objects.ts';
import { isOurs } from '../../core/ownership.ts';
import { isRolledOut } from '../../core/pods.ts';
import type { SetupResult, FirstReply } from '../../core/route/setup-result.ts';
import { shares } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import type { Exchange } from '../../probe/probe.ts';
import { needExchange } from '../probing/probe-spec.ts';
import { openVantage } from '../probing/vantage.ts';
import { waitReady } from '../route/readiness.ts';
import { statusCommand, type Target } from '../route/target.ts';
import type { Session } from '../session.ts';

/** How long a new Gateway is given to get an address, in milliseconds. */
const addressPatienceMs = 10_000;

/** Waits for the deployments, the route's conditions, and the first reply of the version that gets the connections. */
export async function waitForReply(
  target: Target,
  timeoutMs: number,
  session: Session,
): Promise<Required<Pick<SetupResult, 'conditions' | 'firstReply'>>> {
  const { progress, io } = session;
  const deadline = io.clock.monotonic() + timeoutMs;
  const left = (): number => Math.max(1, deadline - io.clock.monotonic());
  const rolling = progress.step('Waiting for the deployments');
  await deploymentsReady(target, left(), session);
  rolling.done();

  const accepting = progress.step('Waiting for the route and its gateway');
  const conditions = await waitReady(target, session, {
    timeoutMs: left(),
    addressMs: addressPatienceMs,
    hint: ({ reason }) =>
      reason === 'AddressNotUsable' || reason === 'PortUnavailable'
        ? 'choose another port with --port'
        : statusCommand(target),
  });
  accepting.done();

  const replying = progress.step('Waiting for the first reply through the gateway');
  const firstReply = await awaitReply(target, session, left());
  replying.done();
  return { conditions, firstReply };
}

async function deploymentsReady({ namespace }: Target, timeoutMs: number, { cluster, io }: Session): Promise<void> {
  const deployments = await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace });
  const { signal } = io;
  await Promise.all(
    deployments
      .filter(isOurs)
      .map((each) =>
        cluster.waitFor(refOf(each), (now) => now !== undefined && isRolledOut(now), { timeoutMs, signal }),
      ),
  );
}

/** Between two connections that wait for the gateway. */
const retryMs = 100;

/** The first reply of a version that is to get connections. @throws ShiftError unreachable */
async function awaitReply(target: Target, session: Session, timeoutMs: number): Promise<FirstReply> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + timeoutMs;
  const exchange = await needExchange({ timeoutMs: Math.min(timeoutMs, 2000) }, target, session);
  for (;;) {
    const found = await oneReply(target, exchange, session);
    if (!(found instanceof ShiftError)) return found;
    if (clock.monotonic() >= deadline) throw found;
    await clock.sleep(retryMs, signal);
  }
}

/** The reply to one connection, from the place that reaches the gateway by now; or why there is none. */
async function oneReply(target: Target, exchange: Exchange, session: Session): Promise<FirstReply | ShiftError> {
  const wanted = shares(target.view.split);
  try {
    const vantage = await openVantage({}, target, session);
    const { from, address, passedOver } = vantage;
    const one = { count: 1, intervalMs: 0, concurrency: 1 };
    let last = 'no answer';
    for await (const { version, reply, outcome, via } of vantage.samples(one, exchange)) {
      const way = via === undefined ? address : `pod/${via}`;
      if (version !== null && wanted.get(version)! > 0)
        return { version, reply: reply!, from, address: way, passedOver };
      last = version ?? outcome;
    }
    const message = `no reply through ${address}: the last connection ended in ${last}`;
    return new ShiftError('unreachable', message, { hint: statusCommand(target) });
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'unreachable') return error;
    throw error;
  }
}
