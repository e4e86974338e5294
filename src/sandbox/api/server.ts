import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerRegistry } from '../store/open-registry.ts';
import { createCertificate } from './certificate.ts';
import type { Fault, Faults } from './faults.ts';
import type { ServerAccess } from './kubeconfig.ts';
import type { ConnectPod } from './port-forward/forward.ts';
import { openRoutes } from './routes.ts';
import { serve } from './serve.ts';
import { serveUpgrade } from './upgrades.ts';

export interface ApiServerOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  connectPod: ConnectPod;
  /** Between two bookmarks of a watch, in milliseconds; a minute where absent. */
  bookmarkEveryMs?: number;
  /** For tests: what to do to which request. */
  faults?: Faults;
}

export interface ApiServer extends ServerAccess {
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/** Serves the registry over HTTPS on a free port of 127.0.0.1. */
export async function startApiServer(registry: ServerRegistry, options: ApiServerOptions): Promise<ApiServer> {
  const { now, connectPod, bookmarkEveryMs = 60_000, faults } = options;
  const certificate = createCertificate(now());
  const token = randomBytes(24).toString('base64url');
  const address = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const route = openRoutes(registry, { now, bookmarkEveryMs }, address);
  const faultOf = ({ method = '', url = '', headers }: IncomingMessage): Fault | undefined =>
    faults?.({ method, path: url, userAgent: headers['user-agent'] ?? '' });
  const server = createServer(certificate, (request, response) => {
    void serve(request, response, { route, token, fault: faultOf(request) });
  });
  server.on('upgrade', (request, socket, head) => {
    void serveUpgrade({ request, socket, head }, { registry, token, connectPod, fault: faultOf(request) });
  });
  // A client's pooled connection should not be closed under its next request.
  server.keepAliveTimeout = 90_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `https://${address()}`,
    token,
    authority: certificate.cert,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
