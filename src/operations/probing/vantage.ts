import { ShiftError } from '../../errors.ts';
import { isReadyPod, podKind, podNamer } from '../../core/pods.ts';
import type { Sample } from '../../core/sample.ts';
import { dialTcp, dialTls } from '../../probe/dial.ts';
import { messageOf, outcomeOfError } from '../../probe/failure.ts';
import { probeLoop } from '../../probe/loop.ts';
import { podLoop } from '../../probe/pod-loop.ts';
import type { Dial, Exchange } from '../../probe/probe.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import type { Proxy } from '../../planes/plane.ts';
import { gatewayProxies } from '../gateways/ready-pods.ts';
import type { Session } from '../session.ts';
import { alarm } from '../../waiting.ts';
import { statusCommand, type Target } from '../route/target.ts';

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
export interface Vantage {
  from: VantagePoint;
  /** Where the connections go, for people: `127.0.0.1:31400`, `pod/gateway-1:31400`. */
  address: string;
  /** Places that were tried before, and why connections cannot start there. */
  passedOver: readonly { from: VantagePoint; why: string }[];
  samples(loop: Loop, exchange: Exchange): AsyncIterable<Sample>;
}

type Place = Omit<Vantage, 'passedOver'>;

/** A longer wait for one TCP handshake says that the address does not lead to the gateway from here. */
const reachTimeoutMs = 2000;

/** Probes for each place at once: a loop in a pod has an end, should this process die and the command with it stay behind. */
const longestPodLoop = 10_000;

/** Share of the interval by which starts are jittered, so that they cannot keep step with a round robin. */
const jitter = 0.5;

/**
 * The first place that reaches the gateway, or the place that the user names.
 * @throws ShiftError unreachable: what was tried, and why each of it failed; forbidden: permissions are all that is lacking
 */
export async function openVantage(options: VantageSpec, target: Target, session: Session): Promise<Vantage> {
  const openers = {
    local: () => openLocal(options, target, session),
    'port-forward': () => openPortForward(options, target, session),
    pod: () => openPod(options, target, session),
  } satisfies Record<VantagePoint, () => Promise<Place>>;
  const [first, ...more] = placesFor(options);
  if (more.length === 0) return { ...(await openers[first]()), passedOver: [] };

  const refusals: [VantagePoint, ShiftError][] = [];
  for (const place of [first, ...more]) {
    try {
      const passedOver = refusals.map(([from, { message: why }]) => ({ from, why }));
      return { ...(await openers[place]()), passedOver };
    } catch (error) {
      if (!(error instanceof ShiftError) || session.io.signal.aborted) throw error;
      refusals.push([place, error]);
    }
  }
  const kind = refusals.every(([, error]) => error.kind === 'forbidden') ? 'forbidden' : 'unreachable';
  throw new ShiftError(kind, `no way to the gateway of ${target.view.ref.name}: ${reasonsText(refusals)}`, {
    hint: refusals[0]?.[1].hint,
  });
}

/** `local, pod: no address yet; port-forward: no ready pod`: each reason once, with the places that it keeps from reaching the gateway. */
function reasonsText(refusals: readonly (readonly [VantagePoint, ShiftError])[]): string {
  const placesOf = new Map<string, VantagePoint[]>();
  for (const [place, { message }] of refusals) placesOf.set(message, [...(placesOf.get(message) ?? []), place]);
  return [...placesOf].map(([message, places]) => `${places.join(', ')}: ${message}`).join('; ');
}

/** Where probes can start that obey these options. @throws ShiftError usage: not from where they are asked to */
function placesFor({
  from = 'auto',
  tls,
  sourceAddresses,
  host,
  port,
}: VantageSpec): [VantagePoint, ...VantagePoint[]] {
  const here = tls ? '--tls' : sourceAddresses && '--source-address';
  const elsewhere = host === undefined ? port && '--port' : '--host';
  if (from === 'auto') return here || elsewhere ? ['local'] : ['local', 'port-forward', 'pod'];
  const misfit = { local: undefined, 'port-forward': here ?? elsewhere, pod: here }[from];
  if (misfit === undefined) return [from];
  throw new ShiftError('usage', `${misfit} does not go with --from ${from}`, { hint: 'use --from local' });
}

async function openLocal(options: VantageSpec, target: Target, session: Session): Promise<Place> {
  const { host, port } = await ingressOf(options, target, session);
  const address = `${host}:${port}`;
  const sources = (options.sourceAddresses ?? []).map((localAddress) => ({ host, port, localAddress }));
  const dials = (sources.length > 0 ? sources : [{ host, port }]).map(options.tls ? dialTls : dialTcp);
  await reach(dials[0]!, { address, target, session });
  return dialling('local', address, { dials, session, ...options });
}

async function ingressOf(
  options: VantageSpec,
  target: Target,
  session: Session,
): Promise<{ host: string; port: number }> {
  const { host, port } = options;
  if (host !== undefined && port !== undefined) return { host, port };
  const found = await target.api.findIngress(target.view, session.cluster);
  return { host: host ?? found.host, port: port ?? found.port };
}

async function openPortForward(options: VantageSpec, target: Target, session: Session): Promise<Place> {
  const proxies = await reachable(await gatewayProxies(target, session), { target, session });
  const nameOf = podNamer(proxies);
  const dials = proxies.map((proxy) => forwarded(proxy, session));
  return dialling('port-forward', podsText(proxies), { dials, names: proxies.map(nameOf), session, ...options });
}

/**
 * Those to which the user may forward a port, where any of them answers: a ready pod that does not answer stays, for users' connections fail there too.
 * @throws ShiftError forbidden: to none; unreachable: none answers
 */
async function reachable(proxies: readonly Proxy[], at: { target: Target; session: Session }): Promise<Proxy[]> {
  const { target, session } = at;
  const tried = await Promise.all(
    proxies.map(async (proxy) => ({ proxy, failure: await dialOnce(forwarded(proxy, session), session) })),
  );
  const refused = tried.flatMap(({ failure }) => (isForbidden(failure?.cause) ? [failure.cause] : []));
  if (refused.length === proxies.length) throw refused[0]!;
  for (const refusal of new Set(refused.map(({ message }) => message)))
    session.progress.warn(`some gateway pods are left out: ${refusal}`);
  const permitted = tried.filter(({ failure }) => !isForbidden(failure?.cause));
  const failures = permitted.flatMap(({ failure }) => failure ?? []);
  if (failures.length === permitted.length)
    throw unreachable(failures[0]!, podsText(permitted.map(({ proxy }) => proxy)), target);
  return permitted.map(({ proxy }) => proxy);
}

function isForbidden(cause: unknown): cause is ShiftError {
  return cause instanceof ShiftError && cause.kind === 'forbidden';
}

function forwarded({ namespace, pod, listenerPort: port }: Proxy, { cluster }: Session): Dial {
  return (signal) => cluster.portForward({ namespace, pod, port }, signal);
}

/** `pod/a, pod/b in edge, port 31400`, each namespace with its own pods and port. */
function podsText(proxies: readonly Proxy[]): string {
  const byPlace = new Map<string, string[]>();
  for (const { namespace, pod, listenerPort } of proxies) {
    const place = `in ${namespace}, port ${listenerPort}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), `pod/${pod}`]);
  }
  return [...byPlace].map(([place, pods]) => `${pods.join(', ')} ${place}`).join('; ');
}

async function openPod(options: VantageSpec, target: Target, session: Session): Promise<Place> {
  const { cluster, io } = session;
  const { namespace } = target;
  const pods = await cluster.list(podKind, { namespace, labelSelector: 'app in (curl, sleep)' });
  const client = pods.find(isReadyPod);
  if (!client) {
    throw new ShiftError('unreachable', `no ready client pod (app=curl or app=sleep) in namespace ${namespace}`, {
      hint: `create one: tcpshift setup -n ${namespace}`,
    });
  }
  const { host, port } = await ingressOf(options, target, session);
  const exec = { namespace, pod: client.metadata.name, container: client.metadata.labels!['app']! };
  // Learns whether commands can be run at all, as the other places learn whether they reach the gateway.
  await cluster.exec({ ...exec, command: ['true'], onLine: () => {}, signal: io.signal });
  return {
    from: 'pod',
    address: `${host}:${port} from pod/${exec.pod}`,
    samples: ({ intervalMs, concurrency, count = longestPodLoop * concurrency }, { classify, ...talk }) =>
      podLoop(
        { host, port, count, intervalMs, concurrency, jitter, ...talk },
        {
          run: (command, onLine, signal) => cluster.exec({ ...exec, command, onLine, signal }),
          classify,
          clock: io.clock,
          signal: io.signal,
        },
      ),
  };
}

/** Opens and closes one connection, to learn whether the address leads anywhere from here. */
async function reach(dial: Dial, at: { address: string; target: Target; session: Session }): Promise<void> {
  const failure = await dialOnce(dial, at.session);
  if (failure) throw unreachable(failure, at.address, at.target);
}

interface DialFailure {
  cause: unknown;
  isLate: boolean;
}

function unreachable({ cause, isLate }: DialFailure, address: string, target: Target): ShiftError {
  // What is wrong with this machine itself is thrown here.
  outcomeOfError(cause, 'refused');
  const why = isLate ? `no answer in ${reachTimeoutMs / 1000} s` : messageOf(cause);
  return new ShiftError('unreachable', `cannot reach ${address}: ${why}`, { hint: statusCommand(target), cause });
}

/** What kept one connection from being opened in time; undefined where nothing did. */
async function dialOnce(dial: Dial, { io }: Session): Promise<DialFailure | undefined> {
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

function dialling(from: VantagePoint, address: string, { dials, names, session, seed }: Dialling): Place {
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
