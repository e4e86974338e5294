import { createServer, type Server, type Socket } from 'node:net';
import { describePortHolder } from './port-holder.ts';

/** One port of a Service of type LoadBalancer, as it is offered on 127.0.0.1. */
export interface Front {
  /** `namespace/name` of the Service. */
  owner: string;
  port: number;
  accept: (client: Socket) => void;
}

export type FrontState = { phase: 'opening' } | { phase: 'open' } | { phase: 'failed'; problem: string };

/** Holds the ports of load balancers on 127.0.0.1. A port that is taken is tried again until it is free. */
export interface LoadBalancer {
  /** Makes these the fronts that are offered; those not named are closed to new connections. */
  set(fronts: readonly Front[]): void;
  states(owner: string): ReadonlyMap<number, FrontState>;
  /** Cuts every connection that came in here; resolves once every port is free again. */
  stop(): Promise<void>;
}

interface Holder {
  front: Front;
  state: FrontState;
  server: Server;
  retry: NodeJS.Timeout | undefined;
}

const retryMs = 200;

/** @param onChange called with the owner whenever a front of it changes its state */
export function createLoadBalancer(onChange: (owner: string) => void): LoadBalancer {
  const holders = new Map<string, Holder>();
  const closing = new Set<Promise<void>>();
  const clients = new Set<Socket>();

  const listen = (holder: Holder): void => {
    holder.server.listen({ host: '127.0.0.1', port: holder.front.port });
  };

  const setState = (holder: Holder, state: FrontState): void => {
    holder.state = state;
    onChange(holder.front.owner);
  };

  const problemOf = async ({ front: { port } }: Holder, error: NodeJS.ErrnoException): Promise<string> => {
    const other = [...holders.values()].find(({ front, state }) => front.port === port && state.phase === 'open');
    if (other) return `port ${port} on 127.0.0.1 is in use by Service ${other.front.owner}`;
    return describeFailure(port, error);
  };

  const fail = async (key: string, holder: Holder, error: NodeJS.ErrnoException): Promise<void> => {
    const known = holder.state.phase === 'failed';
    const problem = known ? '' : await problemOf(holder, error);
    if (holders.get(key) !== holder) return;
    if (!known) setState(holder, { phase: 'failed', problem });
    holder.retry = setTimeout(listen, retryMs, holder);
  };

  const open = (key: string, front: Front): void => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      clients.add(client);
      client.on('close', () => clients.delete(client));
      holder.front.accept(client);
    });
    const holder: Holder = { front, state: { phase: 'opening' }, server, retry: undefined };
    holders.set(key, holder);
    server.on('listening', () => setState(holder, { phase: 'open' }));
    server.on('error', (error) => void fail(key, holder, error));
    listen(holder);
  };

  const close = (key: string, holder: Holder): void => {
    holders.delete(key);
    clearTimeout(holder.retry);
    const closed = new Promise<void>((resolve) => void holder.server.close(() => resolve()));
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };

  return {
    set(fronts) {
      const wanted = new Map(fronts.map((front) => [`${front.owner}:${front.port}`, front]));
      for (const [key, holder] of holders) if (!wanted.has(key)) close(key, holder);
      for (const [key, front] of wanted) {
        const holder = holders.get(key);
        if (holder) holder.front = front;
        else open(key, front);
      }
    },
    states(owner) {
      const own = [...holders.values()].filter(({ front }) => front.owner === owner);
      return new Map(own.map(({ front, state }) => [front.port, state]));
    },
    async stop() {
      for (const [key, holder] of holders) close(key, holder);
      for (const client of clients) client.destroy();
      await Promise.all(closing);
    },
  };
}

async function describeFailure(port: number, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code !== 'EADDRINUSE') return `port ${port} on 127.0.0.1 cannot be opened: ${error.code ?? error.message}`;
  const holder = await describePortHolder(port);
  return `port ${port} on 127.0.0.1 is in use${holder === undefined ? '' : ` by ${holder}`}`;
}
