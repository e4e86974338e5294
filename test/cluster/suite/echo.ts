import { connect } from 'node:net';

export interface Address {
  host: string;
  port: number;
}

/** One connection as the task's page makes it: sends a line, and resolves with the first word of the answer. Rejects where none comes. */
export function askOnce({ host, port }: Address): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write('probe\n'));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      resolve(text.split(' ')[0]!);
      socket.end();
    });
    socket.on('error', reject).on('close', () => reject(new Error('closed without an answer')));
  });
}

/** Asks `count` times, some at once, and counts the answers by their first word. */
export async function countAnswers(address: Address, count: number, atOnce = 20): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const word = await askOnce(address);
      counts[word] = (counts[word] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return counts;
}

/**
 * The counts of `one` and `two` that a right split shows but once in about 10⁹ runs: six standard deviations of the binomial law.
 * A round robin stays well inside.
 */
export function likelyRange(share: number, count: number): [number, number] {
  const spread = 6 * Math.sqrt(count * share * (1 - share));
  return [count * share - spread, count * share + spread];
}
