import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidenceOverSteps } from '../../src/core/statistics/evidence-over-steps.ts';

const weights = [0.5, 0.3, 0.2];

/** By the definition: one that starts at each step, weighted 1/(k(k+1)), and 1 for all that have not started. */
function byDefinition(steps: readonly (readonly number[])[]): number {
  const from = (k: number) =>
    weights.reduce(
      (sum, weight, i) => sum + weight * Math.exp(steps.slice(k).reduce((log, step) => log + step[i]!, 0)),
      0,
    );
  return Math.log(steps.reduce((sum, _, k) => sum + from(k) / ((k + 1) * (k + 2)), 1 / (steps.length + 1)));
}

test('is what it is defined as, after every step', () => {
  const step = fc.tuple(...weights.map(() => fc.double({ min: -5, max: 5, noNaN: true })));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const evidence = evidenceOverSteps(weights);
      steps.forEach((logs, i) => {
        expect(evidence.evidence(logs)).toBeCloseTo(byDefinition(steps.slice(0, i + 1)), 9);
        evidence.endStep(logs);
      });
    }),
  );
});

test('nothing bet is nothing won', () => {
  const evidence = evidenceOverSteps(weights);
  for (let i = 0; i < 100; i++) {
    expect(evidence.evidence([0, 0, 0])).toBeCloseTo(0, 12);
    evidence.endStep([0, 0, 0]);
  }
});

test('a long good past does not shield a step that is bad', () => {
  const evidence = evidenceOverSteps(weights);
  for (let i = 0; i < 9; i++) evidence.endStep([-1000, -1000, -1000]);
  expect(evidence.evidence([20, -20, -20])).toBeGreaterThan(20 + Math.log(0.5 / 110) - 0.01);
});

test('one infinite bet is a proof', () => {
  const evidence = evidenceOverSteps(weights);
  evidence.endStep([1, 2, 3]);
  expect(evidence.evidence([0, 0, Infinity])).toBe(Infinity);
});
