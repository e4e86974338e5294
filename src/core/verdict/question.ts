import { defined } from '../defined.ts';
import { shares, type Split } from '../weights/split.ts';
import type { JudgeSpec } from './spec.ts';

/** How far a share may be off: points of 100, or a part of the share itself in percent. */
export interface Tolerance {
  amount: number;
  relative: boolean;
}

/** What is asked of a split, as people ask it; each field has a default. */
export interface Question {
  /** 5 points. */
  tolerance?: Tolerance | undefined;
  /** The most often that a PASS of a wrong split, and a FAIL of a right one, may happen; .05. */
  alpha?: number | undefined;
  /** How often a split that is exactly right has to PASS; .999. */
  power?: number | undefined;
  /** The highest acceptable share of connections without an answer of a known version, in [0, 1]; .01. */
  maxFailureRate?: number | undefined;
  /** The most samples to take, for `fixed` exactly so many; the method's own plan where absent. */
  budget?: number | undefined;
  /** `sequential` looks after every sample, `fixed` once. */
  method?: JudgeSpec['method'] | undefined;
  /** Whether versions that take turns may PASS by their order alone; true. Others who use the gateway in step with these connections can make turns look like another split's. */
  turns?: boolean | undefined;
}

/** The question about this split. A sole version gets everything, whatever its weight. */
export function askAbout(split: Split, question: Question = {}): JudgeSpec {
  const expected = split.length === 1 ? new Map([[split[0]!.version, 1]]) : shares(split);
  const { tolerance = { amount: 5, relative: false }, alpha = 0.05, power = 0.999, maxFailureRate = 0.01 } = question;
  const { budget, method = 'sequential', turns } = question;
  return {
    expected,
    tolerance: toleranceOf(expected, tolerance),
    alpha,
    power,
    maxFailureRate,
    method,
    ...defined({ budget, turns }),
  };
}

/** A version that is to get nothing has no share to be a part of; it is held to the tolerance of the rarest that gets some. */
function toleranceOf(expected: ReadonlyMap<string, number>, { amount, relative }: Tolerance): JudgeSpec['tolerance'] {
  if (!relative) return amount / 100;
  return new Map([...expected.keys()].map((version) => [version, (shareHeld(expected, version) * amount) / 100]));
}

/** The share that a version's relative tolerance is a part of. */
export function shareHeld(expected: ReadonlyMap<string, number>, version = ''): number {
  return expected.get(version) || Math.min(...[...expected.values()].filter((share) => share > 0));
}
