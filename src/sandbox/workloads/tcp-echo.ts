import { createServer, type Server, type Socket } from 'node:net';

/** What tcp-echo-server's two arguments ask for. */
export interface EchoArguments {
  ports: number[];
  prefix: string;
}

const lineEnd = 0x0a;

/** Reads the arguments, ports separated by commas and a prefix; undefined where the server would refuse to start with them. */
export function parseEchoArguments(args: readonly string[]): EchoArguments | undefined {
  const [list, prefix] = args;
  if (list === undefined || prefix === undefined) return undefined;
  const ports = list.split(',').map(Number);
  const valid = ports.every((port) => Number.isInteger(port) && port > 0 && port < 65536);
  return valid ? { ports, prefix } : undefined;
}

/** A server, not yet listening, that speaks tcp-echo-server's protocol. */
export function createEchoServer(prefix: string): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => echoLines(socket, Buffer.from(`${prefix} `)));
}

/** Silent at first; each complete line comes back behind the prefix in one write; a last line without an end is dropped. */
function echoLines(socket: Socket, head: Buffer): void {
  let rest: Buffer[] = [];
  const answer = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, start)) {
      socket.write(Buffer.concat([head, ...rest, chunk.subarray(start, end + 1)]));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  };
  socket.on('data', (chunk) => {
    answer(chunk);
    if (!socket.writableNeedDrain) return;
    socket.pause();
    socket.once('drain', () => socket.resume());
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
}
