import type { Sample } from '../../core/sample.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import { ShiftError } from '../../errors.ts';
import { messageOf, outcomeOfError } from '../../probe/failure.ts';
import { probeLoop } from '../../probe/loop.ts';
import type { Dial, Exchange } from '../../probe/probe.ts';
import { alarm } from '../../waiting.ts';
import { statusCommand, type Target } from '../route/target.ts';
import type { Session } from '../session.ts';

export type VantagePoint = 'local' | 'port-forward' | 'pod';

/** Where connections start, and where they go. */
export interface VantageSpec {
  /** The first place that reaches the gateway where absent. */
  from?: 'auto' | VantagePoint;
  /** Instead of the ingress address. */
  host?: string;
  port?: number;
  tls?: boolean;
  /** Local addresses that connections start from, in turn. */
  sourceAddresses?: readonly string[];
  /** Seed of the jitter; another one in every run where absent. */
  seed?: number;
}

export interface Loop {
  /** Endless where absent. */
  count?: number;
  intervalMs: number;
  concurrency: number;
}

/** A place from which connections through the gateway can be opened. */
export interface Place {
  from: VantagePoint;
  /** Where the connections go, for people: `127.0.0.1:31400`, `pod/gateway-1:31400`. */
  address: string;
  samples(loop: Loop, exchange: Exchange): AsyncIterable<Sample>;
}

/** A longer wait for one TCP handshake says that the address does not lead to the gateway from here. */
const reachTimeoutMs = 2000;

/** Share of the interval by which starts are jittered, so that they cannot keep step with a round robin. */
export const jitter = 0.5;

export async function ingressOf(
  options: VantageSpec,
  target: Target,
  session: Session,
): Promise<{ host: string; port: number }> {
  const { host, port } = options;
  if (host !== undefined && port !== undefined) return { host, port };
  const found = await target.api.findIngress(target.view, session.cluster);
  return { host: host ?? found.host, port: port ?? found.port };
}

/** Opens and closes one connection, to learn whether the address leads anywhere from here. */
export async function reach(dial: Dial, at: { address: string; target: Target; session: Session }): Promise<void> {
  const failure = await dialOnce(dial, at.session);
  if (failure) throw unreachable(failure, at.address, at.target);
}

interface DialFailure {
  cause: unknown;
  isLate: boolean;
}

export function unreachable({ cause, isLate }: DialFailure, address: string, target: Target): ShiftError {
  // What is wrong with this machine itself is thrown here.
  outcomeOfError(cause, 'refused');
  const why = isLate ? `no answer in ${reachTimeoutMs / 1000} s` : messageOf(cause);
  return new ShiftError('unreachable', `cannot reach ${address}: ${why}`, { hint: statusCommand(target), cause });
}

/** What kept one connection from being opened in time; undefined where nothing did. */
export async function dialOnce(dial: Dial, { io }: Session): Promise<DialFailure | undefined> {
  const late = new AbortController();
  const stop = alarm(reachTimeoutMs, () => late.abort(), io.clock);
  try {
    (await dial(AbortSignal.any([io.signal, late.signal]))).destroy();
    return undefined;
  } catch (cause) {
    if (io.signal.aborted) throw io.signal.reason;
    return { cause, isLate: late.signal.aborted };
  } finally {
    stop();
  }
}

interface Dialling {
  /** Taken in turn, one a connection. */
  dials: readonly Dial[];
  /** What each of the dials leads to, where samples are to tell. */
  names?: readonly string[];
  session: Session;
  seed?: number;
}

export function dialling(from: VantagePoint, address: string, { dials, names, session, seed }: Dialling): Place {
  const { clock, signal } = session.io;
  const random = seed === undefined ? Math.random : seededRandom(seed);
  const dial: Dial = (until, index = 0) => dials[index % dials.length]!(until);
  const via = names && { viaOf: (index: number) => names[index % names.length]! };
  return {
    from,
    address,
    samples: (loop, exchange) => probeLoop({ ...loop, jitter }, { dial, exchange, clock, random, signal, ...via }),
  };
}
