import { Duplex } from 'node:stream';
import { createInflate } from 'node:zlib';
import { headerDictionary } from './spdy-dictionary.ts';
import { dataFrame, type Frame, pingFrame, readFrames, replyFrame, resetFrame } from './spdy-frames.ts';

export type Headers = Readonly<Record<string, string>>;

/** Reads the header blocks of a connection, which are one compressed stream. */
function headerReader(): (block: Buffer) => Promise<Headers> {
  const inflate = createInflate({ dictionary: headerDictionary });
  let plain: Buffer[] = [];
  inflate.on('data', (chunk: Buffer) => plain.push(chunk));
  return async (block) => {
    plain = [];
    await new Promise<void>((resolve, reject) => {
      inflate.once('error', reject);
      inflate.write(block, () => {
        inflate.off('error', reject);
        resolve();
      });
    });
    return headersOf(Buffer.concat(plain));
  };
}

function headersOf(block: Buffer): Headers {
  let at = 4;
  const text = (): string => {
    const start = at + 4;
    at = start + block.readUInt32BE(at);
    return block.toString('utf8', start, at);
  };
  const count = block.readUInt32BE(0);
  return Object.fromEntries(Array.from({ length: count }, () => [text().toLowerCase(), text()]));
}

/** One stream of a session as an ordinary duplex: its end is the frame's FIN, its destruction a reset. */
class SpdyStream extends Duplex {
  readonly id: number;
  readonly connection: Duplex;

  constructor(id: number, connection: Duplex) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.connection = connection;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.connection.write(dataFrame(this.id, chunk, false), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.write(dataFrame(this.id, Buffer.alloc(0), true), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const unfinished = !this.writableFinished && !this.connection.destroyed;
    if (unfinished) this.connection.write(resetFrame(this.id));
    done(error);
  }
}

/**
 * Serves a SPDY/3.1 session on the connection, without flow control, which its only clients do not enforce.
 * Resolves when the session is over, with every stream ended; never rejects.
 */
export async function serveSpdy(
  connection: Duplex,
  onStream: (stream: Duplex, headers: Headers) => void,
): Promise<void> {
  const streams = new Map<number, SpdyStream>();
  const readHeaders = headerReader();
  let replied = false;

  const open = async (frame: Extract<Frame, { type: 'open' }>): Promise<void> => {
    const headers = await readHeaders(frame.headers);
    const stream = new SpdyStream(frame.stream, connection);
    streams.set(frame.stream, stream);
    stream.on('close', () => streams.delete(frame.stream));
    connection.write(replyFrame(frame.stream, !replied));
    replied = true;
    if (frame.fin) stream.push(null);
    onStream(stream, headers);
  };

  const take = ({ stream: id, payload, fin }: Extract<Frame, { type: 'data' }>): void => {
    const stream = streams.get(id);
    if (payload.length > 0) stream?.push(payload);
    if (fin) stream?.push(null);
  };

  try {
    for await (const frame of readFrames(connection as AsyncIterable<Buffer>)) {
      if (frame.type === 'open') await open(frame);
      else if (frame.type === 'data') take(frame);
      else if (frame.type === 'reset') streams.get(frame.stream)?.destroy();
      else if (frame.type === 'ping') connection.write(pingFrame(frame.payload));
      else break;
    }
  } catch {
    // A connection that breaks, or speaks something else, ends the session as one that closes does.
  } finally {
    for (const stream of streams.values()) stream.destroy();
    connection.destroy();
  }
}
