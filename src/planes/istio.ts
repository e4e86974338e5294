import { defined } from '../core/defined.ts';
import { parseDuration } from '../core/duration.ts';
import { countsAny, readCounters, readEndpointCounters } from '../core/envoy/connection-counters.ts';
import type { ListenerDump } from '../core/envoy/listener-dump.ts';
import { listenersOn, readPort, weightsByVersion } from '../core/envoy/listener-weights.ts';
import { openConnectionsPath, readOpenConnections } from '../core/envoy/open-connections.ts';
import type { PodAddress } from '../core/pods.ts';
import { ShiftError } from '../errors.ts';
import type { GetPage, Plane, Proxy } from './plane.ts';
import { readyProxies } from './ready-proxies.ts';

const adminPort = 15_000;

/**
 * The Envoys that istiod configures. Weights stand in each listener's filter chain, so new ones replace the chain, whose connections are closed when
 * it has drained.
 */
export const istio: Plane = {
  name: 'istio',
  adminPort,
  pick: 'random',
  cuts: true,
  cannotTell: undefined,
  proxies: readyProxies,

  async weights(proxy, view, getPage) {
    const { weights, ...told } = readPort(await listenerDump(proxy, getPage), proxy.listenerPort);
    return { weights: weights ? weightsByVersion(weights, view.backends) : null, ...told };
  },

  async counters({ namespace, pod }, view, getPage) {
    const page = (path: string): Promise<string> => getPage({ namespace, pod, port: adminPort, path });
    const counters = readCounters(await page('/stats?filter=upstream_cx_total'));
    // Istio's proxies keep no statistics of outbound clusters unless told to; what they know of each endpoint they always tell.
    return countsAny(counters, view.backends) ? counters : readEndpointCounters(await page('/clusters'));
  },

  async openConnections(proxy, { backends }, getPage) {
    const { namespace, pod, listenerPort } = proxy;
    const listeners = listenersOn(await listenerDump(proxy, getPage), listenerPort);
    const path = openConnectionsPath(listeners, backends.values());
    const found = readOpenConnections(await getPage({ namespace, pod, port: adminPort, path }), listeners, backends);
    if (!found) throw uncounted(proxy);
    const info: ServerInfo = await getJson(proxy, '/server_info', getPage);
    return { ...found, ...defined({ closedAfterMs: parseDuration(info.command_line_options?.drain_time ?? '') }) };
  },
};

/** Source of the shape: envoy.admin.v3.ServerInfo, as far as it is read. */
interface ServerInfo {
  command_line_options?: { drain_time?: string };
}

function listenerDump(proxy: PodAddress, getPage: GetPage): Promise<ListenerDump> {
  return getJson(proxy, '/config_dump?resource=dynamic_listeners', getPage);
}

function uncounted({ namespace, pod, listenerPort }: Proxy): ShiftError {
  return new ShiftError('cluster', `pod ${pod} keeps no count of the connections of port ${listenerPort}`, {
    hint: `look at its statistics: kubectl exec ${pod} -n ${namespace} -- pilot-agent request GET stats`,
  });
}

async function getJson({ namespace, pod }: PodAddress, path: string, getPage: GetPage): Promise<object> {
  const text = await getPage({ namespace, pod, port: adminPort, path });
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new ShiftError('cluster', `port ${adminPort} of pod ${pod} does not speak as Envoy's admin port does`, {
      hint: `look at the pod: kubectl describe pod ${pod} -n ${namespace}`,
      cause,
    });
  }
}
