/** ln of the chance of each sample under the old law and under the new one. */
export interface LogChances {
  before: number;
  after: number;
}

/** Where a sequence of samples went from one law to another, as positions in it. */
export interface Switch {
  /** The first sample that is not simply the old law's. */
  leaves: number;
  /** The first sample from which on all is the new law's; later than `leaves` where both mixed in between. */
  arrives: number;
}

/** How much likelier a mixed phase must make the samples, in nats, to be believed in. */
const mixedPenalty = 4;

const nowhere = -1;

/**
 * The most likely course of a change: old law, then perhaps a phase in which both hold for half of the samples each
 * (gateways that change one after another), then the new law; by dynamic programming over the three phases (A. Viterbi,
 * 1967). A change that has not begun, or not ended, is at the end.
 */
export function findSwitch(samples: readonly LogChances[]): Switch {
  // For the best course that ends in each phase: its ln likelihood, and where it entered the later phases.
  let old = 0;
  let mixed = { log: -Infinity, leaves: nowhere };
  let fresh = { log: -Infinity, leaves: nowhere, arrives: nowhere };
  for (const [i, { before, after }] of samples.entries()) {
    const half = Math.max(before, after) + Math.log1p(Math.exp(-Math.abs(before - after))) - Math.LN2;
    const begins = { log: old, leaves: i, arrives: i };
    const ends = { ...mixed, arrives: i };
    const entered = ends.log > begins.log ? ends : begins;
    const arriving = entered.log > fresh.log ? entered : fresh;
    const mixing = old - mixedPenalty > mixed.log ? { log: old - mixedPenalty, leaves: i } : mixed;
    fresh = { ...arriving, log: arriving.log + after };
    mixed = { ...mixing, log: mixing.log + half };
    old += before;
  }
  const end = samples.length;
  if (fresh.log > Math.max(old, mixed.log)) return { leaves: fresh.leaves, arrives: fresh.arrives };
  return mixed.log > old ? { leaves: mixed.leaves, arrives: end } : { leaves: end, arrives: end };
}

/** ln of how much less likely than the likeliest a place of the switch may be and still count as one where it may have been. */
const nearlyAsLikely = 2;

/**
 * The first and last positions at which one clean switch, all samples before it the old law's and all from it on the new one's, is nearly as likely as at
 * the likeliest position: a likelihood interval of 2 units (A. W. F. Edwards, 1972).
 * @param samples at least one
 */
export function likelySwitches(samples: readonly LogChances[]): { from: number; to: number } {
  let best = -Infinity;
  let log = 0;
  const logs = samples.map(({ before, after }) => {
    const here = log;
    best = Math.max(best, here);
    log += before - after;
    return here;
  });
  const likely = (here: number): boolean => here >= best - nearlyAsLikely;
  return { from: logs.findIndex(likely), to: logs.findLastIndex(likely) };
}
