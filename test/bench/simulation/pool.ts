import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { parts, type PartName } from './parts.ts';
import { add, nothing, type Result } from './result.ts';

/** Which part is simulated, with how many runs. */
export interface Simulated {
  name: PartName;
  scale: number;
}

interface Task extends Simulated {
  index: number;
  runs: number;
  seed: number;
}

/** Runs of one task: small enough that the last ones end together. */
const chunk = 1000;

/**
 * Runs all cells of a part on all cores; the results do not depend on how many there are, since every chunk has a seed of
 * its own.
 * @param file the bundle that each worker thread loads; it ends in serveTasks
 */
export async function runAll(simulated: Simulated, file: URL, seed: number): Promise<Result[]> {
  const { runs } = parts[simulated.name](simulated.scale);
  const tasks = tasksFor(runs, seed).map((task) => ({ ...simulated, ...task }));
  const results = runs.map(() => nothing);
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

function tasksFor(cells: readonly number[], seed: number): Omit<Task, keyof Simulated>[] {
  let serial = 0;
  return cells.flatMap((runs, index) =>
    Array.from({ length: Math.ceil(runs / chunk) }, (_, i) => ({
      index,
      runs: Math.min(chunk, runs - i * chunk),
      seed: seed + serial++,
    })),
  );
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
  parentPort!.on('message', ({ name, scale, index, runs, seed }: Task) =>
    parentPort!.postMessage(parts[name](scale).run(index, runs, seed), []),
  );
}
