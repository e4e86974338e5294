import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Connects to a port of 127.0.0.1; the connection stays half open when the other side ends. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** Reads up to and with the first line end; what came until then where the connection ends or breaks before. */
export function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (): void => {
      socket.off('data', read);
      resolve(text);
    };
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.endsWith('\n')) finish();
    };
    socket.on('data', read);
    socket.on('end', finish);
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

/** One whole probe on an open connection: a line out, the answer in, then the end. The empty string where no answer came. */
export async function ask(socket: Socket, text = 'hello'): Promise<string> {
  const answer = readLine(socket);
  socket.write(`${text}\n`);
  const line = await answer;
  socket.destroy();
  return line.trimEnd();
}

/** Probes a port of 127.0.0.1 so many times, one after another; the first word of each answer. */
export async function askTimes(port: number, count: number): Promise<string[]> {
  const words: string[] = [];
  for (let index = 0; index < count; index += 1) words.push((await ask(await dial(port))).split(' ')[0]!);
  return words;
}

/** Listens on a free port of 127.0.0.1. */
export async function listenAnywhere(server: Server = createServer()): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** How often each word occurs. */
export function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
