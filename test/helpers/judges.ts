import { prepareJudge, type Judge, type Observation } from '../../src/core/verdict/judge.ts';
import type { JudgeSpec } from '../../src/core/verdict/spec.ts';
import { seededRandom } from '../../src/core/seeded-random.ts';

/** A split of 80 to 20, to within 5 points, unless said otherwise. */
export function specOf(changes: Partial<JudgeSpec> = {}): JudgeSpec {
  return {
    expected: sharesOf({ v1: 0.8, v2: 0.2 }),
    tolerance: 0.05,
    alpha: 0.05,
    power: 0.9,
    maxFailureRate: 0.01,
    method: 'sequential',
    ...changes,
  };
}

/** The expected shares, by version. */
export function sharesOf(shares: Record<string, number>): Map<string, number> {
  return new Map(Object.entries(shares));
}

const prepared = new Map<string, () => Judge>();

/** A judge; those of equal specs share their preparation. @throws Error naming the problem, where the spec has one */
export function judgeOf(changes: Partial<JudgeSpec> = {}): Judge {
  const spec = specOf(changes);
  const key = JSON.stringify([{ ...spec, expected: [...spec.expected] }]);
  const known = prepared.get(key);
  if (known !== undefined) return known();
  const made = prepareJudge(spec);
  if ('problem' in made) throw new Error(JSON.stringify(made.problem));
  prepared.set(key, () => made.start());
  return made.start();
}

/** An answer of a version; a time-out for the name `-`. */
export function sampleOf(name: string): Observation {
  return name === '-' ? { version: null, outcome: 'timeout' } : { version: name, outcome: 'reply' };
}

/** So many of each version, in an order that looks random. */
export function shuffled(counts: Record<string, number>, seed = 7): Observation[] {
  const next = seededRandom(seed);
  return Object.entries(counts)
    .flatMap(([name, count]) => Array.from({ length: count }, () => ({ name, at: next() })))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => sampleOf(name));
}

/** Shows the judge so many of each version, in an order that looks random. */
export function show(judge: Judge, counts: Record<string, number>): Judge {
  return showAll(judge, shuffled(counts));
}

export function showAll(judge: Judge, observations: Iterable<Observation>): Judge {
  for (const observation of observations) if (judge.observe(observation)) break;
  return judge;
}
