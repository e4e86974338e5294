import { createConnection, Socket, type Server } from 'node:net';

/**
 * Stands for the network between pods: pods have addresses that nothing on this machine has,
 * and what listens on them listens in truth on free ports of 127.0.0.1.
 */
export interface PodNetwork {
  /** Lets the server answer on a port of a pod; resolves once it listens, with the way to take it off. */
  serve(ip: string, port: number, server: Server): Promise<() => void>;
  /** Starts a connection; the socket fails with ECONNREFUSED where nothing listens. */
  connect(ip: string, port: number): Socket;
}

/** An empty network. Its connections allow half-open ends. */
export function createPodNetwork(): PodNetwork {
  const localPorts = new Map<string, number>();
  return {
    async serve(ip, port, server) {
      const key = `${ip}:${port}`;
      const localPort = await listenLocally(server);
      localPorts.set(key, localPort);
      return () => {
        if (localPorts.get(key) === localPort) localPorts.delete(key);
        server.close();
      };
    },
    connect(ip, port) {
      const localPort = localPorts.get(`${ip}:${port}`);
      if (localPort === undefined) return refusedSocket(ip, port);
      return createConnection({ host: '127.0.0.1', port: localPort, allowHalfOpen: true, noDelay: true });
    },
  };
}

function refusedSocket(address: string, port: number): Socket {
  const failure = { code: 'ECONNREFUSED', syscall: 'connect', address, port };
  return new Socket().destroy(Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), failure));
}

function listenLocally(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
    });
  });
}
