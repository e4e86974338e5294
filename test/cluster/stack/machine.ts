import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { productDir } from '../build/cache.ts';
import type { Product } from '../build/product.ts';
import { start, tail, type Command } from './processes.ts';

/** The machine that a stack runs on: its private files, its logs, and the programs that the cache holds. */
export interface Machine {
  /** A folder in memory that vanishes with the stack. */
  dir: string;
  logs: string;
  /** The path of a file of a built product. */
  file(product: Product, path: string): Promise<string>;
  /** Starts a part of the stack. Its end is the end of the stack. */
  run(name: string, command: Command): void;
  /** Rejects as soon as a part of the stack ends. */
  failed: Promise<never>;
}

export async function createMachine(dir: string, logs: string): Promise<Machine> {
  await Promise.all([mkdir(dir, { recursive: true }), mkdir(logs, { recursive: true })]);
  let fail: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  return {
    dir,
    logs,
    failed,
    file: async (product, path) => join(await productDir(product), path),
    run: (name, command) => {
      const { ended } = start(name, command, logs);
      void ended.then(async (how) => fail(new Error(`${name} ended: ${how}\n${await tail(name, logs)}`)));
    },
  };
}
