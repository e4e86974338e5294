import type { Server, Socket } from 'node:net';
import { basename } from 'node:path/posix';
import { programOf, type Program } from './images.ts';
import type { PodNetwork } from './pod-network.ts';
import { createEchoServer, parseEchoArguments } from './tcp-echo.ts';

/** A container as a pod's spec has it, as far as it matters here. */
export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
}

/** A container that runs, or the reason, in a kubelet's words, why it waits. */
export interface Run {
  waiting?: { reason: string; message: string };
  stop(): void;
}

export interface RunContext {
  /** The pod's uid and address. */
  uid: string;
  ip: string;
  network: PodNetwork;
  /** Starts a gateway's proxy for the pod; resolves with the way to stop it. */
  startGateway: (uid: string, ip: string) => Promise<() => void>;
}

const starters = {
  'tcp-echo': startEcho,
  idle: () => Promise.resolve({ stop: () => undefined }),
  gateway: async (_container, { uid, ip, startGateway }) => ({ stop: await startGateway(uid, ip) }),
  unknown: ({ image }) => Promise.resolve(notPulled(image)),
} satisfies Record<Program, (container: Container, context: RunContext) => Promise<Run>>;

/** Starts what the sandbox has in place of the container's image. Commands of the container are never executed. */
export function runContainer(container: Container, context: RunContext): Promise<Run> {
  return starters[programOf(container.image)](container, context);
}

function notPulled(image: string): Run {
  const message = `Back-off pulling image "${image}": the sandbox runs only tcp-echo-server and the client (curl, sleep)`;
  return { waiting: { reason: 'ImagePullBackOff', message }, stop: () => undefined };
}

async function startEcho({ command = ['tcp-echo'], args = [] }: Container, { ip, network }: RunContext): Promise<Run> {
  const words = [...command, ...args];
  const wanted = basename(words[0] ?? '') === 'tcp-echo' ? parseEchoArguments(words.slice(1)) : undefined;
  if (!wanted) return crashed(words);
  const stops = await Promise.all(wanted.ports.map((port) => serveEcho(port, wanted.prefix, { ip, network })));
  return {
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function crashed(words: readonly string[]): Run {
  const message = `back-off restarting failed container: tcp-echo takes ports and a prefix, not ${JSON.stringify(words.slice(1))}`;
  return { waiting: { reason: 'CrashLoopBackOff', message }, stop: () => undefined };
}

async function serveEcho(
  port: number,
  prefix: string,
  { ip, network }: Pick<RunContext, 'ip' | 'network'>,
): Promise<() => void> {
  const server = createEchoServer(prefix);
  const cutAll = trackConnections(server);
  const close = await network.serve(ip, port, server);
  return () => {
    close();
    cutAll();
  };
}

/** Connections die with the process that holds them: returns the way to cut them all. */
function trackConnections(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
