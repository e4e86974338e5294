import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { tcpRoute, type Endpoint, type GatewayConfig } from '../../src/sandbox/gateway/config.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../src/sandbox/gateway/fleet.ts';
import { createPodNetwork, type PodNetwork } from '../../src/sandbox/workloads/pod-network.ts';
import { createEchoServer } from '../../src/sandbox/workloads/tcp-echo.ts';
import { ask } from './tcp.ts';

/** The port on which the gateways of these tests listen. */
export const listenerPort = 31400;

/** A pod network with one echo server each for the clusters `v1` and `v2`, which answer `one` and `two`. */
export interface EchoPods {
  network: PodNetwork;
  /** The endpoints of each cluster, as the gateways see them at this moment. */
  endpoints: Map<string, Endpoint[]>;
  /** Lets a server answer on port 9000 of a pod. */
  serve(ip: string, server: Server): Promise<void>;
  /** Gateways in front of the pods; they draw in turn and take a change over at once unless told otherwise. */
  fleet(options?: Partial<FleetOptions>): Fleet;
  /** A connection to a replica's own listener, once it listens. */
  open(ip: string): Promise<Socket>;
  /** The first word of the answer to each of so many connections, one after another. */
  words(ip: string, count: number): Promise<string[]>;
  end(): void;
}

export async function startEchoPods(): Promise<EchoPods> {
  const network = createPodNetwork();
  const ends: (() => void)[] = [];
  const endpoints = new Map([
    ['v1', [{ ip: '10.244.0.2', port: 9000 }]],
    ['v2', [{ ip: '10.244.0.3', port: 9000 }]],
  ]);
  const upstreams = {
    clusters: () => endpoints.keys(),
    endpointsOf: (cluster: string) => endpoints.get(cluster) ?? [],
    connect: ({ ip, port }: Endpoint) => network.connect(ip, port),
  };

  const serve = async (ip: string, server: Server): Promise<void> => {
    ends.push(await network.serve(ip, 9000, server));
  };

  const open = async (ip: string): Promise<Socket> => {
    for (;;) {
      const socket = network.connect(ip, listenerPort);
      const connected = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      if (connected) return socket;
    }
  };

  await serve('10.244.0.2', createEchoServer('one'));
  await serve('10.244.0.3', createEchoServer('two'));
  return {
    network,
    endpoints,
    serve,
    fleet(options = {}) {
      const all = { picker: 'round-robin' as const, seed: 1, drainMs: 60_000, propagationDelayMs: 0, ...options };
      const fleet = createFleet(all, upstreams, network);
      ends.push(() => fleet.stop());
      return fleet;
    },
    open,
    async words(ip, count) {
      const found: string[] = [];
      for (let index = 0; index < count; index += 1) found.push((await ask(await open(ip))).split(' ')[0]!);
      return found;
    },
    end() {
      for (const end of ends.splice(0)) end();
    },
  };
}

/** A listener's configuration that splits between `v1` and `v2` by these weights. */
export function shares(v1: number, v2: number): GatewayConfig {
  const clusters = [
    { name: 'v1', weight: v1 },
    { name: 'v2', weight: v2 },
  ];
  return [{ port: listenerPort, route: tcpRoute(clusters) }];
}

export const allToV1: GatewayConfig = [{ port: listenerPort, route: { cluster: 'v1' } }];
