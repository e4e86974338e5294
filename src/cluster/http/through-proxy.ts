import type { Agent, ClientRequestArgs, RequestOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { ProxyFailure } from './connection-errors.ts';
import { overHttp, overSocks, type Target } from './proxy-tunnels.ts';
import type { Way } from './request.ts';

/**
 * Makes the agent open its connections through a proxy, each for as long as its request waits for it. The packages that make such agents hand no
 * signal on to the connection to the proxy: with a silent one it would outlive the request, and keep the process.
 */
export function leadThrough(proxy: URL, agent: Agent): void {
  const encrypt = agent instanceof TlsAgent ? agent.createConnection.bind(agent) : undefined;
  agent.createConnection = (options: ClientRequestArgs & { way?: Way }, done = () => {}) => {
    const { host, port, way } = options;
    const tunnel = open(proxy, { host: host ?? '', port: Number(port) }, way!);
    tunnel
      .then((socket) => (encrypt ? encrypt({ ...options, socket } as RequestOptions)! : socket))
      .then(
        (stream) => done(null, stream),
        (error: Error) => done(error, undefined!),
      );
    return undefined;
  };
}

async function open(proxy: URL, target: Target, way: Way): Promise<Socket> {
  way.proxy = proxy;
  try {
    return await (proxy.protocol.startsWith('socks') ? overSocks : overHttp)(proxy, target, way.signal);
  } catch (error) {
    throw new ProxyFailure(proxy, error as NodeJS.ErrnoException);
  } finally {
    way.proxy = undefined;
  }
}
