import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface TestServer {
  port: number;
  /** Connections that the server sees as open. */
  open: Set<Socket>;
  /** Every connection that ever came. */
  seen: Socket[];
  /** Resolves once no connection is open. */
  idle(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 that ends with the test. It keeps its side open when the client ends its own. */
export async function listen(
  onConnection: (socket: Socket, index: number) => void,
  server: Server = createServer({ allowHalfOpen: true }),
  event = 'connection',
): Promise<TestServer> {
  const open = new Set<Socket>();
  const seen: Socket[] = [];
  server.on(event, (socket: Socket) => {
    open.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => {
        open.delete(socket);
        server.emit('left');
      });
    onConnection(socket, seen.push(socket) - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const idle = async () => {
    while (open.size > 0) await once(server, 'left');
  };
  return { port: (server.address() as AddressInfo).port, open, seen, idle };
}

/** Answers each line as tcp-echo does, until the client ends. */
export function echo(prefix: string): (socket: Socket) => void {
  return (socket) => {
    onLine(socket, (line) => socket.write(`${prefix} ${line}\n`));
    socket.on('end', () => socket.end());
  };
}

/** Calls back with each line that comes in. */
export function onLine(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    lines.forEach(take);
  });
}
