import { createServer, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { PodNetwork } from '../workloads/pod-network.ts';
import { adminServer } from './admin/server.ts';
import type { GatewayConfig, ListenerConfig } from './config.ts';
import type { Upstreams } from './filter-chain.ts';
import { createListener, type RunningListener } from './listener.ts';
import type { PickerFactory } from './pickers.ts';
import { createUpstreamCounters } from './upstream-counters.ts';

/** Envoy's port for its own administration. */
const adminPort = 15000;

/** One gateway pod's proxy: it carries connections as its own version of the configuration says. */
export interface Replica {
  /** What is in force here. */
  config(): GatewayConfig;
  /** Takes a configuration over. Only listeners whose route differs are replaced; connections of those drain. */
  apply(config: GatewayConfig): void;
  /** Carries a connection that came in on the listener's port; closes it where there is no such listener. */
  accept(port: number, client: Socket): void;
  /** Takes note that clusters have other endpoints now. */
  endpointsChanged(): void;
  stop(): void;
}

export interface ReplicaOptions {
  ip: string;
  pickers: PickerFactory;
  upstreams: Upstreams;
  drainMs: number;
}

interface OpenListener {
  listener: RunningListener;
  /** Takes the pod's own listener off the network. */
  close: () => void;
}

/** Starts a replica without listeners; resolves once its admin port answers. */
export async function startReplica(options: ReplicaOptions, network: PodNetwork): Promise<Replica> {
  const open = new Map<number, OpenListener>();
  const retired = new Set<RunningListener>();
  const counters = createUpstreamCounters();

  const accept = (port: number, client: Socket): void => {
    const found = open.get(port);
    if (found) found.listener.accept(client);
    else client.destroy();
  };

  const openOnPod = (port: number): (() => void) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(port, client));
    const served = network.serve(options.ip, port, server);
    return () => void served.then((close) => close());
  };

  const put = ({ port, route }: ListenerConfig): void => {
    const known = open.get(port)?.listener;
    if (isDeepStrictEqual(known?.route, route)) return;
    if (known) known.replace(route);
    else open.set(port, { listener: createListener(port, route, { ...options, counters }), close: openOnPod(port) });
  };

  const remove = (port: number, { listener, close }: OpenListener): void => {
    open.delete(port);
    close();
    retired.add(listener);
    listener.retire(() => retired.delete(listener));
  };

  const listeners = (): RunningListener[] => [...open.values()].map(({ listener }) => listener);
  const state = { ...options, startedAt: new Date(), listeners, retired: () => [...retired], counters };
  const closeAdmin = await network.serve(options.ip, adminPort, adminServer(state));

  return {
    config: () => listeners().map(({ port, route }) => ({ port, route })),
    apply(config) {
      for (const [port, listener] of open) {
        if (!config.some((wanted) => wanted.port === port)) remove(port, listener);
      }
      for (const wanted of config) put(wanted);
    },
    accept,
    endpointsChanged: () => counters.keepOnly((cluster) => options.upstreams.endpointsOf(cluster)),
    stop() {
      for (const [port, listener] of open) remove(port, listener);
      for (const listener of retired) listener.stop();
      retired.clear();
      closeAdmin();
    },
  };
}
