import { prepareJudge, type Judge, type Observation } from '../../../../src/core/verdict/judge.ts';
import { dataPlanes } from '../../../helpers/data-planes.ts';
import { seededRandom } from '../../../../src/core/seeded-random.ts';
import type { Result } from '../result.ts';
import { specOf, type Cell } from './cells.ts';

const prepared = new Map<string, () => Judge>();

function judgeFor(cell: Cell): Judge {
  const key = JSON.stringify([cell.asked, cell.tolerance]);
  const known = prepared.get(key);
  if (known !== undefined) return known();
  const made = prepareJudge(specOf(cell));
  if ('problem' in made) throw new Error(`${key}: ${JSON.stringify(made.problem)}`);
  prepared.set(key, () => made.start());
  return made.start();
}

const timedOut: Observation = { version: null, outcome: 'timeout' };

/** Runs the judge itself, as the commands do, on so many streams. */
export function runCell(cell: Cell, seed: number): Result {
  const next = seededRandom(seed);
  const answers = cell.asked.map((_, i): Observation => ({ version: `v${i + 1}`, outcome: 'reply' }));
  const result: Result = { runs: 0, pass: 0, fail: 0, samples: 0, squares: 0 };
  for (; result.runs < cell.runs; result.runs++) {
    const judge = judgeFor(cell);
    const pick = dataPlanes[cell.plane](cell.truth, next);
    const sample = () => {
      const version = pick();
      return fails(cell, version, next) ? timedOut : answers[version]!;
    };
    let samples = 1;
    while (!judge.observe(sample())) samples++;
    const verdict = judge.verdict();
    if (verdict === 'pass') result.pass++;
    if (verdict === 'fail') result.fail++;
    result.samples += samples;
    result.squares += samples * samples;
  }
  return result;
}

function fails({ failing, truth }: Cell, version: number, next: () => number): boolean {
  if (failing === undefined) return false;
  if (failing.version === undefined) return next() < failing.rate;
  return failing.version === version && next() < failing.rate / truth[version]!;
}
