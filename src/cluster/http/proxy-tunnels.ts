import { once } from 'node:events';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, isIPv6, type Socket } from 'node:net';
import { SocksClient } from 'socks';

/** Where a proxy is to lead to. */
export interface Target {
  host: string;
  port: number;
}

/** A connection that an HTTP proxy leads on. Rejects where it refuses or fails; the signal ends it, until it is there. */
export function overHttp(proxy: URL, { host, port }: Target, signal: AbortSignal): Promise<Socket> {
  const path = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = proxy.protocol === 'https:' ? requestTls : requestPlain;
  const headers = { Host: path, Connection: 'keep-alive', ...authorization(proxy) };
  const options = { method: 'CONNECT', host: hostOf(proxy), port: proxy.port, path, headers, agent: false, signal };
  return new Promise((resolve, reject) => {
    const asked = request(options);
    asked.once('connect', ({ statusCode }, socket: Socket, head: Buffer) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new Error(`it answered ${statusCode}`));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The same of a SOCKS proxy. Names are looked up by the proxy, as kubectl has it: behind it they may mean others. */
export async function overSocks(proxy: URL, destination: Target, signal: AbortSignal): Promise<Socket> {
  const [host, port] = [hostOf(proxy), Number(proxy.port || 1080)];
  const socket = connect({ host, port });
  const stop = () => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(socket, 'connect');
    await SocksClient.createConnection({
      command: 'connect',
      proxy: { host, port, type: proxy.protocol.startsWith('socks4') ? 4 : 5, ...socksUser(proxy) },
      destination,
      existing_socket: socket,
      // The signal knows when to give up.
      timeout: longestTimerMs,
    });
    return socket;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const longestTimerMs = 2 ** 31 - 1;

/** A name or an address as sockets take it. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function userOf({ username, password }: URL): { name: string; password: string } | undefined {
  if (username === '' && password === '') return undefined;
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function authorization(proxy: URL): { 'Proxy-Authorization'?: string } {
  const user = userOf(proxy);
  if (user === undefined) return {};
  return { 'Proxy-Authorization': `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
}

function socksUser(proxy: URL): { userId?: string; password?: string } {
  const user = userOf(proxy);
  return user === undefined ? {} : { userId: user.name, password: user.password };
}
