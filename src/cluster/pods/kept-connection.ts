import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** More than a whole listener dump of a large mesh; a server that says more is not the one that was meant. */
const longestBody = 64 * 1024 * 1024;

/** One stream that HTTP is spoken over, one page after another. */
export interface KeptConnection {
  /** Whether another page can be asked for, as far as is known. */
  usable(): boolean;
  /** The body of `GET path`. Rejects where the answer is no success, or the signal aborts first. */
  get(path: string, signal: AbortSignal): Promise<string>;
  close(): void;
}

export function keepConnection(stream: Duplex): KeptConnection {
  const agent = new OneStream(stream);
  // What breaks it reaches the page that is asked for at the time; between pages `usable` tells.
  stream.on('error', () => {});
  return {
    usable: () => stream.writable && !stream.readableEnded,
    get: (path, signal) =>
      new Promise((resolve, reject) => {
        const asked = request({ agent, path, host: 'localhost', signal });
        asked.once('error', reject);
        asked.once('response', (response) => void readBody(response).then(resolve, reject));
        asked.end();
      }),
    close: () => void stream.destroy(),
  };
}

/** Gives its one stream to each request in turn. Streams through a cluster know nothing of TCP's own keep-alive. */
class OneStream extends Agent {
  #stream: Duplex | undefined;

  constructor(stream: Duplex) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#stream = stream;
  }

  override createConnection(_: unknown, done: (error: Error | null, stream: Duplex) => void): undefined {
    const stream = this.#stream;
    this.#stream = undefined;
    done(stream ? null : new Error('the connection broke off'), stream!);
  }

  override keepSocketAlive(): boolean {
    return true;
  }

  /** Node's own takes its listener off the stream, and calls `ref`, which sockets alone have. */
  override reuseSocket(stream: Duplex, asked: ClientRequest): void {
    super.reuseSocket(Object.assign(stream, { ref: () => stream }), asked);
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestBody) throw new Error(`more than ${longestBody} bytes`);
  }
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  return Buffer.concat(chunks).toString('utf8');
}
