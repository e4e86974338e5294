import type { Result } from './result.ts';

/** What a part of the simulation tells, once it has run. */
export interface Report {
  /** For docs/statistics.md, by the names of their markers. */
  tables: Record<string, string>;
  /** Every cell, for docs/simulation.md. */
  full: string;
  /** The cells whose rates contradict a claim; empty where none does. */
  wrong: string;
  /** What the samples of its results are: `simulated connections`. */
  samples: string;
}

/** Cells that belong together, simulated by themselves or with the others. */
export interface Part {
  /** The runs of each cell. */
  runs: readonly number[];
  /** Runs a cell so many times. */
  run(index: number, runs: number, seed: number): Result;
  /** @param results of all cells, in their order */
  report(results: readonly Result[]): Report;
}

/** The runs of a cell at a scale, 1 for the full number. */
export function scaled<Cell extends { runs: number }>(cells: readonly Cell[], scale: number): Cell[] {
  return cells.map((cell) => ({ ...cell, runs: Math.max(20, Math.ceil(cell.runs * scale)) }));
}
