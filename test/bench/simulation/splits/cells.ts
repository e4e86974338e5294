import type { JudgeSpec } from '../../../../src/core/verdict/spec.ts';
import type { dataPlanes } from '../../../helpers/data-planes.ts';

/** One truth for one question: what is simulated, and how often. */
export interface Cell {
  plane: keyof typeof dataPlanes;
  /** The asked shares. */
  asked: number[];
  /** The true shares. */
  truth: number[];
  tolerance: number;
  /**
   * How this truth lies to the question: at an edge, where PASS and FAIL are both wrong; right or inside, where FAIL
   * is; outside, where PASS is.
   */
  place: 'lower edge' | 'upper edge' | 'right' | 'inside' | 'outside' | 'far outside';
  /** Connections that fail: the share of all, or of one version only. */
  failing?: { rate: number; version?: number };
  runs: number;
}

/** Runs of a cell that decides a claim, and of one that only illustrates. */
const deciding = 20_000;
const illustrating = 4_000;

/** Turns and sticky addresses leave nothing to chance but where they start. */
const deterministic = 1_000;

/** A split of two at p is the same question as one at 1 − p: .8 and .95 are simulated as .2 and .05. */
const shares = [0.01, 0.05, 0.1, 0.2, 0.5];
const tolerances = [0.02, 0.05, 0.1];

export const alpha = 0.05;
const maxFailureRate = 0.01;

export function specOf({ asked, tolerance }: Cell): JudgeSpec {
  const expected = new Map(asked.map((share, i) => [`v${i + 1}`, share]));
  return { expected, tolerance, alpha, power: 0.9, maxFailureRate, method: 'sequential' };
}

/** Every cell of the report. */
export function allCells(): Cell[] {
  const pairs = shares.flatMap((share) => tolerances.flatMap((tolerance) => pairCells(share, tolerance)));
  return [...pairs, ...largerSplits(), ...failingCells()];
}

function pairCells(share: number, tolerance: number): Cell[] {
  const cell = (plane: Cell['plane'], truth: number, place: Cell['place'], runs: number): Cell[] =>
    truth < 0 || truth > 1
      ? []
      : [{ plane, asked: [1 - share, share], truth: [1 - truth, truth], tolerance, place, runs }];
  const planes = (truth: number, place: Cell['place'], runs: number) => [
    ...cell('random', truth, place, runs),
    ...cell('round-robin', truth, place, Math.min(runs, deterministic)),
    ...cell('sticky', truth, place, Math.min(runs, deterministic)),
  ];
  return [
    ...(share > tolerance ? planes(share - tolerance, 'lower edge', deciding) : []),
    ...planes(share + tolerance, 'upper edge', deciding),
    ...planes(share, 'right', tolerance < 0.05 ? illustrating : deciding),
    ...cell('random', share + 0.5 * tolerance, 'inside', illustrating),
    ...cell('random', share + 1.5 * tolerance, 'outside', illustrating),
    ...cell('random', share + 2 * tolerance, 'far outside', illustrating),
  ];
}

/** Three and five versions: the first too strong by the tolerance, at the cost of the second or of all others. */
function largerSplits(): Cell[] {
  const splits = [
    [0.5, 0.3, 0.2],
    [0.9, 0.05, 0.05],
    [0.3, 0.3, 0.2, 0.1, 0.1],
  ];
  const planes: Cell['plane'][] = ['random', 'round-robin', 'sticky'];
  return splits.flatMap((asked) =>
    planes.flatMap((plane) => {
      const runs = plane === 'random' ? deciding : deterministic;
      const tolerance = asked.length === 5 ? 0.1 : 0.05;
      const cell = (truth: number[], place: Cell['place']): Cell => ({ plane, asked, truth, tolerance, place, runs });
      return [
        cell(asked, 'right'),
        cell(
          shifted(asked, (i) => (i === 1 ? -tolerance : 0), tolerance),
          'upper edge',
        ),
        cell(
          shifted(asked, (i) => (i === 0 ? 0 : -tolerance / (asked.length - 1)), tolerance),
          'upper edge',
        ),
      ];
    }),
  );
}

function shifted(asked: number[], others: (i: number) => number, first: number): number[] {
  return asked.map((share, i) => Math.max(0, share + (i === 0 ? first : others(i))));
}

/** Some failures, and failures at the limit of their rate: spread over all versions, and all of one version. */
function failingCells(): Cell[] {
  const base = { plane: 'random', asked: [0.8, 0.2], tolerance: 0.05 } as const;
  const some = { failing: { rate: 0.3 * maxFailureRate } };
  const spread = { failing: { rate: maxFailureRate } };
  const oneSided = { failing: { rate: maxFailureRate, version: 1 } };
  const cells: Omit<Cell, 'runs'>[] = [
    { ...base, asked: [0.8, 0.2], truth: [0.8, 0.2], place: 'right', ...some },
    { ...base, asked: [0.8, 0.2], truth: [0.8, 0.2], place: 'inside', ...spread },
    { ...base, asked: [0.8, 0.2], truth: [0.75, 0.25], place: 'upper edge', ...spread },
    { ...base, asked: [0.8, 0.2], truth: [0.75, 0.25], place: 'upper edge', ...oneSided },
    { ...base, asked: [0.8, 0.2], truth: [0.85, 0.15], place: 'lower edge', ...oneSided },
  ];
  return cells.map((cell) => ({ ...cell, runs: deciding }));
}
