import { logMean, logSum } from './log-sum.ts';

/**
 * One e-process for all steps of a ramp, of bets that go on from step to step. At each step k a capital of 1/(k(k+1))
 * starts, which was kept aside until then; the parts sum to 1, so that 1/α is reached with probability ≤ α in all (V.
 * Vovk, R. Wang, 2021), and bets that lost while the version was good don't shield it once it is not.
 */
export interface EvidenceOverSteps {
  /** ln of the capital. @param logs ln of what each bet has grown by in the step at hand */
  evidence(logs: ArrayLike<number>): number;
  /** Goes on to the next step. @param logs the same at the end of this one */
  endStep(logs: ArrayLike<number>): void;
}

/** @param weights of the bets; they sum to 1 */
export function evidenceOverSteps(weights: readonly number[]): EvidenceOverSteps {
  let step = 1;
  const share = () => -Math.log(step * (step + 1));
  /** For each bet ln of what all capitals that have started had at the start of this step, and have now. */
  const carried = Float64Array.from(weights, share);
  const now = new Float64Array(weights.length);
  const update = (logs: ArrayLike<number>) => {
    for (let i = 0; i < now.length; i++) now[i] = carried[i]! + logs[i]!;
  };
  return {
    evidence: (logs) => {
      update(logs);
      return logSum([logMean(now, weights), -Math.log(step + 1)]);
    },
    endStep: (logs) => {
      update(logs);
      step++;
      now.forEach((log, i) => (carried[i] = logSum([log, share()])));
    },
  };
}
