import type { Socket } from 'node:net';
import type { TcpRoute } from './config.ts';
import type { Gate } from './gate.ts';
import { createFilterChain, type FilterChainOptions, type RunningChain } from './filter-chain.ts';

/** One listener of a proxy: the filter chain in force, and those that it replaced, whose connections may still finish. */
export interface RunningListener {
  readonly port: number;
  /** Of the chain in force. */
  readonly route: TcpRoute;
  readonly addedAt: Date;
  /** When the chain in force was taken over. */
  readonly updatedAt: Date;
  /** Connections of all its chains that have not ended, and all that it ever took. */
  readonly connections: Readonly<{ active: number; total: number }>;
  /** Replaced chains whose time to finish is not over. */
  readonly draining: number;
  accept(client: Socket): void;
  /** New connections go by this route from now on; those of the chain in force end when the drain time is over. */
  replace(route: TcpRoute): void;
  /** Lets all connections finish for the drain time, then closes them and tells that it is over. */
  retire(over: () => void): void;
  /** Carries nothing until it resumes. */
  pause(): void;
  resume(): void;
  /** Closes all connections. */
  stop(): void;
}

export interface ListenerOptions extends Omit<FilterChainOptions, 'route'> {
  drainMs: number;
  /** Of the process that it is part of. */
  gate: Pick<Gate, 'pass'>;
}

/** A timer for longer would go off at once. */
const longestTimerMs = 2 ** 31 - 1;

export function createListener(port: number, first: TcpRoute, options: ListenerOptions): RunningListener {
  const draining = new Map<RunningChain, NodeJS.Timeout>();
  const connections = { active: 0, total: 0 };
  const addedAt = new Date();
  let updatedAt = addedAt;
  let chain = createFilterChain({ ...options, route: first });

  const drain = (old: RunningChain, over?: () => void): void => {
    const end = (): void => {
      draining.delete(old);
      old.cut();
      over?.();
    };
    draining.set(
      old,
      setTimeout(() => options.gate.pass(end), Math.min(options.drainMs, longestTimerMs)),
    );
  };
  const chains = (): RunningChain[] => [...draining.keys(), chain];

  return {
    port,
    addedAt,
    connections,
    get route() {
      return chain.route;
    },
    get updatedAt() {
      return updatedAt;
    },
    get draining() {
      return draining.size;
    },
    accept(client) {
      connections.active += 1;
      connections.total += 1;
      client.on('close', () => (connections.active -= 1));
      chain.accept(client);
    },
    replace(route) {
      drain(chain);
      chain = createFilterChain({ ...options, route });
      updatedAt = new Date();
    },
    retire: (over) => drain(chain, over),
    pause() {
      for (const each of chains()) each.pause();
    },
    resume() {
      for (const each of chains()) each.resume();
    },
    stop() {
      for (const timer of draining.values()) clearTimeout(timer);
      for (const each of chains()) each.cut();
      draining.clear();
    },
  };
}
