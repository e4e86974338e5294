import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Address } from './echo.ts';

/** How a connection ended: `FIN` where the other side ended it in order, otherwise the error that this side saw. */
interface End {
  how: string;
  /** When it was seen, in milliseconds since the epoch. */
  atMs: number;
}

/** A connection that goes on talking: it sends a line as soon as the last one was answered, at most ten a second. */
export interface HeldConnection {
  /** The first word of every answer. */
  version: string;
  /** Resolves when so many more answers have come. Rejects where the connection ends before. */
  answers: (count: number) => Promise<void>;
  ended: Promise<End>;
}

const pauseMs = 100;

/** Opens one, until the test is over; resolves with its first answer. */
async function hold({ host, port }: Address): Promise<HeldConnection> {
  const socket = connect(port, host);
  onTestFinished(() => void socket.destroy());
  let answered = 0;
  let heard = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const say = (): void => void socket.write('held\n');
  const ended = new Promise<End>((resolve) => {
    const end = (how: string): void => {
      clearTimeout(timer);
      resolve({ how, atMs: Date.now() });
    };
    socket.once('end', () => end('FIN'));
    socket.once('error', ({ message }) => end(message));
    socket.once('close', () => end('closed here'));
  });
  socket.on('data', () => {
    answered += 1;
    heard();
    timer = setTimeout(say, pauseMs);
  });
  await once(socket, 'connect');
  say();
  const [first] = await once(socket, 'data');
  const answers = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const wanted = answered + count;
      heard = () => answered >= wanted && resolve();
      void ended.then(({ how }) => reject(new Error(`ended after ${answered} answers: ${how}`)));
    });
  return { version: String(first).split(' ')[0]!, answers, ended };
}

/** Opens connections until each of the versions has so many. */
export async function holdOfEach(
  versions: readonly string[],
  count: number,
  address: Address,
): Promise<HeldConnection[]> {
  const held: HeldConnection[] = [];
  const isShort = (version: string): boolean => held.filter((each) => each.version === version).length < count;
  while (versions.some(isShort)) held.push(await hold(address));
  return held;
}
