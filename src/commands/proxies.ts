import { getFromPod } from '../cluster/pod-http.ts';
import { formatDuration } from '../core/duration.ts';
import { listenerWeights, sameShares, weightsByVersion } from '../core/proxy-weights.ts';
import type { Split } from '../core/split.ts';
import { ShiftError } from '../errors.ts';
import { splitText } from '../report/words.ts';
import { readyGateway } from './gateway-pods.ts';
import type { Session } from './session.ts';
import { statusCommand, type Target } from './target.ts';

/** Envoy's admin port in the gateways that Istio makes. */
export const adminPort = 15_000;

/** One gateway pod, with the weights that its proxy has in force. */
export interface ProxyWeights {
  pod: string;
  /** Null where the proxy has no TCP listener for the route yet. */
  weights: Split | null;
}

const pollMs = 50;

/**
 * The weights in force in every ready gateway pod, read from its Envoy's own listener configuration.
 * @throws ShiftError where no pod is ready, port-forwarding is not permitted, or the proxy is no Envoy with an admin port
 */
export async function readProxies(target: Target, session: Session): Promise<ProxyWeights[]> {
  const { namespace, pods, listenerPort } = await readyGateway(target, session);
  const path = '/config_dump?resource=dynamic_listeners';
  return Promise.all(
    pods.map(async (pod) => {
      const text = await getFromPod(session.cluster, { namespace, pod, port: adminPort, path }, session.io.signal);
      const clusters = listenerWeights(parseDump(text, pod), listenerPort);
      return { pod, weights: clusters ? weightsByVersion(clusters, target.view.backends) : null };
    }),
  );
}

function parseDump(text: string, pod: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new ShiftError('cluster', `port ${adminPort} of pod ${pod} does not speak as Envoy's admin port does`, {
      cause,
    });
  }
}

/**
 * Waits until every ready gateway pod has these weights in force.
 * @throws ShiftError timeout: names the pods that lag; otherwise as readProxies
 */
export async function waitProgrammed(
  target: Target,
  wanted: Split,
  session: Session,
  timeoutMs: number,
): Promise<ProxyWeights[]> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + timeoutMs;
  for (;;) {
    const proxies = await readProxies(target, session);
    const lagging = proxies.filter(({ weights }) => weights === null || !sameShares(weights, wanted));
    if (lagging.length === 0) return proxies;
    if (clock.monotonic() >= deadline) {
      const pods = lagging
        .map(({ pod, weights }) => `${pod} (${weights ? splitText(weights) : 'no listener'})`)
        .join(', ');
      throw new ShiftError(
        'timeout',
        `after ${formatDuration(timeoutMs)} these gateway pods do not have the new weights: ${pods}`,
        {
          hint: statusCommand(target),
        },
      );
    }
    await clock.sleep(pollMs, signal);
  }
}
