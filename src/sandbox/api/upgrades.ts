import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerRegistry } from '../store/open-registry.ts';
import { badRequest } from '../store/api-error.ts';
import type { ConnectPod } from './port-forward/forward.ts';
import { forwardedPod, servePortForward, type Upgrade } from './port-forward/upgrade.ts';
import { authorize } from './authorize.ts';
import { askedBy, type Reply } from './call.ts';
import type { Fault } from './faults.ts';
import { faultyReply } from './faulty-reply.ts';
import { failure } from './reply.ts';
import { noContainers } from './streams.ts';

const podStream = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(attach|exec|portforward)$/;

export interface Upgrading {
  registry: ServerRegistry;
  token: string;
  connectPod: ConnectPod;
  fault: Fault | undefined;
}

/** Answers a request to upgrade its connection: forwards ports, and refuses everything else as the server would. */
export async function serveUpgrade(upgrade: Upgrade, { registry, token, connectPod, fault }: Upgrading): Promise<void> {
  const { request, socket } = upgrade;
  socket.on('error', () => socket.destroy());
  if (fault?.do === 'reset') return void socket.destroy();
  const asked = askedBy(request);
  const faulty = faultyReply(fault, asked);
  if (faulty) return refuse(socket, faulty);
  try {
    authorize(request, asked, token);
    const [, namespace = '', name = '', subresource = ''] = podStream.exec(asked.path) ?? [];
    if (subresource === '') throw badRequest(`no connection to ${asked.path} can be upgraded`);
    const pod = forwardedPod(registry, name, namespace);
    if (subresource !== 'portforward') throw noContainers({ name, subresource });
    await servePortForward(upgrade, pod, connectPod);
  } catch (error) {
    refuse(socket, failure(error));
  }
}

function refuse(socket: Duplex, { code, body }: Reply): void {
  const text = JSON.stringify(body);
  const head = [`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`, 'Content-Type: application/json', 'Connection: close'];
  socket.end(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
