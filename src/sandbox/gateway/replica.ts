import { createServer, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { PodNetwork } from '../workloads/pod-network.ts';
import { adminServer } from './admin.ts';
import type { GatewayConfig } from './config.ts';
import { createFilterChain, type RunningChain, type Upstreams } from './filter-chain.ts';
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
  chain: RunningChain;
  /** Takes the pod's own listener off the network. */
  close: () => void;
}

/** Starts a replica without listeners; resolves once its admin port answers. */
export async function startReplica(options: ReplicaOptions, network: PodNetwork): Promise<Replica> {
  const listeners = new Map<number, OpenListener>();
  const counters = createUpstreamCounters();
  const draining = new Map<RunningChain, NodeJS.Timeout>();
  let inForce: GatewayConfig = [];
  let changedAt = new Date();

  const drain = (chain: RunningChain): void => {
    const timer = setTimeout(() => {
      draining.delete(chain);
      chain.cut();
    }, options.drainMs);
    draining.set(chain, timer);
  };

  const accept = (port: number, client: Socket): void => {
    const listener = listeners.get(port);
    if (listener) listener.chain.accept(client);
    else client.destroy();
  };

  const setListener = (port: number, chain: RunningChain): void => {
    const known = listeners.get(port);
    if (known) drain(known.chain);
    listeners.set(port, { chain, close: known?.close ?? openOnPod(port) });
  };

  const openOnPod = (port: number): (() => void) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(port, client));
    const served = network.serve(options.ip, port, server);
    return () => void served.then((close) => close());
  };

  const removeListener = (port: number, listener: OpenListener): void => {
    listeners.delete(port);
    listener.close();
    drain(listener.chain);
  };

  const apply = (config: GatewayConfig): void => {
    if (isDeepStrictEqual(config, inForce)) return;
    inForce = config;
    changedAt = new Date();
    for (const [port, listener] of listeners) {
      if (!config.some((wanted) => wanted.port === port)) removeListener(port, listener);
    }
    for (const { port, route } of config) {
      if (isDeepStrictEqual(listeners.get(port)?.chain.route, route)) continue;
      setListener(port, createFilterChain({ ...options, route, counters }));
    }
  };

  const closeAdmin = await network.serve(
    options.ip,
    adminPort,
    adminServer({
      config: () => inForce,
      changedAt: () => changedAt,
      upstreams: options.upstreams,
      counters,
    }),
  );

  return {
    config: () => inForce,
    apply,
    accept,
    endpointsChanged: () => counters.keepOnly((cluster) => options.upstreams.endpointsOf(cluster)),
    stop() {
      for (const [port, listener] of listeners) removeListener(port, listener);
      for (const [chain, timer] of draining) {
        clearTimeout(timer);
        chain.cut();
      }
      draining.clear();
      closeAdmin();
    },
  };
}
