import { binomialAtLeast, binomialAtMost, firstWhere } from '../statistics/binomial.ts';
import { acceptRange, planFixed, probabilityWithin } from '../statistics/equivalence.ts';
import { clopperPearson } from '../statistics/intervals.ts';
import type { Counts, FailureRule, Method, VersionRule } from './rule.ts';
import { askedOf, levelsOf, versionPower, type AskedVersion, type JudgeSpec, type Levels } from './spec.ts';

/**
 * One look, after a number of samples that was set before: the exact binomial TOST for PASS, exact one-sided binomial
 * tests for FAIL. Looks before that are not taken, so peeking costs nothing.
 */
export function fixedMethod(spec: JudgeSpec): Method {
  const asked = askedOf(spec);
  const levels = levelsOf(asked, spec);
  const budget = budgetOf(asked, spec);
  return {
    budget,
    versions: asked.map((one) => versionRule(one, budget, levels)),
    failures: failureRule(spec, budget, levels),
  };
}

function budgetOf(asked: readonly AskedVersion[], spec: JudgeSpec): number {
  return spec.budget ?? Math.max(...asked.map((one) => planFixed(one, spec.alpha, versionPower(spec)).samples));
}

/** How likely a version passes and fails in the one look, by its true share; exact where no connection fails. */
export function fixedLook(spec: JudgeSpec): {
  budget: number;
  at: (asked: AskedVersion, share: number) => { pass: number; fail: number };
} {
  const all = askedOf(spec);
  const levels = levelsOf(all, spec);
  const budget = budgetOf(all, spec);
  const chance = (low: number, high: number, share: number) => probabilityWithin({ low, high }, budget, share);
  return {
    budget,
    at: (asked, share) => {
      const { low, high } = acceptRange(budget, asked, levels.pass);
      const tooFew = firstWhere(budget + 1, (count) => !isBelow(count, budget, asked, levels.fail));
      const tooMany = firstWhere(budget + 1, (count) => isAbove(count, budget, asked, levels.fail));
      return { pass: chance(low, high, share), fail: chance(0, tooFew - 1, share) + chance(tooMany, budget, share) };
    },
  };
}

function versionRule(asked: AskedVersion, budget: number, levels: Levels): VersionRule {
  const accept = acceptRange(budget, asked, levels.pass);
  return {
    look: (count, { samples, failures }) => {
      if (samples !== budget) return 'undecided';
      if (isAbove(count, samples, asked, levels.fail)) return 'above';
      if (isBelow(count + failures, samples, asked, levels.fail)) return 'below';
      return count >= accept.low && count + failures <= accept.high ? 'within' : 'undecided';
    },
    interval: (count, { samples, failures }) => ({
      low: clopperPearson(count, samples, levels.pass).low,
      high: clopperPearson(count + failures, samples, levels.pass).high,
    }),
  };
}

function isAbove(count: number, n: number, { share, tolerance }: AskedVersion, level: number): boolean {
  const edge = share + tolerance;
  return edge < 1 && binomialAtLeast(count, n, edge) <= level;
}

function isBelow(count: number, n: number, { share, tolerance }: AskedVersion, level: number): boolean {
  const edge = share - tolerance;
  return edge > 0 && binomialAtMost(count, n, edge) <= level;
}

function failureRule({ maxFailureRate, alpha }: JudgeSpec, budget: number, levels: Levels): FailureRule {
  const proven = ({ samples, failures }: Counts) =>
    samples === budget && binomialAtLeast(failures, samples, maxFailureRate) <= levels.failures;
  return {
    above: (counts) => (maxFailureRate === 0 ? counts.failures > 0 : proven(counts)),
    interval: ({ samples, failures }) => clopperPearson(failures, samples, alpha),
  };
}
