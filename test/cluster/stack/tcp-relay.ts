import { connect, createServer, type Socket } from 'node:net';

export interface Endpoint {
  host: string;
  port: number;
}

/** A listening port whose connections go to one of several endpoints. */
export interface OpenPort {
  /** Sends later connections elsewhere; those under way stay. */
  retarget(endpoints: readonly Endpoint[]): void;
  /** Listens no longer; connections under way go on. */
  close(): Promise<void>;
}

/** Listens, and relays each connection to an endpoint picked at random, passing half-closes and resets on as they come. */
export function openPort(host: string, port: number, endpoints: readonly Endpoint[]): Promise<OpenPort> {
  let targets = endpoints;
  const server = createServer({ allowHalfOpen: true }, (inbound) => {
    const target = targets[Math.floor(Math.random() * targets.length)]!;
    const outbound = connect({ ...target, allowHalfOpen: true });
    relay(inbound, outbound);
    relay(outbound, inbound);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        retarget: (next) => {
          targets = next;
        },
        close: async () => {
          server.close();
        },
      }),
    );
  });
}

function relay(from: Socket, to: Socket): void {
  from.setNoDelay(true);
  from.pipe(to);
  from.on('error', () => to.resetAndDestroy());
}
