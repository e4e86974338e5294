/** A change of the shares while they were watched. */
export interface ChangePoint {
  /** The first sample after the change, counted from 0. */
  at: number;
  /** ln of the evidence against "there was no change". */
  evidence: number;
}

/**
 * What the shares may be on one side of a change: pseudo-counts of a Dirichlet mixture, one for each kind, set before
 * the first sample.
 */
export interface Priors {
  /** The asked shares, about. */
  asked: readonly number[];
  /** Any shares. */
  any: readonly number[];
}

/**
 * The evidence that a sequence of kinds, each a small integer, did not come from one and the same distribution, and
 * where it changed. The e-process Σₖ w · m(x₁…xₖ) · m′(xₖ₊₁…xₙ) / sup_p p(x₁…xₙ): m and m′ are Dirichlet mixtures, one
 * for the asked shares and one for any, both ways round; w = 1 / (2 · longest) gives every place of the change the same
 * weight; the denominator is the largest likelihood of any constant distribution. Under a constant one the mean is ≤ 1
 * at every stopping time, so that it ever reaches 1/ε with probability ≤ ε, however often one looks (L. Wasserman, A.
 * Ramdas, S. Balakrishnan, 2020).
 * @param longest the most samples that there may ever be
 */
export function findChange(sequence: ArrayLike<number>, { asked, any }: Priors, longest: number): ChangePoint {
  const n = sequence.length;
  const before = { asked: prefixLogs(sequence, asked), any: prefixLogs(sequence, any) };
  const after = { asked: [...asked], any: [...any] };
  const totals = { asked: sum(asked), any: sum(any) };
  const constant = bestConstant(sequence, any.length) + Math.log(2 * longest);
  const logs = { asked: 0, any: 0 };
  let best = { at: 0, evidence: 0 };
  let evidence = 0;
  for (let k = n - 1; k > 0; k--) {
    const kind = sequence[k]!;
    logs.asked += Math.log(after.asked[kind]!++ / totals.asked++);
    logs.any += Math.log(after.any[kind]!++ / totals.any++);
    const here = bounded(before.asked[k]! + logs.any - constant) + bounded(before.any[k]! + logs.asked - constant);
    evidence += here;
    if (here > best.evidence) best = { at: k, evidence: here };
  }
  return { at: best.at, evidence: Math.log(evidence) };
}

/** eˣ, which never overflows; leaving out what is too small to matter keeps the evidence on the safe side. */
function bounded(x: number): number {
  return x < -12 ? 0 : Math.exp(Math.min(x, 700));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** At k: ln of the Dirichlet mixture's probability of x₁…xₖ, each kind in turn by how often it was seen before. */
function prefixLogs(sequence: ArrayLike<number>, prior: readonly number[]): Float64Array {
  const logs = new Float64Array(sequence.length + 1);
  const counts = [...prior];
  let total = sum(prior);
  for (let k = 0; k < sequence.length; k++) logs[k + 1] = logs[k]! + Math.log(counts[sequence[k]!]!++ / total++);
  return logs;
}

/** ln of the likelihood of the sequence under the constant distribution that suits it best. */
function bestConstant(sequence: ArrayLike<number>, kinds: number): number {
  const counts = new Float64Array(kinds);
  for (let i = 0; i < sequence.length; i++) counts[sequence[i]!]!++;
  return counts.reduce((log, count) => (count === 0 ? log : log + count * Math.log(count / sequence.length)), 0);
}
