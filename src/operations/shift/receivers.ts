import { shares } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { readyEndpoints, slicesSelector, type EndpointState } from '../../routing/ready-endpoints.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import type { SplitChange } from './sightings.ts';

/** EndpointSlices follow their pods a moment later: that nothing is ready must hold so long, in milliseconds, before it is believed. */
const settleMs = 2000;

const pollMs = 100;

/** Sessions to look with. */
export interface Looking {
  /** For one look at things as they are at one moment. */
  session: Session;
  /** For looks at what has become of them. */
  again: Session;
}

/**
 * Refuses a change that sends more connections to a version with nothing that takes them. Where the user may not look, that is said and passed over.
 * @throws ShiftError notFound: a version that is to get more than it has has no ready endpoint
 */
export async function refuseUnready(target: Target, change: SplitChange, { session, again }: Looking): Promise<void> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + settleMs;
  let empty = await emptyReceiver(target, change, session);
  while (empty) {
    if (clock.monotonic() >= deadline) throw unready(empty);
    await clock.sleep(pollMs, signal);
    empty = await emptyReceiver(target, change, again);
  }
}

/** One of the versions that are to get more and have no ready endpoint. */
async function emptyReceiver(
  { view }: Target,
  { before, after }: SplitChange,
  { cluster, progress }: Session,
): Promise<EndpointState | undefined> {
  const [old, wanted] = [shares(before), shares(after)];
  const receivers = [...wanted].filter(([version, share]) => share > old.get(version)!).map(([version]) => version);
  try {
    const states = await readyEndpoints(view, receivers, cluster);
    return states.find(({ ready }) => ready === 0);
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    progress.warn(`not looked whether ${receivers.join(', ')} can take connections: ${error.message}`);
    return undefined;
  }
}

function unready({ version, backend: { service, namespace, subset }, isService }: EndpointState): ShiftError {
  const what = subset === undefined ? `Service ${service}` : `subset ${subset} of Service ${service}`;
  const why = isService
    ? `${what} in namespace ${namespace} has no ready endpoint`
    : `there is no Service ${service} in namespace ${namespace}`;
  const look = isService
    ? `kubectl get endpointslices -n ${namespace} -l ${slicesSelector(service)}`
    : `kubectl get services -n ${namespace}`;
  return new ShiftError('notFound', `${version} is to get more connections, and nothing takes them: ${why}`, {
    hint: `see what is there: ${look}; to shift all the same: --allow-unready`,
  });
}
