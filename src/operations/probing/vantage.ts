import { ShiftError } from '../../errors.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { openLocal } from './local.ts';
import type { Place, VantagePoint, VantageSpec } from './place.ts';
import { openPod } from './pod.ts';
import { openPortForward } from './port-forward.ts';

/** A place that reaches the gateway. */
export interface Vantage extends Place {
  /** Places that were tried before, and why connections cannot start there. */
  passedOver: readonly { from: VantagePoint; why: string }[];
}

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

/** Says which places were tried before, and why connections do not start there. */
export function tellPassedOver({ from, passedOver }: Vantage, { progress }: Session): void {
  for (const { from: place, why } of passedOver) progress.note(`Connections start at ${from}, not at ${place}: ${why}`);
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
