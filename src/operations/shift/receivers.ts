import { shares } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { readyEndpoints, slicesSelector, type EndpointState } from '../../routing/ready-endpoints.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import type { SplitChange } from './sightings.ts';

/**
 * Refuses a change that sends more connections to a version with nothing that takes them. Where the user may not look, that is said and passed over.
 * @throws ShiftError notFound: a version that is to get more than it has has no ready endpoint
 */
export async function refuseUnready(
  { view }: Target,
  { before, after }: SplitChange,
  { cluster, progress }: Session,
): Promise<void> {
  const [old, wanted] = [shares(before), shares(after)];
  const receivers = [...wanted].filter(([version, share]) => share > old.get(version)!).map(([version]) => version);
  let states: EndpointState[];
  try {
    states = await readyEndpoints(view, receivers, cluster);
  } catch (error) {
    if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
    progress.warn(`not looked whether ${receivers.join(', ')} can take connections: ${error.message}`);
    return;
  }
  const [empty] = states.filter(({ ready }) => ready === 0);
  if (empty) throw unready(empty);
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
