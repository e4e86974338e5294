import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { Cell } from './cells.ts';
import { add, runCell, type Result } from './run-cell.ts';

interface Task {
  index: number;
  cell: Cell;
  seed: number;
}

/** Runs of one task: small enough that the last ones end together. */
const chunk = 1000;

/**
 * Runs all cells on all cores; the results do not depend on how many there are, since every chunk has a seed of its
 * own.
 * @param file the bundle that each worker thread loads; it ends in serveTasks
 */
export async function runAll(cells: Cell[], file: URL, seed: number): Promise<Result[]> {
  const tasks = tasksFor(cells, seed);
  const results: Result[] = cells.map(() => ({ runs: 0, pass: 0, fail: 0, samples: 0, squares: 0 }));
  const drain = async (worker: Worker) => {
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const { index } = task;
      const result = await ask(worker, task);
      results[index] = add(results[index]!, result);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => drain(new Worker(file))));
  return results;
}

function tasksFor(cells: Cell[], seed: number): Task[] {
  let serial = 0;
  return cells.flatMap((cell, index) => {
    const chunks = Math.ceil(cell.runs / chunk);
    return Array.from({ length: chunks }, (_, i) => {
      const runs = Math.min(chunk, cell.runs - i * chunk);
      return { index, cell: { ...cell, runs }, seed: seed + serial++ };
    });
  });
}

function ask(worker: Worker, task: Task): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: Result) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.once('error', reject);
    worker.postMessage(task, []);
  });
}

/** What a worker thread does. */
export function serveTasks(): void {
  if (isMainThread) return;
  parentPort!.on('message', ({ cell, seed }: Task) => parentPort!.postMessage(runCell(cell, seed), []));
}
