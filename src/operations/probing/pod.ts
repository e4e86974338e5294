import { isReadyPod, podKind } from '../../core/pods.ts';
import { ShiftError } from '../../errors.ts';
import { podLoop } from '../../probe/pod-loop.ts';
import type { Target } from '../route/target.ts';
import type { Session } from '../session.ts';
import { ingressOf, jitter, type Place, type VantageSpec } from './place.ts';

/** Probes for each place at once: a loop in a pod has an end, should this process die and the command with it stay behind. */
const longestPodLoop = 10_000;

/** The client pod, to the ingress address. @throws ShiftError unreachable: none is ready */
export async function openPod(options: VantageSpec, target: Target, session: Session): Promise<Place> {
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
