import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { createDeflate } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { headerDictionary } from '../../src/sandbox/api/port-forward/spdy-dictionary.ts';
import { dataFrame } from '../../src/sandbox/api/port-forward/spdy-frames.ts';
import { type ApiUnderTest, startApi } from '../helpers/api.ts';

let api: ApiUnderTest;
let pod: string;

beforeAll(async () => {
  api = await startApi();
  const container = { name: 'echo', image: 'docker.io/istio/tcp-echo-server:1.3', args: ['9000', 'one'] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'echo' }, spec: { containers: [container] } };
  await api.ask('POST', '/api/v1/namespaces/default/pods', { body });
  const watch = await api.watch('/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=10');
  let event = await watch.next();
  while (event.object.status?.phase !== 'Running') event = await watch.next();
  watch.close();
  pod = '/api/v1/namespaces/default/pods/echo';
});
afterAll(() => api.stop());

const authorized = () => ({ headers: { authorization: `Bearer ${api.token}` }, ca: api.authority });

function open(path: string, protocol: string): WebSocket {
  return new WebSocket(`${api.server.replace('https', 'wss')}${path}`, protocol, authorized());
}

describe('a port-forward over channels of a WebSocket', () => {
  it('begins each channel with the port, and carries both ways', async () => {
    const socket = open(`${pod}/portforward?ports=9000`, 'v4.channel.k8s.io');
    const messages: Buffer[] = [];
    const answered = new Promise<void>((resolve) => {
      socket.on('message', (message: Buffer) => {
        messages.push(message);
        if (message.toString().includes('one hello')) resolve();
      });
    });
    await once(socket, 'open');
    socket.send(Buffer.from('\0hello\n'));
    await answered;
    expect(messages[0]).toEqual(Buffer.from([0, 0x28, 0x23]));
    expect(messages[1]).toEqual(Buffer.from([1, 0x28, 0x23]));
    expect(messages.at(-1)?.subarray(1).toString()).toBe('one hello\n');
    socket.close();
  });

  it('says on the error channel where nothing listens', async () => {
    const socket = open(`${pod}/portforward?ports=9999`, 'v4.channel.k8s.io');
    const errors: string[] = [];
    socket.on('message', (message: Buffer) => {
      if (message[0] === 1) errors.push(message.subarray(1).toString());
    });
    await once(socket, 'close');
    expect(errors.at(-1)).toBe('error forwarding port 9999 to pod echo: connection refused');
  });

  it.each([
    [
      'no token',
      401,
      () => new WebSocket(`${api.server.replace('https', 'wss')}${pod}/portforward?ports=1`, { ca: api.authority }),
    ],
    ['no such pod', 404, () => open('/api/v1/namespaces/default/pods/none/portforward?ports=1', 'v4.channel.k8s.io')],
    ['no such protocol', 400, () => open(`${pod}/portforward?ports=1`, 'v9.channel.k8s.io')],
    ['a port that is none', 400, () => open(`${pod}/portforward?ports=x`, 'v4.channel.k8s.io')],
    ['a command to run', 501, () => open(`${pod}/exec?command=ls`, 'v4.channel.k8s.io')],
  ])('is refused for %s', async (_why, code, connection) => {
    const socket = connection();
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(code);
  });
});

/** The frames that open a stream with these headers, as a client sends them. */
function streamOpener(): (stream: number, headers: Record<string, string>, fin: boolean) => Promise<Buffer> {
  const deflate = createDeflate({ dictionary: headerDictionary });
  const word = (text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  return async (stream, headers, fin) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(Object.keys(headers).length);
    deflate.write(Buffer.concat([count, ...Object.entries(headers).flatMap((pair) => pair.map(word))]));
    await new Promise<void>((resolve) => {
      deflate.flush(() => resolve());
    });
    const parts: Buffer[] = [];
    // From Node 26 on, one read yields one piece.
    for (let part = deflate.read(); part !== null; part = deflate.read()) parts.push(part);
    const block = Buffer.concat(parts);
    const head = Buffer.alloc(18);
    head.writeUInt32BE(0x80030001, 0);
    head[4] = fin ? 1 : 0;
    head.writeUIntBE(block.length + 10, 5, 3);
    head.writeUInt32BE(stream, 8);
    return Buffer.concat([head, block]);
  };
}

async function echoOver(connection: NodeJS.ReadWriteStream): Promise<Buffer> {
  const opener = streamOpener();
  connection.write(await opener(1, { streamtype: 'error', port: '9000', requestid: '0' }, true));
  connection.write(await opener(3, { streamtype: 'data', port: '9000', requestid: '0' }, false));
  connection.write(dataFrame(3, Buffer.from('hello\n'), false));
  let received = Buffer.alloc(0);
  for await (const chunk of connection as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk]);
    if (received.includes('one hello\n')) break;
  }
  return received;
}

async function upgraded(method: string, headers: readonly string[]): Promise<{ socket: TLSSocket; answer: string }> {
  const { hostname, port } = new URL(api.server);
  const socket = connect({ host: hostname, port: Number(port), ca: api.authority, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const lines = [`${method} ${pod}/portforward HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${api.token}`];
  socket.write(`${[...lines, 'Connection: Upgrade', ...headers].join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return { socket, answer: answer.toString() };
}

/** What is written leaves as messages of a WebSocket client; what is read is the server's messages, unparsed. */
function messagesOver(socket: TLSSocket): Duplex {
  const noMask = Buffer.alloc(4);
  return Duplex.from({
    readable: socket,
    writable: async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        socket.write(Buffer.concat([Buffer.from([0x82, 0x80 | chunk.length]), noMask, chunk]));
      }
    },
  });
}

describe('a port-forward over SPDY', () => {
  it('works inside a WebSocket', async () => {
    const key = Buffer.alloc(16).toString('base64');
    const { socket, answer } = await upgraded('GET', [
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 101 [^]*Sec-WebSocket-Protocol: SPDY\/3\.1\+portforward\.k8s\.io/);
    expect((await echoOver(messagesOver(socket))).toString('latin1')).toContain('one hello\n');
  });

  it('works on the upgraded connection itself', async () => {
    const { socket, answer } = await upgraded('POST', [
      'Upgrade: SPDY/3.1',
      'X-Stream-Protocol-Version: portforward.k8s.io',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 101 [^]*X-Stream-Protocol-Version: portforward\.k8s\.io/);
    expect((await echoOver(socket)).toString('latin1')).toContain('one hello\n');
  });

  it('ends with a header block that makes no sense, and so does nothing else', async () => {
    const { socket } = await upgraded('POST', ['Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: portforward.k8s.io']);
    const open = await streamOpener()(1, {}, true);
    const cut = Buffer.concat([open.subarray(0, 5), Buffer.from([0, 0, 12]), open.subarray(8, 20)]);
    socket.write(cut);
    await once(socket.resume(), 'close');
    expect((await api.ask('GET', pod)).status).toBe(200);
  });
});
