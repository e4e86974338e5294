/** What came of the runs of one cell; counts, and sums of samples. */
export interface Result {
  runs: number;
  pass: number;
  fail: number;
  samples: number;
  squares: number;
}

export const nothing: Result = { runs: 0, pass: 0, fail: 0, samples: 0, squares: 0 };

export function add(one: Result, other: Result): Result {
  return {
    runs: one.runs + other.runs,
    pass: one.pass + other.pass,
    fail: one.fail + other.fail,
    samples: one.samples + other.samples,
    squares: one.squares + other.squares,
  };
}
