/** The frames of SPDY/3.1 that carrying streams takes; any other is skipped. */
export type Frame =
  | { type: 'data'; stream: number; fin: boolean; payload: Buffer }
  | { type: 'open'; stream: number; fin: boolean; headers: Buffer }
  | { type: 'reset'; stream: number }
  | { type: 'ping'; payload: Buffer }
  | { type: 'goaway' };

const controlBit = 0x80;
const version = 3;
const control = { open: 1, reply: 2, reset: 3, ping: 6, goaway: 7 } as const;
const finFlag = 1;

function parsed(head: Buffer, payload: Buffer): Frame | undefined {
  const fin = (head[4]! & finFlag) !== 0;
  if ((head[0]! & controlBit) === 0) return { type: 'data', stream: head.readUInt32BE(0), fin, payload };
  const type = head.readUInt16BE(2);
  // The number of the stream, then that of an associated one, priority and slot: ten bytes before the headers.
  if (type === control.open)
    return { type: 'open', stream: payload.readUInt32BE(0), fin, headers: payload.subarray(10) };
  if (type === control.reset) return { type: 'reset', stream: payload.readUInt32BE(0) };
  if (type === control.ping) return { type: 'ping', payload };
  return type === control.goaway ? { type: 'goaway' } : undefined;
}

/** The frames of a connection, one by one as they are complete. */
export async function* readFrames(connection: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of connection) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const end = 8 + rest.readUIntBE(5, 3);
      if (rest.length < end) break;
      const frame = parsed(rest.subarray(0, 8), rest.subarray(8, end));
      rest = rest.subarray(end);
      if (frame) yield frame;
    }
  }
}

export function dataFrame(stream: number, payload: Buffer, fin: boolean): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream, 0);
  head[4] = fin ? finFlag : 0;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

function controlFrame(type: keyof typeof control, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE((controlBit << 8) | version, 0);
  head.writeUInt16BE(control[type], 2);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

function numbered(stream: number, rest: Buffer): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(stream);
  return Buffer.concat([number, rest]);
}

const zlibHeader = Buffer.from([0x78, 0x01]);
// A deflate block that is stored, not compressed: its length, the same inverted, and four zero bytes, which say "no headers". The empty
// block after it makes the reader hand on what it has.
const noHeaders = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

/** Accepts a stream. The compressed headers of all replies are one zlib stream, so only the first begins it. */
export function replyFrame(stream: number, isFirst: boolean): Buffer {
  return controlFrame('reply', numbered(stream, isFirst ? Buffer.concat([zlibHeader, noHeaders]) : noHeaders));
}

const cancel = Buffer.from([0, 0, 0, 5]);

export function resetFrame(stream: number): Buffer {
  return controlFrame('reset', numbered(stream, cancel));
}

export function pingFrame(payload: Buffer): Buffer {
  return controlFrame('ping', payload);
}
