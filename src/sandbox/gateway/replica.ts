import { createServer, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { PodNetwork } from '../workloads/pod-network.ts';
import { adminServer, type RefusedListener } from './admin/server.ts';
import type { ProxyBehaviour } from './behaviour.ts';
import type { GatewayConfig, ListenerConfig } from './config.ts';
import type { Upstreams } from './filter-chain.ts';
import { createGate } from './gate.ts';
import { createListener, type RunningListener } from './listener.ts';
import type { PickerFactory } from './pickers.ts';
import { createUpstreamCounters } from './upstream-counters.ts';

/** Envoy's port for its own administration. */
const adminPort = 15000;

/** One gateway pod's proxy: it carries connections as its own version of the configuration says. */
export interface Replica {
  /** What is in force here. */
  config(): GatewayConfig;
  /** Brings the newest configuration, which is taken over at once if the replica obeys. Only listeners whose route differs are replaced; connections of those drain. */
  apply(config: GatewayConfig): void;
  /** From now on. A replica that obeys again takes over what it missed. */
  behave(behaviour: ProxyBehaviour): void;
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
  const refused = new Map<number, RefusedListener>();
  const retired = new Set<RunningListener>();
  const counters = createUpstreamCounters();
  const gate = createGate();
  let behaviour: ProxyBehaviour = 'obey';
  let newest: GatewayConfig | undefined;

  const accept = (port: number, client: Socket): void => {
    client.on('error', () => client.destroy());
    gate.pass(() => {
      const found = client.destroyed ? undefined : open.get(port);
      if (found) found.listener.accept(client);
      else client.destroy();
    });
  };

  const openOnPod = (port: number): (() => void) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(port, client));
    const served = network.serve(options.ip, port, server);
    return () => void served.then((close) => close());
  };

  const put = ({ port, route }: ListenerConfig): void => {
    const known = open.get(port)?.listener;
    refused.delete(port);
    if (isDeepStrictEqual(known?.route, route)) return;
    if (behaviour === 'refuse') return void refused.set(port, { port, route, at: new Date() });
    if (known) return known.replace(route);
    const listener = createListener(port, route, { ...options, counters, gate });
    open.set(port, { listener, close: openOnPod(port) });
  };

  const remove = (port: number, { listener, close }: OpenListener): void => {
    open.delete(port);
    close();
    retired.add(listener);
    listener.retire(() => retired.delete(listener));
  };

  const take = (): void => {
    if (!newest || behaviour === 'detached' || behaviour === 'paused') return;
    const wanted = new Set(newest.map(({ port }) => port));
    for (const [port, listener] of open) if (!wanted.has(port)) remove(port, listener);
    for (const port of refused.keys()) if (!wanted.has(port)) refused.delete(port);
    for (const listener of newest) put(listener);
  };

  const listeners = (): RunningListener[] => [...open.values()].map(({ listener }) => listener);
  const state = {
    ...options,
    startedAt: new Date(),
    listeners,
    retired: () => [...retired],
    refused: () => [...refused.values()],
    counters,
    gate,
  };
  const closeAdmin = await network.serve(options.ip, adminPort, adminServer(state));

  const stand = (still: boolean): void => {
    for (const listener of [...listeners(), ...retired]) {
      if (still) listener.pause();
      else listener.resume();
    }
    if (still) gate.shut();
    else gate.open();
  };

  return {
    config: () => listeners().map(({ port, route }) => ({ port, route })),
    apply(config) {
      newest = config;
      take();
    },
    behave(next) {
      if (next === behaviour) return;
      const before = behaviour;
      behaviour = next;
      if (before === 'paused') stand(false);
      if (next === 'paused') stand(true);
      take();
    },
    accept,
    endpointsChanged: () => counters.keepOnly((cluster) => options.upstreams.endpointsOf(cluster)),
    stop() {
      for (const [port, listener] of open) remove(port, listener);
      for (const listener of retired) listener.stop();
      retired.clear();
      closeAdmin();
      // Whoever waits at the gate of a stopped process finds no listener any more.
      gate.open();
    },
  };
}
