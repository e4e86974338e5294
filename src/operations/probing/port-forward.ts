import { podNamer } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import type { Proxy } from '../../planes/plane.ts';
import type { Dial } from '../../probe/probe.ts';
import { gatewayProxies } from '../gateways/ready-pods.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { dialling, dialOnce, unreachable, type Place, type VantageSpec } from './place.ts';

/** This machine, to every gateway pod's own listener in turn, through the API server. @throws ShiftError forbidden, unreachable */
export async function openPortForward(options: VantageSpec, target: Target, session: Session): Promise<Place> {
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
